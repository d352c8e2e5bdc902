"""The tables of Glue's catalogue, as the query engine asks for them: each at its newest snapshot, read by pyiceberg.

Nothing here is shared with the adapters that write the tables, so that a query through the local Athena is also a
second reader of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchIcebergTableError, NoSuchTableError
from pyiceberg.table import Table

from onecrown.errors import UsageError
from onecrown.sql.quoting import name as quoted

_TYPES = {"string": "varchar", "timestamptz": "timestamp(6) with time zone", "long": "bigint", "int": "integer"}


@dataclass(slots=True)
class GlueTables:
    """The tables during one query; `visible` are the columns that the caller may see, by full name: all, if not named."""

    catalog: Catalog
    con: duckdb.DuckDBPyConnection
    visible: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scanned_bytes: int = 0
    _loaded: dict[str, Table] = field(default_factory=dict)
    _numbers: Any = field(default_factory=itertools.count)

    def databases(self) -> list[str]:
        """The names of all databases."""
        return sorted(parts[0] for parts in self.catalog.list_namespaces())

    def tables(self, database: str) -> list[str]:
        """The names of a database's tables."""
        return sorted(parts[-1] for parts in self.catalog.list_tables(database))

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """The columns that may be seen, with their Athena types; None where there is no such table."""
        found = self._table(database, table)
        if found is None:
            return None
        every = {column.name: str(column.field_type) for column in found.schema().fields}
        seen = self.visible.get(f"{database}.{table}", list(every))
        return {column: _TYPES.get(kind, kind) for column, kind in every.items() if column in seen}

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """The rows of a table at a snapshot, or at its newest. Raises `UsageError` where there is no such snapshot."""
        found = self._known(database, table)
        if snapshot_id is not None and found.snapshot_by_id(snapshot_id) is None:
            raise UsageError(f"{database}.{table} has no snapshot {snapshot_id}")
        scan = found.scan(snapshot_id=snapshot_id)
        self.scanned_bytes += sum(task.file.file_size_in_bytes for task in scan.plan_files())
        rows = f"rows_{next(self._numbers)}"
        self.con.register(rows, scan.to_arrow())
        return quoted(rows)

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        """The snapshot that was current at an instant; None before the first."""
        until = instant.timestamp() * 1000
        past = [entry for entry in self._known(database, table).history() if entry.timestamp_ms <= until]
        return past[-1].snapshot_id if past else None

    def inspect(self, database: str, table: str, what: str) -> Any:
        """A metadata table as Arrow. Raises `UsageError` where the caller sees not all columns, as on Athena."""
        found, full_name = self._known(database, table), f"{database}.{table}"
        if len(self.visible.get(full_name, found.schema().fields)) < len(found.schema().fields):
            raise UsageError(f"insufficient permissions: {full_name}${what} needs the right on every column")
        return getattr(found.inspect, what)()

    def _known(self, database: str, table: str) -> Table:
        found = self._table(database, table)
        if found is None:
            raise UsageError(f"there is no table `{database}.{table}`")
        return found

    def _table(self, database: str, table: str) -> Table | None:
        full_name = f"{database}.{table}"
        if full_name not in self._loaded:
            try:
                self._loaded[full_name] = self.catalog.load_table(full_name)
            except (NoSuchTableError, NoSuchIcebergTableError):
                return None
        return self._loaded[full_name]
