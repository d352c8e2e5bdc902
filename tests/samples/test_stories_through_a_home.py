"""Real stories from arrival to unified tables: the books balance and the tables hold what an independent reading counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from onecrown.flows.check_home import OFF, check_home
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.upserts import BOOKS

from . import independent_counts as independent
from .sample_files import landing_key, loaded_home, needs_samples, queried, sample_files, table_rows

pytestmark = needs_samples

EVENTS, MESSAGES = "common_platform/hearing_resulted", "libra/resulted_case"
# record type of an event or a message → the unified table that has one row for each
TABLES = {
    "hearing": "hearing",
    "hearing_day": "hearing_day",
    "hearing_case": "hearing_case",
    "attendance": "attendance",
    "case": "court_case",
    "defendant": "defendant",
    "offence": "offence",
    "allocation": "allocation",
    "plea": "plea",
    "verdict": "verdict",
    "result": "result",
    "application": "application",
    "application_case": "application_case",
    "application_offence": "application_offence",
}
WITHOUT_A_TABLE = {"application_respondent"}  # told by the application's own row


def _story(name: str) -> tuple[str, list[Path]]:
    if name == "reshare":
        return EVENTS, [file for file in sample_files(EVENTS) if file.parent.name == "hearing_reshared"]
    if name == "events of 2026":
        return EVENTS, [file for file in sample_files(EVENTS) if file.parent.name == "hearing_resulted_2026"]
    return MESSAGES, [file for file in sample_files(MESSAGES) if file.name.startswith(("401a", "401d", "401e"))]


def _standing(dataset: str, files: list[Path]) -> dict[str, int]:
    if dataset == EVENTS:
        return independent.counts(independent.current_hearing_resulted_keys(files))
    told = independent.united([independent.resulted_case_keys(file) for file in files])
    return {**told, "hearing_day": told["hearing"]}  # a message's hearing is one sitting on one day


STORIES = {"reshare": 2, "events of 2026": 13, "messages of one case": 3}


class Told:
    """A story in a home: its files and the home."""

    def __init__(self, name: str, home: Surroundings) -> None:
        self.name, self.home = name, home
        self.dataset, self.files = _story(name)


@pytest.fixture(scope="module")
def reshare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """The first share of a hearing day and its reshare, which comes first."""
    with _home(tmp_path_factory, "reshare") as home:
        yield home


@pytest.fixture(scope="module", params=STORIES)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    if request.param == "reshare":
        yield Told(request.param, request.getfixturevalue("reshare"))
        return
    with _home(tmp_path_factory, request.param) as home:
        yield Told(request.param, home)


def _home(folders: pytest.TempPathFactory, name: str) -> AbstractContextManager[Surroundings]:
    dataset, files = _story(name)
    deliveries = [
        (landing_key(dataset, file, f"2026-01-15T10:{minute:02}:00Z"), file) for minute, file in enumerate(files)
    ]
    return loaded_home(folders.mktemp("story") / "home", deliveries[::-1], in_memory=True)


def test_every_drop_of_the_story_is_merged_and_its_books_balance(told: Told) -> None:
    drops = told.home.ledger.drops()
    assert [drop.state for drop in drops] == ["merged"] * STORIES[told.name]
    for drop in drops:
        for counts in drop.counts.values():
            assert counts.get("read", 0) == counts.get("accepted", 0) + counts.get("quarantined", 0)
            assert counts.get("accepted", 0) == sum(counts.get(book, 0) for book in BOOKS)


def test_a_check_of_the_story_finds_nothing_off(told: Told) -> None:
    findings = check_home(told.home)
    assert [finding for finding in findings if finding.state == OFF] == []
    assert len(findings) > 5


def test_unified_tables_have_a_row_for_each_key_that_an_independent_reading_counts(told: Told) -> None:
    rows = {table: len(found) for table, found in table_rows(told.home).items()}
    expected = _standing(told.dataset, told.files)
    assert {TABLES[kind]: count for kind, count in expected.items() if kind not in WITHOUT_A_TABLE} == {
        table: rows[table] for table in TABLES.values() if rows[table]
    }


def test_every_charge_has_its_defendant_and_every_result_its_owner(told: Told) -> None:
    assert queried(
        told.home, "SELECT count(*) FROM {offence} AS o ANTI JOIN {defendant} AS d USING (defendant_id)"
    ) == [(0,)]
    assert queried(told.home, "SELECT count(*) FROM {defendant} AS d ANTI JOIN {court_case} AS c USING (case_id)") == [
        (0,)
    ]
    ownerless = """SELECT count(*) FROM {result} WHERE CASE owner_kind_code
      WHEN 'offence' THEN offence_id WHEN 'application' THEN application_id
      WHEN 'application_offence' THEN application_offence_id ELSE defendant_id END IS NULL"""
    assert queried(told.home, ownerless) == [(0,)]
    assert queried(told.home, "SELECT count(*) > 0 FROM {result}") == [(True,)]


def test_a_reshare_takes_back_the_result_that_it_leaves_out(reshare: Surroundings) -> None:
    _, files = _story("reshare")
    first, again = (independent.hearing_resulted_keys(file)["result"] for file in sorted(files))
    assert len(first - again) == 1 and len(again - first) == 1
    assert queried(reshare, "SELECT count(*) FROM {result}") == [(len(again),)]
    labels = {label for (label,) in queried(reshare, "SELECT result_label FROM {result}")}
    assert "Surcharge" not in labels and len(labels) == 5


def test_the_books_of_a_reshare_are_those_of_the_worked_example(reshare: Surroundings) -> None:
    books = {drop.name.split("-")[0]: drop.counts["result"] for drop in reshare.ledger.drops()}
    assert {name: books["reshare"].get(name, 0) for name in ("read", "accepted", *BOOKS, "removed")} == {
        "read": 5,
        "accepted": 5,
        "new": 1,
        "changed": 4,
        "unchanged": 0,
        "superseded": 0,
        "duplicate": 0,
        "removed": 1,
    }
