"""Invented hearings, shared with some results."""

from __future__ import annotations

import json
from collections.abc import Sequence


def hearing_id(number: int) -> str:
    """The source's own id of the hearing of a number."""
    return _id("aa", number)


def hearing(labels: Sequence[str], minute: int, number: int = 1) -> bytes:
    """A share of the hearing of a number, at a minute past ten."""
    results = [_result(1000 * number + place, label) for place, label in enumerate(labels, 1)]
    offence = {"id": _id("ff", number), "offenceCode": "TH68010", "startDate": "2025-11-15", "judicialResults": results}
    person = {"firstName": "Invented", "lastName": "Madeupwell", "dateOfBirth": "1991-03-14", "gender": "FEMALE"}
    defendant = {"id": _id("dd", number), "personDefendant": {"personDetails": person}, "offences": [offence]}
    case = {
        "id": _id("cc", number),
        "prosecutionCaseIdentifier": {"caseURN": f"01ZD{number:05d}26"},
        "defendants": [defendant],
    }
    said = {
        "id": hearing_id(number),
        "jurisdictionType": "MAGISTRATES",
        "courtCentre": {"code": "B01LY00"},
        "type": {"id": _id("5e", 1), "description": "First hearing"},
        "hearingDays": [{"sittingDay": "2026-01-07T10:00:00.000Z", "listedDurationMinutes": 30}],
        "prosecutionCases": [case],
    }
    shared = f"2026-01-07T10:{minute:02d}:00.000Z"
    document = {"sharedTime": shared, "hearingDay": "2026-01-07", "isReshare": minute > 0, "hearing": said}
    return json.dumps(document).encode()


def _result(number: int, label: str) -> dict[str, object]:
    return {
        "judicialResultId": _id("ee", number),
        "judicialResultTypeId": _id("7e", number),
        "label": label,
        "category": "ANCILLARY",
        "orderedDate": "2026-01-07",
        "isNewAmendment": True,
        "isDeleted": False,
    }


def _id(kind: str, number: int) -> str:
    return f"00000000-0000-4000-8000-{kind}{number:010d}"
