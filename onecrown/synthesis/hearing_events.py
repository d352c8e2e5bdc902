"""Hearing-resulted events of Common Platform: what a court clerk shares after one day of a hearing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from onecrown.synthesis.cases import Defendant, Hearing
from onecrown.synthesis.event_offences import LONDON, Json, OffenceTelling, hearing_type, stamp
from onecrown.synthesis.identifiers import uuid_of
from onecrown.synthesis.people import Person

_BAIL = {"bail": ("U", "Unconditional"), "custody": ("C", "In custody")}
_GENDERS = {"M": "MALE", "F": "FEMALE", "": "NOT_KNOWN"}
PLANNED_MINUTES = {"CSE": 30, "SEN": 30, "DSE": 30, "PTR": 30, "MEN": 10, "MDA": 10, "TRL": 300, "APL": 60}
"""Those of the public list of hearing types, with a day of a trial for a trial; 20 for the others."""
_KINDS = {"A": "Cracked", "B": "Cracked", "C": "Cracked", "I": "Cracked", "J": "Cracked", "K": "Cracked"}


@dataclass(frozen=True, slots=True)
class Telling(OffenceTelling):
    """The events of a case."""

    def event(self, hearing: Hearing, shared_at: datetime, drift: int = 0) -> Json:
        """The first share of a hearing day. `drift` is what the first share says of months too many."""
        court = self.case.centre
        sitting = datetime.combine(hearing.listed_for, time(10), LONDON).astimezone(UTC)
        body = self._hearing(hearing, "CROWN", court.code, court.cp_id, sitting)
        body["hearing"]["type"] = hearing_type(hearing.code)
        if hearing.outcome == "E1":
            body["hearing"]["isEffectiveTrial"] = True
        elif hearing.outcome or hearing.vacated:
            body["hearing"]["crackedIneffectiveTrial"] = self._not_effective(hearing)
        if hearing.vacated:
            body["hearing"]["isVacatedTrial"] = True
            body["hearing"]["hearingDays"][0]["isCancelled"] = True
        body["hearing"]["prosecutionCases"] = [self._case(hearing, drift)]
        return body | {"sharedTime": stamp(shared_at), "isReshare": False}

    def sending(self, shared_at: datetime) -> Json:
        """The event of the magistrates' court that sent or committed the case."""
        day, hearing = self.case.sent_on, Hearing(0, self.case.sent_on, self.case.sent_on, "FH")
        bench = f"{self.case.centre.magistrates_code}"
        sitting = datetime.combine(day, time(10), LONDON).astimezone(UTC)
        body = self._hearing(hearing, "MAGISTRATES", bench, uuid_of("court centre", bench), sitting)
        body["hearing"]["type"] = hearing_type("FH")
        body["hearing"]["prosecutionCases"] = [self._case(hearing, 0)]
        return body | {"sharedTime": stamp(shared_at), "isReshare": False}

    def _hearing(self, hearing: Hearing, tier: str, code: str, court_id: str, sitting: datetime) -> Json:
        centre: Json = {"id": court_id, "name": "Invented name of the court"}
        minutes = PLANNED_MINUTES.get(hearing.code, 20)
        if code:
            centre["code"] = code
        return {
            "hearing": {
                "id": self.hearing_id(hearing),
                "jurisdictionType": tier,
                "courtCentre": centre,
                "hearingLanguage": "ENGLISH",
                "hearingDays": [{"sittingDay": stamp(sitting), "listedDurationMinutes": minutes, "listingSequence": 1}],
                "defendantAttendance": self._attendance(hearing),
            },
            "hearingDay": hearing.listed_for.isoformat(),
        }

    def _attendance(self, hearing: Hearing) -> list[Json]:
        """Everybody came, but for a defendant for whom a warrant was issued that day; to a day that was vacated nobody."""
        day = hearing.listed_for
        issued = any(issued == day.toordinal() for issued, _ in self.case.life.warrants)
        came = "NOT_PRESENT" if issued else "IN_PERSON"
        return [
            {
                "defendantId": self.defendant_id(one),
                "attendanceDays": [{"day": day.isoformat(), "attendanceType": came}],
            }
            for one in self._charged(day)
            if not hearing.vacated
        ]

    def _charged(self, day: date) -> list[Defendant]:
        """Defendants who are on the case on a day."""
        return [one for one in self.case.defendants if one.is_on(day)]

    def _not_effective(self, hearing: Hearing) -> Json:
        kind = "Vacated" if hearing.vacated else _KINDS.get(hearing.outcome, "Ineffective")
        code = hearing.vacated or hearing.outcome
        return {
            "id": uuid_of("trial outcome", kind, code),
            "code": code,
            "type": kind,
            "description": "Invented description",
            "date": hearing.listed_for.isoformat(),
        }

    def _case(self, hearing: Hearing, drift: int) -> Json:
        charged = self._charged(hearing.listed_for)
        goes_on = hearing.listed_for.toordinal() == self.case.life.reopened
        over = [
            not goes_on and all(charge.result_on and charge.result_on <= hearing.listed_for for charge in one.charges)
            for one in charged
        ]
        return {
            "id": self.case_id,
            "caseStatus": "INACTIVE" if all(over) and hearing.code != "FH" else "ACTIVE",
            "initiationCode": "C",
            "prosecutionCaseIdentifier": {
                "caseURN": self.urn,
                "prosecutionAuthorityCode": "INVPF",
                "prosecutionAuthorityId": uuid_of("authority"),
                "prosecutionAuthorityOUCode": "077ZZ00",
            },
            "defendants": [self._defendant(one, hearing, done, drift) for one, done in zip(charged, over, strict=True)],
        }

    def _defendant(self, defendant: Defendant, hearing: Hearing, done: bool, drift: int) -> Json:
        person = self.written[defendant.number]
        said: Json = {
            "id": self.defendant_id(defendant),
            "masterDefendantId": uuid_of("person", defendant.person.number),
            "prosecutionCaseId": self.case_id,
            "proceedingsConcluded": done,
            "offences": [
                self.offence(defendant, place, charge, hearing, drift) for place, charge in enumerate(defendant.charges)
            ],
        }
        if person.is_company:
            line, town, postcode = person.address
            address = {"address1": line, "address2": town, "postcode": postcode}
            return said | {"legalEntityDefendant": {"organisation": {"name": person.surname, "address": address}}}
        if person.pnc_id:
            said["pncId"] = person.pnc_id
        if person.cro_number:
            said["croNumber"] = person.cro_number
        details: Json = {"personDetails": _person(person), "arrestSummonsNumber": self.asns[defendant.number]}
        remand = defendant.remand_on(hearing.listed_for)
        if remand in _BAIL:
            code, text = _BAIL[remand]
            details["bailStatus"] = {"id": uuid_of("bail", code), "code": code, "description": text}
        return said | {"personDefendant": details}


def _person(person: Person) -> Json:
    line, town, postcode = person.address
    said: Json = {
        "firstName": person.forename_1,
        "lastName": person.surname,
        "gender": _GENDERS[person.sex],
        "address": {"address1": line, "address2": town, "postcode": postcode},
    }
    if person.forename_2:
        said["middleName"] = person.forename_2
    if person.ethnicity:
        said["ethnicity"] = {"selfDefinedEthnicityCode": person.ethnicity}
    if person.born_on:
        said["dateOfBirth"] = person.born_on.isoformat()
    return said
