"""The measures' tables after a batch: only what it touched is counted again, and the tables are those of counting everything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256

import duckdb

from onecrown.definitions.measures import Measure
from onecrown.definitions.model import Model
from onecrown.definitions.periods import Period
from onecrown.measuring.periods import periods
from onecrown.measuring.unit_changes import CHANGED, compare_units, rows_and_gone, standing, wanted
from onecrown.measuring.unit_rows import ASKED, CONTEXT, counting_steps, widen, work_out_units
from onecrown.measuring.values import CELL, NO_VALUE, Values, added_up, middling
from onecrown.merging.knowledge import Known
from onecrown.querying.queries import TableSource
from onecrown.querying.translations import Translations
from onecrown.rendering.measure_layouts import DEFINITION, MEASURE_VALUE, PERIOD
from onecrown.rendering.measure_queries import measure_query
from onecrown.sql.counting import count_rows
from onecrown.sql.loading import insert_rows

_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Refreshed:
    """One table's change: a SELECT of rows to write, and one of places (file_path, pos) to take away."""

    table: str
    rows: str
    gone: str


class MeasureRefresh:
    """The refresh of one batch, in working tables of a connection.

    `tables` reads the unified tables as the batch leaves them, `known` the measures' tables as it found them.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        model: Model,
        tables: TableSource,
        known: Known,
        translations: Translations | None = None,
    ) -> None:
        assert model.measures is not None
        self._con = con
        self._model = model
        self._measures = model.measures
        self._units = list(model.measures.units.values())
        self._tables = tables
        self._known = known
        self._values = Values(con, model, model.measures, known(MEASURE_VALUE.full_name), translations)
        self._translations = translations

    def plan(self, touched: Iterable[str] | None, last_on: date | None) -> Iterator[Refreshed]:
        """What every table is to gain and to lose, when these cases were touched and sources have told up to a day.

        None touches all. So does a change of what is counted, and the first refresh of a home.
        """
        self._take_definitions()
        everything = touched is None or not self._same_counting()
        self._work_out(touched or (), everything)
        self._take_periods(last_on)
        self._take_values(everything)
        for unit in self._units:
            yield Refreshed(f"{PERIOD.database}.{unit.name}", *rows_and_gone(unit))
        yield self._replaced(PERIOD.full_name, "m_period", ("period_kind", "begun_on", "ended_on"))
        yield Refreshed(MEASURE_VALUE.full_name, *_value_changes(self._known(MEASURE_VALUE.full_name)))
        yield self._replaced(DEFINITION.full_name, "m_definition", tuple(column.name for column in DEFINITION.columns))

    def _work_out(self, touched: Iterable[str], everything: bool) -> None:
        """Unit rows as they should be, of the touched cases or of all, and which cases changed by that."""
        if everything:
            work_out_units(self._con, self._model, self._tables, None, self._translations)
            compare_units(self._con, self._units, self._known, None)
            return
        self._con.execute("CREATE OR REPLACE TEMP TABLE m_touched (case_id VARCHAR)")
        insert_rows(self._con, "m_touched", ("case_id",), [(case_id,) for case_id in touched])
        widen(self._con, self._tables, "m_touched")
        work_out_units(self._con, self._model, self._tables, CONTEXT, self._translations)
        compare_units(self._con, self._units, self._known, ASKED)

    def _take_definitions(self) -> None:
        """Make `m_definition`: what every measure means, for whoever reads the tables, with digests of its text and of the units'."""
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE m_definition AS SELECT {', '.join(c.name for c in DEFINITION.columns)} "
            f"FROM {self._known(DEFINITION.full_name)} AS e LIMIT 0"
        )
        columns = [column.name for column in DEFINITION.columns]
        rows = definition_rows(self._model)
        insert_rows(self._con, "m_definition", columns, [[row[column] for column in columns] for row in rows])

    def _same_counting(self) -> bool:
        """Whether unit tables stand that were made by the same rules."""
        same = "SEMI JOIN m_definition AS n ON n.counting_digest = s.counting_digest"
        return count_rows(self._con, f"{self._known(DEFINITION.full_name)} AS s {same}") > 0

    def _changed_measures(self) -> set[str]:
        """Measures that are new or whose SQL changed, and those that are no more."""
        found = self._con.execute(
            f"""SELECT coalesce(n.measure_id, s.measure_id) FROM m_definition AS n
            FULL JOIN {self._known(DEFINITION.full_name)} AS s ON s.measure_id = n.measure_id
            WHERE n.definition_digest IS DISTINCT FROM s.definition_digest"""
        ).fetchall()
        return {measure_id for (measure_id,) in found}

    def _take_periods(self, last_on: date | None) -> None:
        """Make `m_period`, and of it what stands (`m_kept_period`) and what is new (`m_new_period`)."""
        con, known = self._con, self._known(PERIOD.full_name)
        con.execute("CREATE OR REPLACE TEMP TABLE m_period (period_kind VARCHAR, begun_on DATE, ended_on DATE)")
        first_on = date.fromisoformat(self._measures.first_on)
        said: list[Period] = periods(first_on, last_on, self._measures.days) if last_on else []
        rows = [(period.kind, period.begun_on.isoformat(), period.ended_on.isoformat()) for period in said]
        insert_rows(con, "m_period", ("period_kind", "begun_on", "ended_on"), rows)
        same = "s.period_kind = n.period_kind AND s.begun_on = n.begun_on AND s.ended_on = n.ended_on"
        for table, join in (("m_kept_period", "SEMI"), ("m_new_period", "ANTI")):
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT n.* FROM m_period AS n {join} JOIN {known} AS s ON {same}"
            )

    def _take_values(self, everything: bool) -> None:
        """Make `m_value`, the cells as they should be, and `m_doubt`, the cells that may no longer be so."""
        con, known = self._con, self._known(MEASURE_VALUE.full_name)
        anew = {*self._measures.measures} if everything else self._changed_measures()
        kept = [measure for measure in self._measures.measures.values() if measure.measure_id not in anew]
        con.execute("CREATE OR REPLACE TEMP TABLE m_anew (measure_id VARCHAR)")
        insert_rows(con, "m_anew", ("measure_id",), [(measure_id,) for measure_id in anew])
        stale = f"""FROM {known} AS s WHERE measure_id IN (SELECT measure_id FROM m_anew)
          OR NOT EXISTS (SELECT 1 FROM m_kept_period AS p WHERE p.period_kind = s.period_kind
            AND p.begun_on = s.period_begun_on AND p.ended_on = s.period_ended_on)"""
        con.execute(f"CREATE OR REPLACE TEMP TABLE m_doubt AS SELECT {', '.join(CELL)} {stale}")
        self._relate()
        con.execute("CREATE OR REPLACE TEMP TABLE m_value AS SELECT * FROM " + NO_VALUE)
        self._count([(measure, measure.statistics) for measure in kept], "m_every_", "m_new_period")
        said = [measure for measure in self._measures.measures.values() if measure.measure_id in anew]
        self._count([(measure, measure.statistics) for measure in said], "m_every_", "m_period")
        if count_rows(self._con, CHANGED):
            self._add_up(kept, known)

    def _relate(self) -> None:
        """Views of each unit table: rows of changed cases before (`m_old_`) and after (`m_now_`), and all rows after (`m_every_`)."""
        for unit in self._units:
            columns = ", ".join(unit.column_names)
            for view, rows in (("m_old_", standing(unit)), ("m_now_", wanted(unit))):
                self._con.execute(
                    f"CREATE OR REPLACE TEMP VIEW {view}{unit.name} AS SELECT {columns} FROM {rows} "
                    f"WHERE case_id IN (SELECT case_id FROM {CHANGED})"
                )
            self._con.execute(
                f"""CREATE OR REPLACE TEMP VIEW m_every_{unit.name} AS SELECT {columns} FROM m_now_{unit.name}
                UNION ALL SELECT {columns} FROM {self._known(f"{PERIOD.database}.{unit.name}")} AS s
                WHERE case_id NOT IN (SELECT case_id FROM {CHANGED})"""
            )

    def _count(self, asked: list[tuple[Measure, tuple[str, ...]]], prefix: str, period: str) -> None:
        if count_rows(self._con, period):
            self._values.count_into("m_counting", asked, self._relations(prefix, period))
            self._con.execute("INSERT INTO m_value SELECT * FROM m_counting")

    def _relations(self, prefix: str, period: str) -> Mapping[str, str]:
        return {**{unit.name: f"{prefix}{unit.name}" for unit in self._units}, "period": period}

    def _add_up(self, kept: list[Measure], known: str) -> None:
        """Cells of periods that stood: those that can be added up by what changed, medians by counting their cells again."""
        con, cell = self._con, ", ".join(CELL)
        for table, prefix in (("m_before", "m_old_"), ("m_after", "m_now_")):
            relations = self._relations(prefix, "m_kept_period")
            self._values.count_into(table, [(said, said.statistics) for said in kept], relations)
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE m_cell AS SELECT DISTINCT {cell} FROM (
              SELECT * FROM ((SELECT * FROM m_before) EXCEPT (SELECT * FROM m_after)) AS gone
              UNION ALL SELECT * FROM ((SELECT * FROM m_after) EXCEPT (SELECT * FROM m_before)) AS come
              UNION ALL SELECT * FROM m_before WHERE statistic = 'median'
              UNION ALL SELECT * FROM m_after WHERE statistic = 'median') AS c"""
        )
        con.execute(f"INSERT INTO m_doubt SELECT {cell} FROM m_cell")
        narrowed = (
            f"(SELECT r.* FROM {table} AS r SEMI JOIN m_cell AS c USING ({cell}) WHERE statistic <> 'median')"
            for table in (known, "m_before", "m_after")
        )
        con.execute(f"INSERT INTO m_value {added_up(*narrowed)}")
        self._count_middles(kept)

    def _count_middles(self, kept: list[Measure]) -> None:
        con, cell = self._con, ", ".join(CELL)
        con.execute(
            """CREATE OR REPLACE TEMP TABLE m_middle_period AS SELECT p.* FROM m_kept_period AS p SEMI JOIN m_cell AS c
            ON c.statistic = 'median' AND c.period_kind = p.period_kind AND c.period_begun_on = p.begun_on"""
        )
        touched = {
            said
            for (said,) in con.execute("SELECT DISTINCT measure_id FROM m_cell WHERE statistic = 'median'").fetchall()
        }
        asked = [(measure, middling(measure)) for measure in kept if measure.measure_id in touched]
        self._values.count_into("m_middle", asked, self._relations("m_every_", "m_middle_period"))
        con.execute(f"INSERT INTO m_value SELECT m.* FROM m_middle AS m SEMI JOIN m_cell AS c USING ({cell})")

    def _replaced(self, table: str, wanted_rows: str, columns: tuple[str, ...]) -> Refreshed:
        """A small table as it should be."""
        same = " AND ".join(f"n.{column} IS NOT DISTINCT FROM s.{column}" for column in columns)
        rows = f"SELECT n.* FROM {wanted_rows} AS n ANTI JOIN {self._known(table)} AS s ON {same}"
        gone = f"SELECT s._file AS file_path, s._pos AS pos FROM {self._known(table)} AS s ANTI JOIN {wanted_rows} AS n ON {same}"
        return Refreshed(table, rows, gone)


def _value_changes(known: str) -> tuple[str, str]:
    """Rows of the values to write, and places of those that go: cells in doubt that are not as they should be."""
    columns = [column.name for column in MEASURE_VALUE.columns]
    same = " AND ".join(
        f"n.{column} = s.{column}" if column in CELL else f"n.{column} IS NOT DISTINCT FROM s.{column}"
        for column in columns
    )
    cell = " AND ".join(f"n.{column} = s.{column}" for column in CELL)
    rows = f"SELECT n.* FROM m_value AS n ANTI JOIN {known} AS s ON {same}"
    gone = (
        f"SELECT s._file AS file_path, s._pos AS pos FROM {known} AS s SEMI JOIN m_doubt AS n ON {cell} "
        f"ANTI JOIN m_value AS n ON {same}"
    )
    return rows, gone


@lru_cache(maxsize=4)
def definition_rows(model: Model) -> tuple[dict[str, str | int], ...]:
    """What every measure means, a row of `onecrown_measures.measure` each; none where the model has no measures."""
    measures = model.measures
    if measures is None:
        return ()
    counting = _digest([[step.name, step.sql] for step in counting_steps(model)])
    return tuple(
        {
            "measure_id": measure.measure_id,
            "measure_version": measure.version,
            "family": measure.family,
            "title": measure.title,
            "meaning": measure.meaning,
            "unit": measure.unit,
            "kind": measure.kind,
            "rule": measure.rule,
            "document": measure.document,
            "owners": "; ".join(f"{who}: {owner}" for who, owner in sorted(measure.owners.items())),
            "not_comparable_with": ", ".join(measure.not_comparable_with),
            "definition_digest": _digest([measure.version, measure_query(measures, measure)]),
            "counting_digest": counting,
        }
        for measure in measures.measures.values()
    )


def _digest(said: object) -> str:
    return sha256(json.dumps(said).encode()).hexdigest()[:_DIGITS]
