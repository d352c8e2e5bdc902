"""Tables of measures: what is counted, the periods, and the values, tall."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.measures import UnitTable
from onecrown.definitions.model import Model
from onecrown.rendering.table_columns import MEASURES, TableColumn, TableLayout, layout_of

PERIOD = layout_of(
    MEASURES,
    "period",
    "Every period that is measured, to the last day of which a source told.",
    ("period_kind", "begun_on"),
    """period_kind string Day, month or quarter.
    begun_on date First day of the period.
    ended_on date Last day of the period.""",
)
MEASURE_VALUE = layout_of(
    MEASURES,
    "measure_value",
    "Every value of every measure, by period and breakdown.",
    ("measure_id", "period_kind", "breakdown", "period_begun_on"),
    """measure_id string The measure, as the registry names it.
    measure_version long Version of the measure's definition.
    statistic string Count, mean, median or rate.
    period_kind string Day, month or quarter.
    period_begun_on date First day of the period.
    period_ended_on date Last day of the period: a stock is as at its end.
    breakdown string The dimensions, joined by a plus sign; total where there is none.
    category_1 string Code of the first dimension; empty where there is none.
    category_2 string Code of the second dimension; empty where there is none.
    value double The value.
    counted_count long How many units were counted.
    base_count long Of how many units, where the value is a rate.
    total_sum long Sum of what was measured, where the value is a mean.
    unit string What the value is in.""",
)
DEFINITION = layout_of(
    MEASURES,
    "measure",
    "What every measure means, by which rule, and what it must not be compared with.",
    ("measure_id",),
    """measure_id string The measure.
    measure_version long Version of its definition.
    family string Measures that are shown together.
    title string Its name for people.
    meaning string What it tells, in plain words.
    unit string What it is in.
    kind string Flow, counted over a period, or stock, counted at its end.
    rule string The counting rule.
    document string Where the rule is from.
    owners string Who owns the definition in both bodies.
    not_comparable_with string Measures that it must not be compared with.
    definition_digest string Digest of the SQL that counts it.
    counting_digest string Digest of the SQL of what is counted.""",
)


def measure_layouts(model: Model) -> Iterator[TableLayout]:
    """The periods, the unit tables and the values; nothing where the model has no measures."""
    if model.measures is None:
        return
    yield PERIOD
    for unit in model.measures.units.values():
        yield unit_layout(unit)
    yield MEASURE_VALUE
    yield DEFINITION


def unit_layout(unit: UnitTable) -> TableLayout:
    """The table of a unit: a column's place is its field id, so that new ones come last."""
    columns = tuple(
        TableColumn(number, column.name, column.type, column.meaning) for number, column in enumerate(unit.columns, 1)
    )
    order = tuple(dict.fromkeys(("case_id", unit.key)))
    return TableLayout(MEASURES, unit.name, columns, order, unit.meaning)
