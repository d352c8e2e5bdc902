"""Invented drops: shared hearing days of Common Platform, weekly extracts of Xhibit with their control files.

People and cases are numbers with made-up surnames; ids are templates with a number at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onecrown.definitions.model import load_model

HEARING_RESULTED = "common_platform/hearing_resulted"
EXTRACT, CONTROL = "xhibit/extract", "xhibit/extract_control"
RESULTED_CASE = "libra/resulted_case"
COURT = "453"
OFFENCE = "ZZ25"  # an offence code ends in the letter of its charge
SURNAMES = ("Madeupwell", "Figmentley", "Testerson", "Dummyton", "Pseudonymby")


@dataclass(frozen=True)
class File:
    """A file to deliver: its landing key and its bytes."""

    key: str
    data: bytes


# --- Common Platform -------------------------------------------------------------------------------------------------


def uuid_of(kind: str, number: int) -> str:
    """A template id: `kind` is two hexadecimal letters."""
    return f"00000000-0000-4000-8000-{kind}{number:010d}"


@dataclass(frozen=True)
class Result:
    """A result: its number is its id, and its label is how the tables below call it."""

    label: str
    number: int
    amended: bool = True
    ordered_on: str = "2026-01-07"

    def document(self) -> dict[str, Any]:
        return {
            "judicialResultId": uuid_of("ee", self.number),
            "judicialResultTypeId": uuid_of("7e", self.number),
            "label": self.label,
            "category": "ANCILLARY",
            "orderedDate": self.ordered_on,
            "isNewAmendment": self.amended,
            "isDeleted": False,
        }


@dataclass(frozen=True)
class Share:
    """One share of one day of a hearing: one case, its defendants (each with one offence), results at the first offence."""

    at: str
    results: Sequence[Result] = ()
    day: str = "2026-01-07"
    hearing: int = 1
    case: int = 1
    defendants: Sequence[int] = (1,)
    sexes: Mapping[int, str] = field(default_factory=dict)

    def file(self, name: str = "event.json") -> File:
        return File(f"{HEARING_RESULTED}/{name}", json.dumps(self.document()).encode())

    def document(self) -> dict[str, Any]:
        hearing = {
            "id": uuid_of("aa", self.hearing),
            "jurisdictionType": "MAGISTRATES",
            "courtCentre": {"code": "B01LY00"},
            "type": {"id": uuid_of("5e", 1), "description": "First hearing"},
            "hearingDays": [{"sittingDay": f"{self.day}T10:00:00.000Z", "listedDurationMinutes": 30}],
            "prosecutionCases": [
                {
                    "id": uuid_of("cc", self.case),
                    "prosecutionCaseIdentifier": {"caseURN": f"01ZD{self.case:05d}26"},
                    "defendants": [
                        self._defendant(number, first=place == 0) for place, number in enumerate(self.defendants)
                    ],
                }
            ],
        }
        return {"sharedTime": self.at, "hearingDay": self.day, "isReshare": False, "hearing": hearing}

    def _defendant(self, number: int, first: bool) -> dict[str, Any]:
        offence = {
            "id": uuid_of("ff", number),
            "offenceCode": "TH68010",
            "startDate": "2025-11-15",
            "judicialResults": [result.document() for result in self.results] if first else [],
        }
        surname, sex = SURNAMES[number % len(SURNAMES)], self.sexes.get(number, "FEMALE")
        person = {"firstName": "Invented", "lastName": surname, "dateOfBirth": "1991-03-14", "gender": sex}
        return {"id": uuid_of("dd", number), "personDefendant": {"personDetails": person}, "offences": [offence]}


# --- Libra -----------------------------------------------------------------------------------------------------------


def libra_message(on: str, created_at: str, gender: str) -> File:
    """The example's message, as created at a time and with a gender (1 male, 2 female)."""
    example = Path(__file__).parents[2] / "examples/data/libra/resulted_case/2026-01-06/theft-fine.xml"
    text = example.read_text(encoding="utf-8")
    text = text.replace("<mm:CreationDateTime>2026-01-05T17:30:01Z<", f"<mm:CreationDateTime>{created_at}<")
    text = text.replace("<Gender>2<", f"<Gender>{gender}<")
    return File(f"{RESULTED_CASE}/extract_date={on}/message.xml", text.encode())


# --- Xhibit ----------------------------------------------------------------------------------------------------------

Row = Mapping[str, str]


def extract(
    table: str,
    rows: Sequence[Row],
    on: str,
    *,
    court: str = COURT,
    part: int | None = None,
    without: Sequence[str] = (),
) -> File:
    """One table of one court, with the contract's columns (`without`: columns left out of the file)."""
    columns = [
        column for column in load_model().contracts[EXTRACT].record_types[table].columns if column not in without
    ]
    lines = [",".join(columns)]
    lines += [
        ",".join(f'"{row.get(column, court if column == "CREST_COURT_ID" else "")}"' for column in columns)
        for row in rows
    ]
    return File(f"{EXTRACT}/extract_date={on}/{table_file(table, court, part)}", ("\n".join(lines) + "\n").encode())


def table_file(table: str, court: str = COURT, part: int | None = None) -> str:
    """The name of a table's file."""
    return f"court_{court}_{table}{'' if part is None else f'_part-{part:04d}'}.csv"


def control(on: str, promised: Mapping[str, int], court: str = COURT) -> File:
    """A control file: how many rows each file (or table) was written with."""
    lines = ["CSV_FILENAME | CSV_RECORD_COUNT | DB_TABLE_ROWCOUNT |"]
    for said, count in promised.items():
        name = said if said.endswith(".csv") else table_file(said, court)
        lines.append(f"{name:40}| {count:<10} | {count:<10} |")
    name = f"court_{court}_C2X_DM_CREST_EXTRACT_RESULTS_{on.replace('-', '')[:8]}_020000.csv"
    return File(f"{CONTROL}/extract_date={on}/{name}", ("\n".join(lines) + "\n").encode())


def case_row(number: int = 1) -> Row:
    return {"CASE_TYPE": "T", "CASE_NO": f"2025{number:04d}", "EITHER_WAY_TYPE": "EW", "DATE_RECEIVED": "03-MAR-25"}


def subject_row(number: int = 1, **said: str) -> Row:
    return {
        "SUB_ID": f"90{number:02d}",
        "SURNAME": SURNAMES[number % len(SURNAMES)].upper(),
        "FORENAME1": "INVENTED",
        "DOB": "11-NOV-88",
        "SEX": "F",
        **said,
    }


def case_subject_row(number: int = 1, case: int = 1, **said: str) -> Row:
    return {
        "CASE_TYPE": "T",
        "CASE_NO": f"2025{case:04d}",
        "SUB_ID": f"90{number:02d}",
        "DEFENDANT_NO": str(number),
        "CURRENT_BC_STATUS": "B",
        **said,
    }


def charge_row(chg: str, plea: str = "NG", case: int = 1, subject: int = 1, **said: str) -> Row:
    """A charge, called by its number in the tables below."""
    return {
        "CASE_TYPE": "T",
        "CASE_NO": f"2025{case:04d}",
        "SUB_ID": f"90{subject:02d}",
        "CHG_ID": chg,
        "CHARGE_TYPE": "I",
        "CHARGE_NO": "1",
        "OFFENCE_CODE": f"{OFFENCE}{chg}",
        "PLEA": plea,
        **said,
    }


def charges(said: str, case: int = 1, subject: int = 1) -> list[Row]:
    """Charges written as text: `A B/G C!` is A with plea NG, B with plea G, and C with a date that cannot be read."""
    rows = []
    for word in said.split():
        chg, _, plea = word.rstrip("!").partition("/")
        unreadable = {"OFFENCE_START_DATE": "NO DAY"} if word.endswith("!") else {}
        rows.append(charge_row(chg, plea or "NG", case, subject, **unreadable))
    return rows


def cases(said: str, court: str = COURT) -> list[Row]:
    """Cases written as text: `A B/G C! ? D~` is A as it was, B with receipt type G, C with a date that cannot be read, a row
    without a number (it cannot be keyed), and D with the number of another court.
    """
    rows = []
    for word in said.split():
        number, _, receipt = word.rstrip("!~").partition("/")
        row = {"CASE_TYPE": "T", "CASE_NO": number.replace("?", ""), "EITHER_WAY_TYPE": "EW", "RECEIPT_TYPE": receipt}
        row["DATE_RECEIVED"] = "NO DAY" if word.endswith("!") else "03-MAR-25"
        row["CREST_COURT_ID"] = "999" if word.endswith("~") else court
        rows.append(row)
    return rows


def parents(on: str, cases: int = 1, subjects: int = 1) -> list[File]:
    """Extracts of the tables on which a charge of case 1 and subject 1 waits."""
    return [
        extract("case", [case_row(n) for n in range(1, cases + 1)], on),
        extract("subject", [subject_row(n) for n in range(1, subjects + 1)], on),
        extract("case_subject", [case_subject_row(n) for n in range(1, subjects + 1)], on),
    ]
