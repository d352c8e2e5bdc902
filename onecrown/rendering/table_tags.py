"""The sensitivity of every column, as tags for whoever grants access. What has none keeps its database's: the most restrictive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onecrown.definitions.model import Model
from onecrown.rendering.table_layouts import HISTORY, UNIFIED, TableLayout, table_layouts

OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class ColumnTag:
    """Columns of one table that have one sensitivity."""

    table: str
    sensitivity: str
    columns: tuple[str, ...]


def column_tags(model: Model) -> list[ColumnTag]:
    """Every column that has a sensitivity of its own. History has none: it holds records as delivered."""
    return [
        tag
        for table, layout in sorted(table_layouts(model).items())
        if layout.database != HISTORY
        for tag in _of_table(layout, _said(model, layout))
    ]


def view_tags(layouts: Iterable[TableLayout]) -> Iterator[ColumnTag]:
    """The columns of views over measures: official, as those of the tables that they read."""
    for layout in layouts:
        yield ColumnTag(layout.full_name, OFFICIAL, tuple(column.name for column in layout.columns))


def _said(model: Model, layout: TableLayout) -> dict[str, str]:
    """The sensitivities that the model gives; what the renderer adds is official, unless it names a record."""
    entity = model.entities.get(layout.name) if layout.database == UNIFIED else None
    given = {column.name: column.sensitivity for column in entity.columns} if entity else {}
    added = {column.name: OFFICIAL for column in layout.columns if not column.is_personal}
    return {**added, **given}


def _of_table(layout: TableLayout, said: dict[str, str]) -> Iterator[ColumnTag]:
    for sensitivity in sorted(set(said.values())):
        columns = tuple(column.name for column in layout.columns if said.get(column.name) == sensitivity)
        yield ColumnTag(layout.full_name, sensitivity, columns)
