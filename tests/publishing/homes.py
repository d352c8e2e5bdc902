"""A home with figures to publish: values as the merge leaves them, a batch that names them, gates that a test decides on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from merging.homes import ONE_THREAD, PSEUDONYM_KEY, Home
from merging.slices import cases_of_extracts

from onecrown.cli.home import open_home
from onecrown.definitions.model import Model, load_model
from onecrown.definitions.periods import period_named
from onecrown.flows.publish_release import Wanted, publish_release
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.release_databases import TablesAndReleases
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.write_operations import publish_heads
from onecrown.ports import Batch, Change
from onecrown.publishing.manifest import PROVISIONAL, Manifest, Override
from onecrown.querying.queries import AthenaQueries
from onecrown.sql.quoting import value
from onecrown.steps import UNWATCHED, Steps

FEBRUARY = datetime(2026, 2, 2, 9, 30, tzinfo=UTC)
VALUES = "onecrown_measures.measure_value"
CASES = "onecrown.court_case"


@dataclass(frozen=True)
class Gate:
    """A gate as it was found."""

    gate_id: str = "stock_and_flow"
    title: str = "Stock and flow"
    value: float | None = 0.1
    threshold: float = 0.4
    passed: bool = True
    is_stopping: bool = True
    says: str = "0.1 percent of at most 0.4"
    sql: str = "SELECT case_id FROM onecrown.court_case"


HOLDS = Gate()
FAILS = Gate(value=2.5, passed=False, says="2.5 percent, more than 0.4")


WHERE = {"receipts": (), "disposals": (), "open_cases": (("not open", "status_code = 'open'"),)}
WHERE["open_age_days"] = WHERE["open_cases"]


@cache
def model_with_measures() -> Model:
    """The cases of extracts with the people on them, what systems say differently, and four measures told simply."""
    whole, cases = load_model(), cases_of_extracts()
    more = {name: whole.entities[name] for name in ("case_identity", "case_value", "case_alias", "case_source_record")}
    assert whole.measures is not None
    simply = {name: replace(whole.measures.measures[name], where=where) for name, where in WHERE.items()}
    families = {
        name: replace(family, measures=kept)
        for name, family in whole.measures.families.items()
        if (kept := tuple(measure for measure in family.measures if measure in simply))
    }
    registry = replace(whole.measures, measures=simply, families=families)
    return replace(cases, entities={**cases.entities, **more}, measures=registry)


@contextmanager
def home_of_figures(folder: Path, now: datetime = FEBRUARY, steps: Steps = UNWATCHED) -> Iterator[Home]:
    """A home over that model, at a time, whose every step somebody may watch."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pseudonym.key").write_text(PSEUDONYM_KEY, encoding="ascii")
    with open_home(folder, steps=steps) as around:
        yield Home(replace(around, model=model_with_measures(), now=lambda: now, wait_seconds=0, resources=ONE_THREAD))


def tell(home: Home, said: str, batch_id: str = "a-batch") -> None:
    """One batch that replaces the values: `measure period breakdown category value` a line, of counts."""
    put(home, VALUES, " UNION ALL ".join(map(_row, said.strip().splitlines())), batch_id)


def put(home: Home, table: str, select: str, batch_id: str) -> None:
    """One batch that replaces what a table says; columns that the SELECT leaves out are empty."""
    replace_rows(home, table, select, batch_id)
    publish_heads(home.around, Batch(batch_id, "finished", (), home.around.now()))
    home.around.tables.refresh()


def replace_rows(home: Home, table: str, select: str, batch_id: str) -> None:
    """Replace what a table says, and leave it to a batch to tell so."""
    tables = home.around.tables
    tables.refresh()
    with home.around.engine() as con:
        rows = f"SELECT * EXCLUDE (_file, _pos) FROM {tables.empty(table)} UNION ALL BY NAME {select}"
        written, added = tables.write_rows(con, table, rows)
        stands = tables.relation(table)
        gone, deleted = tables.write_deletes(con, table, f"SELECT _file AS file_path, _pos AS pos FROM {stands}")
    tables.commit(Change(table, batch_id, written, added, gone if deleted else None, deleted))
    tables.refresh()


def _row(line: str) -> str:
    measure, period, breakdown, category, number = line.split()
    said = period_named(period)
    return f"""SELECT {value(measure)} AS measure_id, 1 AS measure_version, 'count' AS statistic, {value(said.kind)} AS period_kind,
        DATE '{said.begun_on}' AS period_begun_on, DATE '{said.ended_on}' AS period_ended_on, {value(breakdown)} AS breakdown,
        {value(category.replace("-", ""))} AS category_1, '' AS category_2, {number} AS value, {number} AS counted_count,
        NULL AS base_count, NULL AS total_sum, 'cases' AS unit"""


FIGURES = """
    receipts 2025-Q3 total - 30
    receipts 2025-Q4 total - 27
    receipts 2025-Q4 court 453 20
    receipts 2025-12 total - 9
    receipts 2026-01 total - 8
    open_cases 2025-Q4 total - 120
"""


def publish(
    home: Home,
    period: str = "2025-Q4",
    standing: str = PROVISIONAL,
    gates: Sequence[Gate] = (HOLDS,),
    overrides: Sequence[Override] = (),
    correction: str = "",
) -> Manifest:
    """Publish a period, with gates as a test says them."""

    def check(_home: Surroundings, _tables: PublishedTables, _previous: str | None, _until: date) -> Sequence[Gate]:
        return gates

    return publish_release(
        home.around, Wanted(period_named(period), standing, "a statistician", overrides, correction), check
    )


def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    """As `onecrown query` asks, of tables and of releases."""
    with home.around.engine() as con:
        tables = TablesAndReleases(home.around, PublishedTables(home.around, con))
        return list(AthenaQueries(con, tables).run(sql).rows)
