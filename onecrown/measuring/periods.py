"""Which periods are measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from onecrown.definitions.measures import DAY
from onecrown.definitions.periods import Period, period_named

_ONE = timedelta(days=1)


def periods(first_on: date, last_on: date, days: int) -> list[Period]:
    """Every whole month and quarter from the first to the last day, and so many last days."""
    begun = max(first_on, last_on - (days - 1) * _ONE)
    single = [begun + number * _ONE for number in range((last_on - begun).days + 1)]
    return sorted({*_whole(first_on, last_on), *(Period(DAY, on, on) for on in single)})


def _whole(first_on: date, last_on: date) -> Iterator[Period]:
    for year in range(first_on.year, last_on.year + 1):
        names = [
            *(f"{year:04}-{month:02}" for month in range(1, 13)),
            *(f"{year:04}-Q{quarter}" for quarter in range(1, 5)),
        ]
        for period in map(period_named, names):
            if first_on <= period.begun_on and period.ended_on <= last_on:
                yield period
