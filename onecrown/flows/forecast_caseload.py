"""What a forecast starts from, out of a home's own tables: its quarters, and its work by receipt type."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from onecrown.definitions.model import Model
from onecrown.errors import UsageError
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.forecasting.assumptions import Assumptions
from onecrown.forecasting.projection import months_after
from onecrown.forecasting.scenario import MONTHS_AHEAD, Scenario
from onecrown.forecasting.series import Caseload, Series, quarters
from onecrown.forecasting.stock_flow import Work
from onecrown.querying.queries import AthenaQueries
from onecrown.rendering.table_columns import MEASURES

MONTHS_A_YEAR = 12
_SHORT_WORK = ("sentence", "appeal")
_QUARTERS = f"""
SELECT
  period_ended_on,
  max(CASE WHEN measure_id = 'receipts' THEN value ELSE 0 END) AS receipts,
  max(CASE WHEN measure_id = 'disposals' THEN value ELSE 0 END) AS disposals,
  max(CASE WHEN measure_id = 'open_cases' THEN value ELSE 0 END) AS open_cases
FROM {MEASURES}.measure_value
WHERE measure_id IN ('receipts', 'disposals', 'open_cases')
  AND statistic = 'count' AND period_kind = 'quarter' AND breakdown = 'total'
GROUP BY period_ended_on
ORDER BY period_ended_on
"""
_WORK = f"""
WITH last_month AS (
  SELECT max(month_begun_on) AS begun_on FROM {MEASURES}.model_month WHERE open_count > 0
)
SELECT
  model_month.receipt_type_code,
  max(last_month.begun_on) AS begun_on,
  sum(CASE WHEN model_month.month_begun_on = last_month.begun_on THEN model_month.open_count ELSE 0 END) AS open_count,
  sum(model_month.receipt_count) AS receipt_count,
  sum(model_month.disposal_count) AS disposal_count,
  sum(model_month.disposed_with_minutes_count) AS with_minutes_count,
  sum(model_month.disposed_minutes) AS minutes
FROM {MEASURES}.model_month
CROSS JOIN last_month
WHERE model_month.month_begun_on > date_add('month', -{MONTHS_A_YEAR}, last_month.begun_on)
  AND model_month.month_begun_on <= last_month.begun_on
GROUP BY model_month.receipt_type_code
ORDER BY model_month.receipt_type_code
"""


def home_quarters(home: Surroundings) -> Series:
    """Receipts, disposals and open cases of the Crown Court by quarter. Raises `UsageError` where a quarter is missing."""
    with _asking(home) as queries:
        return quarters_told(queries)


def home_scenario(home: Surroundings, assumptions: Assumptions) -> Scenario:
    """What `scenario_told` makes of a home's tables. Raises `UsageError` where the home has measured nothing."""
    with _asking(home) as queries:
        return scenario_told(queries, home.model, assumptions)


@contextmanager
def _asking(home: Surroundings) -> Iterator[AthenaQueries]:
    with home.engine() as con:
        yield AthenaQueries(con, PublishedTables(home, con))


def quarters_told(queries: AthenaQueries) -> Series:
    """The quarters that `measure_value` tells. Raises `UsageError` where one is missing."""
    return quarters(Caseload(row[0], *map(float, row[1:])) for row in queries.run(_QUARTERS).rows)


def scenario_told(queries: AthenaQueries, model: Model, assumptions: Assumptions) -> Scenario:
    """The last twelve months of `model_month` go on, each receipt type as work of its own; what is not for trial is ringfenced.

    A disposal takes the planned minutes of those of its type, where they are told: not the time sat. A sitting day holds what makes
    a month's disposals use the assumed sitting days. Raises `UsageError` where nothing is measured.
    """
    rows = queries.run(_WORK).rows
    if not rows:
        raise UsageError("nothing is measured here yet; deliver and run first, or `onecrown measure`")
    usual = _usual_minutes(rows, assumptions)
    fenced = _not_for_trial(model)
    work = tuple(_work(row, usual, row[0] in fenced) for row in rows)
    used = sum(row[4] * kind.minutes_per_disposal for row, kind in zip(rows, work, strict=True)) / MONTHS_A_YEAR
    days, ended_on = assumptions.sitting_days.value, months_after(rows[0][1], 0)
    return Scenario("the last year goes on", ended_on, MONTHS_AHEAD, (days,), used / days, work)


def _not_for_trial(model: Model) -> frozenset[str]:
    """Receipt types of sentences and appeals: they are heard soon, and do not wait behind trials."""
    return frozenset(code.standard_code for code in model.code_lists["receipt_type"].codes if code.group in _SHORT_WORK)


def _work(row: tuple[Any, ...], usual: float, is_fenced: bool) -> Work:
    name, _, open_cases, receipts, _, told, minutes = row
    taken, kept = minutes / told if minutes else usual, float(open_cases) if is_fenced else 0.0
    return Work(str(name), float(open_cases), (receipts / MONTHS_A_YEAR,), taken, is_fenced, kept)


def _usual_minutes(rows: list[tuple[Any, ...]], assumptions: Assumptions) -> float:
    """Planned minutes of a disposal of any type, for types of which none are told."""
    minutes, told = sum(row[6] for row in rows), sum(row[5] for row in rows)
    return minutes / told if minutes else assumptions.minutes_per_disposal.value
