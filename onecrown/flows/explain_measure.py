"""What a number counts: every row of what is counted, told as counted or left out with its reason, so that the sums agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from onecrown.definitions.measures import Measure, Measures
from onecrown.definitions.periods import Period
from onecrown.definitions.reading import nearest
from onecrown.errors import SettingsError, UsageError
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.querying.queries import AthenaQueries
from onecrown.rendering.measure_queries import explained_query
from onecrown.rendering.table_columns import MEASURES
from onecrown.sql.quoting import value

COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Counted:
    """One row of the entity that is counted: its id, its case where it has one, and `counted` or the reason why it is left out."""

    unit_id: str
    case_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class MeasureExplained:
    """`shown` holds the values that the tables have, by statistic; `reasons` how many rows are counted and left out by which reason."""

    measure: Measure
    period: Period
    shown: dict[str, float]
    reasons: dict[str, int]
    rows: tuple[Counted, ...]


def explain_measure(home: Surroundings, measure_id: str, period: Period, chosen: Mapping[str, str]) -> MeasureExplained:
    """Every row counted and left out. `chosen` gives a code for each of at most two dimensions.

    Raises `UsageError` for what the registry does not know, and where the period is not measured.
    """
    measures = registry(home)
    measure = _known(measures, measure_id, chosen)
    _require_codes(home, measures, chosen)
    with home.engine() as con:
        queries = AthenaQueries(con, PublishedTables(home, con))
        _require_measured(queries, period)
        shown = dict(queries.run(_value_query(measure, period, chosen)).rows)
        found = queries.run(explained_query(measures, measure, period, chosen)).rows
    rows = tuple(Counted(*row) for row in sorted(found, key=lambda row: (row[2] != COUNTED, row[2], row[0])))
    return MeasureExplained(measure, period, shown, dict(Counter(row.reason for row in rows)), rows)


def registry(home: Surroundings) -> Measures:
    """The measures of a home. Raises `SettingsError` where its model has none."""
    if home.model.measures is None:
        raise SettingsError("the model has no measures; write model/measures/counting.yaml")
    return home.model.measures


def _known(measures: Measures, measure_id: str, chosen: Mapping[str, str]) -> Measure:
    measure = measures.measures.get(measure_id)
    if measure is None:
        raise UsageError(f"there is no measure `{measure_id}`{nearest(measure_id, measures.measures)}")
    wrong = [dimension for dimension in chosen if dimension not in measure.dimensions]
    if wrong:
        hints = "; ".join(f"`{name}`{nearest(name, measure.dimensions)}" for name in wrong)
        raise UsageError(f"`{measure_id}` is not broken down by {hints}")
    if len(chosen) > 2:
        raise UsageError("a value has at most two dimensions; name one or two")
    return measure


def _require_codes(home: Surroundings, measures: Measures, chosen: Mapping[str, str]) -> None:
    """Raise `UsageError` for a code that the list of a dimension does not know."""
    for dimension, code in chosen.items():
        code_list = home.model.code_lists.get(measures.dimensions[dimension].code_list)
        known = (
            {said.standard_code for said in code_list.codes} | {"not_known", "organisation", "none"}
            if code_list
            else {code}
        )
        if code not in known:
            raise UsageError(f"`{dimension}` has no code `{code}`{nearest(code, known)}")


def _require_measured(queries: AthenaQueries, period: Period) -> None:
    said = f"period_kind = {value(period.kind)} AND begun_on = DATE {value(period.begun_on.isoformat())}"
    if not queries.run(f"SELECT 1 FROM {MEASURES}.period WHERE {said}").rows:
        ends = queries.run(f"SELECT max(ended_on) FROM {MEASURES}.period").rows[0][0]
        until = (
            f"measured until {ends}" if ends else "measured so far: nothing; run `onecrown run` or `onecrown measure`"
        )
        raise UsageError(f"{period.name} is not measured, or not over yet ({until})")


def _value_query(measure: Measure, period: Period, chosen: Mapping[str, str]) -> str:
    """The stored value by statistic; nothing where the breakdown is not kept or the cell is empty."""
    names, codes = list(chosen), [*chosen.values(), "", ""]
    pairs = [(names, codes), (names[::-1], [*list(chosen.values())[::-1], "", ""])]
    cells = " OR ".join(
        f"(breakdown = {value('+'.join(order) or 'total')} AND category_1 = {value(said[0])} AND category_2 = {value(said[1])})"
        for order, said in pairs
    )
    return f"""SELECT statistic, value FROM {MEASURES}.measure_value
    WHERE measure_id = {value(measure.measure_id)} AND period_kind = {value(period.kind)}
      AND period_begun_on = DATE {value(period.begun_on.isoformat())} AND ({cells})"""
