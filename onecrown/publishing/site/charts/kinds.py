"""What a chart shows, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MOST_SERIES = 4
"""Colours that stay apart for every reader, light and dark. What needs more is a table, bars or several charts."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one part of every bar: a label, and a value for each period, or none."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class OverTime:
    """Series over the same periods. `spoken` are the periods as a sentence says them: at 31 December 2025."""

    title: str
    unit: str
    ends: tuple[date, ...]
    spoken: tuple[str, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        assert len(self.series) <= MOST_SERIES, f"{self.title}: {len(self.series)} series have not as many colours"

    def values(self) -> tuple[float, ...]:
        """Every value that there is."""
        return tuple(value for one in self.series for value in one.values if value is not None)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of several side by side, with the words that stand at its end."""

    label: str
    value: float
    said: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Values of one moment, a bar each, in their order."""

    title: str
    unit: str
    when: str
    bars: tuple[Bar, ...]
