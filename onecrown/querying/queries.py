"""Athena's SQL over our tables, answered by DuckDB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Protocol

import duckdb

from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.querying.answer_types import athena_type
from onecrown.querying.athena_dialect import parse, translate_tree
from onecrown.querying.athena_macros import prepare
from onecrown.querying.query_failures import refused
from onecrown.querying.table_references import (
    Describe,
    Query,
    ShowDatabases,
    ShowTables,
    TableReference,
    read_statement,
)
from onecrown.querying.translations import Translations, translations_in
from onecrown.sql.quoting import name as quoted


class TableSource(Protocol):
    """The tables that can be asked for."""

    def databases(self) -> list[str]:
        """The names of all databases."""
        ...

    def tables(self, database: str) -> list[str]:
        """The names of a database's tables."""
        ...

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """Columns and their Athena types, in order; None where there is no such table."""
        ...

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """SQL of a FROM item that reads a table at a snapshot, or as it is published; it may carry more columns."""
        ...

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        """The snapshot that was current at an instant (UTC); None before the first."""
        ...

    def inspect(self, database: str, table: str, what: str) -> Any:
        """A metadata table as Arrow: snapshots, history, files, manifests, partitions or refs."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query, with the names and the Athena types of its columns."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class AthenaQueries:
    """Runs Athena's SQL on one connection, which it prepares and whose own settings it changes (UTC, order of NULL)."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, source: TableSource, translations: Translations | None = None
    ) -> None:
        prepare(con)
        self._translations = translations or translations_in(None)
        self._con = con
        self._source = source

    def run(self, sql: str) -> Answer:
        """Answer one statement.

        Raises `UsageError` where the statement is not allowed, names what is not there, or cannot be answered.
        """
        statement = read_statement(sql)
        if isinstance(statement, Query):
            return self._answer(statement)
        if isinstance(statement, Describe):
            columns = self._columns(statement.database, statement.table)
            return Answer(("col_name", "data_type"), ("varchar", "varchar"), list(columns.items()))
        if isinstance(statement, ShowTables):
            self._known_database(statement.database)
            return _names("tab_name", self._source.tables(statement.database), statement.pattern)
        return self._shown_databases(statement)

    def _shown_databases(self, statement: ShowDatabases) -> Answer:
        return _names("database_name", self._source.databases(), statement.pattern)

    def keep(self, sql: str, table: str) -> None:
        """Answer a query into a temporary table of the connection. Raises `UsageError` as `run` does."""
        with self._relations(self._translations.references(sql)) as schemas, _refusals():
            translated = self._translations.translated(sql, schemas)
            self._con.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(table)} AS {translated}")

    def _answer(self, query: Query) -> Answer:
        with self._relations(query.references) as schemas, _refusals():
            translated = translate_tree(query.tree, schemas)
            result = self._con.execute(translated.sql)
            described = result.description
            rows = result.fetchall()
        columns = tuple(
            f"_col{position}" if item[0] in translated.unnamed else str(item[0])
            for position, item in enumerate(described)
        )
        return Answer(columns, tuple(athena_type(str(item[1])) for item in described), rows)

    @contextmanager
    def _relations(self, references: tuple[TableReference, ...]) -> Iterator[dict[str, Mapping[str, str]]]:
        """Each table as a view of the connection while the query runs; gives their columns."""
        try:
            yield {said.relation: self._register(said) for said in references}
        finally:
            for said in references:
                self._con.execute(f"DROP VIEW IF EXISTS {quoted(said.relation)}")
                self._con.unregister(f"{said.relation}_rows")

    def _register(self, said: TableReference) -> Mapping[str, str]:
        columns = self._columns(said.database, said.table)
        if said.metadata:
            rows = f"{said.relation}_rows"
            self._con.register(rows, self._source.inspect(said.database, said.table, said.metadata))
            item, columns = quoted(rows), self._found_columns(quoted(rows))
        else:
            snapshot_id = said.snapshot_id if said.instant is None else self._snapshot_at(said)
            item = self._source.relation(said.database, said.table, snapshot_id)
            if snapshot_id is not None:
                # An old snapshot may lack columns that came later; Athena reads it with its own schema.
                then = self._found_columns(item)
                columns = {column: kind for column, kind in columns.items() if column in then}
        names = ", ".join(quoted(column) for column in columns)
        with _refusals():
            self._con.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(said.relation)} AS SELECT {names} FROM {item}")
        return columns

    def _found_columns(self, item: str) -> dict[str, str]:
        with _refusals():
            found = self._con.execute(f"DESCRIBE SELECT * FROM {item}").fetchall()
        return {str(column): athena_type(str(kind)) for column, kind, *_ in found}

    def _columns(self, database: str, table: str) -> Mapping[str, str]:
        self._known_database(database)
        columns = self._source.columns(database, table)
        if columns is None:
            raise UsageError(f"there is no table `{database}.{table}`{nearest(table, self._source.tables(database))}")
        return columns

    def _known_database(self, database: str) -> None:
        known = self._source.databases()
        if database not in known:
            raise UsageError(f"there is no database `{database}`{nearest(database, known)}")

    def _snapshot_at(self, said: TableReference) -> int:
        instant = self._instant(said.instant or "")
        snapshot_id = self._source.snapshot_at(said.database, said.table, instant)
        if snapshot_id is None:
            raise UsageError(f'`{said.table}` had no snapshot by then; see "{said.table}$history" for its times')
        return snapshot_id

    def _instant(self, constant: str) -> datetime:
        with _refusals():
            rows = self._con.execute(translate_tree(parse(f"SELECT {constant}"), {}).sql).fetchall()
        value = rows[0][0] if rows else None  # all are fetched: a source may read its tables over this connection
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, date):
            return datetime.combine(value, time(), UTC)
        raise UsageError("FOR TIMESTAMP AS OF takes a timestamp or a date")


def _names(column: str, names: list[str], pattern: str | None) -> Answer:
    fits = _hive_pattern(pattern)
    return Answer((column,), ("varchar",), [(name,) for name in sorted(names) if fits.fullmatch(name)])


def _hive_pattern(pattern: str | None) -> re.Pattern[str]:
    """`*` stands for any text and `|` separates alternatives, as in SHOW of Athena."""
    alternatives = (".*".join(re.escape(part) for part in item.split("*")) for item in (pattern or "*").split("|"))
    return re.compile("|".join(alternatives), re.IGNORECASE)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        # The cause is left out on purpose: its message may quote a row.
        raise refused(error) from None
