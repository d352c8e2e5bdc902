"""Which tables a release keeps: those that have no personal column. Identities and history never outlive an erasure by a tag."""

from __future__ import annotations

from onecrown.definitions.model import Model
from onecrown.rendering.table_layouts import HISTORY, TableLayout, table_layouts


def released_layouts(model: Model) -> dict[str, TableLayout]:
    """The tables of a release by full name. No two have the same name, as their views share a database."""
    return {name: layout for name, layout in table_layouts(model).items() if _is_released(layout)}


def _is_released(layout: TableLayout) -> bool:
    return layout.database != HISTORY and not any(column.is_personal for column in layout.columns)
