"""Measures as SELECTs of Athena's: pure text from `model/measures/`, the same in Athena and on the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onecrown.definitions.measures import COUNT, FLOW, MEAN, RATE, STOCK, TOTAL, Measure, Measures
from onecrown.definitions.periods import Period
from onecrown.sql.quoting import value

_COUNTED = "counted_case"
_PERIOD = ("period_kind", "period_begun_on", "period_ended_on")
_CELL = (*_PERIOD, "breakdown", "category_1", "category_2")


def measure_query(measures: Measures, measure: Measure, statistics: tuple[str, ...] = ()) -> str:
    """One SELECT of every value of a measure, or of some of its statistics, with the columns of `onecrown_measures.measure_value`.

    It reads the unit table, the cases of its rows and `onecrown_measures.period`. A mean divides a sum of whole numbers, so that
    it can be kept up by adding; a median is the middle row, or the mean of the middle two.
    """
    parts = [_counted(measures, measure, "period.period_kind <> 'day'", measure.breakdowns())]
    if measure.has_days:
        shown = tuple((name,) for name in measures.day_dimensions if name in measure.dimensions)
        parts.append(_counted(measures, measure, "period.period_kind = 'day'", ((), *shown)))
    counted = "\n  UNION ALL\n".join(parts)
    told = "\nUNION ALL\n".join(_statistic(measure, statistic) for statistic in statistics or measure.statistics)
    ranked = f",\nranked AS (\n{_ranked()}\n)" if "median" in (statistics or measure.statistics) else ""
    return f"WITH counted AS (\n{counted}\n){ranked}\n{told}"


def units_query(measures: Measures, measure: Measure, dimensions: tuple[str, ...] = ()) -> str:
    """One SELECT of every unit that a measure counts, once for each period.

    unit_id, case_id, the period, what is measured of it (`said`, 1 where it is only counted) and its categories.
    """
    unit = measures.units[measure.counts]
    shown = "".join(
        f",\n  {category(measures, measure, name)} AS category_{place}" for place, name in enumerate(dimensions, 1)
    )
    where = "\n  AND ".join(f"({condition})" for _, condition in measure.where) or "true"
    return f"""SELECT
  unit.{unit.key} AS unit_id,
  unit.case_id,
  period.period_kind,
  period.begun_on AS period_begun_on,
  period.ended_on AS period_ended_on,
  {_value(measure)} AS said{shown}
FROM {counted_from(measure)}
JOIN onecrown_measures.period
  ON {in_period(measure)}
WHERE {where}"""


def explained_query(measures: Measures, measure: Measure, period: Period, chosen: Mapping[str, str]) -> str:
    """One SELECT of every row of the entity that a measure counts: its id, its case, and why it is counted or left out.

    The first condition that does not hold is the reason; `counted` where all do. Of an entity with several unit rows, such as the
    spells of a case, the one that came furthest tells it, so that each is listed once. `chosen` gives codes of dimensions.
    """
    unit = measures.units[measure.counts]
    entity = f"{unit.of}_id" if unit.of != "court_case" else "case_id"
    own = "case_id" if unit.of == "court_case" else unit.key
    held = _HELD.format(day=f"DATE {value(period.ended_on.isoformat())}") if measure.kind == STOCK else "true"
    columns = ", ".join(f"unit.{name}" for name in unit.column_names)
    tests = [*_left_out(measures, measure, chosen), ("true", "counted")]
    cases = "\n    ".join(f"WHEN {when} THEN {value(f'{place:02} {why}')}" for place, (when, why) in enumerate(tests))
    case = "case_id" if unit.of != "trial_outcome" else "CAST(NULL AS varchar)"
    return f"""SELECT
  every_row.every_id AS unit_id,
  coalesce(unit.case_id, every_row.every_case_id) AS case_id,
  substr(max(CASE
    {cases}
  END), 4) AS reason
FROM (SELECT {entity} AS every_id, {case} AS every_case_id FROM onecrown.{unit.of}) AS every_row
LEFT JOIN (SELECT {columns} FROM onecrown_measures.{unit.name} AS unit WHERE {held}) AS unit
  ON unit.{own} = every_row.every_id{_case_of(measure)}
CROSS JOIN (
  SELECT
    DATE {value(period.begun_on.isoformat())} AS begun_on,
    DATE {value(period.ended_on.isoformat())} AS ended_on
) AS period
GROUP BY every_row.every_id, coalesce(unit.case_id, every_row.every_case_id)"""


def _left_out(measures: Measures, measure: Measure, chosen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Conditions by which a row is left out, in the order in which they are asked, each with its reason."""
    yield f"unit.{measures.units[measure.counts].key} IS NULL", _absent(measure)
    for why, condition in measure.where:
        yield f"NOT coalesce({condition}, false)", why
    if measure.kind == FLOW:
        yield f"unit.{measure.day} IS NULL", "no such day so far"
        yield f"NOT ({in_period(measure)})", "in another period"
    for name, code in chosen.items():
        another = f"another {measures.dimensions[name].title.lower()}"
        yield f"{category(measures, measure, name)} <> {value(code)}", another


_HELD = "unit.begun_on <= {day} AND (unit.ended_on IS NULL OR unit.ended_on > {day})"


def _absent(measure: Measure) -> str:
    if measure.kind == STOCK:
        return "not received by then, or no record stands for it"
    return "no record stands for it"


def _case_of(measure: Measure) -> str:
    if measure.counts == _COUNTED:
        return ""
    return f"\nLEFT JOIN onecrown_measures.{_COUNTED} AS of_case\n  ON of_case.case_id = unit.case_id"


def counted_from(measure: Measure) -> str:
    """The FROM clause of a measure: its unit table, with the case of each row."""
    source = f"onecrown_measures.{measure.counts} AS unit"
    if measure.counts == _COUNTED:
        return source
    return f"{source}\n  JOIN onecrown_measures.{_COUNTED} AS of_case\n    ON of_case.case_id = unit.case_id"


def in_period(measure: Measure) -> str:
    """The condition by which a row of the unit table falls into a period."""
    if measure.kind == FLOW:
        return f"unit.{measure.day} BETWEEN period.begun_on AND period.ended_on"
    return "unit.begun_on <= period.ended_on AND (unit.ended_on IS NULL OR unit.ended_on > period.ended_on)"


def category(measures: Measures, measure: Measure, dimension: str) -> str:
    """The SQL of a dimension's code for a row."""
    return f"coalesce({measures.dimensions[dimension].sql_of(measure.counts, measure.day)}, 'not_known')"


def breakdown_name(dimensions: tuple[str, ...]) -> str:
    """`total`, or the dimensions joined by a plus sign."""
    return "+".join(dimensions) or TOTAL


def _counted(measures: Measures, measure: Measure, periods: str, breakdowns: tuple[tuple[str, ...], ...]) -> str:
    """The rows counted, once for every breakdown."""
    names = ", ".join(value(breakdown_name(said)) for said in breakdowns)
    first, second = (
        ", ".join(category(measures, measure, said[place]) if len(said) > place else "''" for said in breakdowns)
        for place in (0, 1)
    )
    where = "".join(f"\n    AND ({condition})" for _, condition in measure.where)
    return f"""  SELECT
    period.period_kind,
    period.begun_on AS period_begun_on,
    period.ended_on AS period_ended_on,
    shown.breakdown,
    shown.category_1,
    shown.category_2,
    {_value(measure)} AS said
  FROM {counted_from(measure)}
  JOIN onecrown_measures.period
    ON {in_period(measure)}
  CROSS JOIN UNNEST(
    ARRAY[{names}],
    ARRAY[{first}],
    ARRAY[{second}]
  ) AS shown (breakdown, category_1, category_2)
  WHERE {periods}{where}"""


def _value(measure: Measure) -> str:
    if not measure.value:
        return "1"
    return f"CASE WHEN {measure.value} THEN 1 ELSE 0 END" if RATE in measure.statistics else measure.value


def _statistic(measure: Measure, statistic: str) -> str:
    cell = "\n  ".join(f"{name}," for name in _CELL)
    grouped = f"GROUP BY {', '.join(_CELL)}"
    values, source = {
        COUNT: ("CAST(count(*) AS double) AS value,\n  count(*) AS counted_count,", "counted"),
        MEAN: ("CAST(sum(said) AS double) / count(*) AS value,\n  count(*) AS counted_count,", "counted"),
        RATE: ("100 * CAST(sum(said) AS double) / count(*) AS value,\n  sum(said) AS counted_count,", "counted"),
    }.get(statistic, (_MIDDLE, "ranked"))
    base = "count(*)" if statistic == RATE else "CAST(NULL AS bigint)"
    total = "sum(said)" if statistic == MEAN else "CAST(NULL AS bigint)"
    return f"""SELECT
  {value(measure.measure_id)} AS measure_id,
  CAST({measure.version} AS bigint) AS measure_version,
  {value(statistic)} AS statistic,
  {cell}
  {values}
  {base} AS base_count,
  {total} AS total_sum,
  {value(measure.unit)} AS unit
FROM {source}
{grouped}"""


_MIDDLE = """avg(CASE WHEN place IN ((cell_count + 1) / 2, (cell_count + 2) / 2) THEN CAST(said AS double) END) AS value,
  max(cell_count) AS counted_count,"""


def _ranked() -> str:
    cell = ", ".join(_CELL)
    return f"""  SELECT
    {cell},
    said,
    row_number() OVER (PARTITION BY {cell} ORDER BY said) AS place,
    count(*) OVER (PARTITION BY {cell}) AS cell_count
  FROM counted"""
