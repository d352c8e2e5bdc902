"""What is counted of an invented half year is the same on Trino, the engine behind Athena: every step, unit, measure and view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest
import sqlglot
from sqlglot import exp

from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.measures import Measures
from onecrown.definitions.model import load_model
from onecrown.measuring.unit_rows import counting_steps
from onecrown.rendering.lifecycle_queries import lifecycle_query
from onecrown.rendering.measure_queries import measure_query
from onecrown.rendering.measure_views import measure_views
from onecrown.rendering.unit_queries import UnitStep
from onecrown.sql.quoting import value
from onecrown.synthesis.synthesise import Wanted, synthesise
from tests.merging.builders import File
from tests.merging.homes import home_in

from .trino_archive import TrinoMissing, java, server
from .trino_home import Both, fingerprint, quoted, texts
from .trino_server import running_trino

HALF_A_YEAR = Wanted(0.0005, 7, date(2025, 7, 1), date(2025, 12, 31), extracts=1)
END = date(2025, 12, 31)
UNITS, VALUES = "onecrown_measures", "onecrown_measures.measure_value"


def measures() -> Measures:
    said = load_model().measures
    assert said is not None
    return said


@cache
def lifecycle_functions() -> tuple[str, ...]:
    return tuple(piece.name for piece in load_lifecycle(load_model()).functions())


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
        home_in(tmp_path_factory.mktemp("home"), load_model()) as home,
        running_trino(tmp_path_factory.mktemp("trino")) as trino,
    ):
        home.run(*files)
        both = Both(home, trino)
        both.register()
        yield both


@pytest.mark.long
@pytest.mark.parametrize("measure_id", measures().measures)
def test_a_measure_counted_by_trino_has_the_values_that_the_merge_keeps(measure_id: str, country: Both) -> None:
    asked = country.trino.run(measure_query(measures(), measures().measures[measure_id]))
    columns = ", ".join(map(quoted, asked.columns))
    ours = country.home.query(f"SELECT {columns} FROM {VALUES} WHERE measure_id = {value(measure_id)}")
    assert ours or measure_id in NOTHING_TOLD, "the half year has something to count"
    assert fingerprint(sorted(texts(asked.rows))) == fingerprint(sorted(texts(ours)))


NOTHING_TOLD = ("magistrates_receipts", "magistrates_disposals", "cases_severed", "cases_joined")
"""Nothing of these happens any more in 2025: every court is live on Common Platform."""


@pytest.mark.long
def test_every_unit_table_worked_out_by_trino_has_the_rows_that_the_merge_keeps(country: Both) -> None:
    country.trino.run("CREATE SCHEMA IF NOT EXISTS lifecycle")
    compared = []
    for step in counting_steps(load_model()):
        if not step.is_unit:
            country.trino.run(f"CREATE OR REPLACE TABLE lifecycle.{quoted(step.name)} AS {step.sql}")
            continue
        columns = ", ".join(map(quoted, measures().units[step.name].column_names))
        theirs = country.trino.run(f"SELECT {columns} FROM ({step.sql}) AS said").rows
        ours = country.home.query(f"SELECT {columns} FROM {UNITS}.{step.name}")
        assert ours, step.name
        assert fingerprint(sorted(texts(theirs))) == fingerprint(sorted(texts(ours))), step.name
        compared.append(step.name)
    assert sorted(compared) == sorted(measures().units)


@pytest.mark.long
@pytest.mark.parametrize("view", measure_views(load_model()))
def test_a_view_of_measures_has_the_same_rows_on_both(view: str, country: Both) -> None:
    said = measure_views(load_model())[view]
    columns = ", ".join(quoted(column.name) for column in said.layout.columns)
    theirs = country.trino.run(f"SELECT {columns} FROM ({said.sql}) AS said").rows
    ours = country.home.query(f"SELECT {columns} FROM {view}")
    assert fingerprint(sorted(texts(theirs))) == fingerprint(sorted(texts(ours)))


@pytest.mark.long
@pytest.mark.parametrize("function", lifecycle_functions())
def test_a_function_of_a_cases_life_has_the_same_rows_on_both(function: str, country: Both) -> None:
    asked = country.trino.run(lifecycle_query(load_lifecycle(load_model()), function, END))
    ours = country.home.query(lifecycle_query(load_lifecycle(load_model()), function, END))
    assert fingerprint(sorted(texts(asked.rows))) == fingerprint(sorted(texts(ours)))


@pytest.mark.parametrize("dialect", ["trino", "athena"])
def test_everything_that_is_counted_is_text_of_the_engine_that_a_parser_takes_whole(dialect: str) -> None:
    rendered = [measure_query(measures(), measure) for measure in measures().measures.values()]
    rendered += [step.sql for step in (*steps(is_unit=False), *steps(is_unit=True))]
    rendered += [view.sql for view in measure_views(load_model()).values()]
    for sql in rendered:
        tree = sqlglot.parse_one(sql, read=dialect)
        assert isinstance(tree, exp.Query), "a SELECT, and no statement that the parser passes on unread"
