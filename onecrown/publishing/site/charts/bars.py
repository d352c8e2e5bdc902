"""Bars side by side, each with its label before it, or above it where labels are long, and its value after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from onecrown.publishing.site.charts.frames import Frame, Width
from onecrown.publishing.site.charts.kinds import Bar, Bars
from onecrown.publishing.site.charts.labels import LETTER
from onecrown.publishing.site.charts.svg import box, rule, words
from onecrown.rendering.hypertext import Markup, together

_THICK, _GAP, _TEXT_LINE = 18, 12, 17
_ROOM = {Width.WIDE: (660, 190, 84), Width.NARROW: (304, 112, 66)}


@dataclass(frozen=True, slots=True)
class BarLayout:
    """Where the bars of a chart go: the frame, and for each bar the lines of its label above it, none where it stands before."""

    frame: Frame
    above: tuple[tuple[str, ...], ...]

    def tops(self) -> Iterator[float]:
        """How far down each bar begins."""
        down = float(self.frame.top)
        for lines in self.above:
            down += _GAP / 2 + len(lines) * _TEXT_LINE
            yield down
            down += _THICK + _GAP / 2


def lay_out(width: Width, chart: Bars) -> BarLayout:
    """A layout as high as the bars need."""
    whole, left, right = _ROOM[width]
    is_long = any(len(one.label) * LETTER > left - 8 for one in chart.bars)
    above = tuple(tuple(wrap(one.label, int(whole / LETTER))) if is_long else () for one in chart.bars)
    height = sum(_THICK + _GAP + len(lines) * _TEXT_LINE for lines in above) + 8
    return BarLayout(Frame(whole, height, 1 if is_long else left, right, top=4, bottom=4), above)


def draw_bars(layout: BarLayout, chart: Bars) -> Markup:
    """The inside of the drawing."""
    frame = layout.frame
    greatest = max((one.value for one in chart.bars), default=0.0) or 1.0
    drawn = (
        part
        for one, top, above in zip(chart.bars, layout.tops(), layout.above, strict=True)
        for part in _bar(frame, one, top, above, frame.plot_width * one.value / greatest)
    )
    return together((*drawn, rule((frame.left, frame.top), (frame.left, frame.floor), "floor")))


def _bar(frame: Frame, one: Bar, top: float, above: tuple[str, ...], length: float) -> Iterator[Markup]:
    for index, line in enumerate(above):
        yield words((frame.left + 5, top - 5 - (len(above) - 1 - index) * _TEXT_LINE), line)
    if not above:
        yield words((frame.left - 8, top + 13), one.label, anchor="end")
    yield box((frame.left, top), length, _THICK, "fill s1")
    yield words((frame.left + length + 6, top + 13), one.said)
