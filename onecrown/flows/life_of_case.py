"""The life of one case as at a London day: every lifecycle function's rows of it, each with the rule that decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onecrown.definitions.lifecycle import Lifecycle
from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.errors import UsageError
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.querying.queries import AthenaQueries, TableSource
from onecrown.rendering.lifecycle_queries import lifecycle_query
from onecrown.rendering.table_layouts import UNIFIED
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import value

Row = dict[str, Any]
_BY_HEARING = ("hearing", "hearing_day", "attendance")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing of a case's life: what it is, of which charge or defendant, since and until when, and the rule that decided."""

    what: str
    of: str
    said: str
    since_on: date | None
    until_on: date | None
    decided_by: str


def life_of_case(home: Surroundings, said: str, as_at: date) -> tuple[list[Told], Lifecycle]:
    """Everything that the rules say of one case as at a day, and the rules.

    `said` is our id of the case, a source's own, or a URN. Raises `UsageError` where no case, or more than one, has it.
    """
    lifecycle = load_lifecycle(home.model)
    with home.engine() as con:
        tables = PublishedTables(home, con)
        queries = AthenaQueries(con, tables)
        case_id = _found(queries, said)
        narrow = AthenaQueries(con, OfCases(con, tables, _related(queries, case_id)))
        told: list[Told] = []
        for function, tell in _TELLERS.items():
            answer = narrow.run(lifecycle_query(lifecycle, function, as_at))
            rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
            told += [line for row in rows if row["case_id"] == case_id for line in tell(row)]
    return told, lifecycle


def _found(queries: AthenaQueries, said: str) -> str:
    rows = queries.run(
        f"SELECT case_id FROM court_case WHERE case_id = {value(said)} OR source_case_id = {value(said)} OR case_urn = {value(said)}"
    ).rows
    if len(rows) != 1:
        found = f"{len(rows)} cases have" if rows else "no case has"
        raise UsageError(
            f"{found} this id or number; take a case_id: onecrown query 'SELECT case_id, source_case_id FROM court_case'"
        )
    return str(rows[0][0])


def _related(queries: AthenaQueries, case_id: str) -> tuple[str, ...]:
    """The case, those that it came from by a link, and those of its system whose number it names as its original."""
    linked = f"SELECT from_case_id FROM case_link WHERE to_case_id = {value(case_id)}"
    named = (
        "SELECT earlier.case_id FROM court_case AS later JOIN court_case AS earlier ON earlier.source_system = later.source_system "
        f"AND earlier.source_case_id = later.original_source_case_id WHERE later.case_id = {value(case_id)}"
    )
    return tuple(sorted({case_id, *(str(row[0]) for row in queries.run(f"{linked} UNION {named}").rows)}))


class OfCases:
    """The unified tables with the rows of some cases alone, each read once and kept in the connection."""

    def __init__(self, con: Engine, tables: TableSource, case_ids: tuple[str, ...]) -> None:
        self._con = con
        self._tables = tables
        self._cases = ", ".join(map(value, case_ids))
        self._kept: set[str] = set()

    def databases(self) -> list[str]:
        """The databases."""
        return self._tables.databases()

    def tables(self, database: str) -> list[str]:
        """The tables of a database."""
        return self._tables.tables(database)

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """Columns with Athena's types."""
        return self._tables.columns(database, table)

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """SQL that reads the rows of the cases."""
        kept = f"of_cases_{table}"
        if table not in self._kept:
            whole = self._tables.relation(database, table, snapshot_id)
            self._con.execute(f"CREATE TEMP TABLE {kept} AS SELECT * FROM {whole} AS t WHERE {self._condition(table)}")
            self._kept.add(table)
        return kept

    def _condition(self, table: str) -> str:
        of_cases = f"case_id IN ({self._cases})"
        if table in _BY_HEARING:
            return f"hearing_id IN (SELECT hearing_id FROM {self.relation(UNIFIED, 'hearing_case', None)})"
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


def _status(row: Row) -> Iterator[Told]:
    said = " ".join(filter(None, (row["status_code"], row["stage_code"])))
    days = "" if row["age_days"] is None else f", {row['age_days']} days old"
    yield Told("status", "case", f"{said}{days}", None, None, row["decided_by"])
    if row["is_dormant"]:
        yield Told("status", "case", "dormant", None, None, row["dormant_decided_by"])


def _receipt(row: Row) -> Iterator[Told]:
    said = "inferred" if row["is_inferred"] else ""
    yield Told("receipt", "case", said, row["receipt_on"], None, row["decided_by"])


def _disposal(row: Row) -> Iterator[Told]:
    yield Told("first disposal", "case", "", row["first_final_on"], None, row["decided_by"])
    said = f"opened again {row['reopened_count']} times" if row["reopened_count"] else ""
    yield Told("current disposal", "case", said, row["current_final_on"], None, row["decided_by"])


def _severity(row: Row) -> Iterator[Told]:
    yield Told("principal by severity", row["offence_id"], row["offence_code"] or "", None, None, row["decided_by"])


def _duration(row: Row) -> Iterator[Told]:
    said = f"{row['offence_code'] or ''}, {row['charge_to_completion_days']} days"
    yield Told(
        "principal by duration", row["defendant_id"], said, row["charged_on"], row["concluded_on"], row["decided_by"]
    )


def _transfer(row: Row) -> Iterator[Told]:
    said = f"{row['direction_code']}: {row['from_court_code'] or '?'} to {row['to_court_code'] or '?'}"
    yield Told("transfer", "case", said, row["moved_on"], None, row["decided_by"])


def _remand_now(row: Row) -> Iterator[Told]:
    yield Told("remand", row["defendant_id"], row["remand_code"] or "unknown", None, None, row["decided_by"])


def _span(what: str, of: str, since: str, until: str, said: str = "") -> Callable[[Row], Iterator[Told]]:
    """A teller of rows that are spans of time."""

    def tell(row: Row) -> Iterator[Told]:
        yield Told(what, row[of], row[said] if said else "", row[since], row[until], row["decided_by"])

    return tell


_TELLERS: dict[str, Callable[[Row], Iterator[Told]]] = {
    "case_status_as_at": _status,
    "receipt": _receipt,
    "disposal": _disposal,
    "transfer_flow": _transfer,
    "principal_offence_severity": _severity,
    "principal_offence_duration": _duration,
    "offence_conclusion": _span("conclusion", "offence_id", "concluded_on", "reopened_on"),
    "deferred_interval": _span("deferred sentence", "offence_id", "deferred_on", "ended_on"),
    "warrant_interval": _span("warrant", "defendant_id", "issued_on", "ended_on"),
    "remand_as_at": _remand_now,
    "remand_interval": _span("remand", "defendant_id", "begun_on", "ended_on", "remand_code"),
}
