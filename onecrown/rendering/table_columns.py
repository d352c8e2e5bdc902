"""What a table is made of: databases, columns, layouts."""

from __future__ import annotations

from dataclasses import dataclass

from onecrown.sql.quoting import name as quoted

UNIFIED, HISTORY, OPS, MEASURES = "onecrown", "onecrown_history", "onecrown_ops", "onecrown_measures"
_SQL_TYPES = {"string": "VARCHAR", "timestamptz": "TIMESTAMPTZ", "long": "BIGINT", "int": "INTEGER"}
_ATHENA_TYPES = {"string": "varchar", "timestamptz": "timestamp(6) with time zone", "long": "bigint", "int": "integer"}


def sql_type(kind: str) -> str:
    """The DuckDB type of a type of the model."""
    return _SQL_TYPES.get(kind, kind.upper())


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: Iceberg field id, name, type of the model, comment of at most 255 characters."""

    field_id: int
    name: str
    type: str
    comment: str = ""
    required: bool = False
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table: its database, name, columns and the columns that its files are sorted by."""

    database: str
    name: str
    columns: tuple[TableColumn, ...]
    sorted_by: tuple[str, ...]
    comment: str = ""

    @property
    def full_name(self) -> str:
        """`database.table`."""
        return f"{self.database}.{self.name}"

    def athena_columns(self) -> dict[str, str]:
        """The columns, in order, with Athena's types."""
        return {column.name: _ATHENA_TYPES.get(column.type, column.type) for column in self.columns}

    def without_rows(self) -> str:
        """SQL of a FROM item for DuckDB: the columns with the places of rows (`_file`, `_pos`), and no row."""
        columns = ", ".join(f"CAST(NULL AS {sql_type(c.type)}) AS {quoted(c.name)}" for c in self.columns)
        return f"(SELECT {columns}, CAST(NULL AS VARCHAR) AS _file, CAST(NULL AS BIGINT) AS _pos WHERE false)"


def layout_of(database: str, name: str, comment: str, sorted_by: tuple[str, ...], columns: str) -> TableLayout:
    """Columns as `name type comment` lines."""
    parsed = []
    for index, line in enumerate(columns.strip().splitlines(), 1):
        column, kind, note = line.strip().split(" ", 2)
        parsed.append(TableColumn(index, column, kind, note, is_personal=column in ("key", "scope")))
    return TableLayout(database, name, tuple(parsed), sorted_by, comment)
