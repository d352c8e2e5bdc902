"""A view says what each of its columns is, and names measures that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.definitions.measures import Measure, UnitColumn
from onecrown.definitions.model import load_model
from onecrown.definitions.stated_views import read_views
from onecrown.rendering.measure_queries import units_query
from onecrown.rendering.measure_views import measure_views

VIEW = """\
-- view: by_month
-- grain: one row per month
-- why: an invented reason that goes on
--      in a second line
-- column: begun_on date First day of the month.
-- column: counted long How many.
SELECT unit.period_begun_on AS begun_on, count(*) AS counted
FROM :units_of(receipts, region) AS unit
GROUP BY unit.period_begun_on
"""


def known() -> dict[str, Measure]:
    measures = load_model().measures
    assert measures is not None
    return measures.measures


def written(folder: Path, text: str) -> Path:
    views = folder / "measures" / "views"
    views.mkdir(parents=True)
    (views / "by_month.sql").write_text(text, encoding="utf-8")
    return views


def test_a_view_has_its_header_and_its_columns_in_order(tmp_path: Path) -> None:
    views, problems = read_views(written(tmp_path, VIEW), known())
    view = views["by_month"]
    assert not problems
    assert view.why == "an invented reason that goes on in a second line"
    assert view.columns == (
        UnitColumn("begun_on", "date", "First day of the month."),
        UnitColumn("counted", "long", "How many."),
    )


MISTAKES = [
    ("view: by_month", "view: by_year", 1, "must begin `-- view: by_month`"),
    ("grain: one", "grains: one", 1, "has no `grains`; did you mean `grain`?"),
    ("grain: one", "grains: one", 1, "needs `-- grain: …`"),
    ("long How", "number How", 6, "cannot be of type `number`"),
    ("counted long How many.", "counted", 6, "`-- column: NAME TYPE Meaning.`"),
    ("How many.", "x" * 251, 6, "shorten the meaning of `counted`"),
    ("-- column: begun_on date First day of the month.\n-- column: counted long How many.\n", "", 1, "names no column"),
    ("(receipts,", "(receiptz,", 8, "no measure `receiptz`; did you mean `receipts`?"),
    ("receipts, region", "receipts, outcome", 8, "not broken down by `outcome`"),
    ("receipts, region)", "receipts,\nregion)", 8, "on one line"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "says"), MISTAKES, ids=[says for *_, says in MISTAKES])
def test_a_mistake_is_told_with_its_line(right: str, wrong: str, line: int, says: str, tmp_path: Path) -> None:
    assert right in VIEW
    _, problems = read_views(written(tmp_path, VIEW.replace(right, wrong)), known())
    assert [(problem.file, problem.line) for problem in problems if says in problem.message] == [
        ("measures/views/by_month.sql", line)
    ]


def test_the_units_of_a_measure_stand_in_the_view_as_the_registry_has_them() -> None:
    model = load_model()
    assert model.measures is not None
    sql = measure_views(model)["onecrown_measures.model_month"].sql
    assert ":units_of" not in sql
    counted = units_query(model.measures, model.measures.measures["receipts"], ("receipt_type", "remand", "region"))
    assert f"FROM ({counted}) AS received" in sql
