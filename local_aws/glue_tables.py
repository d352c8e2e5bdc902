"""The tables of Glue's catalogue, as the query engine asks for them: each at its newest snapshot, read by pyiceberg.

Nothing here is shared with the adapters that write the tables, so that a query through the local Athena is also a
second reader of them. A view is its SQL, run with the caller's rights on what it reads.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchIcebergTableError, NoSuchPropertyException, NoSuchTableError
from pyiceberg.table import Table

from onecrown.adapters.aws.athena_view import columns_of_view, is_view, sql_of_view
from onecrown.errors import UsageError
from onecrown.querying.athena_dialect import parse, translate_tree
from onecrown.querying.table_references import query_of
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
    _read: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=itertools.count)

    def databases(self) -> list[str]:
        """The names of all databases."""
        return sorted(parts[0] for parts in self.catalog.list_namespaces())

    def tables(self, database: str) -> list[str]:
        """The names of a database's tables."""
        return sorted({*(parts[-1] for parts in self.catalog.list_tables(database)), *self._views(database)})

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """The columns that may be seen, with their Athena types; None where there is no such table."""
        every = self._every_column(database, table)
        if every is None:
            return None
        seen = self.visible.get(f"{database}.{table}", list(every))
        return {column: _TYPES.get(kind, kind) for column, kind in every.items() if column in seen}

    def _every_column(self, database: str, table: str) -> dict[str, str] | None:
        """The columns of a table or a view; None where there is neither."""
        found, view = self._table(database, table), self._views(database).get(table)
        if found is not None:
            return {column.name: str(column.field_type) for column in found.schema().fields}
        return columns_of_view(view) if view else None

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """The rows of a table at a snapshot, or at its newest. Raises `UsageError` where there is no such snapshot."""
        if self._table(database, table) is None and (view := self._views(database).get(table)):
            return self._of_view(view)
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

    def read_by_view(self, database: str, table: str) -> list[tuple[str, str]]:
        """Database and name of what a view reads; nothing where it is none."""
        view = self._views(database).get(table)
        return [(of.database, of.table) for of in query_of(parse(sql_of_view(view))).references] if view else []

    def _of_view(self, view: Mapping[str, Any]) -> str:
        """The rows of a view, of relations that are named apart from those of the query around it."""
        query, apart = query_of(parse(sql_of_view(view))), f"view_{next(self._numbers)}_"
        schemas = {of.relation: self.columns(of.database, of.table) or {} for of in query.references}
        for of in query.references:
            rows = self.relation(of.database, of.table, of.snapshot_id)
            self.con.execute(f"CREATE TEMP VIEW {quoted(apart + of.relation)} AS SELECT * FROM {rows}")
        sql = translate_tree(query.tree, schemas).sql
        for of in query.references:
            sql = sql.replace(of.relation, apart + of.relation)
        return f"({sql})"

    def _views(self, database: str) -> dict[str, dict[str, Any]]:
        """The views of a database, as the catalogue has them."""
        if database not in self._read:
            glue = getattr(self.catalog, "glue")  # noqa: B009 - only Glue's catalogue has one
            try:
                pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
                tables = [table for page in pages for table in page["TableList"]]
            except glue.exceptions.EntityNotFoundException:
                tables = []
            self._read[database] = {table["Name"]: table for table in tables if is_view(table)}
        return self._read[database]

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
            except (NoSuchTableError, NoSuchIcebergTableError, NoSuchPropertyException):  # the last: a view
                return None
        return self._loaded[full_name]
