"""`python -m onecrown.measuring.translate_ahead`: the queries of a refresh, translated before a package is built.

A process that starts for one batch would spend more on translating them than on the batch. What is kept ships with the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from onecrown.definitions.measures import Measures
from onecrown.definitions.model import Model, load_model
from onecrown.errors import UsageError
from onecrown.measuring.unit_rows import work_out_units
from onecrown.measuring.values import Values, middling
from onecrown.querying.translations import SHIPPED, Translations
from onecrown.rendering.measure_layouts import MEASURE_VALUE
from onecrown.rendering.table_columns import MEASURES
from onecrown.rendering.table_layouts import table_layouts
from onecrown.sql.connection import Resources, connection


def main() -> None:
    """Write what the package ships."""
    translations = Translations()
    with TemporaryDirectory() as scratch, connection(Resources(), Path(scratch)) as con:
        translate_refresh(con, load_model(), translations)
    translations.write(SHIPPED)


def translate_refresh(con: duckdb.DuckDBPyConnection, model: Model, translations: Translations) -> None:
    """Ask every query of a refresh once, over tables without rows."""
    tables = NoRows(model)
    work_out_units(con, model, tables, None, translations)
    if model.measures is not None:
        _count(con, model, model.measures, tables, translations)


def _count(
    con: duckdb.DuckDBPyConnection, model: Model, measures: Measures, tables: NoRows, translations: Translations
) -> None:
    every = measures.measures.values()
    values = Values(con, model, measures, tables.relation(MEASURES, MEASURE_VALUE.name, None), translations)
    relations = {table: tables.relation(MEASURES, table, None) for table in tables.tables(MEASURES)}
    values.count_into("m_ahead", [(measure, measure.statistics) for measure in every], relations)
    values.count_into("m_ahead", [(measure, middling(measure)) for measure in every], relations)


class NoRows:
    """The model's tables, without a row."""

    def __init__(self, model: Model) -> None:
        self._layouts = table_layouts(model)

    def databases(self) -> list[str]:
        """The databases."""
        return sorted({layout.database for layout in self._layouts.values()})

    def tables(self, database: str) -> list[str]:
        """The tables of a database."""
        return sorted(layout.name for layout in self._layouts.values() if layout.database == database)

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """Columns with Athena's types; None where there is no such table."""
        layout = self._layouts.get(f"{database}.{table}")
        return layout.athena_columns() if layout else None

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """SQL of a table without rows. Raises `UsageError` for a snapshot, of which there is none."""
        if snapshot_id is not None:
            raise UsageError(f"{database}.{table} has no snapshots here")
        return self._layouts[f"{database}.{table}"].without_rows()

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        """Raises `UsageError`: there is no snapshot."""
        raise UsageError(f"{database}.{table} has no snapshot at {instant:%Y-%m-%d}")

    def inspect(self, database: str, table: str, what: str) -> Any:
        """Raises `UsageError`: there is no metadata."""
        raise UsageError(f"{database}.{table} has no {what} here")


if __name__ == "__main__":
    main()
