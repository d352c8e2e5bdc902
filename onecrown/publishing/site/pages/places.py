"""The page of one court or one region: its own figures over time, and beside the larger places that it lies in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from onecrown.definitions.measures import TOTAL
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.figures import NOTHING, Figure, Line, cell, over_time
from onecrown.publishing.site.names import NOT_KNOWN
from onecrown.publishing.site.page import Page, part
from onecrown.publishing.site.tables import Table, scrolling, words_and_numbers
from onecrown.publishing.site.values import Wanted
from onecrown.publishing.site.wording import in_full
from onecrown.rendering.hypertext import Markup, tag, together

COURT, REGION = "court", "region"
INDEX = "courts.html"
COLUMNS = (
    ("Open cases", Wanted("open_cases")),
    ("Received", Wanted("receipts")),
    ("Disposed of", Wanted("disposals")),
    ("Open a year or more", Wanted("open_a_year_or_more")),
    ("Median days, offence to completion", Wanted("offence_to_completion", "median")),
    ("Effective trials", Wanted("effective_trial_rate", "rate")),
)
"""What every place is shown by in the last period."""
_OWN = (
    ("open", "Open cases", (("Open cases", Wanted("open_cases")),)),
    (
        "flow",
        "Cases received and disposed of",
        (("Received", Wanted("receipts")), ("Disposed of", Wanted("disposals"))),
    ),
    ("year", "Cases open a year or more", (("A year or more", Wanted("open_a_year_or_more")),)),
)
_BESIDE = (
    ("share", "Share of open cases that are open a year or more", Wanted("open_a_year_or_more_rate", "rate")),
    ("age", "Median age of open cases", Wanted("open_age_days", "median")),
    ("time", "Offence to completion, median", Wanted("offence_to_completion", "median")),
    ("trials", "Effective trials", Wanted("effective_trial_rate", "rate")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A court, a region or the whole: the breakdown and category of its values, and what it is called."""

    breakdown: str
    category: str
    name: str

    @property
    def file(self) -> str:
        """The page of the place, below the site's folder."""
        return f"{self.breakdown}s/{self.category}.html"


WHOLE = Place(TOTAL, "", "England and Wales")


def court_of(edition: Edition, code: str) -> Place:
    """A court by its code."""
    return Place(COURT, code, edition.names.of(COURT, code))


def region_of(edition: Edition, code: str) -> Place:
    """A region by its code."""
    return Place(REGION, code, "Region not known" if code == NOT_KNOWN else edition.names.of(REGION, code))


def cells(edition: Edition, place: Place) -> Iterator[str]:
    """The values of a place in the last period, in the order of `COLUMNS`."""
    for _, wanted in COLUMNS:
        yield cell(edition.values.last(replace(wanted, breakdown=place.breakdown), place.category))


def last_period(edition: Edition) -> str:
    """The last period in words."""
    return in_full(edition.values.periods[-1], is_stock=False) if edition.values.periods else "no period"


def court_page(edition: Edition, code: str) -> Page:
    """The page of a court, beside its region and the whole."""
    region = region_of(edition, edition.names.region_of(code))
    way = (
        tag("a", region.name, href=f"../{region.file}")
        if region.category != NOT_KNOWN
        else Markup("no region that is known")
    )
    return _page(edition, (court_of(edition, code), region, WHOLE), tag("p", "Region: ", way, ".", class_="lead"))


def region_page(edition: Edition, code: str) -> Page:
    """The page of a region, beside the whole."""
    lead = tag("p", tag("a", "Its courts", href=f"../{INDEX}#{code}"), ".", class_="lead")
    return _page(edition, (region_of(edition, code), WHOLE), lead)


def _page(edition: Edition, places: tuple[Place, ...], lead: Markup) -> Page:
    """The page of the first of some places, each of which lies in the next."""
    own = places[0]
    figures = (over_time(edition, one, "../") for one in (*_own(own), *_beside(places)))
    back = tag("p", tag("a", "All courts", href=f"../{INDEX}"))
    return Page(own.file, own.name, INDEX, together((back, lead, _summary(edition, places), *figures)))


def _summary(edition: Edition, places: tuple[Place, ...]) -> Markup:
    headings = words_and_numbers(("Measure",), _labels(places))
    side_by_side = zip(COLUMNS, *(cells(edition, place) for place in places), strict=True)
    rows = ((title, *said) for (title, _), *said in side_by_side if said[0] != NOTHING)
    return part("summary", "In short", scrolling(Table(f"Side by side, {last_period(edition)}", headings, rows)))


def _labels(places: tuple[Place, ...]) -> tuple[str, ...]:
    return (f"This {places[0].breakdown}", *(place.name for place in places[1:]))


def _own(place: Place) -> Iterator[Figure]:
    for anchor, title, lines in _OWN:
        said = (Line(label, replace(wanted, breakdown=place.breakdown), (place.category,)) for label, wanted in lines)
        yield Figure(anchor, title, "", tuple(said))


def _beside(places: tuple[Place, ...]) -> Iterator[Figure]:
    for anchor, title, wanted in _BESIDE:
        lines = zip(_labels(places), places, strict=True)
        said = (Line(label, replace(wanted, breakdown=one.breakdown), (one.category,)) for label, one in lines)
        yield Figure(anchor, title, "", tuple(said))
