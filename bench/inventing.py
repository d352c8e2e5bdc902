"""Large invented drops: charges, hearing events, SPI messages. Nobody in them exists."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

from onecrown.definitions.model import load_model

_OFFENCES = ("TH68010", "TH68001", "CD71039", "OF61102", "PU86090", "MD71131", "SX03001", "RT88191")
_PLEAS = ("G", "NG", "NG", "G", "", "CPG", "NPT", "GLO")
_DAYS = [
    f"{day:02d}-{month}-{year}"
    for year in ("23", "24", "25")
    for month in ("JAN", "APR", "JUL", "OCT")
    for day in range(1, 28)
]


def charge_row(number: int, fault: bool) -> dict[str, str]:
    """One row of an Xhibit charge table; one with a fault has a date that does not exist or another court."""
    case = 20200001 + number // 3
    return {
        "CASE_TYPE": "T",
        "CASE_NO": str(case),
        "SUB_ID": str(1000 + number // 2),
        "CHARGE_TYPE": "I",
        "CHARGE_NO": str(number % 3 + 1),
        "OFFENCE_CODE": _OFFENCES[number % 8],
        "PLEA": _PLEAS[number * 7 % 8],
        "HO_CLASS": f"{number % 90 + 1:03d}",
        "HO_SUB_CLASS": "00",
        "OFFENCE_DESCRIPTION": f"Invented offence number {number % 500}",
        "CHG_ID": str(number),
        "CHG_DATE": "30-FEB-25" if fault and number % 2 else _DAYS[number % len(_DAYS)],
        "ARREST_SUMMONS_NUMBER": f"25{number % 89 + 10}ZZ{number % 10**13:013d}A"[:21],
        "SEQUENCE_NO": str(number % 3 + 1),
        "TOWN": f"Nowhere {number % 40}",
        "OFFENCE_START_DATE": _DAYS[(number + 5) % len(_DAYS)],
        "ARREST_DATE": _DAYS[(number + 9) % len(_DAYS)],
        "CHARGE_DATE": _DAYS[(number + 11) % len(_DAYS)],
        "CREST_COURT_ID": "999" if fault and number % 2 == 0 else "453",
    }


def write_charges(path: Path, rows: int, changed_every: int = 0, fault_every: int = 100) -> None:
    """A charge table of one court; every `changed_every`-th row says something else than the first time."""
    columns = load_model().contracts["xhibit/extract"].record_types["charge"].columns
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        for number in range(rows):
            row = charge_row(number, bool(fault_every) and number % fault_every == fault_every - 1)
            if changed_every and number % changed_every == 0:
                row["OFFENCE_DESCRIPTION"] += " (amended)"
            writer.writerow(row)


def _id(*parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "|".join(map(str, parts))))


def hearing_event(number: int) -> dict[str, object]:
    """One hearing with a case, two defendants, three offences and six results."""
    shared = f"2026-{number % 12 + 1:02d}-{number % 27 + 1:02d}T{number % 9 + 9:02d}:{number % 60:02d}:07.{number % 1000:03d}Z"
    case, hearing = _id("case", number), _id("hearing", number)
    return {
        "hearing": {
            "id": hearing,
            "jurisdictionType": "MAGISTRATES",
            "courtCentre": {"id": _id("court"), "code": "B01LY00", "name": "Invented Magistrates' Court"},
            "type": {"id": _id("type"), "description": "First hearing"},
            "hearingDays": [{"sittingDay": shared, "listedDurationMinutes": 20}],
            "prosecutionCases": [
                {
                    "id": case,
                    "initiationCode": "C",
                    "caseStatus": "ACTIVE",
                    "prosecutionCaseIdentifier": {
                        "caseURN": f"{number % 90 + 10}ZZ{number % 10**7:07d}",
                        "prosecutionAuthorityCode": "ZZPF",
                    },
                    "defendants": [_defendant(number, each, case, hearing, shared[:10]) for each in range(2)],
                }
            ],
            "defendantAttendance": [
                {
                    "defendantId": _id("defendant", number, each),
                    "attendanceDays": [{"day": shared[:10], "attendanceType": "IN_PERSON"}],
                }
                for each in range(2)
            ],
        },
        "sharedTime": shared,
        "hearingDay": shared[:10],
        "isReshare": False,
    }


def _defendant(number: int, each: int, case: str, hearing: str, day: str) -> dict[str, object]:
    return {
        "id": _id("defendant", number, each),
        "masterDefendantId": _id("person", number, each),
        "prosecutionCaseId": case,
        "personDefendant": {
            "personDetails": {
                "firstName": "Testy",
                "lastName": f"McTestface{number}",
                "gender": "MALE",
                "dateOfBirth": "1980-01-01",
            },
            "bailStatus": {"id": _id("bail"), "code": "U", "description": "Unconditional"},
        },
        "offences": [_offence(number, each, nth, hearing, day) for nth in range(2 - each)],
    }


def _offence(number: int, each: int, nth: int, hearing: str, day: str) -> dict[str, object]:
    offence = _id("offence", number, each, nth)
    return {
        "id": offence,
        "offenceDefinitionId": _id("definition", nth),
        "offenceCode": _OFFENCES[(number + nth) % 8],
        "offenceTitle": "Invented offence",
        "wording": f"Did an invented thing number {number}",
        "startDate": "2025-11-03",
        "orderIndex": nth + 1,
        "plea": {"offenceId": offence, "pleaDate": day, "pleaValue": "GUILTY", "originatingHearingId": hearing},
        "judicialResults": [
            {
                "judicialResultId": _id("result", number, each, nth, which),
                "judicialResultTypeId": _id("result type", which),
                "label": ("Fine", "Costs")[which],
                "cjsCode": ("1015", "3012")[which],
                "category": ("FINAL", "ANCILLARY")[which],
                "orderedDate": day,
                "orderedHearingId": hearing,
                "isAdjournmentResult": False,
                "isFinancialResult": True,
                "isConvictedResult": which == 0,
                "isAvailableForCourtExtract": True,
                "resultText": "Invented result text",
            }
            for which in range(2)
        ],
    }


def write_events(path: Path, count: int) -> None:
    """Hearing events, one a line."""
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            stream.write(json.dumps(hearing_event(number)) + "\n")


def messages(count: int) -> Iterator[str]:
    """SPI messages: one case, one defendant, two offences with a result each."""
    for number in range(count):
        offences = "".join(_spi_offence(number, nth) for nth in (1, 2))
        yield (
            '<DC:ResultedCaseMessage xmlns:DC="http://www.dca.gov.uk/xmlschemas/libra" Flow="ResultedCasesForThePolice" '
            'Interface="LibraStandardProsecutorPolice" SchemaVersion="0.6g"><DC:Session><DC:CourtHearing><DC:Hearing>'
            f"<DC:CourtHearingLocation>B01EF01</DC:CourtHearingLocation><DC:DateOfHearing>2026-0{number % 9 + 1}-1{number % 9}"
            "</DC:DateOfHearing><DC:TimeOfHearing>10:00:00</DC:TimeOfHearing></DC:Hearing><DC:PSAcode>2576</DC:PSAcode>"
            f"</DC:CourtHearing><DC:Case><DC:PTIURN>{number % 90 + 10}ZZ{number % 10**7:07d}</DC:PTIURN><DC:Defendant>"
            f"<DC:ProsecutorReference>26{number % 90 + 10}ZZ01{number % 10**11:011d}K</DC:ProsecutorReference>"
            "<DC:CourtIndividualDefendant><DC:PersonDefendant><DC:BasePersonDetails><DC:PersonName>"
            f"<DC:PersonGivenName1>Testy</DC:PersonGivenName1><DC:PersonFamilyName>McTestface{number}</DC:PersonFamilyName>"
            "</DC:PersonName><DC:Birthdate>1980-01-01</DC:Birthdate><DC:Gender>1</DC:Gender></DC:BasePersonDetails>"
            "</DC:PersonDefendant><DC:BailStatus>U</DC:BailStatus><DC:PresentAtHearing>Y</DC:PresentAtHearing>"
            f"</DC:CourtIndividualDefendant>{offences}</DC:Defendant></DC:Case></DC:Session></DC:ResultedCaseMessage>"
        )


def _spi_offence(number: int, nth: int) -> str:
    return (
        f"<DC:Offence><DC:BaseOffenceDetails><DC:OffenceSequenceNumber>00{nth}</DC:OffenceSequenceNumber>"
        f"<DC:OffenceCode>{_OFFENCES[(number + nth) % 8]}</DC:OffenceCode><DC:OffenceWording>An invented wrong</DC:OffenceWording>"
        "<DC:OffenceTiming><DC:OffenceDateCode>1</DC:OffenceDateCode><DC:OffenceStart><DC:OffenceDateStartDate>2025-11-03"
        "</DC:OffenceDateStartDate></DC:OffenceStart></DC:OffenceTiming></DC:BaseOffenceDetails><DC:Plea>1</DC:Plea>"
        "<DC:ModeOfTrial>01</DC:ModeOfTrial><DC:FinalDisposalIndicator>Y</DC:FinalDisposalIndicator>"
        "<DC:ConvictionDate>2026-01-10</DC:ConvictionDate><DC:Finding>G</DC:Finding><DC:Result><DC:ResultCode>1015</DC:ResultCode>"
        "<DC:ResultText>Fined</DC:ResultText><DC:Outcome><DC:ResultAmountSterling>100.00</DC:ResultAmountSterling></DC:Outcome>"
        "</DC:Result></DC:Offence>"
    )


def write_messages(path: Path, count: int) -> None:
    """SPI messages within one envelope."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write("<Messages>\n")
        for message in messages(count):
            stream.write(message + "\n")
        stream.write("</Messages>\n")
