"""Tell the life of a case in a few lines of unified rows, and ask how it stands on a day.

    life.case(sent_on="2026-01-05")
    life.defendant("first")                      # has one charge, `first 1`, unless `charges` says otherwise
    life.result("1002", "2026-03-02", charge="first 1")
    assert life.status("2026-03-02") == "disposed by case_disposed"

Names stand for ids. What is left out has a usual value, and dates are texts. Everybody is invented.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import duckdb

from onecrown.definitions.lifecycle import Lifecycle
from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import load_model
from onecrown.querying.athena_dialect import translate_tree
from onecrown.querying.athena_macros import prepare
from onecrown.querying.table_references import Query, read_statement
from onecrown.rendering.lifecycle_queries import lifecycle_query
from onecrown.rendering.table_layouts import TableLayout, sql_type, unified_layout
from onecrown.sql.quoting import name

ANY_DAY = date(1999, 12, 31)
DATASETS = {
    "xhibit": "xhibit/extract",
    "common_platform": "common_platform/hearing_resulted",
    "libra": "libra/resulted_case",
}
_ATHENA = {"string": "varchar", "timestamptz": "timestamp(6) with time zone", "long": "bigint", "int": "integer"}


@cache
def lifecycle() -> Lifecycle:
    """The project's own rules."""
    return load_lifecycle(load_model())


@cache
def layouts() -> dict[str, TableLayout]:
    """The unified tables by name."""
    return {entity.name: unified_layout(entity) for entity in load_model().entities.values()}


def empty_tables() -> duckdb.DuckDBPyConnection:
    """A connection with every unified table, empty."""
    con = duckdb.connect(config={"threads": 1})
    prepare(con)
    con.execute("PRAGMA disable_optimizer")  # a few rows: planning well takes longer than working badly
    for layout in layouts().values():
        columns = ", ".join(f"{name(column.name)} {sql_type(column.type)}" for column in layout.columns)
        con.execute(f"CREATE TABLE {layout.name} ({columns})")
    return con


@cache
def _translated(function: str) -> str:
    """A function's SELECT on `empty_tables`, as at `ANY_DAY`: translating is dear, and the same for every day."""
    asked = read_statement(lifecycle_query(lifecycle(), function, ANY_DAY))
    assert isinstance(asked, Query)
    schemas = {
        said.relation: {c.name: _ATHENA.get(c.type, c.type) for c in layouts()[said.table].columns}
        for said in asked.references
    }
    tables = {said.relation: said.table for said in asked.references}
    return re.sub(r"onecrown_relation_\d+", lambda found: tables[found[0]], translate_tree(asked.tree, schemas).sql)


@dataclass
class Life:
    """The rows told so far, in a connection of `empty_tables`; what is told next is of the case told last."""

    con: duckdb.DuckDBPyConnection
    current: str = ""
    unit: str = ""
    system: str = "xhibit"
    told: Counter[str] = field(default_factory=Counter)

    # --- telling

    def row(self, table: str, **values: Any) -> None:
        """One row of a table, as it is."""
        usual = {"unit_id": self.unit, "source_system": self.system, "source_dataset": DATASETS[self.system]}
        said = {column: value for column, value in {**usual, **values}.items() if value is not None}
        marks = ", ".join("?" for _ in said)
        self.con.execute(f"INSERT INTO {table} ({', '.join(map(name, said))}) VALUES ({marks})", [*said.values()])

    def _numbered(self, table: str, **values: Any) -> None:
        self.told[table] += 1
        self.row(table, **{f"{table}_id": f"{table} {self.told[table]}"}, **values)

    def case(
        self, case_id: str = "the case", system: str = "xhibit", reason: str = "only_record", **values: Any
    ) -> None:
        """A Crown Court case for trial with one record, which survives if its reason is one of survivors."""
        self.current, self.unit, self.system = case_id, case_id, system
        usual = {"jurisdiction_code": "crown", "case_type_code": "trial", "source_case_id": case_id}
        self.row("court_case", case_id=case_id, **{**usual, **values})
        self.record(case_id, reason)

    def record(self, case_id: str, reason: str) -> None:
        """One more source's record of a case."""
        survives = reason in ("only_record", "preferred_source")
        said = {"source_record_id": f"{case_id} as {self.system} tells it", "case_id": case_id}
        self.row("case_source_record", **said, is_survivor=survives, reason_code=reason)

    def told_by(self, system: str, unit: str, reason: str) -> None:
        """What is told next is what another system's record of the same case tells."""
        self.system, self.unit = system, unit
        self.record(self.current, reason)

    def defendant(self, defendant_id: str, charges: int = 1, **values: Any) -> None:
        """A defendant with charges `<name> 1`, `<name> 2` and so on."""
        self.row("defendant", defendant_id=defendant_id, case_id=self.current, **values)
        for number in range(1, charges + 1):
            self.charge(f"{defendant_id} {number}", defendant_id)

    def charge(self, offence_id: str, defendant_id: str, **values: Any) -> None:
        """A charge on a defendant."""
        said = {
            "offence_id": offence_id,
            "defendant_id": defendant_id,
            "case_id": self.current,
            "offence_code": "ZZ25001",
        }
        self.row("offence", **{**said, **values})

    def result(
        self, code: str, on: str | None, charge: str | None = None, defendant: str | None = None, **values: Any
    ) -> None:
        """A result on a charge, else on a defendant, else on an application of the case."""
        owner = "offence" if charge else "defendant" if defendant else "application"
        said = {"owner_kind_code": owner, "offence_id": charge, "defendant_id": defendant, "case_id": self.current}
        self._numbered("result", **{**said, "result_code": code, "result_on": on, **values})

    def plea(self, code: str, on: str | None, charge: str) -> None:
        """The latest plea to a charge."""
        said = {"owner_kind_code": "offence", "offence_id": charge, "case_id": self.current}
        self._numbered("plea", **said, plea_code=code, plea_on=on)

    def verdict(self, code: str, on: str | None, charge: str, is_conviction: bool | None = None) -> None:
        """The verdict on a charge."""
        said = {"owner_kind_code": "offence", "offence_id": charge, "case_id": self.current}
        self._numbered("verdict", **said, verdict_code=code, verdict_on=on, is_conviction=is_conviction)

    def link(self, relation: str, earlier: str, later: str) -> None:
        """Two cases of which one came from the other."""
        self._numbered("case_link", relation_code=relation, from_case_id=earlier, to_case_id=later)

    def warrant(self, defendant: str, issued_on: str, executed_on: str | None = None) -> None:
        """A bench warrant of the warrant table."""
        self._numbered(
            "warrant", defendant_id=defendant, case_id=self.current, issued_on=issued_on, executed_on=executed_on
        )

    def hearing(
        self,
        on: str,
        kind: str = "mention",
        tier: str = "crown",
        status: str = "held",
        came: str = "",
        court: str | None = None,
        minutes: int | None = None,
        beside: str = "",
    ) -> str:
        """One day of a hearing of its own, with a defendant who came and a case that was heard beside it, if any; gives its id."""
        self._numbered("hearing", jurisdiction_code=tier, hearing_type_code=kind, court_code=court)
        hearing_id = f"hearing {self.told['hearing']}"
        for case_id in filter(None, (self.current, beside)):
            self._numbered("hearing_case", hearing_id=hearing_id, case_id=case_id, hearing_on=on)
        said = {"hearing_id": hearing_id, "hearing_on": on}
        self._numbered("hearing_day", **said, listing_status_code=status, listed_minutes=minutes)
        if came:
            self._numbered("attendance", **said, defendant_id=came, attendance_code="in_person")
        return hearing_id

    def trial(self, on: str, outcome: str, reason: str | None = None) -> None:
        """A day for which a trial was listed, and what became of it."""
        hearing_id = self.hearing(on, "for_trial", status="vacated" if outcome == "vacated" else "held")
        said = {"hearing_id": hearing_id, "case_id": self.current, "trial_on": on}
        self._numbered("trial_outcome", **said, outcome_code=outcome, reason_code=reason)

    # --- asking

    def rows(self, function: str, day: str, *columns: str, case_id: str | None = None) -> list[str]:
        """A function's rows of a case as lines of text, `-` where nothing is said; rules without their version."""
        sql = _translated(function).replace(f"CAST('{ANY_DAY}' AS DATE)", f"CAST('{day}' AS DATE)")
        chosen = ", ".join(f"coalesce(CAST({name(column)} AS VARCHAR), '-')" for column in columns)
        said = f"SELECT concat_ws(' | ', {chosen}) FROM ({sql}) AS f WHERE case_id = ? ORDER BY 1"
        found = self.con.execute(said, [case_id or self.current]).fetchall()
        return [re.sub(r"([a-z_]+)/\d+", r"\1", row[0]) for row in found]

    def status(self, day: str, case_id: str | None = None) -> str:
        """`open awaiting_trial by case_awaiting_trial`: status, stage where there is one, and the rule."""
        (said,) = self.rows("case_status_as_at", day, "status_code", "stage_code", "decided_by", case_id=case_id)
        status, stage, rule = said.split(" | ")
        return f"{status} by {rule}" if stage == "-" else f"{status} {stage} by {rule}"

    def receipt(self, day: str = "2030-01-01", case_id: str | None = None) -> str:
        """`2026-01-05 by receipt_sent`, with ` inferred` where it is."""
        (said,) = self.rows("receipt", day, "receipt_on", "decided_by", "is_inferred", case_id=case_id)
        on, rule, inferred = said.split(" | ")
        return f"{on} by {rule}{' inferred' if inferred == 'true' else ''}"

    def disposal(self, day: str) -> list[str]:
        """First and current day, how often opened again, and the rule; nothing where the case was never disposed."""
        return self.rows("disposal", day, "first_final_on", "current_final_on", "reopened_count", "decided_by")
