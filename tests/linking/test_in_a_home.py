"""A case that left Xhibit for Common Platform, through real drops: in any order, taken back, explained, rebuilt and erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import load_model
from onecrown.flows.act_on_drops import withdraw_drop
from onecrown.flows.backfill_tables import backfill_source
from onecrown.flows.explain_value import explain_value
from onecrown.rendering.lifecycle_queries import lifecycle_query
from tests.engines.example_weeks import examples
from tests.merging.builders import File
from tests.merging.homes import Home, home_in

MOVED = {  # a person of another case, with a charge, put on the case that migrates: nobody migrates them
    b'"20250001","9002","T"': b'"20250005","9002","T"',
    b'"T","20250001","9002"': b'"T","20250005","9002"',
    b'"01ZD2000125","2501ZD0100000002012J"': b'"01ZD2000525","2501ZD0100000002012J"',
}


def with_somebody_else(file: File) -> File:
    data = file.data
    for row, moved in MOVED.items():
        data = data.replace(row, moved)
    return File(file.key, data)


EXTRACT = [with_somebody_else(file) for file in examples("xhibit/extract*/2026-01-05/*", "2026-01-05T02:00:00")]
MIGRATED = examples("common_platform/migrated_case/*/*", "2026-01-06T09:00:00")
CASES = "SELECT count(*), count(DISTINCT case_id) FROM {onecrown.court_case}"
RECORDS = "SELECT source_dataset FROM {onecrown.case_source_record} WHERE rung_code IS NOT NULL ORDER BY 1"


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The extract and then, in a batch of its own, the migrated case."""
    with home_in(tmp_path_factory.mktemp("linked"), load_model()) as home:
        home.run_each([EXTRACT, MIGRATED])
        yield home


def test_the_migrated_case_is_one_with_the_case_that_it_was(linked: Home) -> None:
    assert linked.ask(RECORDS) == ["common_platform/migrated_case", "xhibit/extract"]
    ((rows, cases),) = [line.split(" | ") for line in linked.ask(CASES)]
    assert rows == cases
    assert linked.ask("SELECT entity_name, count(*) FROM {onecrown.case_alias} GROUP BY 1 ORDER BY 1")[0].startswith(
        "court_case | 1"
    )


def test_hearings_of_the_legacy_record_hang_on_the_case_that_stands(linked: Home) -> None:
    unknown = """SELECT count(*) FROM {onecrown.hearing_case} AS h ANTI JOIN {onecrown.court_case} AS c ON c.case_id = h.case_id
    WHERE h.source_dataset = 'xhibit/extract'"""
    assert linked.ask(unknown) == ["0"]


def test_a_person_whom_only_the_suppressed_record_tells_stays_in_the_tables_and_out_of_the_counts(linked: Home) -> None:
    told = linked.ask(
        """SELECT d.source_dataset, d.defendant_id FROM {onecrown.defendant} AS d
        WHERE d.case_id IN (SELECT case_id FROM {onecrown.case_source_record} WHERE rung_code IS NOT NULL) ORDER BY 1"""
    )
    (stands, united), (suppressed, alone) = (line.split(" | ") for line in told)
    assert (stands, suppressed) == ("common_platform/migrated_case", "xhibit/extract")
    said = lifecycle_query(load_lifecycle(load_model()), "remand_as_at", date(2026, 1, 10))
    counted = {str(row[0]) for row in linked.query(f"SELECT defendant_id FROM ({said}) AS counted")}
    assert (united in counted, alone in counted) == (True, False)


@pytest.mark.long
def test_the_other_order_gives_the_same_tables(linked: Home, tmp_path: Path) -> None:
    with home_in(tmp_path / "other", load_model()) as other:
        other.run_each([MIGRATED, EXTRACT])
        assert set(other.dump().splitlines()) ^ set(linked.dump().splitlines()) == set()


def test_an_explanation_names_both_records_and_what_each_said(linked: Home) -> None:
    (case_id,) = linked.ask("SELECT case_id FROM {onecrown.case_source_record} WHERE rung_code IS NOT NULL LIMIT 1")
    found = explain_value(linked.around, "court_case", case_id, "received_on")
    assert {origin.dataset for origin in found.origins} == {"xhibit/extract", "common_platform/migrated_case"}
    assert found.values[0]["reason"].startswith(
        "xhibit/extract, the first to tell it of: xhibit, common_platform, libra"
    )


@pytest.mark.long
def test_a_withdrawal_gives_the_legacy_record_its_own_id_back(tmp_path: Path) -> None:
    with home_in(tmp_path / "one", load_model()) as home, home_in(tmp_path / "other", load_model()) as never:
        home.run_each([EXTRACT, MIGRATED])
        (drop,) = [drop for drop in home.drops() if drop.dataset_name == "common_platform/migrated_case"]
        withdraw_drop(home.around, drop.drop_id, "invented")
        home.merge()
        never.run(*EXTRACT)
        assert home.ask(RECORDS) == []
        unified = [{line for line in h.dump().splitlines() if line.startswith("onecrown.")} for h in (home, never)]
        assert unified[0] ^ unified[1] == set()


@pytest.mark.long
def test_a_batch_that_touches_one_record_of_a_case_keeps_the_others(tmp_path: Path) -> None:
    """The migrated case is told again with another note: the rows of the legacy record are worked out with it."""
    with home_in(tmp_path / "one", load_model()) as home, home_in(tmp_path / "other", load_model()) as whole:
        home.run_each([EXTRACT, MIGRATED, [again(MIGRATED[0])]])
        whole.run(*EXTRACT, *MIGRATED, again(MIGRATED[0]))
        assert set(home.dump().splitlines()) ^ set(whole.dump().splitlines()) == set()


def again(file: File) -> File:
    said = json.loads(file.data)
    said["submissionId"] = "00000000-0000-4000-8000-5b0000000099"
    return File(file.key.replace("2026-01-06T09", "2026-01-07T09"), json.dumps(said).encode())


@pytest.mark.long
def test_a_backfill_finds_nothing_to_change(linked: Home) -> None:
    before = linked.snapshot_counts()
    backfill_source(linked.around, "xhibit")
    after = linked.snapshot_counts()
    assert {table: count for table, count in after.items() if before[table] != count} == {}
