"""The first page: the headline figures, the caseload, and where the rest is."""

from __future__ import annotations

from dataclasses import dataclass

from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.figures import Figure, Line, over_time
from onecrown.publishing.site.page import Page, part
from onecrown.publishing.site.values import Value, Wanted
from onecrown.publishing.site.wording import amount, at_or_in, change, year_before
from onecrown.rendering.hypertext import Markup, tag

_OPEN = Wanted("open_cases")


@dataclass(frozen=True, slots=True)
class _Headline:
    title: str
    wanted: Wanted
    file: str


_HEADLINES = (
    _Headline("Open cases", _OPEN, "caseload.html"),
    _Headline("Cases received", Wanted("receipts"), "caseload.html"),
    _Headline("Cases disposed of", Wanted("disposals"), "caseload.html"),
    _Headline("Open a year or more", Wanted("open_a_year_or_more"), "age.html"),
    _Headline("Share open a year or more", Wanted("open_a_year_or_more_rate", "rate"), "age.html"),
    _Headline("Offence to completion, median", Wanted("offence_to_completion", "median"), "timeliness.html"),
    _Headline("Receipt to completion, median", Wanted("receipt_to_completion", "median"), "timeliness.html"),
    _Headline("Trials that went ahead", Wanted("effective_trial_rate", "rate"), "trials.html"),
)

_CONTENTS = (
    ("caseload.html", "Caseload", "cases received, disposed of and open, by region and type"),
    ("age.html", "Age of open cases", "how long open cases have been open"),
    ("timeliness.html", "Timeliness", "how long each stage took, mean and median"),
    ("trials.html", "Trials", "what became of trials on their day, and why"),
    ("more.html", "More measures", "pleas, hearings, remand, magistrates' courts"),
    ("courts.html", "Courts", "every court beside its region and England and Wales"),
    ("quality.html", "Quality", "gates, completeness, quarantine, codes, disagreement between systems"),
    ("dictionary.html", "Dictionary", "what each measure, table and code means, and who owns it"),
)


def overview_page(edition: Edition) -> Page:
    """The page."""
    return Page(
        "index.html",
        "Criminal court figures for England and Wales",
        "index.html",
        Markup(f"{_headlines(edition)}{_caseload(edition)}{_contents()}"),
    )


def _headlines(edition: Edition) -> Markup:
    known = [(one, value) for one in _HEADLINES if (value := edition.values.last(one.wanted)) is not None]
    if not known:
        return tag("p", "There are no figures yet: no batch has measured anything.", class_="lead")
    items = (tag("li", *_headline(edition, one, value)) for one, value in known)
    return tag("section", tag("h2", "Headline figures"), tag("ul", *items, class_="figures"), class_="first")


def _headline(edition: Edition, one: _Headline, value: Value) -> tuple[Markup, ...]:
    before = edition.values.at(one.wanted, year_before(value.ended_on))
    moved = (
        f"{change(value.value, before.value, value.unit)} on a year before" if before else "no figure for a year before"
    )
    number, _, unit = amount(value.value, value.unit).partition(" ")
    when = at_or_in(value.period, edition.is_stock(value.measure_id))
    return (
        tag("a", one.title, href=one.file),
        Markup(f"{tag('b', number)} {tag('span', f'{unit} {when}'.strip())}"),
        tag("span", moved, class_="quiet"),
    )


def _caseload(edition: Edition) -> Markup:
    lead = "Cases that the Crown Court had received and not disposed of, at the end of each period."
    return over_time(edition, Figure("open", "Open cases over time", lead, (Line("Open cases", _OPEN),)))


def _contents() -> Markup:
    items = (tag("li", tag("a", title, href=file), f": {what}") for file, title, what in _CONTENTS)
    return part("contents", "What is here", tag("ul", *items))
