"""Lines over time, each labelled at its end."""

from __future__ import annotations

from onecrown.publishing.site.charts.axes import centre_of, height_of, periods_axis, values_axis
from onecrown.publishing.site.charts.frames import Frame, Scale, scale_to
from onecrown.publishing.site.charts.kinds import OverTime, Series
from onecrown.publishing.site.charts.labels import labels
from onecrown.publishing.site.charts.svg import Place, dot, path
from onecrown.rendering.hypertext import Markup, together


def draw_lines(frame: Frame, chart: OverTime) -> Markup:
    """The inside of the drawing."""
    scale = scale_to(max(chart.values(), default=0.0))
    lines = [_places(frame, scale, one) for one in chart.series]
    drawn = (path(run, f"line s{order}") for order, runs in enumerate(lines, 1) for run in runs)
    return together(
        (
            *values_axis(frame, scale, chart.unit),
            *periods_axis(frame, chart.ends),
            *drawn,
            *(dot(runs[-1][-1], f"fill s{order}") for order, runs in enumerate(lines, 1) if runs),
            *labels(frame, [(one.label, runs[-1][-1]) for one, runs in zip(chart.series, lines, strict=True) if runs]),
        )
    )


def _places(frame: Frame, scale: Scale, one: Series) -> list[list[Place]]:
    """The line as runs without a gap."""
    runs: list[list[Place]] = [[]]
    for index, value in enumerate(one.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((centre_of(frame, index, len(one.values)), height_of(frame, scale, value)))
    return [run for run in runs if run]
