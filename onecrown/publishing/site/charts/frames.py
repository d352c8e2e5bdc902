"""The room of a chart, and how values become places in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing and the margins around its plot, in units that are pixels at full size."""

    width: int
    height: int
    left: int
    right: int
    top: int = 16
    bottom: int = 34

    @property
    def plot_width(self) -> int:
        """The width between the margins."""
        return self.width - self.left - self.right

    @property
    def floor(self) -> int:
        """How far down the plot ends."""
        return self.height - self.bottom


class Width(Enum):
    """A chart is drawn twice; the style shows the one that the screen has room for. The value is the class."""

    WIDE = "wide"
    NARROW = "narrow"


OVER_TIME = {Width.WIDE: Frame(660, 340, 58, 136), Width.NARROW: Frame(304, 280, 56, 90)}
"""Frames of charts over time: labels stand to the right."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from 0 to `top` on a length; `step` is the distance between gridlines."""

    top: float
    step: float

    def share(self, value: float) -> float:
        """How far along a value lies, 0 to 1."""
        return value / self.top

    def ticks(self) -> tuple[float, ...]:
        """The values of the gridlines, 0 first."""
        return tuple(self.step * index for index in range(round(self.top / self.step) + 1))


def scale_to(greatest: float, most: int = 5) -> Scale:
    """A scale from 0 over `greatest`, with round steps and at most `most` of them."""
    if greatest <= 0:
        return Scale(1.0, 1.0)
    power = 10.0 ** math.floor(math.log10(greatest / most))
    step = next(power * one for one in (*_STEPS, 20) if power * one * most >= greatest)
    return Scale(step * math.ceil(greatest / step), step)


WHOLE = Scale(100.0, 25.0)
"""A scale for shares of a whole, in per cent."""


def spread(places: list[float], apart: float, least: float, most: float) -> list[float]:
    """Places for labels, as near as may be to where they belong, at least `apart`, within `least` to `most`.

    They keep their order. Where there is no room for all, they are evenly spread.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    settled: list[float] = []
    for index in order:
        settled.append(max(places[index], settled[-1] + apart if settled else least))
    limit = most
    for place in range(len(settled) - 1, -1, -1):
        settled[place] = min(settled[place], limit)
        limit = settled[place] - apart
    if settled and settled[0] < least:
        gap = (most - least) / max(len(settled) - 1, 1)
        settled = [least + gap * place for place in range(len(settled))]
    return [settled[order.index(index)] for index in range(len(places))]
