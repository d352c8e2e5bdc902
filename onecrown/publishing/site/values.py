"""The values of a release as the pages ask for them: by measure, statistic and breakdown, in order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

TOTAL = "total"
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
    def is_withheld(self) -> bool:
        """Whether it would tell of too few: counts and rates never, means and medians of parts of the whole."""
        return self.statistic in ("mean", "median") and self.breakdown != TOTAL and self.counted < FEW


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which values a chart shows: a measure, one of its statistics, and a breakdown."""

    measure_id: str
    statistic: str = "count"
    breakdown: str = TOTAL


Categories = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Values:
    """Values of one kind of period, grouped once; each group is in order of time. `ends` are the last days of all periods."""

    groups: Mapping[Wanted, Mapping[Categories, tuple[Value, ...]]] = field(default_factory=dict)
    ends: tuple[date, ...] = ()

    def of(self, wanted: Wanted, category: str = "", second: str = "") -> tuple[Value, ...]:
        """The values of one category in order of time; none where there are none."""
        return self.groups.get(wanted, {}).get((category, second), ())

    def at_end(self, wanted: Wanted) -> tuple[Value, ...]:
        """The values of every category in the last period of all, by category."""
        groups = self.groups.get(wanted, {})
        return tuple(one for place in sorted(groups) if (one := groups[place][-1]).ended_on == self.ends[-1])

    def at(self, wanted: Wanted, ended_on: date, category: str = "", second: str = "") -> Value | None:
        """The value of one period and category."""
        return next((one for one in self.of(wanted, category, second) if one.ended_on == ended_on), None)

    def last(self, wanted: Wanted, category: str = "", second: str = "") -> Value | None:
        """The value of the last period of all."""
        return self.at(wanted, self.ends[-1], category, second) if self.ends else None

    def unit_of(self, wanted: Wanted) -> str:
        """What the values are in; empty where there are none."""
        return next((values[0].unit for values in self.groups.get(wanted, {}).values()), "")


def gather(values: Iterable[Value]) -> Values:
    """Group values by what a chart wants and by categories."""
    found: defaultdict[Wanted, defaultdict[Categories, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(values, key=lambda one: one.ended_on):
        found[Wanted(one.measure_id, one.statistic, one.breakdown)][one.category_1, one.category_2].append(one)
    ends = {one.ended_on for groups in found.values() for group in groups.values() for one in group}
    grouped = {wanted: {place: tuple(group) for place, group in groups.items()} for wanted, groups in found.items()}
    return Values(grouped, tuple(sorted(ends)))
