"""Receipts, disposals and open cases: the published numbers, the truth, the tables and a second count are one number each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from onecrown.adapters.memory_tables import MemoryTables
from onecrown.cli.home import open_home
from onecrown.definitions.model import Model
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.score_against_truth import Score, score_home
from onecrown.flows.score_caseload import CaseloadScore, score_caseload
from onecrown.flows.surroundings import WITH_BATCH
from onecrown.rendering.table_layouts import table_layouts
from onecrown.synthesis.published import Published, read_published
from onecrown.synthesis.synthesise import Wanted, synthesise
from tests.merging.builders import File
from tests.merging.homes import ONE_THREAD, Home, home_in_memory

from .conftest import Received, Synthetic
from .second_count import Counts, counted, is_open, published

COUNTED = ("receipts", "disposals", "open_cases")


def with_three_measures(model: Model) -> Model:
    """The model with the measures of the caseload alone, by nothing: counting is quicker."""
    assert model.measures is not None
    every = model.measures
    kept = {name: replace(every.measures[name], dimensions=(), crossed=()) for name in COUNTED}
    family = replace(every.families["caseload"], measures=tuple(kept))
    return replace(model, measures=replace(every, measures=kept, families={"caseload": family}, views={}))


def by_quarter(found: CaseloadScore) -> Counts:
    """What the tables say, as the second count says it."""
    tables = {(told.measure, told.quarter_end_on): told.tables for told in found.told}
    ends = {end_on for _, end_on in tables}
    return {end: (tables["receipts", end], tables["disposals", end], tables["open", end]) for end in sorted(ends)}


def assert_exact(found: Score, truth: Path) -> None:
    assert found.caseload.differing == []
    assert [told for told in found.caseload.told if not told.is_exact] == []
    assert [event for event, planted, seen in found.caseload.events if seen != planted] == []
    assert by_quarter(found.caseload) == counted(truth) == published(truth)


@pytest.fixture(scope="module")
def half_scored(half_a_year: Synthetic, received: Received) -> Score:
    """The half year whose files were received is merged, its tables in memory, and scored."""
    with open_home(received.home) as opened:
        model = with_three_measures(opened.model)
        tables = MemoryTables(received.home / "tables", table_layouts(model))
        home = replace(opened, model=model, resources=ONE_THREAD, tables=tables, measures_when=WITH_BATCH)
        merge_pending(home)
        return score_home(home, half_a_year.folder / "truth")


def test_the_tables_hold_the_published_counts_case_by_case(half_a_year: Synthetic, half_scored: Score) -> None:
    assert_exact(half_scored, half_a_year.folder / "truth")


def test_a_second_count_of_forty_quarters_is_what_was_published(ten_years: Synthetic) -> None:
    found = counted(ten_years.folder / "truth")
    assert len(found) == 40
    assert found == published(ten_years.folder / "truth")


def test_the_second_count_refuses_a_case_that_goes_twice() -> None:
    went = date(2025, 1, 6)
    with pytest.raises(ValueError, match="goes while it is not"):
        is_open([(went, 1), (went, -1), (went, -1)], went)


def of_three_centres(first_on: date, last_on: date, scale: float) -> Published:
    """The published figures, as if there were only the three largest centres: fewer files."""
    found = read_published(first_on, last_on, scale)
    return replace(found, courts=found.courts[:3])


@pytest.mark.long
@pytest.mark.parametrize("seed", [7, 19])
def test_every_quarter_of_ten_years_is_exact(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onecrown.synthesis.synthesise.read_published", of_three_centres)
    synthesise(tmp_path / "out", Wanted(0.0015, seed, extracts=2))
    drops = tmp_path / "out" / "drops"
    files = [File(p.relative_to(drops).as_posix(), p.read_bytes()) for p in sorted(drops.rglob("*")) if p.is_file()]
    with open_home(tmp_path / "any") as opened:
        model = with_three_measures(opened.model)
    with home_in_memory(tmp_path / "home", model) as told:
        home = Home(replace(told.around, measures_when=WITH_BATCH))
        home.run(*files)
        found = score_home(home.around, tmp_path / "out" / "truth")
    assert len({told.quarter_end_on for told in found.caseload.told}) == 40
    assert_exact(found, tmp_path / "out" / "truth")


# --- what is told where truth and tables differ

QUARTER = "DATE '2025-01-01', DATE '2025-03-31'"
TOLD = f"""
t_quarter: SELECT {QUARTER}, 1, 2, 1, 2 : begun_on, ended_on, open_at_start, receipts, disposals, open_at_end
t_case: VALUES ('a', 'crown', 'receipt', DATE '2025-01-06', NULL), ('b', 'crown', 'receipt', DATE '2025-01-07', DATE '2025-02-03') : case_id, jurisdiction, origin, received_on, disposed_on
t_event: SELECT 'a', 'bench_warrant_issued', DATE '2025-02-03', -1 : case_id, event, event_on, effect
s_record: VALUES ('a', 'A'), ('b', 'B') : truth, found
m_counted_case: VALUES ('A', 'crown', true, DATE '2025-01-06', NULL), ('B', 'crown', true, DATE '2025-01-08', NULL), ('C', 'crown', true, DATE '2025-01-09', DATE '2025-02-03') : case_id, jurisdiction_code, is_new_receipt, receipt_on, current_final_on
m_case_spell: VALUES ('A', DATE '2025-01-06', NULL, 'open', 'x'), ('B', DATE '2025-01-08', NULL, 'open', 'x') : case_id, begun_on, ended_on, status_code, decided_by
m_measure_value: SELECT 'receipts', 'quarter', {QUARTER}, 'total', 'count', 3 : measure_id, period_kind, period_begun_on, period_ended_on, breakdown, statistic, counted_count
"""


@pytest.fixture
def told() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        for line in TOLD.strip().splitlines():
            name, select, columns = line.replace(": ", "\t", 1).replace(" : ", "\t").split("\t")
            con.execute(f"CREATE VIEW {name} AS SELECT * FROM ({select}) AS said ({columns})")
        yield con


def test_cases_that_differ_are_told_by_reason(told: duckdb.DuckDBPyConnection) -> None:
    found = score_caseload(told)
    assert sorted(found.differing) == [
        ("disposals", "in the tables alone", 1),
        ("disposals", "in the truth alone", 1),
        ("open", "open in the tables alone", 2),
        ("receipts", "in the tables alone", 1),
        ("receipts", "on another day", 1),
    ]
    assert found.exact() == [("receipts", 1, 0), ("disposals", 1, 0), ("open", 1, 0)]
    assert found.events == [("bench_warrant_issued", 1, 0)]


def test_each_count_is_told_three_times(told: duckdb.DuckDBPyConnection) -> None:
    rows = {said.measure: (said.published, said.truth, said.tables) for said in score_caseload(told).told}
    assert rows == {"receipts": (2, 2, 3), "disposals": (1, 1, 0), "open": (2, 0, 0)}
