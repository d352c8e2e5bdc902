"""Cases moved from Xhibit to Common Platform: one file for each centre's day, and resubmissions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from onecrown.synthesis.cases import Case, Defendant
from onecrown.synthesis.charges import Charge
from onecrown.synthesis.event_offences import Json
from onecrown.synthesis.faults import Planter
from onecrown.synthesis.identifiers import uuid_of
from onecrown.synthesis.people import Person
from onecrown.synthesis.spool import Finished, Frame, Spool
from onecrown.synthesis.systems import Recorded
from onecrown.synthesis.truth import TruthTables

DATASET = "common_platform/migrated_case"
PLEA_IDS = {"guilty": "7fbc9a21-4d8e-4a6b-8c2f-3b5a1e9d8c01", "not_guilty": "5f3a1e9d-0c2b-4d8e-bd6c-1a7f2b5c9d4e"}
"""Identifiers of public test reference data (`model/codelists/plea.csv`)."""
_RECEIPTS = {"EW": "Either way case", "IO": "Indictable", "VB": "Voluntary bill"}


class MigratedCases:
    """Takes moved cases one by one."""

    def __init__(self, folder: Path, planter: Planter, truth: TruthTables) -> None:
        self._planter, self._truth = planter, truth
        self._spool = Spool(folder)

    def add(self, case: Case, found: Recorded) -> None:
        """The submission of a moved case and, at the fault's rate, a second one a week later."""
        assert found.moved_on is not None
        key = self._submit(case, found, found.moved_on, 1)
        self._planter.note("migrated_and_closed", key, "case", found.cp_id, case.case_id)
        self._note_no_date(case, found, key)
        for one in case.defendants:
            self._truth.add(
                *("defendant", f"D{one.number:07d}", case.case_id, f"P{one.person.number:07d}", DATASET),
                *(found.cp_id, str(one.number), one.asn, ""),
            )
        if found.is_resubmitted:
            key = self._submit(case, found, found.moved_on + timedelta(days=7), 2)
            self._planter.note("resubmitted_migration", key, "case", found.cp_id, case.case_id)
            self._note_no_date(case, found, key)

    def _note_no_date(self, case: Case, found: Recorded, key: str) -> None:
        if not case.receipt_recorded:
            self._planter.note("sending_date_missing", key, "case", found.cp_id, case.case_id)

    def finish(self) -> Iterator[Finished]:
        """Compress every file."""
        return self._spool.finish(lambda _key: Frame(arranged=sorted))

    def _submit(self, case: Case, found: Recorded, day: date, turn: int) -> str:
        key = f"{DATASET}/extract_date={day.isoformat()}T09:00:00/moved-{case.centre.crest_id}.jsonl.gz"
        self._spool.add(key, json.dumps(_submission(case, found, day, turn), ensure_ascii=False, separators=(",", ":")))
        return key


def _submission(case: Case, found: Recorded, day: date, turn: int) -> Json:
    last = found.xhibit[-1]
    details: Json = {
        "caseId": found.cp_id,
        "prosecutorCaseReference": case.urn,
        "originatingOrganisation": "077ZZ00",
        "prosecutor": {"prosecutingAuthority": "INVPF"},
        "initiationCode": "O",
        "retrialIndicator": any(kind == "retrial" for kind, _ in case.life.links),
        "sendingCourt": case.centre.magistrates_code,
        "receivingCourt": case.centre.code,
        "receiptType": _RECEIPTS.get(case.receipt_type, "Either way case"),
    }
    if case.receipt_recorded:
        details["dateReceived"] = case.arrived_on.isoformat()
        if case.letter != "A":
            details["dateOfSending" if case.letter == "T" else "dateOfCommittal"] = case.sent_on.isoformat()
    return {
        "submissionId": uuid_of("submission", found.cp_id, turn),
        "migratedCaseDetails": {
            "caseDetails": details,
            "migrationSourceSystem": {
                "migrationSourceSystemName": "XHIBIT",
                "migrationSourceSystemCaseIdentifier": f"{case.letter}{last.number}",
            },
            "hearings": _hearings(case, day),
            "defendants": [_defendant(found, one, day) for one in case.defendants],
        },
        "materials": [],
    }


def _hearings(case: Case, day: date) -> list[Json]:
    coming = [hearing for hearing in case.hearings if hearing.listed_for > day and hearing.listed_on <= day]
    coming = coming or [hearing for hearing in case.hearings if hearing.listed_for > day][:1]
    listed = [
        {
            "prosecutorDefendantId": str(one.number),
            "listedOffences": [f"{one.number}-{place + 1}" for place in range(len(one.charges))],
        }
        for one in case.defendants
    ]
    return [
        {
            "courtHearingLocation": case.centre.code,
            "courtRoomId": 1,
            "dateOfHearing": hearing.listed_for.isoformat(),
            "timeOfHearing": "10:00:00",
            "durationMinutes": 30,
            "hearingType": hearing.code,
            "listedDefendants": listed,
        }
        for hearing in coming
    ]


def _defendant(found: Recorded, defendant: Defendant, day: date) -> Json:
    person = defendant.person
    said: Json = {
        "id": uuid_of("defendant", found.cp_id, defendant.number),
        "prosecutorDefendantId": str(defendant.number),
        "asn": defendant.asn,
        "documentationLanguage": "E",
        "hearingLanguage": "E",
        "offences": [_offence(found, defendant, place, charge, day) for place, charge in enumerate(defendant.charges)],
    }
    if person.is_company:
        line, town, postcode = person.address
        return said | {
            "organisationName": person.surname,
            "address": {"address1": line, "address2": town, "postcode": postcode},
        }
    if person.pnc_id:
        said["pncIdentifier"] = person.pnc_id
    if person.cro_number:
        said["croNumber"] = person.cro_number
    return said | {"individual": _individual(defendant, person, day)}


def _individual(defendant: Defendant, person: Person, day: date) -> Json:
    line, town, postcode = person.address
    in_custody = defendant.remand_on(day) == "custody"
    said: Json = {
        "custodyStatus": "C" if in_custody else "U",
        "personalInformation": {
            "firstName": person.forename_1,
            "lastName": person.surname,
            "address": {"address1": line, "address2": town, "postcode": postcode},
        },
        "selfDefinedInformation": {
            "gender": "FEMALE" if person.sex == "F" else "MALE",
            "dateOfBirth": person.born_on.isoformat() if person.born_on else None,
            **({"ethnicity": person.ethnicity} if person.ethnicity else {}),
            "nationality": "GBR",
        },
    }
    if person.forename_2:
        said["personalInformation"]["givenName2"] = person.forename_2
    if in_custody:
        said["custodyTimeLimit"] = (day + timedelta(days=112)).isoformat()
    return said


def _offence(found: Recorded, defendant: Defendant, place: int, charge: Charge, day: date) -> Json:
    said: Json = {
        "offenceId": uuid_of("offence", found.cp_id, defendant.number, place),
        "prosecutorOffenceId": f"{defendant.number}-{place + 1}",
        "offenceCode": charge.offence.code,
        "offenceSequenceNumber": place + 1,
        "count": charge.count,
        "offenceCommittedDate": charge.offence_on.isoformat(),
        "offenceDateCode": 1,
        "arrestDate": charge.charged_on.isoformat(),
        "chargeDate": charge.charged_on.isoformat(),
        "offenceWording": "Invented wording of an invented charge",
    }
    if charge.plea and charge.plea_on and charge.plea_on < day:
        said["plea"] = {
            "id": PLEA_IDS["guilty" if charge.plea == "guilty" else "not_guilty"],
            "pleaDate": charge.plea_on.isoformat(),
        }
    return said
