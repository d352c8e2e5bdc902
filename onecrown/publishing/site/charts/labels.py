"""Labels to the right of a chart, each led to what it names, without one lying over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from onecrown.publishing.site.charts.frames import Frame, spread
from onecrown.publishing.site.charts.svg import Place, rule, words
from onecrown.rendering.hypertext import Markup

LETTER = 7.2
"""The mean width of a letter of 13 pixels."""
_LINE = 16
_LEAD = 9  # from the plot's edge to the words


def labels(frame: Frame, named: Sequence[tuple[str, Place]]) -> Iterator[Markup]:
    """A label for each series in its order, beside the place where it ends."""
    edge = frame.left + frame.plot_width
    said = [wrap(label, int((frame.right - _LEAD) / LETTER)) for label, _ in named]
    apart = _LINE * max((len(lines) for lines in said), default=1) + 2
    heights = spread([place[1] for _, place in named], apart, frame.top, frame.floor)
    for order, ((_, place), lines, height) in enumerate(zip(named, said, heights, strict=True), 1):
        yield rule(place, (edge + _LEAD - 3, height), f"line thin s{order}")
        for index, line in enumerate(lines):
            yield words((edge + _LEAD, height + 4 + (index - (len(lines) - 1) / 2) * _LINE), line)
