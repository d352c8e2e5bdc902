"""Which values of a product are sums of others, as any reader knows: totals, courts of a region, months of a quarter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from onecrown.definitions.products import TOTAL, AddsUp
from onecrown.publishing.linear_system import Sum

COURT, REGION = "court", "region"
MONTH, QUARTER = "month", "quarter"


class Place(NamedTuple):
    """Where a value stands: all of it but the statistic."""

    measure_id: str
    period_kind: str
    ended_on: date
    breakdown: str
    category_1: str = ""
    category_2: str = ""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of its breakdown."""
        return () if self.breakdown == TOTAL else tuple(self.breakdown.split("+"))

    @property
    def categories(self) -> tuple[str, ...]:
        """Its categories, one for each dimension."""
        return (self.category_1, self.category_2)[: len(self.dimensions)]

    def at(self, dimensions: tuple[str, ...], categories: tuple[str, ...]) -> Place:
        """The same with other categories."""
        return self._replace(
            breakdown="+".join(dimensions) or TOTAL,
            category_1=categories[0] if categories else "",
            category_2=categories[1] if len(categories) > 1 else "",
        )


Upward = Iterator[Place]


def sums_of(
    places: Collection[Place], region_of: Callable[[str], str], flows: Collection[str], adds_up: Iterable[AddsUp]
) -> list[Sum[Place]]:
    """Every sum that holds between places that are shown.

    Values that are not there are zero. `region_of` gives the region of a court, `flows` are the measures whose quarters are the sums
    of their months.
    """
    parts: defaultdict[tuple[str, Place], list[Place]] = defaultdict(list)
    for place in sorted(places):
        for how, total in _totals(place, region_of, flows):
            if total in places:
                parts[how, total].append(place)
    found = [Sum(total, tuple(said)) for (_, total), said in parts.items()]
    return [*found, *(said for one in adds_up for said in _of_measures(places, one))]


def _totals(place: Place, region_of: Callable[[str], str], flows: Collection[str]) -> Iterator[tuple[str, Place]]:
    """Everything that a value is a part of, each with the way in which it is."""
    for number, dimension in enumerate(place.dimensions):
        kept = tuple(said for other, said in enumerate(place.dimensions) if other != number)
        yield (
            f"over {dimension}",
            place.at(kept, tuple(c for other, c in enumerate(place.categories) if other != number)),
        )
    if len(place.dimensions) > 1:
        yield "over all", place.at((), ())
    if COURT in place.dimensions:
        yield "courts of a region", _in_region(place, region_of)
    if place.period_kind == MONTH and place.measure_id in flows:
        yield "months of a quarter", place._replace(period_kind=QUARTER, ended_on=_quarter_end(place.ended_on))


def _in_region(place: Place, region_of: Callable[[str], str]) -> Place:
    said = zip(place.dimensions, place.categories, strict=True)
    pairs = [(REGION, region_of(category)) if name == COURT else (name, category) for name, category in said]
    return place.at(tuple(name for name, _ in pairs), tuple(category for _, category in pairs))


def _quarter_end(on: date) -> date:
    month = (on.month - 1) // 3 * 3 + 3
    return date(on.year, month, 30 if month in (6, 9) else 31)


def _of_measures(places: Collection[Place], one: AddsUp) -> Iterator[Sum[Place]]:
    for place in sorted(place for place in places if place.measure_id == one.total):
        parts = (place._replace(measure_id=part) for part in one.parts)
        yield Sum(place, tuple(part for part in parts if part in places))
