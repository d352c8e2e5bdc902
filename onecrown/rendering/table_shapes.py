"""A table as it stands beside what the model says of it: which differences there are, and what mends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from onecrown.rendering.table_layouts import UNIFIED, TableColumn, TableLayout

NEW_TABLE, NEW_COLUMN, WIDER, COMMENT, PROPERTY = "new table", "new column", "wider type", "comment", "property"
GONE, RENAMED, RETYPED, RENUMBERED, REUSED = "column gone", "renamed", "other type", "other field id", "used field id"
DESTRUCTIVE = frozenset({GONE, RENAMED, RETYPED, RENUMBERED, REUSED})


@dataclass(frozen=True, slots=True)
class TableShape:
    """Columns and properties of a table as it stands; `used` are the names that field ids ever had; ids end at `last_id`."""

    columns: tuple[TableColumn, ...]
    properties: Mapping[str, str]
    used: Mapping[int, str]
    last_id: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: of a table, or of a column of it."""

    table: str
    kind: str
    column: str = ""
    said: str = ""

    @property
    def is_destructive(self) -> bool:
        """Whether values could be lost or read as something else."""
        return self.kind in DESTRUCTIVE


def numbered(layout: TableLayout, shape: TableShape) -> TableLayout:
    """The layout with the field ids that its table has, or would give to a new column.

    The model numbers the columns of unified tables. Those of history and operations have their table's numbers, by name, as a
    contract may put a field between others.
    """
    if layout.database == UNIFIED:
        return layout
    ids = {column.name: column.field_id for column in shape.columns}
    free = count(shape.last_id + 1)
    columns = tuple(replace(c, field_id=ids[c.name] if c.name in ids else next(free)) for c in layout.columns)
    return replace(layout, columns=columns)


def migrated(layout: TableLayout, shape: TableShape) -> TableLayout:
    """What the table's columns are to be: as `numbered`, and a column of another type that the table numbers is a new one."""
    types = {column.name: column.type for column in shape.columns}
    target = numbered(layout, shape)
    if layout.database == UNIFIED:
        return target
    free = count(max([shape.last_id, *(column.field_id for column in target.columns)]) + 1)
    return replace(
        target,
        columns=tuple(
            replace(c, field_id=next(free)) if c.name in types and _is_retyped(types[c.name], c.type) else c
            for c in target.columns
        ),
    )


def unfitting(layout: TableLayout, shape: TableShape | None) -> list[str]:
    """Columns whose values the table could not take as it stands; none where there is no table yet."""
    if shape is None:
        return []
    standing = {(column.field_id, column.name, column.type) for column in shape.columns}
    return [c.name for c in numbered(layout, shape).columns if (c.field_id, c.name, c.type) not in standing]


def differences(layout: TableLayout, shape: TableShape | None, properties: Mapping[str, str]) -> Iterator[Difference]:
    """What sets a table apart from its layout, and its properties from what they should be."""
    table = layout.full_name
    if shape is None:
        yield Difference(table, NEW_TABLE, said=f"{len(layout.columns)} columns")
        return
    target = numbered(layout, shape)
    for column in target.columns:
        yield from _of_column(table, column, shape)
    names, ids = {c.name for c in target.columns}, {c.field_id for c in target.columns}
    for column in shape.columns:
        if column.name not in names and column.field_id not in ids:
            yield Difference(table, GONE, column.name, f"{column.type}, field id {column.field_id}")
    for name, value in sorted(properties.items()):
        if shape.properties.get(name) != value:
            yield Difference(table, PROPERTY, name, value)


def _of_column(table: str, column: TableColumn, shape: TableShape) -> Iterator[Difference]:
    by_id = {standing.field_id: standing for standing in shape.columns}
    by_name = {standing.name: standing for standing in shape.columns}
    standing = by_id.get(column.field_id)
    if standing is None:
        yield _added(table, column, shape, by_name)
        return
    if standing.name != column.name:
        yield Difference(table, RENAMED, column.name, f"was {standing.name}")
    if _is_wider(standing.type, column.type):
        yield Difference(table, WIDER, column.name, f"{standing.type} to {column.type}")
    elif standing.type != column.type:
        yield Difference(table, RETYPED, column.name, f"{standing.type} to {column.type}")
    if standing.comment != " ".join(column.comment.split())[:255]:
        yield Difference(table, COMMENT, column.name)


def _added(table: str, column: TableColumn, shape: TableShape, by_name: Mapping[str, TableColumn]) -> Difference:
    if column.name in by_name:
        return Difference(table, RENUMBERED, column.name, f"{by_name[column.name].field_id} to {column.field_id}")
    if column.field_id in shape.used:
        return Difference(table, REUSED, column.name, f"{column.field_id} was {shape.used[column.field_id]}")
    return Difference(table, NEW_COLUMN, column.name, column.type)


def _is_retyped(standing: str, wanted: str) -> bool:
    return standing != wanted and not _is_wider(standing, wanted)


def _is_wider(standing: str, wanted: str) -> bool:
    """The promotions of Iceberg that keep every value: int to long, float to double, more digits before the same scale."""
    if (standing, wanted) in {("int", "long"), ("float", "double")}:
        return True
    before, after = _digits(standing), _digits(wanted)
    return before is not None and after is not None and before[1] == after[1] and before[0] < after[0]


def _digits(kind: str) -> tuple[int, int] | None:
    """Precision and scale of a decimal."""
    if not kind.startswith("decimal("):
        return None
    precision, scale = kind.removeprefix("decimal(").removesuffix(")").split(",")
    return int(precision), int(scale)
