"""The site's pages as trees, read as strictly as a test can."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser

from lxml import html

from onecrown.publishing.site.building import site_pages

from .invented import edition

VOID = {"meta", "wbr", "br"}
MAIN_PAGES = (
    *("index.html", "caseload.html", "age.html", "timeliness.html", "trials.html", "more.html", "courts.html"),
    *("quality.html", "completeness.html", "dictionary.html", "about.html"),
)


class Strict(HTMLParser):
    """Every element ends where it began."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@cache
def texts() -> dict[str, str]:
    """Every page of a provisional release with ten quarters, by its file."""
    return dict(site_pages(edition(count=10)))


@cache
def trees() -> dict[str, html.HtmlElement]:
    return {name: html.document_fromstring(text) for name, text in texts().items()}


def words(element: html.HtmlElement) -> str:
    """The text of an element as it reads."""
    return " ".join(element.text_content().split())


def rows(page: html.HtmlElement, anchor: str) -> list[list[str]]:
    """The cells of a section's table, the heading first."""
    table = page.get_element_by_id(anchor).find(".//table")
    assert table is not None
    return [[words(cell) for cell in row] for row in table.iter("tr")]
