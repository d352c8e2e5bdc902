"""The values of a release as the pages ask for them: by measure, statistic and breakdown, in order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from onecrown.definitions.measures import COUNT, MEAN, MEDIAN, TOTAL
from onecrown.definitions.periods import Period

SHOWN = (TOTAL, "court", "region", "receipt_type", "open_age", "party", "reason", "source_system")
"""The breakdowns that pages show. None is by age, sex or ethnicity of people."""


FEW = 5
"""Fewer units than this make no mean and no median of a place that is shown, lest it tell of one person.

Threshold: the one proposed for small areas in `model/products/crown_court_defendants.yaml`.
"""


@dataclass(frozen=True, slots=True)
class Value:
    """One row of `measure_value`: what was measured, when, for which categories. `counted` and `base` are numbers of units."""

    measure_id: str
    measure_version: int
    statistic: str
    period_kind: str
    begun_on: date
    ended_on: date
    breakdown: str
    category_1: str
    category_2: str
    value: float
    counted: int
    base: int | None
    unit: str

    @property
    def period(self) -> Period:
        """Its period."""
        return Period(self.period_kind, self.begun_on, self.ended_on)

    @property
    def is_withheld(self) -> bool:
        """Whether it would tell of too few: counts and rates never, means and medians of parts of the whole."""
        return self.statistic in (MEAN, MEDIAN) and self.breakdown != TOTAL and self.counted < FEW


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which values a chart shows: a measure, one of its statistics, and a breakdown."""

    measure_id: str
    statistic: str = "count"
    breakdown: str = TOTAL


Categories = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Values:
    """Values of one kind of period, grouped once; each group, and `periods`, are in order of time."""

    groups: Mapping[Wanted, Mapping[Categories, tuple[Value, ...]]] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()

    def of(self, wanted: Wanted, category: str = "", second: str = "") -> tuple[Value, ...]:
        """The values of one category in order of time; none where there are none."""
        return self.groups.get(wanted, {}).get((category, second), ())

    def at_end(self, wanted: Wanted) -> tuple[Value, ...]:
        """The values of every category in the last period of all, by category."""
        groups = self.groups.get(wanted, {})
        return tuple(one for place in sorted(groups) if (one := groups[place][-1]).period == self.periods[-1])

    def at(self, wanted: Wanted, ended_on: date, category: str = "", second: str = "") -> Value | None:
        """The value of one period and category."""
        return next((one for one in self.of(wanted, category, second) if one.ended_on == ended_on), None)

    def last(self, wanted: Wanted, category: str = "", second: str = "") -> Value | None:
        """The value of the last period of all."""
        return self.at(wanted, self.periods[-1].ended_on, category, second) if self.periods else None

    def unit_of(self, wanted: Wanted) -> str:
        """What the values are in; empty where there are none."""
        return next((values[0].unit for values in self.groups.get(wanted, {}).values()), "")


def gather(values: Iterable[Value]) -> Values:
    """Group values by what a chart wants and by categories. A count of nought has no row, and is put back here."""
    found: defaultdict[Wanted, defaultdict[Categories, dict[Period, Value]]] = defaultdict(lambda: defaultdict(dict))
    since: dict[str, Period] = {}
    for one in sorted(values, key=lambda one: one.begun_on):
        period = one.period
        found[Wanted(one.measure_id, one.statistic, one.breakdown)][one.category_1, one.category_2][period] = one
        since.setdefault(one.measure_id, period)
    periods = tuple(sorted({period for groups in found.values() for group in groups.values() for period in group}))
    for wanted, groups in found.items():
        if wanted.statistic == COUNT:
            counted = periods[periods.index(since[wanted.measure_id]) :]
            groups.update({place: _with_noughts(group, counted) for place, group in groups.items()})
    grouped = {
        wanted: {place: tuple(group.values()) for place, group in groups.items()} for wanted, groups in found.items()
    }
    return Values(grouped, periods)


def _with_noughts(group: dict[Period, Value], counted: Iterable[Period]) -> dict[Period, Value]:
    """A group with a count of nought for each period in which its measure was counted and the group has no row."""
    like = next(iter(group.values()))
    return {
        one: group.get(one) or replace(like, begun_on=one.begun_on, ended_on=one.ended_on, value=0.0, counted=0)
        for one in counted
    }
