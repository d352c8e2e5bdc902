"""What a product shows: each value as a number, or the shorthand that stands in its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product as combinations

from onecrown.definitions.measures import COUNT, FLOW, RATE, Measures
from onecrown.definitions.products import Product, Suppression
from onecrown.publishing.adding_up import Place, sums_of
from onecrown.publishing.site.names import Names
from onecrown.publishing.site.values import Value
from onecrown.publishing.suppression import exposed, is_small, protected, rounded

LOW, NOT_APPLICABLE, NOT_AVAILABLE = "[low]", "[z]", "[x]"
"""Shorthand as the Government Analysis Function asks for, beside the marker of what is suppressed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it is published, or None with the shorthand for why there is none."""

    number: float | None
    shorthand: str = ""


@dataclass(frozen=True, slots=True)
class ProductValues:
    """The values of a product by place and statistic. `hidden` places show nothing; `exposed` ones can be worked out all the same,
    because everything around them is published elsewhere. A measure of which nothing is `told` on a day is not available then."""

    policy: Suppression
    values: Mapping[Place, Mapping[str, Value]]
    hidden: frozenset[Place]
    exposed: frozenset[Place]
    told: frozenset[tuple[str, date]]

    def of(self, place: Place, statistic: str) -> Shown:
        """What is shown at a place."""
        if place in self.hidden:
            return Shown(None, self.policy.marker)
        if (place.measure_id, place.ended_on) not in self.told:
            return Shown(None, NOT_AVAILABLE)
        value = self.values.get(place, {}).get(statistic)
        if value is None:
            return Shown(0.0) if statistic == COUNT else Shown(None, NOT_APPLICABLE)
        if statistic != COUNT:
            return Shown(round(value.value, 1))
        number = rounded(value.value, self.policy.rounding)
        return Shown(None, LOW) if value.value and not number else Shown(number)


def product_values(product: Product, values: Iterable[Value], measures: Measures, names: Names) -> ProductValues:
    """The values of a product, with what its policy hides. `values` may hold others too."""
    by_place = _by_place(product, values)
    policy, told = product.suppression, frozenset((place.measure_id, place.ended_on) for place in by_place)
    if not policy.is_on:
        return ProductValues(policy, by_place, frozenset(), frozenset(), told)
    counts = {place: _counted(said.values()) for place, said in by_place.items()}
    if not policy.shows_zeros:
        counts |= dict.fromkeys(_absent(product, by_place), 0)
    small = [place for place in counts if _is_small(by_place.get(place, {}).values(), policy)]
    flows = {name for name, measure in measures.measures.items() if measure.kind == FLOW}
    sums = sums_of(counts.keys(), names.region_of, flows, product.adds_up)
    fixed = [place for place in counts if (place.measure_id, place.period_kind, place.breakdown) in product.shown_whole]
    hidden = protected(counts, sums, small, policy, fixed)
    left = exposed(counts, sums, hidden, policy) if policy.has_secondary and hidden else set()
    return ProductValues(policy, by_place, frozenset(hidden), frozenset(left), told)


def _by_place(product: Product, values: Iterable[Value]) -> dict[Place, dict[str, Value]]:
    shown = {
        (said, statistic) for table in product.tables for said in table.published() for statistic in table.statistics
    }
    found: defaultdict[Place, dict[str, Value]] = defaultdict(dict)
    for one in values:
        if ((one.measure_id, one.period_kind, one.breakdown), one.statistic) in shown:
            found[place_of(one)][one.statistic] = one
    return dict(found)


def place_of(one: Value) -> Place:
    """Where a value stands."""
    return Place(one.measure_id, one.period_kind, one.ended_on, one.breakdown, one.category_1, one.category_2)


def _counted(values: Iterable[Value]) -> int:
    """How many units stand behind a place: of a rate its base."""
    return max(one.base or one.counted for one in values)


def _is_small(values: Collection[Value], policy: Suppression) -> bool:
    """Whether any number behind a place is small; a place without values holds a zero."""
    return any(is_small(number, policy) for one in values for number in _numbers(one)) or (
        not values and is_small(0, policy)
    )


def _numbers(one: Value) -> tuple[int, ...]:
    """Of a rate, those with the property and those without; what is counted, of all others."""
    if one.statistic == RATE and one.base is not None:
        return one.counted, one.base - one.counted
    return (one.counted,)


def _absent(product: Product, there: Mapping[Place, object]) -> Iterator[Place]:
    """The cells of the product's tables that hold a zero: every category that is seen anywhere, in every period."""
    for table in product.tables:
        for measure, kind, breakdown in table.published():
            held = [p for p in there if (p.measure_id, p.period_kind, p.breakdown) == (measure, kind, breakdown)]
            periods = {p.ended_on for p in there if p.period_kind == kind}
            firsts, seconds = {p.category_1 for p in held}, {p.category_2 for p in held}
            for ended_on, first, second in combinations(periods, firsts, seconds):
                place = Place(measure, kind, ended_on, breakdown, first, second)
                if place not in there:
                    yield place
