"""Tables of a home in memory, as a gate sees them: invented rows go in by table, the outcome comes out as a line of text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from onecrown.definitions.gates import Gate
from onecrown.definitions.model import Model, load_model
from onecrown.flows.check_gates import WithPrevious, outcome_of
from onecrown.publishing.gates import GateOutcome
from onecrown.querying.queries import AthenaQueries
from onecrown.rendering.gate_queries import Asking, gate_questions
from onecrown.rendering.history_views import versions_layouts
from onecrown.rendering.table_layouts import MEASURES, sql_type, table_layouts
from onecrown.sql.quoting import name

RELEASE = "onecrown_release_2025_q3"
NOW = datetime(2026, 3, 26, 9, 30, tzinfo=UTC)
ASKING = Asking(NOW, date(2025, 12, 31))
_ATHENA = {"string": "varchar", "timestamptz": "timestamp(6) with time zone", "long": "bigint", "int": "integer"}
_BEGUN = {"03": "01-01", "06": "04-01", "09": "07-01", "12": "10-01"}


def model() -> Model:
    """The project's own model."""
    return load_model()


class InMemory:
    """Every table and view of the model, made when it is first asked for."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._layouts = {**table_layouts(model()), **versions_layouts(model())}
        counted = [layout for layout in self._layouts.values() if layout.database == MEASURES]
        self._layouts |= {f"{RELEASE}.{layout.name}": layout for layout in counted}
        self.made: set[str] = set()

    def databases(self) -> list[str]:
        return sorted({full_name.partition(".")[0] for full_name in self._layouts})

    def tables(self, database: str) -> list[str]:
        return sorted(full.partition(".")[2] for full in self._layouts if full.startswith(f"{database}."))

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        layout = self._layouts.get(f"{database}.{table}")
        return {c.name: _ATHENA.get(c.type, c.type) for c in layout.columns} if layout else None

    def relation(self, database: str, table: str, snapshot_id: int | None = None) -> str:
        full_name = f"{database}.{table}"
        if full_name not in self.made:
            columns = ", ".join(f"{name(c.name)} {sql_type(c.type)}" for c in self._layouts[full_name].columns)
            self._con.execute(f"CREATE TABLE {name(full_name)} ({columns})")
            self.made.add(full_name)
        return name(full_name)

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        return None

    def inspect(self, database: str, table: str, what: str) -> Any:
        raise AssertionError("gates ask no metadata")


class GateTables:
    """Rows told so far, in a connection that is prepared once: `begin` and `forget` frame a test."""

    def __init__(self) -> None:
        self.con = duckdb.connect(config={"threads": 1})
        self.source = InMemory(self.con)
        self.has_previous = False
        self.queries = AthenaQueries(self.con, WithPrevious(self.source, "last_release"))

    def begin(self) -> None:
        self.con.begin()

    def forget(self) -> None:
        """Everything told since `begin`."""
        self.con.rollback()
        self.source.made.clear()
        self.has_previous = False

    def row(self, table: str, **values: Any) -> None:
        """One row of a table by its full name."""
        target = self.source.relation(*table.split(".", 1))
        marks = ", ".join("?" for _ in values)
        self.con.execute(f"INSERT INTO {target} ({', '.join(map(name, values))}) VALUES ({marks})", [*values.values()])

    def value(self, measure: str, quarter_end: str, value: float, **more: Any) -> None:
        """One value of a measure at the end of a quarter, of the total unless said otherwise."""
        self.row(f"{MEASURES}.measure_value", **_value(measure, quarter_end, value, **more))

    def published_before(self, measure: str, quarter_end: str, value: float) -> None:
        """One value of the last release."""
        if not self.has_previous:
            self.con.execute(
                f"CREATE TABLE last_release AS FROM {self.source.relation(MEASURES, 'measure_value')} LIMIT 0"
            )
            self.has_previous = True
        said = _value(measure, quarter_end, value)
        self.con.execute(
            f"INSERT INTO last_release ({', '.join(said)}) VALUES ({', '.join('?' for _ in said)})", [*said.values()]
        )

    def outcomes(self, gate_id: str, until: str = "2025-12-31") -> list[GateOutcome]:
        """What one gate finds of the period that ends on a day."""
        gate: Gate = model().gates[gate_id]
        shown = RELEASE if self.has_previous else None
        asking = Asking(NOW, date.fromisoformat(until))
        return [outcome_of(question, self.queries, asking, shown) for question in gate_questions(model(), gate)]

    def says(self, gate_id: str, until: str = "2025-12-31") -> list[str]:
        """The outcomes of a gate as lines: state, and what it says."""
        return [f"{one.state}: {one.says}" for one in self.outcomes(gate_id, until)]

    def listed(self, gate_id: str, until: str = "2025-12-31") -> list[tuple[Any, ...]]:
        """The records that the first failing outcome's own SQL lists; that of the first where none fails."""
        outcomes = self.outcomes(gate_id, until)
        failed = next((one for one in outcomes if one.state == "failed"), outcomes[0])
        return self.queries.run(failed.sql).rows


def _value(measure: str, quarter_end: str, value: float, **more: Any) -> dict[str, Any]:
    begun_on = f"{quarter_end[:5]}{_BEGUN[quarter_end[5:7]]}"
    usual = {"measure_id": measure, "measure_version": 1, "statistic": "count", "period_kind": "quarter"}
    days = {"period_begun_on": date.fromisoformat(begun_on), "period_ended_on": date.fromisoformat(quarter_end)}
    place = {"breakdown": "total", "category_1": "", "category_2": "", "unit": "cases"}
    return {**usual, **days, **place, "value": value, "counted_count": int(value), **more}
