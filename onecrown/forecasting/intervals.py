"""Prediction intervals from what a method got wrong before: split conformal prediction, without a distribution assumed.

Source: Angelopoulos and Bates, *A gentle introduction to conformal prediction* (2021), section 1. Its guarantee wants errors that
could have come in any order; those of a caseload follow each other, so `coverage` counts how often intervals held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onecrown.forecasting.backtest import Miss
from onecrown.forecasting.methods import BASELINE
from onecrown.forecasting.series import Subject

PERCENT = 80
"""How many of a hundred intervals should hold what comes."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`; each end is a share of the open cases at the origin, added to what is projected."""

    low: float
    high: float

    def around(self, projected: float, known: float) -> tuple[float, float]:
        """The interval in cases. No caseload is below nothing."""
        return max(0.0, projected + self.low * known), projected + self.high * known


def interval_of(errors: Sequence[float], percent: int = PERCENT) -> Interval | None:
    """The interval that the errors give; None where they are too few for so many of a hundred."""
    left_out = (
        (len(errors) + 1) * (100 - percent) // 200
    )  # at each end; whole numbers, so that nothing is lost to rounding
    if not left_out:
        return None
    ranked = sorted(errors)
    return Interval(ranked[left_out - 1], ranked[-left_out])


def intervals(found: Sequence[Miss]) -> dict[int, Interval]:
    """By quarters ahead, the interval of the baseline's open cases; a horizon with too few errors has none."""
    horizons = sorted({miss.horizon for miss in found})
    said = {horizon: interval_of([_share(miss) for miss in _baseline(found, horizon)]) for horizon in horizons}
    return {horizon: interval for horizon, interval in said.items() if interval}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the intervals so many quarters ahead that could be given at the time, how many held what came."""

    horizon: int
    given: int
    held: int


def coverage(found: Sequence[Miss]) -> list[Coverage]:
    """What intervals would have been worth: each is made from the errors that were known at its origin."""
    return [_coverage(_baseline(found, horizon)) for horizon in sorted({miss.horizon for miss in found})]


def _coverage(found: Sequence[Miss]) -> Coverage:
    tried = [(miss, interval_of(_known_at(miss, found))) for miss in found]
    given = [(miss, interval) for miss, interval in tried if interval]
    held = sum(interval.low <= _share(miss) <= interval.high for miss, interval in given)
    return Coverage(found[0].horizon, len(given), held)


def _known_at(miss: Miss, found: Sequence[Miss]) -> list[float]:
    return [_share(earlier) for earlier in found if earlier.came_on <= miss.origin_on]


def _baseline(found: Sequence[Miss], horizon: int) -> list[Miss]:
    return [
        miss for miss in found if (miss.method, miss.subject, miss.horizon) == (BASELINE, Subject.open_cases, horizon)
    ]


def _share(miss: Miss) -> float:
    return miss.error / miss.known
