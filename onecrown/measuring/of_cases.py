"""The unified tables with the rows of some cases alone, and working tables beside them, as tables that Athena's SQL can name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onecrown.querying.answer_types import athena_type
from onecrown.querying.queries import TableSource
from onecrown.rendering.table_columns import MEASURES, UNIFIED
from onecrown.sql.engine import Engine

WORKING = {"lifecycle": "m_life_", MEASURES: "m_of_"}
"""Databases that stand for working tables of the connection, and how the names of these begin."""
_HEARD = ("hearing", "hearing_day", "attendance", "hearing_case")


class OfCases:
    """A source of tables: the unified ones narrowed to the cases of a relation with the column `case_id`; None narrows nothing.

    Each is read once and kept in the connection.
    """

    def __init__(self, con: Engine, tables: TableSource, cases: str | None) -> None:
        self._con = con
        self._tables = tables
        self._cases = f"SELECT case_id FROM {cases}" if cases else None
        self._kept: set[str] = set()

    def databases(self) -> list[str]:
        """The databases."""
        return sorted({*self._tables.databases(), *WORKING})

    def tables(self, database: str) -> list[str]:
        """The tables of a database."""
        return self._tables.tables(database)

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """Columns with Athena's types."""
        if database not in WORKING:
            return self._tables.columns(database, table)
        found = self._con.execute(f"DESCRIBE {WORKING[database]}{table}").fetchall()
        return {str(column): athena_type(str(kind)) for column, kind, *_ in found}

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """SQL that reads the rows of the cases, or a working table."""
        if database in WORKING:
            return f"{WORKING[database]}{table}"
        whole = self._tables.relation(database, table, snapshot_id)
        if database != UNIFIED or self._cases is None:
            return whole
        kept = f"m_cases_{table}"
        if table not in self._kept:
            self._con.execute(
                f"CREATE OR REPLACE TEMP TABLE {kept} AS SELECT * FROM {whole} AS t WHERE {self._condition(table)}"
            )
            self._kept.add(table)
        return kept

    def _condition(self, table: str) -> str:
        of_cases = f"case_id IN ({self._cases})"
        heard = f"SELECT hearing_id FROM {self._tables.relation(UNIFIED, 'hearing_case', None)} AS h WHERE {of_cases}"
        if table in _HEARD:
            return f"hearing_id IN ({heard})"
        if table == "trial_outcome":
            return f"{of_cases} OR hearing_id IN ({heard})"
        if table == "result":
            applied = f"SELECT application_id FROM {self.relation(UNIFIED, 'application', None)}"
            return f"{of_cases} OR application_id IN ({applied})"
        return f"to_{of_cases}" if table == "case_link" else of_cases

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        """The snapshot that was current at an instant."""
        return self._tables.snapshot_at(database, table, instant)

    def inspect(self, database: str, table: str, what: str) -> Any:
        """A metadata table."""
        return self._tables.inspect(database, table, what)
