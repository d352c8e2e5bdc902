"""A chart as two drawings, of which the style shows the one that fits, each with its title and description."""

from __future__ import annotations

from onecrown.publishing.site.charts.bars import draw_bars, lay_out
from onecrown.publishing.site.charts.descriptions import describe_bars, describe_lines, describe_stacks
from onecrown.publishing.site.charts.frames import OVER_TIME, Frame, Width
from onecrown.publishing.site.charts.kinds import Bars, OverTime
from onecrown.publishing.site.charts.lines import draw_lines
from onecrown.publishing.site.charts.stacks import draw_stacks
from onecrown.rendering.hypertext import Markup, tag, together


def line_chart(anchor: str, chart: OverTime) -> Markup:
    """Lines over time. `anchor` is the chart's own id on its page."""
    said = describe_lines(chart)
    return together(
        _drawing(anchor, width, frame, chart.title, said, draw_lines(frame, chart))
        for width, frame in OVER_TIME.items()
    )


def stack_chart(anchor: str, chart: OverTime) -> Markup:
    """Bars over time, made of parts."""
    said = describe_stacks(chart)
    return together(
        _drawing(anchor, width, frame, chart.title, said, draw_stacks(frame, chart))
        for width, frame in OVER_TIME.items()
    )


def bar_chart(anchor: str, chart: Bars) -> Markup:
    """Bars side by side."""
    layouts = {width: lay_out(width, chart) for width in Width}
    said = describe_bars(chart)
    return together(
        _drawing(anchor, width, one.frame, chart.title, said, draw_bars(one, chart)) for width, one in layouts.items()
    )


def _drawing(anchor: str, width: Width, frame: Frame, title: str, description: str, inside: Markup) -> Markup:
    title_id, description_id = f"{anchor}-{width.value}-title", f"{anchor}-{width.value}-description"
    return tag(
        "svg",
        tag("title", title, id=title_id),
        tag("desc", description, id=description_id),
        inside,
        viewBox=f"0 0 {frame.width} {frame.height}",
        class_=f"chart {width.value}",
        role="img",
        aria_labelledby=f"{title_id} {description_id}",
    )
