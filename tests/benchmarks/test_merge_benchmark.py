"""The benchmark of the merge still runs: its targets are as a merge leaves them, and its drops have the right books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.merge.drops import Shape, Wanted, put_drop
from bench.merge.homes import bench_home, keep_as_built
from bench.merge.numbered import RECORD_TYPE
from bench.merge.runs import build, mapped, measured_floor, merge
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.surroundings import Surroundings

TABLES = ("onecrown.charge", "onecrown_history.invented_system_charges_charge", "onecrown_history.sighting")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench") / "target"


def rows_of(home: Surroundings, table: str) -> Iterator[str]:
    """The rows of a table as text, without lineage."""
    home.tables.refresh()
    relation = home.tables.relation(table)
    with home.engine() as con:
        columns = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
        kept = [name for name in columns if name not in ("_file", "_pos", "drop_id", "position")]
        said = ", ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '-')" for name in kept)
        return iter(sorted(row[0] for row in con.execute(f"SELECT concat_ws('|', {said}) FROM {relation}").fetchall()))


@pytest.mark.parametrize("shape", ["spread", "clustered"])
def test_half_of_a_drop_changes_what_stands_and_half_is_new(folder: Path, shape: Shape) -> None:
    wanted = Wanted(200, 2000, shape)
    build(folder, wanted)
    assert measured_floor(folder, wanted)["bytes"] > 0
    assert merge(folder, wanted)["bytes"] > 0


def test_peers_are_handed_as_many_rows_as_the_drop_has_records(folder: Path) -> None:
    import pyarrow.parquet as pq

    wanted = Wanted(200, 2000, "spread")
    build(folder, wanted)
    mapped(folder, wanted)
    assert pq.read_metadata(folder / "mapped.parquet").num_rows == 200


def test_a_built_target_is_what_a_merge_of_its_records_would_leave(folder: Path, tmp_path: Path) -> None:
    class First(Wanted):
        """The records of which the target is made, as a drop."""

        __slots__ = ()

        @property
        def numbers(self) -> str:
            return f"(SELECT range * 2 AS number FROM range({self.target}))"

    build(folder, Wanted(200, 2000, "spread"))
    with bench_home(tmp_path / "merged") as home:
        put_drop(home, First(2000, 2000, "spread", 0))
        merge_pending(home)
        merged = {table: list(rows_of(home, table)) for table in TABLES}
        keep_as_built(tmp_path / "merged")
    with bench_home(folder) as home:
        assert {table: list(rows_of(home, table)) for table in TABLES} == merged
    assert len(merged[TABLES[0]]) == 2000
    assert RECORD_TYPE == "charge"
