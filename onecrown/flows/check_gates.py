"""Every gate of the model, asked of the tables as published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from onecrown.definitions.measures import QUARTER
from onecrown.definitions.model import Model
from onecrown.definitions.rhythm import LONDON
from onecrown.errors import UsageError
from onecrown.flows.known_releases import manifests
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.publishing.gates import NOTHING_BEFORE, GateOutcome, GateValue, failing, judged, without_data
from onecrown.querying.queries import AthenaQueries, TableSource
from onecrown.rendering.gate_queries import Asking, GateQuestion, gate_questions
from onecrown.rendering.table_layouts import MEASURES
from onecrown.sql.quoting import value

_PREVIOUS = "onecrown_last_release"
"""The database under which the last release is read while gates are asked."""
_VALUES = "measure_value"
_READ = ("measure_id", "statistic", "period_kind", "period_ended_on", "breakdown", "category_1", "value")
"""What gates read of the last release: columns that every release has had."""
_NEWEST = f"SELECT max(ended_on) FROM {MEASURES}.period WHERE period_kind = {value(QUARTER)}"
_NO_ROWS = "the tables hold nothing to judge it by; onecrown run, then ask again"


def check_gates(
    home: Surroundings, tables: PublishedTables, previous: str | None, until: date | None = None
) -> list[GateOutcome]:
    """What every gate finds of the period that ends on `until`, in the order of the model; None means the newest quarter that is over.

    `previous` is SQL of a relation with the values of the last release, or None where there is none. Gates that compare with
    it name the database of its views in the SQL that lists the records.
    """
    released = manifests(home) if previous else []
    database = released[-1].name.database if released else _PREVIOUS
    with home.engine() as con:
        source = tables if previous is None else WithPrevious(tables, previous)
        queries = AthenaQueries(con, source)
        asking = Asking(home.now(), until or _newest_quarter(queries) or home.now().astimezone(LONDON).date())
        return list(gate_outcomes(home.model, queries, asking, database if previous else None))


def _newest_quarter(queries: AthenaQueries) -> date | None:
    """The last day of the newest quarter that is measured."""
    newest: date | None = queries.run(_NEWEST).rows[0][0]
    return newest


def gate_outcomes(model: Model, queries: AthenaQueries, asking: Asking, previous: str | None) -> Iterator[GateOutcome]:
    """What every gate finds of what `queries` reads. `previous` names the last release's database in what people are shown."""
    for gate in model.gates.values():
        for question in gate_questions(model, gate):
            yield outcome_of(question, queries, asking, previous)


def outcome_of(question: GateQuestion, queries: AthenaQueries, asking: Asking, previous: str | None) -> GateOutcome:
    """What one part of a gate finds."""

    def records(subjects: list[str]) -> str:
        return question.records_sql(asking, previous or "", subjects)

    if question.needs_previous and previous is None:
        return without_data(question, NOTHING_BEFORE, records([]))
    values = _values(queries, question.value_sql(asking, _PREVIOUS))
    if not values:
        return without_data(question, _NO_ROWS, records([]))
    return judged(question, values, records([one.subject for one in failing(question, values)]))


def _values(queries: AthenaQueries, sql: str) -> list[GateValue]:
    answer = queries.run(sql)
    rows = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
    return [GateValue(str(row["subject"]), float(row["value"]), int(row["concerned"])) for row in rows]


class WithPrevious:
    """Tables, and beside them a database with the values of the last release."""

    def __init__(self, tables: TableSource, previous: str) -> None:
        self._tables = tables
        self._previous = previous

    def databases(self) -> list[str]:
        """The databases, that of the last release among them."""
        return [*self._tables.databases(), _PREVIOUS]

    def tables(self, database: str) -> list[str]:
        """The tables of a database."""
        return [_VALUES] if database == _PREVIOUS else self._tables.tables(database)

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """Columns with Athena's types; of the last release's values those that gates read."""
        if database != _PREVIOUS:
            return self._tables.columns(database, table)
        known = self._tables.columns(MEASURES, table) or {}
        return {column: kind for column, kind in known.items() if column in _READ}

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """SQL of a FROM item."""
        return self._previous if database == _PREVIOUS else self._tables.relation(database, table, snapshot_id)

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        """The snapshot that was current at an instant."""
        return self._tables.snapshot_at(database, table, instant)

    def inspect(self, database: str, table: str, what: str) -> Any:
        """A metadata table. Raises `UsageError` for the last release, of which there are values alone."""
        if database == _PREVIOUS:
            raise UsageError("of the last release only measure_value is read here")
        return self._tables.inspect(database, table, what)
