"""What holds for every page: it is whole, it can be walked without seeing it, it asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections import Counter
from itertools import pairwise

import pytest

from onecrown.publishing.site.building import site_pages
from onecrown.publishing.site.edition import Standing
from onecrown.publishing.site.values import Values

from .invented import edition
from .pages import MAIN_PAGES, Strict, texts, trees, words

FETCHING = re.compile(r"\b(?:src|srcset|xlink:href|action|poster|data)=|@import|url\(|https?://")


def test_every_element_ends_where_it_began() -> None:
    for text in texts().values():
        reader = Strict()
        reader.feed(text)
        reader.close()
        assert not reader.open


def test_every_page_says_its_language_and_has_a_title_of_its_own() -> None:
    titles = Counter(words(tree.find(".//title")) for tree in trees().values())
    assert [title for title, count in titles.items() if count > 1] == []
    assert {tree.get("lang") for tree in trees().values()} == {"en-GB"}


def test_every_page_has_one_first_heading_and_leaves_no_level_out() -> None:
    for name, tree in trees().items():
        levels = [int(one.tag[1]) for one in tree.iter("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1, name
        assert levels[0] == 1, name
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), name


def test_no_id_stands_twice_on_a_page() -> None:
    for name, tree in trees().items():
        ids = Counter(tree.xpath("//@id"))
        assert [one for one, count in ids.items() if count > 1] == [], name


def test_every_link_leads_to_a_page_and_a_place_that_are_there() -> None:
    ids = {name: set(tree.xpath("//@id")) for name, tree in trees().items()}
    for name, tree in trees().items():
        for link in tree.xpath("//a/@href"):
            path, _, anchor = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert target in ids, (name, link)
            assert not anchor or anchor in ids[target], (name, link)


def test_a_page_runs_nothing_and_fetches_nothing() -> None:
    for name, text in texts().items():
        assert not list(trees()[name].iter("script", "link", "img", "iframe", "object", "form")), name
        assert not FETCHING.search(text), name
        assert not trees()[name].xpath("//@style | //@onclick"), name


def test_the_policy_allows_the_pages_own_style_and_nothing_else() -> None:
    for tree in trees().values():
        policy = tree.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        style = tree.find(".//style").text_content()
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policy == f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'"


def test_the_first_link_leads_past_the_navigation() -> None:
    for tree in trees().values():
        first = next(tree.iter("a"))
        assert words(first) == "Skip to main content"
        assert tree.get_element_by_id(first.get("href")[1:]).tag == "main"


def test_the_navigation_says_where_the_reader_is() -> None:
    for name in MAIN_PAGES:
        here = trees()[name].xpath("//header//a[@aria-current]")
        assert len(here) == 1, name
        assert (here[0].get("aria-current") == "page") == (here[0].get("href") == name), name


def test_every_chart_has_a_title_and_a_description_that_it_is_named_by() -> None:
    charts = [chart for tree in trees().values() for chart in tree.iter("svg")]
    assert charts
    for chart in charts:
        title, description = chart.get("aria-labelledby").split()
        assert chart.get("role") == "img"
        assert [(one.tag, one.get("id")) for one in list(chart)[:2]] == [("title", title), ("desc", description)]
        assert all(words(one) for one in list(chart)[:2])


def test_every_chart_is_drawn_wide_and_narrow() -> None:
    for tree in trees().values():
        for figure in tree.iter("figure"):
            assert [one.get("class") for one in figure.iter("svg")] == ["chart wide", "chart narrow"]


def test_every_chart_names_its_measure_its_unit_and_its_release() -> None:
    for name, tree in trees().items():
        for figure in tree.iter("figure"):
            note = figure.find("figcaption")
            assert re.fullmatch(r"Measures?: .+\. Unit: .+\. Release 2025-Q4 \(provisional\)\.", words(note)), name
            assert all("dictionary.html#" in link.get("href") for link in note.iter("a"))


def test_every_chart_has_its_numbers_as_a_table_beside_it() -> None:
    for tree in trees().values():
        for figure in tree.iter("figure"):
            assert figure.getnext().find("table") is not None


def test_every_table_has_a_caption_and_headings_that_say_what_they_head() -> None:
    for name, tree in trees().items():
        for table in tree.iter("table"):
            assert words(table.find("caption")), name
            assert {cell.get("scope") for cell in table.findall("thead/tr/th")} == {"col"}
            for row in table.findall("tbody/tr"):
                assert [cell.get("scope") for cell in row] == ["row", *[None] * (len(row) - 1)]
                assert len(row) == len(table.findall("thead/tr/th"))


def test_a_table_stands_in_a_region_that_the_keyboard_reaches_and_that_has_a_name_of_its_own() -> None:
    for name, tree in trees().items():
        regions = tree.xpath("//*[@role='region']")
        assert len(regions) == len(list(tree.iter("table"))), name
        assert all(one.get("tabindex") == "0" for one in regions)
        assert len({one.get("aria-label") for one in regions}) == len(regions), name


@pytest.mark.parametrize("standing", list(Standing))
def test_every_page_says_what_edition_it_shows(standing: Standing) -> None:
    for name, text in site_pages(edition(standing, values=Values())):
        assert standing.value in text, name
        assert ('content="noindex"' in text) == (standing is Standing.NOT_A_RELEASE), name


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert dict(site_pages(edition(count=10))) == texts()
