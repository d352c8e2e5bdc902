"""The supplier's report as a page: one HTML file without scripts, pictures or links to anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from onecrown.rendering.hypertext import Markup, tag, text, together, void
from onecrown.rendering.supplier_report import Books, Delivered, Finding, Place, Spot, SupplierReport, UnknownName
from onecrown.rendering.supplier_style import POLICY, STYLE

_COUNTS = ("read", "accepted", "quarantined", "flagged")
_HEADINGS = {"read": "Read", "accepted": "Accepted", "quarantined": "Set aside", "flagged": "Flags"}
_SEVERITIES = {
    "reject": "rejects: the record is set aside",
    "flag": "flags: the record goes on",
    "note": "notes how a value was read: the record goes on",
}
_CLASSES = {
    "human": "human (as it was recorded)",
    "technical": "technical (the system or the file)",
    "coding": "coding (how it was processed)",
}
_BRIEF = 12  # spots: a longer article may go over the end of a printed page
_POSITIONS = "A position is the line of the file; what stands after a colon is the path within the document that begins on that line."


def supplier_page(report: SupplierReport) -> str:
    """The page as text."""
    title = f"What came of {report.delivered.name}"
    return f"<!doctype html>\n{tag('html', _head(title), _body(title, report), lang='en-GB')}\n"


def _head(title: str) -> Markup:
    return tag(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", http_equiv="Content-Security-Policy", content=POLICY),
        void("meta", name="robots", content="noindex"),
        tag("title", f"{title} · OneCrown"),
        tag("style", Markup(STYLE)),
    )


def _body(title: str, report: SupplierReport) -> Markup:
    delivered = report.delivered
    heading = tag("header", tag("p", f"OneCrown · {delivered.dataset}", class_="quiet"), tag("h1", title))
    sections = together(
        (
            _in_short(report),
            _delivered(delivered),
            _books(report.books),
            _rejects(report),
            _flags(report.flags),
            _unknown_names(report.unknown_names),
            _next(report.next_steps),
        )
    )
    footer = tag("footer", "Drop ", tag("code", delivered.drop_id), ". Quote this number when you ask about it.")
    return tag("body", heading, tag("main", sections), footer)


def _in_short(report: SupplierReport) -> Markup:
    read, accepted, quarantined, flagged = (_total(report.books, count) for count in _COUNTS)
    is_mixed = (quarantined or flagged) and report.delivered.state in ("validated", "merging", "merged")
    counts = (
        f"{_counted(read, 'record was', 'records were')} read: {accepted:,} accepted, {quarantined:,} set aside. "
        f"{_counted(flagged, 'flag', 'flags')}."
    )
    return tag(
        "div",
        tag("p", tag("b", report.delivered.state_in_words), " ", counts if report.books else ""),
        tag("p", tag("a", "What to do next", href="#next")),
        class_=f"short {'mixed' if is_mixed else report.delivered.state}",
    )


def _delivered(drop: Delivered) -> Markup:
    facts: list[tuple[str, str]] = [
        ("File", tag("code", drop.name)),
        ("Dataset", together((tag("div", tag("code", drop.dataset)), tag("div", drop.dataset_meaning)))),
        ("Arrived", _instant(drop.arrived_at)),
        ("Size", _counted(drop.bytes, "byte", "bytes")),
        ("Its name says", ", ".join(f"{part} {said}" for part, said in drop.meaning)),
        ("Judged by", f"version {drop.contract_version} of the contract" if drop.contract_version else ""),
        ("State", together((tag("div", tag("b", drop.state)), tag("div", drop.state_in_words)))),
        ("Reason", drop.reason),
    ]
    rows = together(Markup(tag("dt", name) + tag("dd", said)) for name, said in facts if said)
    return _section("delivered", "What was delivered", tag("dl", rows))


def _books(books: Sequence[Books]) -> Markup:
    if not books:
        return _section("books", "The books", tag("p", "The drop has not been judged, so nothing is counted."))
    head = tag("tr", tag("th", "Record type", scope="col"), *(_heading(count) for count in _COUNTS))
    body = together(_books_row(said.record_type, [getattr(said, count) for count in _COUNTS]) for said in books)
    foot = _books_row("All", [_total(books, count) for count in _COUNTS])
    caption = tag(
        "caption", "Read is accepted and set aside (in quarantine) together. A record may have several flags."
    )
    table = tag("table", caption, tag("thead", head), tag("tbody", body), tag("tfoot", foot), class_="books")
    return _section("books", "The books", _scrolling(table, "The books"))


def _heading(count: str) -> Markup:
    return tag("th", _HEADINGS[count], scope="col", class_="count")


def _books_row(name: str, counts: Sequence[int]) -> Markup:
    cells = (tag("td", f"{count:,}", class_="count" if count else "count zero") for count in counts)
    return tag("tr", tag("th", _breakable(name), scope="row"), *cells)


def _breakable(name: str) -> Markup:
    """A name that may go over to the next line after an underscore."""
    return Markup(text(name).replace("_", f"_{void('wbr')}"))


def _total(books: Iterable[Books], count: str) -> int:
    return sum(getattr(said, count) for said in books)


def _rejects(report: SupplierReport) -> Markup:
    if not report.rejects:
        return _section("rejects", "What was set aside", tag("p", "No record was set aside."))
    why = (
        "These records are in quarantine and in no table: they cannot be identified, read or placed in time, or hang on one "
        "that cannot. A record that breaks several rules stands under each."
    )
    has_text = any(spot.text is not None for rule in report.rejects for place in rule.places for spot in place.spots)
    warning = "This page holds the text of records: personal data. Send, keep and delete it as such."
    return _section(
        "rejects",
        "What was set aside",
        tag("p", warning, class_="personal") if has_text else "",
        tag("p", why),
        tag("p", _POSITIONS, class_="quiet"),
        *map(_finding, report.rejects),
    )


def _flags(flags: Sequence[Finding]) -> Markup:
    if not flags:
        return _section("flags", "What was flagged", tag("p", "No record was flagged."))
    why = "These records went on all the same. Each flag says what looks wrong and who can mend it."
    return _section(
        "flags", "What was flagged", tag("p", why), tag("p", _POSITIONS, class_="quiet"), *map(_finding, flags)
    )


def _finding(found: Finding) -> Markup:
    facts = (
        ("Rule", tag("code", found.rule)),
        ("How many", f"{found.count:,}"),
        ("Severity", _SEVERITIES.get(found.severity, found.severity)),
        ("Class", _CLASSES.get(found.error_class, found.error_class)),
        ("Owner", found.owner),
    )
    shown = sum(len(place.spots) for place in found.places)
    return tag(
        "article",
        tag("h3", found.meaning),
        tag("ul", *(tag("li", tag("b", f"{name}: "), said) for name, said in facts if said), class_="facts"),
        *map(_place, found.places),
        class_=f"{found.severity}{' brief' if shown <= _BRIEF else ''}",
    )


def _place(place: Place) -> Markup:
    where = f"{place.record_type}, {place.field}" if place.field else place.record_type
    right = "; or ".join(place.expected)
    return tag(
        "div",
        tag("h4", where, tag("span", f" · {place.count:,}", class_="quiet")),
        tag("p", "Delivered as: ", tag("code", place.delivered_as)) if place.delivered_as else "",
        tag("p", "What would have been right: ", right) if right else "",
        _texts(where, place) if any(spot.text is not None for spot in place.spots) else _spots(place),
    )


def _spots(place: Place) -> Markup:
    rest = place.count - len(place.spots)
    items = [tag("li", _position(spot)) for spot in place.spots]
    if rest:
        items.append(tag("li", f"and {rest:,} more", class_="rest"))
    return tag("ul", *items, class_="spots")


def _texts(where: str, place: Place) -> Markup:
    rest = place.count - len(place.spots)
    caption = (
        f"{where}: position and text of {'the first ' if rest else ''}{_counted(len(place.spots), 'record', 'records')}"
    )
    head = tag("tr", tag("th", "Position", scope="col"), tag("th", "Text as it was delivered", scope="col"))
    rows = (
        tag("tr", tag("th", _position(spot), scope="row"), tag("td", tag("pre", spot.text or "")))
        for spot in place.spots
    )
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *rows), class_="texts")
    return together((table, tag("p", f"and {rest:,} more", class_="quiet") if rest else ""))


def _position(spot: Spot) -> Markup:
    if not spot.position:
        return text("the whole file")
    return tag("code", f"line {spot.position}" if spot.position.isdigit() else spot.position)


def _unknown_names(names: Sequence[UnknownName]) -> Markup:
    if not names:
        return _section("names", "Names that the contract does not know", tag("p", "Every name is known."))
    head = tag(
        "tr",
        tag("th", "Record type", scope="col"),
        tag("th", "Name", scope="col"),
        tag("th", "Seen", scope="col", class_="count"),
    )
    rows = (
        tag(
            "tr",
            tag("td", said.record_type),
            tag("th", tag("code", said.field), scope="row"),
            tag("td", f"{said.seen_count:,}", class_="count"),
        )
        for said in names
    )
    caption = tag("caption", "They are kept as they came and no record was refused for them; no table shows them yet.")
    table = tag("table", caption, tag("thead", head), tag("tbody", *rows))
    return _section("names", "Names that the contract does not know", _scrolling(table, "Names"))


def _next(steps: Sequence[str]) -> Markup:
    return _section("next", "What to do next", tag("ul", *(tag("li", step) for step in steps)))


def _section(anchor: str, heading: str, *inside: str) -> Markup:
    return tag("section", together((tag("h2", heading), *inside)), id=anchor)


def _scrolling(table: Markup, name: str) -> Markup:
    """A table that scrolls by itself where it is too wide, for the keyboard too."""
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=name)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _instant(at: datetime) -> Markup:
    said = at.astimezone(UTC)
    return tag("time", f"{said.day} {said:%B %Y, %H:%M:%S} UTC", datetime=f"{said:%Y-%m-%dT%H:%M:%SZ}")
