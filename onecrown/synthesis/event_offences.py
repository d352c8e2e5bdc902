"""A charge as a shared event tells it: plea, verdict and the results of the day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from onecrown.synthesis.cases import Case, Defendant, Hearing
from onecrown.synthesis.charges import Charge
from onecrown.synthesis.identifiers import uuid_of
from onecrown.synthesis.people import Person
from onecrown.synthesis.results import RESULTS, sending

Json = dict[str, Any]
LONDON = ZoneInfo("Europe/London")
DESCRIPTIONS = {
    **{"PTP": "Plea & Trial Preparation", "FPTP": "Further Plea & Trial Preparation", "MEN": "Mention", "TRL": "Trial"},
    **{"MDA": "Mention - Defendant to Attend", "PTR": "Pre-Trial Review", "SEN": "Sentence", "APL": "Appeal"},
    **{
        "CSE": "Committal for Sentence",
        "DSE": "Deferred sentence",
        "EBW": "Execution of Bench Warrant",
        "FH": "First hearing",
    },
}
POST_HEARING = {"bail": "U", "custody": "C"}
GOES_ON = ("adjourned", "sent", "sent_in_custody", "committed", "deferred", "reopened")
"""Results after which the case goes on, with the defendant on bail or in custody."""
_PLEAS = {"guilty": "GUILTY", "not_guilty": "NOT_GUILTY", "changed": "CHANGE_TO_GUILTY_NO_SWORN_IN"}


@dataclass(frozen=True, slots=True)
class OffenceTelling:
    """How Common Platform writes a case: its ids, and people and identifiers as it has them."""

    case: Case
    case_id: str
    last_on: date
    urn: str
    written: dict[int, Person]
    asns: dict[int, str]
    offence_codes: dict[tuple[int, int], str] = field(default_factory=dict)

    def is_closed_again(self, day: date) -> bool:
        """Whether the case ended again on the day, after it was re-opened."""
        return bool(self.case.life.reopened) and day.toordinal() == self.case.life.disposed

    def hearing_id(self, hearing: Hearing) -> str:
        """The UUID of a hearing."""
        return uuid_of("hearing", self.case_id, hearing.number)

    def defendant_id(self, defendant: Defendant) -> str:
        """The UUID of a defendant on the case; a moved case has new ones."""
        return uuid_of("defendant", self.case_id, defendant.number)

    def offence_id(self, defendant: Defendant, place: int) -> str:
        """The UUID of a charge."""
        return uuid_of("offence", self.case_id, defendant.number, place)

    def offence(self, defendant: Defendant, place: int, charge: Charge, hearing: Hearing, drift: int) -> Json:
        """The charge as at a hearing; `drift` is how many months too long a share says its sentence is."""
        day = hearing.listed_for
        said: Json = {
            "id": self.offence_id(defendant, place),
            "offenceDefinitionId": uuid_of("definition", charge.offence.code),
            "offenceCode": self.offence_codes.get((defendant.number, place), charge.offence.code),
            "offenceTitle": charge.offence.title,
            "wording": "Invented wording of an invented charge",
            "orderIndex": charge.count,
            "count": charge.count,
            "modeOfTrial": "Indictable" if charge.offence.mode == "IO" else "Either Way",
            "startDate": charge.offence_on.isoformat(),
            "arrestDate": charge.charged_on.isoformat(),
            "chargeDate": charge.charged_on.isoformat(),
        }
        if charge.convicted_on and charge.convicted_on <= day:
            said["convictionDate"] = charge.convicted_on.isoformat()
        if charge.acquitted_on and charge.acquitted_on <= day:
            said["aquittalDate"] = charge.acquitted_on.isoformat()
        self._plea(said, charge, hearing)
        self._verdict(said, charge, hearing)
        said["judicialResults"] = list(self._results(defendant, place, charge, hearing, drift))
        return said

    def _plea(self, said: Json, charge: Charge, hearing: Hearing) -> None:
        day = hearing.listed_for
        if not charge.plea or not charge.plea_on or charge.plea_on > day:
            return
        changed = charge.plea == "changed" and charge.changed_on is not None and charge.changed_on <= day
        plea = charge.plea if charge.plea != "changed" or changed else "not_guilty"
        plea_on = charge.changed_on if changed and charge.changed_on else charge.plea_on
        said["plea"] = {"offenceId": said["id"], "pleaDate": plea_on.isoformat(), "pleaValue": _PLEAS[plea]}
        said["plea"]["originatingHearingId"] = self.hearing_id(hearing)

    def _verdict(self, said: Json, charge: Charge, hearing: Hearing) -> None:
        on = charge.convicted_on or charge.acquitted_on
        tried = any(h.outcome == "E1" and h.listed_for == on for h in self.case.hearings)
        if not tried or on is None or on > hearing.listed_for:
            return
        guilty = charge.convicted_on is not None
        said["verdict"] = {
            "offenceId": said["id"],
            "originatingHearingId": self.hearing_id(hearing),
            "verdictDate": on.isoformat(),
            "jurors": {"numberOfJurors": 12, "numberOfSplitJurors": 0, "unanimous": True},
            "verdictType": {
                "id": uuid_of("verdict", guilty),
                "verdictCode": "G" if guilty else "N",
                "cjsVerdictCode": "G" if guilty else "N",
                "category": "Guilty" if guilty else "Not Guilty",
                "categoryType": "GUILTY_BY_JURY_CONVICTED" if guilty else "NOT_GUILTY",
            },
        }

    def _results(
        self, defendant: Defendant, place: int, charge: Charge, hearing: Hearing, drift: int
    ) -> Iterator[Json]:
        day = hearing.listed_for
        if hearing.code == "FH":
            yield self._result(defendant, place, hearing, sending(self.case, defendant))
        elif day.toordinal() == self.case.life.reopened:
            yield self._result(defendant, place, hearing, "reopened")
        elif charge.result_on == day or (charge.result and self.is_closed_again(day)):
            found = self._result(defendant, place, hearing, charge.result)
            if charge.months:
                months = charge.months + drift
                found["durationElement"] = {"primaryDurationUnit": "M", "primaryDurationValue": months}
            yield found
        elif charge.result_on is None or charge.result_on > day:
            out = any(issued == day.toordinal() for issued, _ in self.case.life.warrants)
            yield self._result(
                defendant,
                place,
                hearing,
                "warrant" if out else "deferred" if charge.deferred_on == day else "adjourned",
            )

    def _result(self, defendant: Defendant, place: int, hearing: Hearing, name: str) -> Json:
        result, day = RESULTS[name], hearing.listed_for.isoformat()
        found: Json = {
            "judicialResultId": uuid_of("result", self.case_id, defendant.number, place, hearing.number, name),
            "judicialResultTypeId": uuid_of("result type", name),
            "label": result.label,
            "cjsCode": result.cjs_code,
            "category": result.category,
            "level": "O",
            "orderedDate": day,
            "orderedHearingId": self.hearing_id(hearing),
            "isAdjournmentResult": name == "adjourned",
            "isAvailableForCourtExtract": True,
            "isConvictedResult": result.convicts and hearing.code != "FH",
            "isDeleted": False,
            "isFinancialResult": name == "fine",
            "isNewAmendment": False,
            "resultText": f"{result.label}: invented text",
        }
        if name == "adjourned":
            found["nextHearing"] = self._next(hearing)
        if name in GOES_ON and (remand := POST_HEARING.get(defendant.remand_on(hearing.listed_for))):
            found["postHearingCustodyStatus"] = remand
        return found

    def _next(self, hearing: Hearing) -> Json:
        following = next((one for one in self.case.hearings if one.listed_for > hearing.listed_for), None)
        centre = {"id": self.case.centre.cp_id, "name": "Invented name of the court"}
        if following is None:
            return {"courtCentre": centre, "dateToBeFixed": True}
        start = datetime.combine(following.listed_for, time(10), LONDON).astimezone(UTC)
        return {"courtCentre": centre, "listedStartDateTime": stamp(start), "type": hearing_type(following.code)}


def hearing_type(code: str) -> Json:
    """A kind of hearing: events give its id and description, not its code."""
    return {"id": uuid_of("hearing type", code), "description": DESCRIPTIONS[code]}


def stamp(moment: datetime) -> str:
    """An instant as Common Platform writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def shared_after(day: date, rng: random.Random) -> datetime:
    """When the results of a day are shared: that afternoon."""
    start = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
    return start + timedelta(milliseconds=rng.randrange(3 * 3_600_000))
