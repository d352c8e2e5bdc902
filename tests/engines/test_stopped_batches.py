"""A batch that Spark left half committed is finished, and a commit over what has changed since is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onecrown.errors import CommitConflict, StorageError
from onecrown.ports import Change
from tests.merging.builders import cases, extract
from tests.merging.homes import Home, home_of_cases

pytest.importorskip("pyspark", reason="pyspark is not installed: make test-spark brings it")

from .homes import Engines

pytestmark = pytest.mark.spark
FILES = [extract("case", cases("A B/G"), "2026-01-05")]


class StopsAfter:
    """An executor that fails when it has committed so often."""

    def __init__(self, executor: Any, commits: int) -> None:
        self.bench = executor.bench
        self._executor = executor
        self._left = commits

    def commit(self, change: Change) -> int:
        if not self._left:
            raise StorageError("the disk went away")
        self._left -= 1
        return int(self._executor.commit(change))


def test_a_batch_that_stopped_between_commits_is_finished_without_a_second_snapshot(tmp_path: Path, spark: Any) -> None:
    with home_of_cases(tmp_path / "one") as plain, home_of_cases(tmp_path / "other") as home:
        both = Engines(home, tmp_path / "other", spark)
        plain.run(*FILES)
        stops = StopsAfter(both.executor, 2)
        failing = Home(replace(both.distributed.around, distributed=lambda: stops))
        failing.receive(*FILES)
        with pytest.raises(StorageError, match="went away"):
            failing.merge()
        both.distributed.merge()
        assert home.dump() == plain.dump()
        assert home.snapshot_counts() == plain.snapshot_counts()


def test_a_commit_over_a_table_that_another_writer_changed_is_refused(tmp_path: Path, spark: Any) -> None:
    with home_of_cases(tmp_path) as home, home_of_cases(tmp_path) as other:
        both = Engines(home, tmp_path, spark)
        home.run(*FILES)
        table = "onecrown.court_case"
        tables = home.around.tables
        tables.refresh()
        assert tables.head(table)
        with other.around.engine() as con:
            rows, count = other.around.tables.write_rows(
                con, table, f"SELECT * FROM {other.around.tables.relation(table)}"
            )
        other.around.tables.commit(Change(table, "first", rows, count))
        before = home.snapshot_counts()[table]
        tables.refresh()
        stale = tables.head(table)
        with other.around.engine() as con:
            rows, count = other.around.tables.write_rows(
                con, table, f"SELECT * FROM {other.around.tables.relation(table)}"
            )
        other.around.tables.commit(Change(table, "second", rows, count))
        assert tables.head(table) == stale, "this home has not looked since"
        with pytest.raises(CommitConflict, match="another writer"):
            both.executor.commit(Change(table, "third", rows, count))
        assert home.snapshot_counts()[table] == before + 1
