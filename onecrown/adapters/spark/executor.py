"""The distributed executor of a home: one Spark session for the process, a session of its own for each piece of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.adapters.spark.engine import SparkEngine
from onecrown.adapters.spark.session import session_of_home
from onecrown.adapters.spark.tables import SparkTables
from onecrown.ports import Bench, Change


@dataclass(frozen=True, slots=True)
class _SparkBench:
    engine: SparkEngine
    tables: SparkTables

    def relation(self, table: str, snapshot_id: int | None = None) -> str:
        return self.tables.relation(table, snapshot_id)

    def write_rows(self, full_name: str, select: str) -> tuple[Path, int]:
        return self.tables.write_rows(full_name, select)

    def write_deletes(self, full_name: str, select: str) -> tuple[Path, int]:
        return self.tables.write_deletes(full_name, select)


class SparkExecutor:
    """Works batches out in Spark; commits them through Iceberg."""

    def __init__(self, session: SparkSession, tables: IcebergTables, home: Path) -> None:
        self._session = session_of_home(session, home / "catalog.db", home / "warehouse")
        self._tables = tables
        self._warehouse = home / "warehouse"
        self.statement_count = 0

    @contextmanager
    def bench(self) -> Iterator[Bench]:
        """An engine with views and functions of its own; what it kept is gone afterwards."""
        engine = SparkEngine(self._session)
        try:
            yield _SparkBench(engine, self._over(engine))
        finally:
            self.statement_count += engine.statement_count
            engine.close()

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change. Raises `CommitConflict` where another writer was first."""
        return self._over(SparkEngine(self._session)).commit(change)

    def _over(self, engine: SparkEngine) -> SparkTables:
        return SparkTables(engine, self._tables, self._warehouse)
