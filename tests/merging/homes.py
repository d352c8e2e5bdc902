"""A home in a test: deliver, run, and look at what stands, as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from onecrown.adapters.memory_tables import MemoryTables
from onecrown.cli.home import open_home
from onecrown.definitions.model import Model
from onecrown.flows.check_home import check_home
from onecrown.flows.merge_drops import Merged, merge_pending
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.upserts import BOOKS
from onecrown.ports import MERGED, Drop
from onecrown.querying.queries import AthenaQueries
from onecrown.rendering.table_layouts import HISTORY, UNIFIED, table_layouts
from onecrown.sql.connection import Resources

from .builders import COURT, OFFENCE, File
from .slices import cases_of_extracts, slice_of_model

PSEUDONYM_KEY = "5e" * 32  # the same in every home, so that ids can be compared
LINEAGE = ("drop_id", "position")
ONE_THREAD = Resources("1GB", threads=1)  # the tests use both cores as it is


def lines(text: str) -> list[str]:
    """A little table as its lines, without layout: `a |  b` is `a | b`."""
    return [" | ".join(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


class Home:
    """One home and what a test asks of it."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.files_before: dict[str, str] = {}

    def deliver(self, *files: File) -> None:
        for file in files:
            self.around.landing.deliver(file.key, None, [file.data])

    def receive(self, *files: File) -> list[Drop]:
        """Deliver and judge; the drops as they stand afterwards, in the order of the files."""
        self.deliver(*files)
        received = receive_arrivals(self.around, self.around.landing.arrivals())
        return [self.drop(drop.drop_id) for drop in received]

    def merge(self) -> Merged:
        return merge_pending(self.around)

    def run(self, *files: File) -> list[Drop]:
        """Deliver, judge and merge as one batch; the drops as they stand afterwards."""
        received = self.receive(*files)
        self.merge()
        return [self.drop(drop.drop_id) for drop in received]

    def run_each(self, batches: Iterable[Sequence[File]]) -> None:
        for batch in batches:
            self.run(*batch)

    def drop(self, drop_id: str) -> Drop:
        found = self.around.ledger.drop(drop_id)
        assert found is not None
        return found

    def drops(self) -> list[Drop]:
        return self.around.ledger.drops()

    def ask(self, sql: str) -> list[str]:
        """Rows of a SELECT as lines of text; `{database.table}` is a table at its newest."""
        self.around.tables.refresh()
        said = re.sub(r"\{([\w.]+)\}", lambda match: self.around.tables.relation(match.group(1)), sql)
        with self.around.engine() as con:
            rows = con.execute(said).fetchall()
        return [" | ".join("-" if cell is None else str(cell) for cell in row) for row in rows]

    def charges(self) -> str:
        """The charges that stand, in the notation of `builders.charges`."""
        return " ".join(
            self.ask(
                f"""SELECT replace(o.offence_code, '{OFFENCE}', '') || coalesce('/' || nullif(p.plea_source_code, 'NG'), '')
                FROM {{onecrown.offence}} AS o LEFT JOIN {{onecrown.plea}} AS p ON p.offence_id = o.offence_id ORDER BY 1"""
            )
        )

    def cases(self, court: str = COURT) -> str:
        """The cases of a court that stand, in the notation of `builders.cases`."""
        return " ".join(
            self.ask(
                f"""SELECT replace(source_case_id, '{court}T', '') || coalesce('/' || nullif(receipt_type_source_code, 'EW'), '')
                FROM {{onecrown.court_case}} WHERE source_case_id LIKE '{court}T%' ORDER BY 1"""
            )
        )

    def results(self) -> list[str]:
        """The labels of the results that stand."""
        return self.ask("SELECT result_label FROM {onecrown.result} ORDER BY 1")

    def query(self, sql: str, latest: bool = False) -> list[tuple[object, ...]]:
        with self.around.engine() as con:
            return list(AthenaQueries(con, PublishedTables(self.around, con, latest)).run(sql).rows)

    def findings(self) -> dict[str, tuple[str, int]]:
        """What `check` says: state and count by check and what it is of."""
        return {f"{found.check}: {found.of}": (found.state, found.count) for found in check_home(self.around)}

    def dump(self) -> str:
        """Every row of history and of the unified tables as text, without lineage."""
        self.around.tables.refresh()
        with self.around.engine() as con:
            tables = [name for name in self.around.tables.names() if name.split(".")[0] in (UNIFIED, HISTORY)]
            return "\n".join(
                text for table in tables for text in _dumped(con, table, self.around.tables.relation(table))
            )

    def snapshot_counts(self) -> dict[str, int]:
        """How many snapshots each table has."""
        self.around.tables.refresh()
        return {name: len(self.around.tables.inspect(name, "snapshots")) for name in self.around.tables.names()}


def _dumped(con: duckdb.DuckDBPyConnection, table: str, relation: str) -> list[str]:
    names = [row[0] for row in con.execute(f"DESCRIBE SELECT * EXCLUDE (_file, _pos) FROM {relation}").fetchall()]
    kept = [name for name in names if name not in LINEAGE]
    said = ", ".join(f"'{name}=' || coalesce(CAST(\"{name}\" AS VARCHAR), '-')" for name in kept)
    rows = con.execute(f"SELECT concat_ws(' | ', {said}) FROM {relation} ORDER BY 1").fetchall()
    return [f"{table}: {row[0]}" for row in rows]


@contextmanager
def home_in(folder: Path, model: Model | None = None) -> Iterator[Home]:
    """A home with the shared pseudonym key, over a slice of the model."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "pseudonym.key"
    if not key.exists():
        key.write_text(PSEUDONYM_KEY, encoding="ascii")
    with open_home(folder) as around:
        yield Home(replace(around, model=model or slice_of_model(), resources=ONE_THREAD))


@contextmanager
def home_in_memory(folder: Path, model: Model | None = None) -> Iterator[Home]:
    """The same with its tables in memory, as long as it is open: where tables lie matters to no rule of merging.

    A merge costs half. What is written to files, by whom and how often, is tested on homes of `home_in`.
    """
    with home_in(folder, model) as home:
        tables = MemoryTables(folder / "tables", table_layouts(home.around.model))
        yield Home(replace(home.around, tables=tables))


def home_of_cases(folder: Path) -> AbstractContextManager[Home]:
    """A home that knows the cases of full extracts alone."""
    return home_in(folder, cases_of_extracts())


def cases_in_memory(folder: Path) -> AbstractContextManager[Home]:
    """The same with its tables in memory."""
    return home_in_memory(folder, cases_of_extracts())


def books(drop: Drop, record_type: str) -> str:
    """One record type's books as text: only what is not zero, in the order of the books."""
    said = drop.counts.get(record_type, {})
    names = ("read", "accepted", "quarantined", *BOOKS, "removed")
    return " ".join(f"{name} {said[name]}" for name in names if said.get(name))


def balances(drop: Drop) -> bool:
    """Whether a drop's books add up, for each of its record types."""
    return all(
        said.get("read", 0) == said.get("accepted", 0) + said.get("quarantined", 0)
        and (drop.state != MERGED or said.get("accepted", 0) == sum(said.get(book, 0) for book in BOOKS))
        for said in drop.counts.values()
    )
