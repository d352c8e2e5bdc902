"""Views over the measures' tables, in Athena's SQL: one for each family, with a column for each dimension, and those of the model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from onecrown.definitions.lifecycle import Lifecycle
from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.measures import Family, Measures, StatedView
from onecrown.definitions.model import Model, load_model
from onecrown.definitions.stated_views import UNITS_OF
from onecrown.rendering.lifecycle_queries import within
from onecrown.rendering.measure_queries import units_query
from onecrown.rendering.table_columns import MEASURES, TableColumn, TableLayout
from onecrown.rendering.unit_queries import END
from onecrown.sql.quoting import value

ALL = "all"
_FIRST = (
    ("measure_id", "string", "The measure."),
    ("title", "string", "Its name for people."),
    ("statistic", "string", "Count, mean, median or rate."),
    ("period_kind", "string", "Day, month or quarter."),
    ("period", "string", "The period as people write it: 2025-12-31, 2025-12 or 2025-Q4."),
    ("period_ended_on", "date", "Last day of the period: a stock is as at its end."),
    ("breakdown", "string", "The dimensions that are shown; total where there is none."),
)
_LAST = (
    ("value", "double", "The value."),
    ("counted_count", "long", "How many units were counted."),
    ("base_count", "long", "Of how many units, where the value is a rate."),
    ("unit", "string", "What the value is in."),
)


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A view: its layout and its SELECT in Athena's SQL, with every table named in full."""

    layout: TableLayout
    sql: str


def measure_views(model: Model) -> dict[str, MeasureView]:
    """Every view of `onecrown_measures` by full name."""
    if model.measures is None:
        return {}
    families = [_family_view(model.measures, family) for family in model.measures.families.values()]
    lifecycle = _lifecycle()
    views = [*families, *(_stated_view(model.measures, lifecycle, view) for view in model.measures.views.values())]
    return {view.layout.full_name: view for view in views}


@cache
def _lifecycle() -> Lifecycle:
    """The rules of a case's life, read once. A part of the model has the same."""
    return load_lifecycle(load_model())


def _stated_view(measures: Measures, lifecycle: Lifecycle, view: StatedView) -> MeasureView:
    columns = (TableColumn(number, c.name, c.type, c.meaning) for number, c in enumerate(view.columns, 1))
    layout = TableLayout(MEASURES, view.name, tuple(columns), (), f"{view.grain}: {view.why}")
    counted = UNITS_OF.sub(lambda found: _units(measures, found), view.sql).strip()
    return MeasureView(layout, within(lifecycle, counted, END))


def _units(measures: Measures, found: re.Match[str]) -> str:
    """What a measure counts, as a FROM item."""
    dimensions = tuple(filter(None, found[2].split(", ")))
    return f"({units_query(measures, measures.measures[found[1]], dimensions)})"


def _family_view(measures: Measures, family: Family) -> MeasureView:
    dimensions = _dimensions(measures, family)
    columns = (*_FIRST, *((name, "string", measures.dimensions[name].meaning) for name in dimensions), *_LAST)
    layout = TableLayout(
        MEASURES,
        f"{family.name}_view",
        tuple(TableColumn(number, *said) for number, said in enumerate(columns, 1)),
        (),
        family.meaning,
    )
    return MeasureView(layout, _family_sql(family, dimensions))


def _dimensions(measures: Measures, family: Family) -> tuple[str, ...]:
    """The dimensions of a family, in the order in which its measures name them."""
    said = (name for measure in family.measures for shown in measures.measures[measure].breakdowns() for name in shown)
    return tuple(dict.fromkeys(said))


def _family_sql(family: Family, dimensions: tuple[str, ...]) -> str:
    shown = "".join(f"\n  {_category(name)} AS {name}," for name in dimensions)
    ids = ", ".join(map(value, family.measures))
    return f"""SELECT
  measure_value.measure_id,
  measure.title,
  measure_value.statistic,
  measure_value.period_kind,
  CASE measure_value.period_kind
    WHEN 'day' THEN date_format(measure_value.period_begun_on, '%Y-%m-%d')
    WHEN 'month' THEN date_format(measure_value.period_begun_on, '%Y-%m')
    ELSE date_format(measure_value.period_begun_on, '%Y') || '-Q' || CAST(quarter(measure_value.period_begun_on) AS varchar)
  END AS period,
  measure_value.period_ended_on,
  measure_value.breakdown,{shown}
  measure_value.value,
  measure_value.counted_count,
  measure_value.base_count,
  measure_value.unit
FROM {MEASURES}.measure_value
JOIN {MEASURES}.measure
  ON measure.measure_id = measure_value.measure_id
WHERE measure_value.measure_id IN ({ids})"""


def _category(dimension: str) -> str:
    """The code of a dimension where the breakdown shows it, else `all`."""
    first = f"split_part(measure_value.breakdown, '+', 1) = {value(dimension)}"
    second = f"split_part(measure_value.breakdown, '+', 2) = {value(dimension)}"
    return f"CASE WHEN {first} THEN measure_value.category_1 WHEN {second} THEN measure_value.category_2 ELSE {value(ALL)} END"
