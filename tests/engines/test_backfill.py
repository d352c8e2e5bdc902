"""A backfill gives the unified tables that history says, and writes nothing where they stand already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onecrown.errors import UsageError
from onecrown.flows.backfill_tables import backfill_source
from onecrown.ports import Change
from tests.merging.builders import Result, Share, cases, charges, extract, parents
from tests.merging.homes import Home, home_in, home_of_cases
from tests.merging.kept_homes import KeptHome

FILES = [
    *parents("2026-01-05"),
    extract("charge", charges("A B/G C"), "2026-01-05"),
    Share("2026-01-07T12:00:00Z", [Result("a", 1), Result("b", 2)]).file(),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptHome:
    """A home with the files merged."""
    kept = KeptHome(tmp_path_factory.mktemp("kept"))
    with kept.until("merged") as home:
        home.run(*FILES)
    return kept


def lose_rows(home: Home, table: str, where: str) -> int:
    """Rows of a unified table deleted by a commit that no batch knows."""
    tables = home.around.tables
    tables.refresh()
    with home.around.engine() as con:
        gone, count = tables.write_deletes(
            con,
            table,
            f"SELECT _file AS file_path, _pos AS pos FROM {tables.relation(table)} WHERE {where}",
        )
    tables.commit(Change(table, "by-hand", deletes=gone, deleted=count))
    return count


def lost_and_rebuilt(home: Home) -> None:
    before = home.dump()
    assert lose_rows(home, "onecrown.offence", "offence_code LIKE 'ZZ25%'") == 3
    assert lose_rows(home, "onecrown.result", "true") == 2
    assert home.dump() != before
    done = backfill_source(home.around, "xhibit")
    assert (done.tables, done.added, done.deleted) == (1, 3, 0)
    assert home.charges() == "A B/G C TH68010"
    assert home.dump() != before, "the other source was not asked for"
    assert backfill_source(home.around, "common_platform/hearing_resulted").added == 2
    assert home.dump() == before


def test_a_backfill_restores_rows_that_were_lost_and_of_the_asked_source_alone(kept: KeptHome) -> None:
    with kept.at("merged") as home:
        lost_and_rebuilt(home)
        batch = home.around.ledger.batches()[-1]
        assert batch.reason.startswith("backfill of common_platform/hearing_resulted; ")
        assert batch.state == "finished" and not batch.drop_ids


def test_a_second_backfill_commits_nothing(kept: KeptHome) -> None:
    with kept.at("merged") as home:
        snapshots, batches = home.snapshot_counts(), len(home.around.ledger.batches())
        done = backfill_source(home.around, "xhibit")
        assert (done.tables, done.added, done.deleted) == (0, 0, 0)
        assert home.snapshot_counts() == snapshots
        assert len(home.around.ledger.batches()) == batches


def test_a_backfill_takes_away_rows_that_history_does_not_give(kept: KeptHome) -> None:
    with kept.at("merged") as home:
        before = home.dump()
        tables = home.around.tables
        with home.around.engine() as con:
            rows, count = tables.write_rows(
                con,
                "onecrown.offence",
                f"SELECT * REPLACE ('invented' AS offence_id, 'nobody' AS unit_id) FROM {tables.relation('onecrown.offence')} "
                "WHERE offence_code = 'ZZ25A'",
            )
        tables.commit(Change("onecrown.offence", "by-hand", rows, count))
        assert backfill_source(home.around, "xhibit/extract").deleted == 1
        assert home.dump() == before


def test_a_source_that_is_not_in_the_model_is_named_in_the_refusal(tmp_path: Path) -> None:
    with home_in(tmp_path) as home, pytest.raises(UsageError, match=r"no source `xhibt`; did you mean `xhibit`\?"):
        backfill_source(home.around, "xhibt")


@pytest.mark.spark
@pytest.mark.long
def test_the_distributed_executor_restores_them_too(tmp_path: Path, spark: Any) -> None:
    from .homes import Engines

    with home_of_cases(tmp_path) as home:
        both = Engines(home, tmp_path, spark).distributed
        home.run(extract("case", cases("A B/G C"), "2026-01-05"))
        before = home.dump()
        assert lose_rows(home, "onecrown.court_case", "true") == 3
        assert backfill_source(both.around, "xhibit/extract").added == 3
        assert home.dump() == before
        assert home.around.ledger.batches()[-1].executor == "distributed"
        assert backfill_source(both.around, "xhibit/extract").tables == 0
