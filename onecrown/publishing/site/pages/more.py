"""Families of measures that have no page of their own: a figure for each measure."""

from __future__ import annotations

from onecrown.definitions.measures import TOTAL, Family, Measure
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.figures import Figure, Line, over_time
from onecrown.publishing.site.page import Page
from onecrown.publishing.site.values import Wanted
from onecrown.rendering.hypertext import Markup, tag, together

_ELSEWHERE = ("caseload", "open_age", "timeliness", "trials", "completeness")
_LABELS = {"count": "Number", "mean": "Mean", "median": "Median", "rate": "Share"}


def more_page(edition: Edition) -> Page:
    """The page."""
    families = (_family(edition, one) for name, one in edition.measures.families.items() if name not in _ELSEWHERE)
    return Page("more.html", "More measures", "more.html", together(families))


def _family(edition: Edition, family: Family) -> Markup:
    measures = (measure for name in family.measures if (measure := edition.measure(name)) is not None)
    figures = (over_time(edition, _figure(one)) for one in measures if _has_total(edition, one))
    return together((tag("p", tag("b", family.title), ". ", family.meaning, class_="lead"), *figures))


def _has_total(edition: Edition, measure: Measure) -> bool:
    return any(edition.values.unit_of(Wanted(measure.measure_id, statistic)) for statistic in measure.statistics)


def _figure(measure: Measure) -> Figure:
    lines = tuple(Line(_LABELS[one], Wanted(measure.measure_id, one, TOTAL)) for one in measure.statistics)
    return Figure(measure.measure_id.replace("_", "-"), measure.title, measure.meaning, lines)
