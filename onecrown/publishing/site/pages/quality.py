"""How good the data are: gates, completeness, what was set aside, codes, disagreement between systems."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.publishing.manifest import GateRecord
from onecrown.publishing.quality import COUNTED, TITLES, Cell, QualityTable
from onecrown.publishing.site.edition import Edition, Standing
from onecrown.publishing.site.figures import NOTHING, Figure, Line, cell, over_time
from onecrown.publishing.site.page import Page, part
from onecrown.publishing.site.tables import Heading, Kind, Table, scrolling, words_and_numbers
from onecrown.publishing.site.values import Wanted
from onecrown.publishing.site.wording import counted
from onecrown.rendering.hypertext import Markup, tag, together

_FILE, _OVER_TIME = "quality.html", "completeness.html"
_FAMILY = "completeness"
_SYSTEM = "source_system"
_GATE_NUMBERS = (Heading("Value", Kind.NUMBER), Heading("Threshold", Kind.NUMBER))
_MOST_ROWS = 200  # of a quality table on the page; the release's own file has all

_RELEASED = (
    "A gate is a condition of publication. Where one does not hold that would stop it, only a person's decision publishes all the "
    "same, and stands with it."
)
_GATES = {
    Standing.FINAL: _RELEASED,
    Standing.PROVISIONAL: _RELEASED,
    Standing.NOT_A_RELEASE: "A gate is a condition of publication. This is what each would say if these figures were published as they are.",
}


def quality_pages(edition: Edition) -> Iterator[Page]:
    """The page, and completeness over time."""
    yield _quality_page(edition)
    yield _over_time_page(edition)


def _quality_page(edition: Edition) -> Page:
    lead = (
        "Numbers are only as good as the records behind them. This page says what was checked before publication, how much is "
        "not known, what was set aside and why, and where systems disagree."
    )
    tables = (_quality(edition, name) for name in TITLES)
    inside = together((tag("p", lead, class_="lead"), _gates(edition), _completeness(edition), *tables))
    return Page(_FILE, "Quality", _FILE, inside)


def _gates(edition: Edition) -> Markup:
    if not edition.gates:
        return part("gates", "Gates", tag("p", "The model has no gates."))
    failed = sum(not gate.passed for gate in edition.gates)
    said = "All gates hold." if not failed else f"{failed} of {len(edition.gates)} do not hold."
    headings = (Heading("Gate"), Heading("Outcome"), *_GATE_NUMBERS, Heading("What it says", Kind.PROSE))
    table = scrolling(
        Table(f"Gates: {counted(len(edition.gates), 'row')}", headings, map(_gate, sorted(edition.gates, key=_place)))
    )
    return part("gates", "Gates", tag("p", _GATES[edition.source.standing]), tag("p", tag("b", said)), table)


def _place(gate: GateRecord) -> tuple[bool, bool]:
    """What does not hold comes first, and of that what stops publication."""
    return gate.passed, not gate.is_stopping


def _gate(gate: GateRecord) -> tuple[str, ...]:
    value = NOTHING if gate.value is None else f"{gate.value:,.4g}"
    says = f"{gate.says} Published all the same: {gate.overridden}" if gate.overridden else gate.says
    return gate.title, _outcome(gate), value, f"{gate.threshold:,.4g}", says


def _outcome(gate: GateRecord) -> str:
    found = "no data" if gate.value is None else "holds" if gate.passed else "does not hold"
    if gate.passed:
        return found
    if gate.overridden:
        return f"{found}; overridden"
    return f"{found}; it stops publication" if gate.is_stopping else f"{found}; a warning"


def _completeness(edition: Edition) -> Markup:
    family, measures = edition.measures.families.get(_FAMILY), _known(edition)
    if family is None or not measures:
        nothing = tag("p", "This edition has no values for completeness.", class_="quiet")
        return part("completeness", "Completeness", nothing)
    systems = _systems(edition, measures)
    headings = words_and_numbers(("What",), ("All", *(edition.names.of(_SYSTEM, one) for one in systems)))
    rows = ((_named(edition, one), *_rates(edition, one, systems)) for one in measures)
    table = scrolling(Table("Share for which it is known, in the last period, by system", headings, rows))
    way = tag("p", tag("a", "Completeness over time", href=_OVER_TIME))
    return part("completeness", "Completeness", tag("p", family.meaning), table, way)


def _known(edition: Edition) -> list[str]:
    family = edition.measures.families.get(_FAMILY)
    return [one for one in (family.measures if family else ()) if edition.values.last(Wanted(one, "rate"))]


def _over_time_page(edition: Edition) -> Page:
    figures = (over_time(edition, _over_time(edition, one)) for one in _known(edition))
    back = tag("p", tag("a", "Quality", href=_FILE))
    return Page(_OVER_TIME, "Completeness over time", _FILE, together((back, *figures)))


def _systems(edition: Edition, measures: list[str]) -> tuple[str, ...]:
    wanted = (Wanted(one, "rate", _SYSTEM) for one in measures)
    return tuple(sorted({value.category_1 for one in wanted for value in edition.values.at_end(one)}))


def _named(edition: Edition, measure_id: str) -> Markup:
    return tag("a", edition.title_of(measure_id), href=f"dictionary.html#{measure_id}")


def _rates(edition: Edition, measure_id: str, systems: tuple[str, ...]) -> Iterator[str]:
    yield cell(edition.values.last(Wanted(measure_id, "rate")))
    for one in systems:
        yield cell(edition.values.last(Wanted(measure_id, "rate", _SYSTEM), one))


def _over_time(edition: Edition, measure_id: str) -> Figure:
    return Figure(
        measure_id.replace("_", "-"), edition.title_of(measure_id), "", (Line("Known", Wanted(measure_id, "rate")),)
    )


def _quality(edition: Edition, name: str) -> Markup:
    title, meaning = TITLES[name]
    table = edition.quality.get(name)
    if table is None:
        return part(name, title, tag("p", meaning), tag("p", "This edition does not tell it.", class_="quiet"))
    if not table.rows:
        return part(name, title, tag("p", meaning), tag("p", "None."))
    rest = len(table.rows) - _MOST_ROWS
    more = tag("p", f"And {rest:,} more rows, in the release's file data/quality_{name}.csv.") if rest > 0 else ""
    return part(name, title, tag("p", meaning), _table(title, table), more)


def _table(title: str, table: QualityTable) -> Markup:
    headings = [Heading(_words(column), _kind(column)) for column in table.columns]
    rows = (tuple(map(_said, row)) for row in table.rows[:_MOST_ROWS])
    return scrolling(Table(f"{title}: {counted(len(table.rows), 'row')}", headings, rows))


def _kind(column: str) -> Kind:
    if column in COUNTED:
        return Kind.NUMBER
    return Kind.PROSE if column == "meaning" else Kind.WORDS


def _words(column: str) -> str:
    return column.replace("_", " ").capitalize()


def _said(found: Cell) -> str:
    return found if isinstance(found, str) else f"{found:,}"
