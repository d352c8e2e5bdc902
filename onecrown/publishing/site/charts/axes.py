"""Gridlines with their values, and periods below them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from onecrown.publishing.site.charts.frames import Frame, Scale
from onecrown.publishing.site.charts.svg import rule, words
from onecrown.publishing.site.wording import PERCENT
from onecrown.rendering.hypertext import Markup

_ROOM = {"year": 40, "period": 62}  # of one label below the plot
_FEW_YEARS = 3


def height_of(frame: Frame, scale: Scale, value: float) -> float:
    """How far down a value lies."""
    return frame.floor - scale.share(value) * (frame.floor - frame.top)


def centre_of(frame: Frame, index: int, count: int) -> float:
    """How far to the right the middle of a period lies."""
    return frame.left + frame.plot_width * (index + 0.5) / count


def values_axis(frame: Frame, scale: Scale, unit: str) -> Iterator[Markup]:
    """Gridlines, each with its value."""
    for value in scale.ticks():
        height = height_of(frame, scale, value)
        yield rule((frame.left, height), (frame.left + frame.plot_width, height), "grid" if value else "floor")
        yield words((frame.left - 6, height + 4), _tick(value, unit), "tick", "end")


def _tick(value: float, unit: str) -> str:
    said = f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    return f"{said}%" if unit == PERCENT else said


def periods_axis(frame: Frame, ends: tuple[date, ...]) -> Iterator[Markup]:
    """Years, or months where there are few years, below the plot: as many as there is room for."""
    years = {end.year for end in ends}
    kind = "year" if len(years) >= _FEW_YEARS else "period"
    marks = list(_years(ends) if kind == "year" else ((end.strftime("%b %Y"), place) for place, end in enumerate(ends)))
    every = -(-len(marks) * _ROOM[kind] // frame.plot_width)
    for said, place in marks[:: max(every, 1)]:
        yield words(
            (centre_of(frame, 0, len(ends)) + place * frame.plot_width / len(ends), frame.floor + 20),
            said,
            "tick",
            "middle",
        )


def _years(ends: tuple[date, ...]) -> Iterator[tuple[str, float]]:
    for year, places in groupby(range(len(ends)), key=lambda place: ends[place].year):
        within = list(places)
        yield str(year), (within[0] + within[-1]) / 2
