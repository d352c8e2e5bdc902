"""Measures over unified rows that a test tells, without drops: the refresh of the merge, its tables in one connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

import duckdb
from lifecycle.telling import empty_tables, layouts

from onecrown.definitions.measures import Measures
from onecrown.definitions.model import Model, load_model
from onecrown.definitions.periods import period_named
from onecrown.measuring.refresh import MeasureRefresh
from onecrown.querying.queries import AthenaQueries
from onecrown.querying.translations import Translations
from onecrown.rendering.measure_layouts import measure_layouts
from onecrown.rendering.measure_queries import explained_query
from onecrown.rendering.table_columns import MEASURES, UNIFIED, sql_type
from onecrown.sql.quoting import name

LAST_ON = date(2026, 1, 15)


@cache
def counted_model() -> Model:
    """The project's model, whose series begins in 2025 and has few days: the rules are the same."""
    model = load_model()
    assert model.measures is not None
    return replace(model, measures=replace(model.measures, first_on="2025-01-01", days=3))


@cache
def few_measures() -> Model:
    """`counted_model` with some measures of every family, one of each making: a refresh costs a third."""
    whole = counted_model()
    kept = {name: measures().measures[name] for name in _OF_EACH_MAKING}
    return replace(whole, measures=replace(measures(), measures=kept))


_OF_EACH_MAKING = (
    *("receipts", "open_cases", "open_age_days", "cases_joined", "receipt_to_completion", "effective_trial_rate"),
    *("guilty_plea_rate", "planned_minutes_per_case", "receipt_day_known", "trials_listed", "transfers_in"),
    *("magistrates_disposals", "magistrates_open_cases", "open_cases_by_remand"),
)


def measures() -> Measures:
    """The registry of `counted_model`."""
    said = counted_model().measures
    assert said is not None
    return said


class Told:
    """The unified tables and those of measures as tables of the connection."""

    def databases(self) -> list[str]:
        return [UNIFIED, MEASURES]

    def tables(self, database: str) -> list[str]:
        return [*layouts()] if database == UNIFIED else [layout.name for layout in measure_layouts(counted_model())]

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        known = layouts() if database == UNIFIED else {said.name: said for said in measure_layouts(counted_model())}
        return known[table].athena_columns() if table in known else None

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        assert snapshot_id is None
        return table if database == UNIFIED else f"stands_{table}"

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        raise NotImplementedError

    def inspect(self, database: str, table: str, what: str) -> Any:
        raise NotImplementedError


@dataclass
class Counting:
    """The measures' tables as refreshes leave them."""

    con: duckdb.DuckDBPyConnection = field(default_factory=empty_tables)
    model: Model = field(default_factory=counted_model)
    translations: Translations | None = None

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Measures' tables without a row."""
        for layout in measure_layouts(counted_model()):
            columns = ", ".join(f"{name(column.name)} {sql_type(column.type)}" for column in layout.columns)
            self.con.execute(f"CREATE OR REPLACE TABLE stands_{layout.name} ({columns})")

    def refresh(self, touched: Iterable[str] | None, last_on: date = LAST_ON) -> None:
        """What the merge does after it has changed rows of these cases; None counts everything."""

        def known(table: str) -> str:
            return f"(SELECT *, 'file' AS _file, rowid AS _pos FROM stands_{table.partition('.')[2]})"

        refresh = MeasureRefresh(self.con, self.model, Told(), known, self.translations)
        changes = list(refresh.plan(touched, last_on))
        for number, said in enumerate(changes):
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE come_{number} AS {said.rows}")
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE gone_{number} AS {said.gone}")
        for number, said in enumerate(changes):
            table = f"stands_{said.table.partition('.')[2]}"
            self.con.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT pos FROM gone_{number})")
            self.con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM come_{number}")

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, in order."""
        return {
            layout.name: self.con.execute(f"SELECT * FROM stands_{layout.name} ORDER BY ALL").fetchall()
            for layout in measure_layouts(counted_model())
        }

    def value(self, measure_id: str, period: str, statistic: str = "count", **categories: str) -> float:
        """One value; 0 where no cell stands."""
        said = period_named(period)
        one, other = [*categories.values(), "", ""][:2]
        row = self.con.execute(
            """SELECT value FROM stands_measure_value WHERE measure_id = ? AND statistic = ? AND period_kind = ?
            AND period_begun_on = ? AND breakdown = ? AND category_1 = ? AND category_2 = ?""",
            [measure_id, statistic, said.kind, said.begun_on, "+".join(categories) or "total", one, other],
        ).fetchall()
        assert len(row) <= 1, "a cell stands once"
        return float(row[0][0]) if row else 0.0

    def explained(self, measure_id: str, period: str, **chosen: str) -> dict[str, str]:
        """Of every row of the entity that is counted, `counted` or the reason why it is left out."""
        sql = explained_query(measures(), measures().measures[measure_id], period_named(period), chosen)
        rows = AthenaQueries(self.con, Told()).run(sql).rows
        told = {unit: reason for unit, _, reason in rows}
        assert len(told) == len(rows), "what is counted or left out is listed once"
        return told
