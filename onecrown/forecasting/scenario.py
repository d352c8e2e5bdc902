"""What is stated of the months to come: receipts and capacity, from a file, from the published series, or from tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean

from onecrown.errors import UsageError
from onecrown.forecasting.assumptions import Assumptions
from onecrown.forecasting.series import QUARTERS_A_YEAR, Caseload, Subject, values
from onecrown.forecasting.stock_flow import Work, of_month

MONTHS_AHEAD = 24
MONTHS_A_QUARTER = 3
_CHANGE = re.compile(r"([+-]\d+(?:\.\d+)?)%")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Work and capacity after a day. `sitting_days` are days a month, the last of which goes on."""

    name: str
    after_on: date
    months: int
    sitting_days: tuple[float, ...]
    minutes_per_sitting_day: float
    work: tuple[Work, ...]

    def capacity_minutes(self) -> tuple[float, ...]:
        """Minutes of court time in each month."""
        days = (of_month(self.sitting_days, number) for number in range(1, self.months + 1))
        return tuple(said * self.minutes_per_sitting_day for said in days)

    @property
    def open_cases(self) -> float:
        """Cases open at its beginning."""
        return sum(kind.open_cases for kind in self.work)

    def with_receipts(self, said: str) -> Scenario:
        """The same with other receipts: cases in the first month, or a change such as `+5%`; all work and later months in proportion."""
        share = _share(said, sum(kind.receipts[0] for kind in self.work), "--receipts")
        return replace(self, work=tuple(replace(kind, receipts=_times(kind.receipts, share)) for kind in self.work))

    def with_sitting_days(self, said: str) -> Scenario:
        """The same with other sitting days: those of the first month, or a change such as `-10%`; later months in proportion."""
        share = _share(said, self.sitting_days[0], "--sitting-days")
        return replace(self, sitting_days=_times(self.sitting_days, share))


def _share(said: str, before: float, option: str) -> float:
    """What the first month becomes as a share of what it was. Raises `UsageError` for what is no number and no change."""
    change, number = _CHANGE.fullmatch(said.strip()), _NUMBER.fullmatch(said.strip())
    if change and float(change[1]) >= -100:
        return 1 + float(change[1]) / 100
    if number and before:
        return float(said.replace(",", "")) / before
    if number:
        raise UsageError(f"the scenario begins with none, so {option} has nothing to change; say them in its file")
    raise UsageError(f"{option} takes a number a month, for example {before:.0f}, or a change, for example +5%")


def _times(numbers: Sequence[float], share: float) -> tuple[float, ...]:
    return tuple(number * share for number in numbers)


def year_goes_on(series: Sequence[Caseload], assumptions: Assumptions) -> Scenario:
    """Receipts and capacity as in the last four quarters of a series, all cases as one kind of work.

    A sitting day holds as many minutes as make the time in court of that year's disposals equal to its capacity.
    """
    days, minutes = assumptions.sitting_days.value, assumptions.minutes_per_disposal.value
    receipts, disposals = (_a_month(series, subject) for subject in (Subject.receipts, Subject.disposals))
    work = Work("all_cases", series[-1].open_cases, (receipts,), minutes)
    per_day = disposals * minutes / days
    return Scenario("the last year goes on", series[-1].ended_on, MONTHS_AHEAD, (days,), per_day, (work,))


def _a_month(series: Sequence[Caseload], subject: Subject) -> float:
    return fmean(values(series, subject)[-QUARTERS_A_YEAR:]) / MONTHS_A_QUARTER
