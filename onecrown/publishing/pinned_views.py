"""The views of a release: each table at its snapshot, up to the end of the period, in types that a view may have on Athena.

A view of Athena's cannot have an instant with a zone: instants are in UTC, without one, to the millisecond. Athena's
`FOR VERSION AS OF` takes no tag, so the views carry snapshot ids.
"""

from __future__ import annotations

from collections.abc import Mapping

from onecrown.publishing.manifest import Manifest, PinnedTable
from onecrown.rendering.table_layouts import MEASURES, TableLayout
from onecrown.sql.quoting import name

INSTANT = "timestamp(3)"
_ENDS = {f"{MEASURES}.measure_value": "period_ended_on", f"{MEASURES}.period": "ended_on"}
"""Tables of which a row is of one period, with the column of its last day."""
_TYPES = {"string": "varchar", "long": "bigint", "int": "integer", "timestamptz": INSTANT}


def view_columns(layout: TableLayout, there: tuple[str, ...]) -> dict[str, str]:
    """The columns of a view with their types on Athena: those of the layout that the table had at its snapshot."""
    return {column.name: _TYPES.get(column.type, column.type) for column in layout.columns if column.name in there}


def athena_view(release: Manifest, pinned: PinnedTable) -> str:
    """The SELECT of a view, in Athena's SQL."""
    columns = ", ".join(_athena_column(column, kind) for column, kind in pinned.columns.items())
    database, _, table = pinned.table.partition(".")
    read = f"{name(database)}.{name(table)} FOR VERSION AS OF {pinned.snapshot_id}"
    return f"SELECT {columns} FROM {read}{_until(release, pinned)}"


def embedded_view(release: Manifest, pinned: PinnedTable, relation: str) -> str:
    """The same over a relation of DuckDB's that reads the table at its snapshot, as a FROM item."""
    columns = ", ".join(_embedded_column(column, kind) for column, kind in pinned.columns.items())
    return f"(SELECT {columns} FROM {relation}{_until(release, pinned)})"


def exported_view(pinned: PinnedTable, relation: str) -> str:
    """The same over what a release exported of the table."""
    return f"(SELECT {_listed(pinned.columns)} FROM {relation})"


def _athena_column(column: str, kind: str) -> str:
    said = name(column)
    if kind == INSTANT:
        return f"CAST(date_trunc('millisecond', {said} AT TIME ZONE 'UTC') AS {INSTANT}) AS {said}"
    return said


def _embedded_column(column: str, kind: str) -> str:
    said = name(column)
    if kind == INSTANT:
        return f"CAST(date_trunc('milliseconds', timezone('UTC', {said})) AS TIMESTAMP) AS {said}"
    return said


def _until(release: Manifest, pinned: PinnedTable) -> str:
    """Measures end with the release's period: what came later is not published with it."""
    end = _ENDS.get(pinned.table)
    return f" WHERE {name(end)} <= DATE '{release.name.period.ended_on.isoformat()}'" if end else ""


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(map(name, columns))
