"""A figure: a heading, a chart, the note that names its measures, and the same numbers as a table beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from onecrown.definitions.periods import Period
from onecrown.publishing.site.charts.drawing import line_chart
from onecrown.publishing.site.charts.kinds import OverTime, Series
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.page import part
from onecrown.publishing.site.tables import Table, scrolling, words_and_numbers
from onecrown.publishing.site.values import Value, Wanted
from onecrown.publishing.site.wording import at_or_in, counted, figure, listed, short_period
from onecrown.rendering.hypertext import Markup, tag, together

Drawing = Callable[[str, OverTime], Markup]
NOTHING = "–"
"""What a table shows where there is no value."""
WITHHELD = "[c]"
"""What it shows of a mean or median of too few: confidential, by the shorthand of the Government Analysis Function."""
_MOST_BESIDE = 3  # columns of values for which there is room beside a chart


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its label, and which values it is made of (their sum, where it is of several categories)."""

    label: str
    wanted: Wanted
    categories: tuple[str, ...] = ("",)
    second: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Series over time under one heading. `columns` are further columns of the table beside those of the series."""

    anchor: str
    title: str
    lead: str
    lines: tuple[Line, ...]
    drawing: Drawing = line_chart
    columns: tuple[Line, ...] = field(default=())


def over_time(edition: Edition, said: Figure, root: str = "") -> Markup:
    """The figure, or a sentence where the edition has no value of it."""
    lines = [(line, _values(edition, line)) for line in said.lines]
    known = [(line, values) for line, values in lines if values]
    if not known and not any(edition.measure(line.wanted.measure_id) for line in said.lines):
        return Markup("")  # of a later registry, or of an earlier one
    if not known:
        return part(said.anchor, said.title, tag("p", said.lead), absent(edition, [line.wanted for line in said.lines]))
    together_with = beside if len(known) + len(said.columns) <= _MOST_BESIDE else under
    return part(
        said.anchor,
        said.title,
        tag("p", said.lead) if said.lead else "",
        together_with(
            said.drawing(said.anchor, _chart(edition, said.title, known)),
            source_note(edition, [line.wanted for line, _ in known], root),
            _table(edition, said, [*known, *((line, _values(edition, line)) for line in said.columns)]),
        ),
    )


def beside(chart: Markup, note: Markup, table: Markup) -> Markup:
    """A chart with its note, and its numbers as a table beside it."""
    return tag("div", tag("figure", chart, note), table, class_="beside")


def under(chart: Markup, note: Markup, table: Markup) -> Markup:
    """A chart with its note, and below it a table that is too wide to stand beside it."""
    return tag("div", tag("figure", chart, note), table, class_="under")


def absent(edition: Edition, wanted: Sequence[Wanted]) -> Markup:
    """That there are no values, and of what."""
    measures = listed(list(dict.fromkeys(edition.title_of(one.measure_id) for one in wanted)))
    return tag("p", f"This edition has no values for: {measures}.", class_="quiet")


def source_note(edition: Edition, wanted: Sequence[Wanted], root: str = "") -> Markup:
    """Measure, unit and release of a chart, each measure with the way to its definition."""
    named = list(dict.fromkeys(one.measure_id for one in wanted))
    links = [tag("a", edition.title_of(one), href=f"{root}dictionary.html#{one}") for one in named]
    units = list(dict.fromkeys(filter(None, map(edition.values.unit_of, wanted))))
    said = together(Markup(f"{link}{',' if link is not links[-1] else '.'}") for link in links)
    measures = "Measures" if len(links) > 1 else "Measure"
    return tag("figcaption", f"{measures}: ", said, f" Unit: {listed(units)}. {edition.source.said}.")


Known = tuple[Line, dict[Period, Value]]
"""A line with its values by period."""


def _values(edition: Edition, line: Line) -> dict[Period, Value]:
    found: dict[Period, Value] = {}
    for category in line.categories:
        for one in edition.values.of(line.wanted, category, line.second):
            before = found.get(one.period)
            found[one.period] = _sum(before, one) if before else one
    return found


def _sum(one: Value, other: Value) -> Value:
    return replace(one, value=one.value + other.value, counted=one.counted + other.counted)


def _chart(edition: Edition, title: str, known: Sequence[Known]) -> OverTime:
    periods = _periods(edition, known)
    spoken = tuple(at_or_in(one, _is_stock(edition, known)) for one in periods)
    series = tuple(Series(line.label, tuple(_drawn(values.get(one)) for one in periods)) for line, values in known)
    return OverTime(title, _unit(known), tuple(one.ended_on for one in periods), spoken, series)


def _periods(edition: Edition, known: Sequence[Known]) -> tuple[Period, ...]:
    """Every period from the first that has a value: one without any keeps its place."""
    first = min(one for _, values in known for one in values)
    return tuple(one for one in edition.values.periods if one >= first)


def _is_stock(edition: Edition, known: Sequence[Known]) -> bool:
    return edition.is_stock(known[0][0].wanted.measure_id)


def _unit(known: Sequence[Known]) -> str:
    return next(iter(known[0][1].values())).unit


def _drawn(one: Value | None) -> float | None:
    return None if one is None or one.is_withheld else one.value


def _table(edition: Edition, said: Figure, known: Sequence[Known]) -> Markup:
    """The newest period first."""
    periods = _periods(edition, [(line, values) for line, values in known if values])[::-1]
    is_stock = _is_stock(edition, known)
    rows = ((short_period(one, is_stock), *(cell(values.get(one)) for _, values in known)) for one in periods)
    caption = f"{said.title} ({_unit(known)}), {counted(len(periods), 'period')}, newest first"
    return scrolling(Table(caption, words_and_numbers(("Period",), [line.label for line, _ in known]), rows))


def cell(one: Value | None) -> str:
    """A value as a table shows it."""
    if one is None:
        return NOTHING
    return WITHHELD if one.is_withheld else figure(one.value, one.unit)
