"""Which open cases leave in a quarter, so that those who stay have the published ages."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from onecrown.synthesis.published import BANDS, Quarter, band_of, largest_remainder

if TYPE_CHECKING:
    from onecrown.synthesis.lives import Life

Cell = tuple[bool, int]
"""Whether the cases are trials, and their age band at the quarter's end."""


def chosen_to_leave(
    stock: list[Life], quarter: Quarter, count: int, beside: int, rng: random.Random
) -> tuple[list[Life], list[Life]]:
    """Those who leave, `count` of them in random order, and those who stay.

    `beside` is how many open cases are not in `stock`. Stayers come as near to the published numbers by trial and age
    band as the cases allow.
    """
    cells: dict[Cell, list[Life]] = {(trial, band): [] for trial in (True, False) for band in range(len(BANDS))}
    end = quarter.end_on.toordinal()
    for life in stock:
        cells[life.is_trial, band_of(end - life.received)].append(life)
    staying = len(stock) - count + beside
    leave = _numbers({cell: len(lives) for cell, lives in cells.items()}, _wanted(quarter, staying), count)
    leaving: list[Life] = []
    stayers: list[Life] = []
    for cell, lives in cells.items():
        rng.shuffle(lives)
        leaving += lives[: leave[cell]]
        stayers += lives[leave[cell] :]
    rng.shuffle(leaving)
    return leaving, stayers


def _wanted(quarter: Quarter, staying: int) -> dict[Cell, float]:
    """Published open cases by cell, in proportion to the number who stay."""
    factor = staying / sum(quarter.open_by_band)
    wanted: dict[Cell, float] = {}
    for band, whole in enumerate(quarter.open_by_band):
        trials = min(sum(quarter.open_trials[band]), whole)
        wanted[True, band] = trials * factor
        wanted[False, band] = (whole - trials) * factor
    return wanted


def _numbers(have: dict[Cell, int], wanted: dict[Cell, float], count: int) -> dict[Cell, int]:
    """How many leave each cell: what is above `f` times the wanted number, with the one `f` that gives the count."""

    def leaving(f: float) -> list[float]:
        return [min(max(have[cell] - f * wanted[cell], 0.0), have[cell]) for cell in have]

    low, high = 0.0, 64.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(leaving(middle)) > count else (low, middle)
    numbers = largest_remainder(leaving(high) if sum(leaving(high)) else list(have.values()), count)
    return _within(dict(zip(have, numbers, strict=True)), have)


def _within(leave: dict[Cell, int], have: dict[Cell, int]) -> dict[Cell, int]:
    """No cell gives more than it has: what is above goes to the cell with the most left."""
    for cell, most in have.items():
        while leave[cell] > most:
            leave[cell] -= 1
            leave[max(have, key=lambda other: have[other] - leave[other])] += 1
    return leave
