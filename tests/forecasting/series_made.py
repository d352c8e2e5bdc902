"""Caseloads that are invented and easy to reckon with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from onecrown.forecasting.projection import months_after
from onecrown.forecasting.series import Caseload, Series

FIRST_QUARTER_ENDED_ON = date(2001, 3, 31)


def series_of(receipts: Sequence[float], disposals: Sequence[float], opening: float) -> Series:
    """Quarters whose open cases are those before, with what came and without what went."""
    made: list[Caseload] = []
    for number, (came, went) in enumerate(zip(receipts, disposals, strict=True)):
        opening += came - went
        made.append(Caseload(months_after(FIRST_QUARTER_ENDED_ON, 3 * number), came, went, opening))
    return tuple(made)


def steady(quarters: int, receipts: float = 100, disposals: float = 90, opening: float = 1000) -> Series:
    """Quarters that are all alike, but for the stock that they leave."""
    return series_of([receipts] * quarters, [disposals] * quarters, opening)
