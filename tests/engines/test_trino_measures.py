"""What is counted of an invented half year is the same on Trino, the engine behind Athena: every step, unit, measure and view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlglot
from sqlglot import exp

from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.measures import Measures
from onecrown.definitions.model import load_model
from onecrown.flows.surroundings import WITH_BATCH
from onecrown.measuring.unit_rows import counting_steps
from onecrown.rendering.lifecycle_queries import lifecycle_query
from onecrown.rendering.measure_queries import measure_query
from onecrown.rendering.measure_views import measure_views
from onecrown.rendering.unit_queries import END, UnitStep
from onecrown.sql.quoting import value
from onecrown.synthesis.synthesise import Wanted, synthesise
from tests.merging.builders import File
from tests.merging.homes import Home, home_in

from .trino_archive import TrinoMissing, java, server
from .trino_home import Both, fingerprint, make_every_table, quoted, texts
from .trino_server import running_trino

HALF_A_YEAR = Wanted(0.0005, 7, date(2025, 7, 1), date(2025, 12, 31), extracts=1)
UNITS, VALUES = "onecrown_measures", "onecrown_measures.measure_value"


def measures() -> Measures:
    said = load_model().measures
    assert said is not None
    return said


def steps(is_unit: bool) -> list[UnitStep]:
    return [step for step in counting_steps(load_model()) if step.is_unit is is_unit]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A home of an invented half year, its measures counted, and Trino beside it."""
    try:
        java(), server()
    except TrinoMissing as missing:
        pytest.skip(str(missing))
    drops = tmp_path_factory.mktemp("half-a-year") / "out" / "drops"
    synthesise(drops.parent, HALF_A_YEAR)
    files = [File(p.relative_to(drops).as_posix(), p.read_bytes()) for p in sorted(drops.rglob("*")) if p.is_file()]
    with (
        home_in(tmp_path_factory.mktemp("home"), load_model()) as opened,
        running_trino(tmp_path_factory.mktemp("trino")) as trino,
    ):
        home = Home(replace(opened.around, measures_when=WITH_BATCH))
        home.run(*files)
        make_every_table(home)
        both = Both(home, trino)
        both.register()
        yield both


@pytest.mark.long
@pytest.mark.parametrize("measure_id", measures().measures)
def test_a_measure_counted_by_trino_has_the_values_that_the_merge_keeps(measure_id: str, country: Both) -> None:
    asked = country.trino.run(measure_query(measures(), measures().measures[measure_id]))
    columns = ", ".join(map(quoted, asked.columns))
    ours = country.home.query(f"SELECT {columns} FROM {VALUES} WHERE measure_id = {value(measure_id)}")
    assert fingerprint(sorted(texts(asked.rows))) == fingerprint(sorted(texts(ours)))


@pytest.mark.long
def test_the_half_year_tells_of_most_measures(country: Both) -> None:
    [(told,)] = country.home.query(f"SELECT count(DISTINCT measure_id) FROM {VALUES}")
    assert int(str(told)) > 0.7 * len(measures().measures)


@pytest.mark.long
def test_every_function_and_unit_table_worked_out_by_trino_has_the_rows_of_the_embedded_engine(country: Both) -> None:
    """Step by step, as the merge does: Trino plans a step's SELECT anew wherever it stands in a WITH clause, and gives up."""
    lifecycle = load_lifecycle(load_model())
    functions = {piece.name for piece in lifecycle.functions()}
    country.trino.run("CREATE SCHEMA IF NOT EXISTS lifecycle")
    compared: set[str] = set()
    differ: list[str] = []
    for step in counting_steps(load_model()):
        if step.is_unit:
            columns = ", ".join(map(quoted, measures().units[step.name].column_names))
            theirs = country.trino.run(f"SELECT {columns} FROM ({step.sql}) AS said").rows
            ours = country.home.query(f"SELECT {columns} FROM {UNITS}.{step.name}")
        else:
            country.trino.run(f"CREATE OR REPLACE TABLE lifecycle.{quoted(step.name)} AS {step.sql}")
            if step.name not in functions - compared:
                continue
            theirs = country.trino.run(f"SELECT * FROM lifecycle.{quoted(step.name)}").rows
            ours = country.home.query(lifecycle_query(lifecycle, step.name, END))
        compared.add(step.name)
        differ += [step.name] * (fingerprint(sorted(texts(theirs))) != fingerprint(sorted(texts(ours))))
    assert not differ
    assert {*measures().units} < compared and len(compared - {*measures().units}) > 5


@pytest.mark.long
@pytest.mark.parametrize("view", measure_views(load_model()))
def test_a_view_of_measures_has_the_same_rows_on_both(view: str, country: Both) -> None:
    said = measure_views(load_model())[view]
    columns = ", ".join(quoted(column.name) for column in said.layout.columns)
    theirs = country.trino.run(f"SELECT {columns} FROM ({said.sql}) AS said").rows
    ours = country.home.query(f"SELECT {columns} FROM {view}")
    assert fingerprint(sorted(texts(theirs))) == fingerprint(sorted(texts(ours)))


def test_everything_that_is_counted_is_a_select_that_a_parser_of_trinos_sql_takes_whole() -> None:
    rendered = [measure_query(measures(), measure) for measure in measures().measures.values()]
    rendered += [step.sql for step in (*steps(is_unit=False), *steps(is_unit=True))]
    rendered += [view.sql for view in measure_views(load_model()).values()]
    for sql in rendered:
        tree = sqlglot.parse_one(sql, read="trino")
        assert isinstance(tree, exp.Query), "and no statement that the parser passes on unread"
