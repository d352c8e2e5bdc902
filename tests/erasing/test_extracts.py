"""Somebody in Xhibit's full extracts is erased: rows of several tables, week after week, with control files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from merging.builders import File, case_row, case_subject_row, charge_row, control, extract, subject_row
from merging.homes import Home, balances, home_in
from merging.kept_homes import KeptHome

from onecrown.errors import UsageError
from onecrown.flows.erase_records import erase_subject
from onecrown.flows.find_subject import Kind, find_subject

from .searching import places_of

WEEK_1, WEEK_2 = "2026-01-05", "2026-01-12"
WORDS = ("Figmentley", "9 Vanished Row", "ZZ25GONE", "453|T|20250001|9001", "453|9001")
GONE = {"ADDR1": "9 Vanished Row", "TOWN": "Nowhereton\nby the Sea"}  # a line break within the quotes


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_in(tmp_path / "home") as opened:
        yield opened


def folder(home: Home) -> Path:
    return home.around.scratch.parent


def week(on: str, charges: str, cases_of_the_first: int = 1) -> list[File]:
    """One person with a charge GONE, and the other with some charges, on one case; the first may stand on another too."""
    theirs = [charge_row("GONE", case=case, subject=1) for case in range(1, cases_of_the_first + 1)]
    rows = [*theirs, *(charge_row(letter, subject=2) for letter in charges.split())]
    linked = [case_subject_row(1, case) for case in range(1, cases_of_the_first + 1)]
    return [
        extract("case", [case_row(number) for number in (1, 2)], on),
        extract("subject", [subject_row(1, **GONE), subject_row(2)], on),
        extract("case_subject", [*linked, case_subject_row(2)], on),
        extract("charge", rows, on),
        control(on, {"case": 2, "subject": 2, "case_subject": len(linked) + 1, "charge": len(rows)}),
    ]


def erase(home: Home, key: str = "453|T|20250001|9001", kind: Kind = Kind.defendant) -> int:
    subject = find_subject(home.around, kind, key, "xhibit/extract")
    erase_subject(home.around, subject, "asked to")
    return subject.people_staying


def subjects(home: Home) -> list[bytes]:
    """The lines of the delivered subjects."""
    said = next(d for d in home.around.ledger.deliveries() if "_subject" in d.key and "case" not in d.key)
    return Path(said.path).read_bytes().split(b"\n")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptHome:
    """A week, and the home from which the first person was erased."""
    kept = KeptHome(tmp_path_factory.mktemp("kept"))
    with kept.until("delivered") as home:
        home.run(*week(WEEK_1, "A B"))
    with kept.until("erased") as home:
        assert erase(home) == 0
    return kept


def test_rows_of_every_table_go_and_lists_stay_complete(kept: KeptHome) -> None:
    """The next extract has them again: they go, and what it does not list of the other is removed all the same."""
    with kept.at("erased") as home:
        assert places_of(folder(home), WORDS) == []
        assert home.charges() == "A B"
        home.run(*week(WEEK_2, "A"))
        assert places_of(folder(home), WORDS) == []
        assert home.charges() == "A"
        assert home.ask("SELECT count(*) FROM {onecrown.defendant}") == ["1"]
        assert home.ask("SELECT count(*) FROM {onecrown_history.snapshot} WHERE NOT complete") == ["0"]
        assert all(balances(drop) for drop in home.drops())
        assert all(state != "off" for state, _ in home.findings().values())


def test_every_other_row_keeps_its_line(kept: KeptHome) -> None:
    with kept.at("delivered") as home:
        before = subjects(home)
    with kept.at("erased") as home:
        after = subjects(home)
    assert (after[1:3], after[3:]) == ([b"", b""], before[3:])


@pytest.mark.long
def test_a_person_on_another_case_stays_there_until_the_person_is_erased(home: Home) -> None:
    home.run(*week(WEEK_1, "A", cases_of_the_first=2))
    with pytest.raises(UsageError, match="names 2 defendants"):
        find_subject(home.around, Kind.defendant, "9001", None)
    assert erase(home) == 1
    assert places_of(folder(home), ["453|T|20250001|9001"]) == []
    assert home.ask("SELECT count(*) FROM {onecrown.offence} WHERE offence_code = 'ZZ25GONE'") == ["1"]
    erase(home, "453|9001")
    assert places_of(folder(home), WORDS) == []
    assert home.charges() == "A"


@pytest.mark.long
def test_a_case_goes_with_the_people_that_no_other_case_has(home: Home) -> None:
    home.run(*week(WEEK_1, "A", cases_of_the_first=2))
    erase(home, "453T20250001", Kind.case)
    assert places_of(folder(home), ("Testerson", "453|T|20250001")) == []
    assert places_of(folder(home), ["Figmentley"]) != []
    assert home.cases() == "20250002"
