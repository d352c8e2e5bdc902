"""Every court: an index by region, and a page for each region and each court."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.names import NOT_KNOWN
from onecrown.publishing.site.page import Page, part
from onecrown.publishing.site.pages.places import (
    COLUMNS,
    COURT,
    INDEX,
    WHOLE,
    Place,
    cells,
    court_of,
    court_page,
    last_period,
    region_of,
    region_page,
)
from onecrown.publishing.site.tables import Table, scrolling, words_and_numbers
from onecrown.publishing.site.values import Wanted
from onecrown.publishing.site.wording import counted
from onecrown.rendering.hypertext import Markup, tag, text, together

_PLACING = ("open_cases", "receipts", "disposals")


def court_pages(edition: Edition) -> Iterator[Page]:
    """The index, then the page of each region that has courts, and of each court."""
    codes = _court_codes(edition)
    regions = _regions(edition, codes)
    yield _index(edition, codes, regions)
    yield from (region_page(edition, region) for region in regions if region != NOT_KNOWN)
    yield from (court_page(edition, code) for code in codes)


def _court_codes(edition: Edition) -> tuple[str, ...]:
    """The courts of the code list that have caseload in the last period, by name."""
    known = edition.names.categories.get(COURT, {})
    values = (one for name in _PLACING for one in edition.values.at_end(Wanted(name, breakdown=COURT)))
    found = {one.category_1 for one in values if one.value}
    return tuple(sorted(found & known.keys(), key=lambda code: known[code]))


def _regions(edition: Edition, codes: tuple[str, ...]) -> list[str]:
    """Their regions; what is not known comes last."""
    return sorted({edition.names.region_of(code) for code in codes}, key=lambda one: (one == NOT_KNOWN, one))


def _index(edition: Edition, codes: tuple[str, ...], regions: list[str]) -> Page:
    lead = f"{counted(len(codes), 'court')} with cases in the last period, by region. Each has a page of its own."
    ways = (tag("li", tag("a", region_of(edition, one).name, href=f"#{one}")) for one in regions)
    nav = tag("nav", tag("ul", *ways, class_="short"), aria_label="Regions")
    by_region = ((one, [code for code in codes if edition.names.region_of(code) == one]) for one in regions)
    tables = (_region(edition, region_of(edition, one), within) for one, within in by_region)
    return Page(INDEX, "Courts", INDEX, together((tag("p", lead, class_="lead"), nav, *tables)))


def _region(edition: Edition, region: Place, codes: list[str]) -> Markup:
    places = (*(court_of(edition, code) for code in codes), region, WHOLE)
    headings = words_and_numbers(("Court",), [title for title, _ in COLUMNS])
    rows = ((_named(one), *cells(edition, one)) for one in places)
    return part(
        region.category, region.name, scrolling(Table(f"Courts, {region.name}, {last_period(edition)}", headings, rows))
    )


def _named(place: Place) -> Markup:
    """Its name, with the way to its page where it has one; larger places stand out."""
    has_page = place.category not in ("", NOT_KNOWN)
    name = tag("a", place.name, href=place.file) if has_page else text(place.name)
    return name if place.breakdown == COURT else tag("b", name)
