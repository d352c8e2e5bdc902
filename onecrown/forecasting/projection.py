"""A scenario worked out month by month, with how far projections of this kind have been out."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from onecrown.forecasting.intervals import Interval
from onecrown.forecasting.scenario import MONTHS_A_QUARTER, Scenario
from onecrown.forecasting.stock_flow import ProjectedMonth, project

ALL = ""
"""The name of all kinds of work together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of work in one month, in cases; `low` and `high` are None where nothing is known of errors that far ahead.

    `sitting_days` are those that its disposals took.
    """

    month: str
    work: str
    receipts: float
    disposals: float
    open_cases: float
    low: float | None
    high: float | None
    sitting_days: float


def lines_of(scenario: Scenario, intervals: Mapping[int, Interval]) -> list[Line]:
    """The months of a scenario: all work together, then each kind where there are several."""
    months = project(scenario.work, scenario.capacity_minutes())
    return [line for month in months for line in (_together(scenario, month, intervals), *_kinds(scenario, month))]


def _together(scenario: Scenario, month: ProjectedMonth, intervals: Mapping[int, Interval]) -> Line:
    interval = intervals.get(ceil(month.number / MONTHS_A_QUARTER))
    low, high = interval.around(month.open_cases, scenario.open_cases) if interval else (None, None)
    flows = (month.receipts, month.disposals, month.open_cases)
    return Line(_named(scenario, month), ALL, *flows, low, high, month.minutes / scenario.minutes_per_sitting_day)


def _kinds(scenario: Scenario, month: ProjectedMonth) -> list[Line]:
    if len(scenario.work) == 1:
        return []
    per_day, name = scenario.minutes_per_sitting_day, _named(scenario, month)
    return [
        Line(name, part.name, part.receipts, part.disposals, part.open_cases, None, None, part.minutes / per_day)
        for part in month.work
    ]


def _named(scenario: Scenario, month: ProjectedMonth) -> str:
    return months_after(scenario.after_on, month.number).isoformat()[:7]


def months_after(day: date, months: int) -> date:
    """The last day of the month that comes so many months after a day's."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
