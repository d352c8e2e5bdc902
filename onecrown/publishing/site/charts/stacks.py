"""Bars over time made of parts, each part labelled beside the last bar."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.publishing.site.charts.axes import centre_of, height_of, periods_axis, values_axis
from onecrown.publishing.site.charts.frames import WHOLE, Frame, Scale, scale_to
from onecrown.publishing.site.charts.kinds import OverTime
from onecrown.publishing.site.charts.labels import labels
from onecrown.publishing.site.charts.svg import box
from onecrown.publishing.site.wording import PERCENT
from onecrown.rendering.hypertext import Markup, together

_FILLED = 0.86  # of a period's width


def draw_stacks(frame: Frame, chart: OverTime) -> Markup:
    """The inside of the drawing; the first series is at the bottom."""
    wholes = [sum(one.values[index] or 0.0 for one in chart.series) for index in range(len(chart.ends))]
    scale = WHOLE if chart.unit == PERCENT else scale_to(max(wholes, default=0.0))
    return together(
        (
            *values_axis(frame, scale, chart.unit),
            *periods_axis(frame, chart.ends),
            *_parts(frame, scale, chart),
            *_labels(frame, scale, chart),
        )
    )


def _parts(frame: Frame, scale: Scale, chart: OverTime) -> Iterator[Markup]:
    width = frame.plot_width / len(chart.ends) * _FILLED
    for index in range(len(chart.ends)):
        left, below = centre_of(frame, index, len(chart.ends)) - width / 2, 0.0
        for order, one in enumerate(chart.series, 1):
            value = one.values[index] or 0.0
            top = height_of(frame, scale, below + value)
            yield box((left, top), width, height_of(frame, scale, below) - top, f"fill s{order}")
            below += value


def _labels(frame: Frame, scale: Scale, chart: OverTime) -> Iterator[Markup]:
    named, below = [], 0.0
    for one in chart.series:
        value = one.values[-1] or 0.0
        named.append((one.label, (float(frame.left + frame.plot_width), height_of(frame, scale, below + value / 2))))
        below += value
    yield from labels(frame, named)
