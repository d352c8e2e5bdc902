"""The units of two releases, as relations of one connection: narrowed to the cases of which any row differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from onecrown.definitions.measures import Measure, Measures, UnitTable
from onecrown.flows.release_databases import release_relation
from onecrown.flows.surroundings import Surroundings
from onecrown.measuring.values import CountedTables
from onecrown.ports import Connection
from onecrown.publishing.manifest import Manifest
from onecrown.publishing.unit_causes import causes_sql
from onecrown.querying.queries import AthenaQueries
from onecrown.rendering.measure_queries import units_query
from onecrown.rendering.table_layouts import MEASURES, UNIFIED
from onecrown.sql.loading import insert_rows
from onecrown.sql.quoting import name

_SIDES = ("was", "now")
_CASE = "counted_case"


class ReleasedUnits:
    """What both releases keep of units, and the causes of what differs. Its relations are said in `publishing.unit_causes`."""

    def __init__(
        self, home: Surroundings, con: Connection, measures: Measures, earlier: Manifest, later: Manifest
    ) -> None:
        self._home = home
        self._con = con
        self._measures = measures
        self._releases = dict(zip(_SIDES, (earlier, later), strict=True))
        self._shown: dict[date, date] = {}
        self._tables = CountedTables(home.model)
        self._queries = AthenaQueries(con, self._tables)

    def prepare(self, kind: str, rules: Iterable[str]) -> None:
        """Make the relations that every measure shares."""
        con = self._con
        con.execute("CREATE OR REPLACE TEMP TABLE r_rule (rule_id VARCHAR)")
        insert_rows(con, "r_rule", ("rule_id",), [(rule,) for rule in rules])
        for side in _SIDES:
            alias = self._read(side, f"{UNIFIED}.case_alias")
            con.execute(f"CREATE OR REPLACE TEMP TABLE r_{side}_alias AS SELECT ended_id, current_id FROM {alias}")
        records = self._read("now", f"{UNIFIED}.case_source_record")
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE r_now_suppressed AS SELECT record_case_id AS case_id FROM {records} WHERE NOT is_survivor"
        )
        self._take_periods(kind)
        self._take_differing()

    def _take_periods(self, kind: str) -> None:
        """The periods that both releases have."""
        was, now = (self._read(side, f"{MEASURES}.period") for side in _SIDES)
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE r_period AS SELECT period_kind, begun_on, ended_on FROM {was} "
            f"SEMI JOIN {now} USING (period_kind, begun_on) WHERE period_kind = ?",
            [kind],
        )
        self._shown = dict(self._con.execute("SELECT begun_on, ended_on FROM r_period").fetchall())

    def _take_differing(self) -> None:
        """Every unit row of the cases of which one differs, with those whose ids stand, or stood, in the place of theirs."""
        con = self._con
        con.execute("CREATE OR REPLACE TEMP TABLE r_case (case_id VARCHAR)")
        for unit in self._measures.units.values():
            was, now = (self._rows(side, unit) for side in _SIDES)
            for one, other in ((was, now), (now, was)):
                con.execute(f"INSERT INTO r_case SELECT case_id FROM ({one} EXCEPT {other})")
        for side in _SIDES:
            con.execute(
                f"INSERT INTO r_case SELECT current_id FROM r_{side}_alias WHERE ended_id IN (SELECT case_id FROM r_case)"
            )
        for side in _SIDES:
            for unit in self._measures.units.values():
                con.execute(
                    f"CREATE OR REPLACE TEMP TABLE r_{side}_{unit.name} AS {self._rows(side, unit)} "
                    "WHERE case_id IN (SELECT case_id FROM r_case)"
                )

    def _rows(self, side: str, unit: UnitTable) -> str:
        """The rows of a unit table of a release, with the columns of now: one that came later is empty."""
        table, columns = _full(unit), ", ".join(map(name, unit.column_names))
        empty = f"SELECT * EXCLUDE (_file, _pos) FROM {self._home.tables.empty(table)}"
        return f"SELECT {columns} FROM ({empty} UNION ALL BY NAME SELECT * FROM {self._read(side, table)})"

    def _read(self, side: str, table: str) -> str:
        """A table of a release: without rows where it had none yet, as a table is made by its first rows."""
        pinned = self._releases[side].pinned(table)
        return release_relation(self._home, self._releases[side], pinned) if pinned else self._home.tables.empty(table)

    def causes(self, measure: Measure, dimensions: Sequence[str]) -> list[tuple[Any, ...]]:
        """Rows of period (first and last day), two categories, cause, added, removed and changed units."""
        unit = self._measures.units[measure.counts]
        for side in _SIDES:
            self._count(side, unit, measure, tuple(dimensions))
            self._con.execute(f"CREATE OR REPLACE TEMP TABLE r_{side}_known AS {_known(self._measures, unit, side)}")
        rows = self._con.execute(causes_sql()).fetchall()
        return [((begun_on, self._shown[begun_on]), *said) for begun_on, *said in rows]

    def _count(self, side: str, unit: UnitTable, measure: Measure, dimensions: tuple[str, ...]) -> None:
        """What a measure counts of one release, by its definition of now."""
        self._tables.point_to({one: f"r_{side}_{one}" for one in self._measures.units} | {"period": "r_period"})
        self._queries.keep(units_query(self._measures, measure, dimensions), "r_counted")
        shown = [f"category_{place}" if len(dimensions) >= place else f"'' AS category_{place}" for place in (1, 2)]
        unit_id = "case_id" if unit.over_time else "unit_id"  # a case is in one state at a time, whenever that began
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE r_{side}_units AS "
            f"SELECT {unit_id} AS unit_id, case_id, period_begun_on, {', '.join(shown)}, said FROM r_counted"
        )


def _full(unit: UnitTable) -> str:
    return f"{MEASURES}.{unit.name}"


def _known(measures: Measures, unit: UnitTable, side: str) -> str:
    """Every unit of a release with the rules that decided it: those of its case, its own, and of a state that of each period."""
    case = _decided(measures.units[_CASE], "c")
    if not unit.over_time:
        own = _decided(unit, "u") if unit.name != _CASE else "[]"
        return f"""SELECT u.{name(unit.key)} AS unit_id, CAST(NULL AS DATE) AS period_begun_on, list_concat({case}, {own}) AS decided
            FROM r_{side}_{unit.name} AS u LEFT JOIN r_{side}_{_CASE} AS c USING (case_id)"""
    return f"""SELECT c.case_id AS unit_id, CAST(NULL AS DATE) AS period_begun_on, {case} AS decided FROM r_{side}_{_CASE} AS c
        UNION ALL SELECT u.case_id, p.begun_on, {_decided(unit, "u")} FROM r_{side}_{unit.name} AS u JOIN r_period AS p
        ON u.begun_on <= p.ended_on AND (u.ended_on IS NULL OR u.ended_on > p.ended_on)"""


def _decided(unit: UnitTable, of: str) -> str:
    """The rules that a row names, as a list of text."""
    marks = ", ".join(f"{of}.{name(column)}" for column in unit.column_names if column.endswith("decided_by"))
    return f"list_filter(CAST([{marks}] AS VARCHAR[]), lambda mark: mark IS NOT NULL)"
