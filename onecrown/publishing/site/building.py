"""The whole site: every page of an edition, by its file."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.page import Page, whole_page
from onecrown.publishing.site.pages.about import about_page
from onecrown.publishing.site.pages.age import age_page
from onecrown.publishing.site.pages.caseload import caseload_page
from onecrown.publishing.site.pages.courts import court_pages
from onecrown.publishing.site.pages.dictionary import dictionary_pages
from onecrown.publishing.site.pages.more import more_page
from onecrown.publishing.site.pages.overview import overview_page
from onecrown.publishing.site.pages.quality import quality_pages
from onecrown.publishing.site.pages.timeliness import timeliness_page
from onecrown.publishing.site.pages.trials import trials_page

_SINGLE = (overview_page, caseload_page, age_page, timeliness_page, trials_page, more_page, about_page)


def site_pages(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every page: its file below the site's folder, and its text. The same edition gives the same bytes."""
    for page in _pages(edition):
        yield page.file, whole_page(edition, page)


def _pages(edition: Edition) -> Iterator[Page]:
    for make in _SINGLE:
        yield make(edition)
    yield from court_pages(edition)
    yield from quality_pages(edition)
    yield from dictionary_pages(edition)
