"""The distributed executor of a home: one Spark session for the process, a session of its own for each piece of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.adapters.spark.commits import RowDeltas
from onecrown.adapters.spark.engine import SparkEngine
from onecrown.adapters.spark.session import session_of_home
from onecrown.adapters.spark.tables import SparkTables
from onecrown.executor_ports import Bench
from onecrown.ports import Change


@dataclass(frozen=True, slots=True)
class _SparkBench:
    engine: SparkEngine
    tables: SparkTables

    def relation(self, table: str, snapshot_id: int | None = None) -> str:
        return self.tables.relation(table, snapshot_id)

    def write_rows(self, table: str, select: str) -> tuple[Path, int]:
        return self.tables.write_rows(table, select)

    def write_deletes(self, table: str, select: str) -> tuple[Path, int]:
        return self.tables.write_deletes(table, select)


class SparkExecutor:
    """Works batches out in Spark; commits them through Iceberg."""

    def __init__(self, session: SparkSession, tables: IcebergTables, home: Path) -> None:
        self._session = session
        self._tables = tables
        self._home = home
        self.statement_count = 0

    @contextmanager
    def bench(self) -> Iterator[Bench]:
        """An engine with views and functions of its own; what it kept is gone afterwards."""
        catalogue, warehouse = self._home / "catalog.db", self._home / "warehouse"
        with session_of_home(self._session, catalogue, warehouse) as own:
            engine = SparkEngine(own)
            try:
                yield _SparkBench(engine, SparkTables(engine, self._tables, warehouse))
            finally:
                self.statement_count += engine.statement_count
                engine.close()

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change, over the table as it was first seen. Raises `CommitConflict`."""
        seen = self._tables.head(change.table)
        self._tables.make(change.table)
        snapshot_id = RowDeltas(self._session, self._home).commit(change, seen)
        self._tables.forget(change.table)
        return snapshot_id
