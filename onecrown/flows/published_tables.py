"""The tables as readers see them: at the last complete batch, or at their newest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb

from onecrown.errors import UsageError
from onecrown.flows.surroundings import Surroundings
from onecrown.rendering.history_views import versions_layouts, versions_sql
from onecrown.rendering.measure_views import MeasureView, measure_views
from onecrown.rendering.table_layouts import OPS, TableLayout, table_layouts


class PublishedTables:
    """Tables of a home at the last complete batch; `latest` reads every table at its head instead."""

    def __init__(self, home: Surroundings, con: duckdb.DuckDBPyConnection, latest: bool = False) -> None:
        self._home = home
        self._layouts = table_layouts(home.model)
        self._measure_views = measure_views(home.model)
        self._views = {
            **versions_layouts(home.model),
            **{full_name: view.layout for full_name, view in self._measure_views.items()},
        }
        home.tables.refresh()
        self._snapshots = None if latest else last_batch(home, con)

    def layouts(self) -> dict[str, TableLayout]:
        """Every table of the model by full name."""
        return self._layouts

    def snapshot(self, full_name: str) -> int | None:
        """The snapshot at which a table is read."""
        if self._snapshots is None or full_name == f"{OPS}.batch":
            return self._home.tables.head(full_name)
        return self._snapshots.get(full_name)

    def read(self, full_name: str, snapshot_id: int | None = None) -> str:
        """SQL that reads a table, with `_file` and `_pos`."""
        at = snapshot_id if snapshot_id is not None else self.snapshot(full_name)
        return self._home.tables.empty(full_name) if at is None else self._home.tables.relation(full_name, at)

    def databases(self) -> list[str]:
        """The databases."""
        return sorted({layout.database for layout in self._layouts.values()})

    def tables(self, database: str) -> list[str]:
        """The tables and views of a database."""
        every = (*self._layouts.values(), *self._views.values())
        return sorted(layout.name for layout in every if layout.database == database)

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """Columns with Athena's types; None where there is no such table or view."""
        full_name = f"{database}.{table}"
        layout = self._layouts.get(full_name) or self._views.get(full_name)
        return layout.athena_columns() if layout else None

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """SQL that reads a table at a snapshot, or as published. Raises `UsageError` where there is no such snapshot."""
        full_name = f"{database}.{table}"
        if full_name in self._views:
            return self._view(full_name, snapshot_id)
        if snapshot_id is not None and snapshot_id not in self._home.tables.snapshot_ids(full_name):
            raise UsageError(f'{full_name} has no snapshot {snapshot_id}; list them: SELECT * FROM "{table}$snapshots"')
        return self.read(full_name, snapshot_id)

    def _view(self, full_name: str, snapshot_id: int | None) -> str:
        if snapshot_id is not None:
            raise UsageError(f"{full_name} is a view and has no snapshots; ask it by its dates")
        if full_name in self._measure_views:
            return self._measure_view(self._measure_views[full_name])
        return f"({versions_sql(self._home.model, full_name, self.read)})"

    def _measure_view(self, view: MeasureView) -> str:
        from onecrown.querying.views import relation_of_view  # sqlglot takes a while to load: only these views need it

        return relation_of_view(view.sql, self.columns, lambda database, table: self.relation(database, table, None))

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        """The snapshot that was current at an instant."""
        history = self.inspect(database, table, "history")
        past = (
            [row for row in history.to_pylist() if _in_zone(row["made_current_at"], instant) <= instant]
            if history
            else []
        )
        return past[-1]["snapshot_id"] if past else None

    def inspect(self, database: str, table: str, what: str) -> Any:
        """A metadata table as Arrow. Raises `UsageError` for a view."""
        if f"{database}.{table}" in self._views:
            raise UsageError(f"{table} is a view and has no snapshots; ask it by valid_from and valid_to")
        return self._home.tables.inspect(f"{database}.{table}", what)


def _in_zone(moment: datetime, like: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=like.tzinfo)


def last_batch(home: Surroundings, con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The snapshot of every table at the last complete batch; empty before the first."""
    batches = home.tables.relation(f"{OPS}.batch")
    row = con.execute(f"SELECT snapshots FROM {batches} ORDER BY finished_at DESC, batch_id DESC LIMIT 1").fetchone()
    return {table: int(snapshot) for table, snapshot in json.loads(row[0]).items()} if row else {}
