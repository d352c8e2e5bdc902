"""Values of measures, kept up by adding and taking away; what cannot be added is worked out anew where it was touched.

Counts, means and rates carry what they were made of (`counted_count`, `base_count`, `total_sum`), all whole numbers, so that the value
after a change is the one that counting everything again would give. A median has no such parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb

from onecrown.definitions.measures import COUNT, MEAN, MEDIAN, RATE, Measure, Measures
from onecrown.definitions.model import Model
from onecrown.errors import UsageError
from onecrown.querying.queries import AthenaQueries
from onecrown.querying.translations import Translations
from onecrown.rendering.measure_layouts import MEASURE_VALUE, measure_layouts
from onecrown.rendering.measure_queries import measure_query
from onecrown.rendering.table_columns import MEASURES

CELL = (
    "measure_id",
    "statistic",
    "period_kind",
    "period_begun_on",
    "period_ended_on",
    "breakdown",
    "category_1",
    "category_2",
)
_COLUMNS = tuple(column.name for column in MEASURE_VALUE.columns)
NO_VALUE = "m_no_value"
_ADDED = ("counted_count", "base_count", "total_sum")


class CountedTables:
    """Relations under the names of the unit tables and of the periods, for one counting after another."""

    def __init__(self, model: Model) -> None:
        self._layouts = {layout.name: layout for layout in measure_layouts(model)}
        self._relations: Mapping[str, str] = {}

    def point_to(self, relations: Mapping[str, str]) -> None:
        """Read these relations from now on: SQL of a FROM item by table."""
        self._relations = relations

    def databases(self) -> list[str]:
        """The one database."""
        return [MEASURES]

    def tables(self, database: str) -> list[str]:
        """Its tables; none of another database."""
        return sorted(self._relations) if database == MEASURES else []

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """Columns with Athena's types; None where there is no such table."""
        if database != MEASURES or table not in self._relations:
            return None
        return self._layouts[table].athena_columns()

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """SQL that reads it. Raises `UsageError` for a snapshot: what is pointed to has none."""
        if database != MEASURES or snapshot_id is not None:
            raise UsageError(f"{database}.{table} has no snapshots here")
        return self._relations[table]

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        """Raises `UsageError`: what is pointed to has no snapshots."""
        raise UsageError(f"{database}.{table} has no snapshot at {instant:%Y-%m-%d}")

    def inspect(self, database: str, table: str, what: str) -> Any:
        """Raises `UsageError`: what is pointed to has no metadata."""
        raise UsageError(f"{database}.{table} has no {what}")


class Values:
    """Counts measures in one connection, over whatever relations it is given."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        model: Model,
        measures: Measures,
        empty: str,
        translations: Translations | None,
    ) -> None:
        self._con = con
        self._measures = measures
        self._tables = CountedTables(model)
        self._queries = AthenaQueries(con, self._tables, translations)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {NO_VALUE} AS SELECT {', '.join(_COLUMNS)} FROM {empty} AS e LIMIT 0"
        )

    def count_into(
        self, table: str, asked: Iterable[tuple[Measure, tuple[str, ...]]], relations: Mapping[str, str]
    ) -> None:
        """Count measures, each with some of its statistics, over relations of the unit tables and of `period`, into a new table."""
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {NO_VALUE}")
        self._tables.point_to(relations)
        for measure, statistics in asked:
            if statistics:
                self._queries.keep(measure_query(self._measures, measure, statistics), "m_counted")
                self._con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM m_counted")


def added_up(standing: str, before: str, after: str) -> str:
    """SELECT of the values of all cells that a change touches: what stood, less what was counted, and what is.

    Each is a relation with the columns of the values. Cells in which nothing is left are not given.
    """
    cell = ", ".join(CELL)
    parts = " UNION ALL ".join(
        f"SELECT {cell}, measure_version, unit, {sign} AS sign, {', '.join(_ADDED)} FROM {relation} AS r"
        for relation, sign in ((standing, 1), (before, -1), (after, 1))
    )
    sums = ", ".join(f"sum(sign * {part}) AS {part}" for part in _ADDED)
    whole = f"SELECT {cell}, max(measure_version) AS measure_version, max(unit) AS unit, {sums} FROM ({parts}) AS p GROUP BY {cell}"
    return f"""SELECT {", ".join(_typed(column) for column in _COLUMNS)} FROM ({whole}) AS w
    WHERE CASE statistic WHEN {_text(RATE)} THEN base_count ELSE counted_count END > 0"""


def _typed(column: str) -> str:
    if column == "value":
        return f"""CASE statistic
          WHEN {_text(COUNT)} THEN CAST(counted_count AS DOUBLE)
          WHEN {_text(MEAN)} THEN CAST(total_sum AS DOUBLE) / counted_count
          WHEN {_text(RATE)} THEN 100 * CAST(counted_count AS DOUBLE) / base_count
        END AS value"""
    return f"CAST({column} AS BIGINT) AS {column}" if column in _ADDED else column


def _text(word: str) -> str:
    return f"'{word}'"


def middling(measure: Measure) -> tuple[str, ...]:
    """Its median, if it has one."""
    return tuple(statistic for statistic in measure.statistics if statistic == MEDIAN)
