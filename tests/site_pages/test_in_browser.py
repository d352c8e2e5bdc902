"""The pages in a real browser: axe finds nothing, nothing scrolls sideways but tables, the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onecrown.flows.write_site import write_site

from .browser import QUIET, Keys, Reader, Service, require_browser, webdriver
from .invented import edition
from .pages import MAIN_PAGES

pytestmark = pytest.mark.browser
PAGES = (*MAIN_PAGES, "courts/C01CE00.html", "tables/offence.html", "lists/plea.html")
WIDE, NARROW = 1280, 320


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    binary, driver = require_browser()
    folder: Path = tmp_path_factory.mktemp("site")
    write_site(edition(count=6), folder)
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for said in QUIET:
        options.add_argument(said)
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    chrome.set_script_timeout(60)
    try:
        yield Reader(chrome, folder)
    finally:
        chrome.quit()


def few_or_long(few: tuple[str, ...]) -> list[object]:
    """Every page; those that are made like one of the few take their time only where long tests run."""
    return [page if page in few else pytest.param(page, marks=pytest.mark.long) for page in PAGES]


@pytest.mark.parametrize("page", few_or_long(("index.html", "age.html", "quality.html", "tables/offence.html")))
def test_axe_finds_nothing_wrong_on_a_wide_light_page(reader: Reader, page: str) -> None:
    assert reader.sees(WIDE).opens(page).faults() == []


@pytest.mark.parametrize("page", few_or_long(("trials.html", "courts.html")))
def test_axe_finds_nothing_wrong_on_a_narrow_dark_page(reader: Reader, page: str) -> None:
    assert reader.sees(NARROW, "dark").opens(page).faults() == []


def test_axe_finds_what_is_wrong(reader: Reader) -> None:
    reader.sees(WIDE).opens("about.html")
    reader.driver.execute_script(
        "document.querySelector('h1').innerHTML = '<span role=img style=\"color:#ccc\">pale</span>'"
    )
    found = {fault.split(":")[0] for fault in reader.faults()}
    assert "role-img-alt" in found


def test_no_page_scrolls_sideways_on_the_narrowest_screen(reader: Reader) -> None:
    reader.sees(NARROW)
    widths = {page: reader.opens(page).finds("document.documentElement.scrollWidth") for page in PAGES}
    assert {page: width for page, width in widths.items() if width > NARROW} == {}


def test_a_table_that_is_too_wide_scrolls_within_itself(reader: Reader) -> None:
    reader.sees(NARROW).opens("courts.html")
    assert reader.finds("[...document.querySelectorAll('.scroll')].some(one => one.scrollWidth > one.clientWidth)")


@pytest.mark.parametrize(("width", "shown"), [(WIDE, "wide"), (700, "wide"), (600, "narrow"), (NARROW, "narrow")])
def test_the_drawing_that_fits_is_shown_and_the_other_is_not(reader: Reader, width: int, shown: str) -> None:
    reader.sees(width).opens("caseload.html")
    said = "[...document.querySelectorAll('svg')].filter(one => one.checkVisibility()).map(one => one.classList[1])"
    assert set(reader.finds(said)) == {shown}


def test_the_words_of_a_chart_are_large_enough_on_the_narrowest_screen(reader: Reader) -> None:
    reader.sees(NARROW).opens("age.html")
    sizes = reader.finds(
        "[...document.querySelectorAll('svg.narrow text')].map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"
    )
    assert min(sizes) >= 11, "pixels"


def test_a_reader_of_the_screen_hears_a_chart_as_one_picture_with_title_and_description(reader: Reader) -> None:
    reader.sees(WIDE).opens("index.html")
    nodes = reader.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    heard = [one["name"]["value"] for one in nodes if one.get("role", {}).get("value") in ("image", "img")]
    assert len(heard) == 1
    assert heard[0].startswith("Open cases over time Line chart of 6 periods. Open cases: ")


def test_the_keyboard_skips_the_navigation(reader: Reader) -> None:
    reader.sees(WIDE).opens("index.html").presses(Keys.TAB)
    assert reader.finds("document.activeElement.getBoundingClientRect().left") >= 0, "the way past is seen when reached"
    reader.presses(Keys.ENTER, Keys.TAB)
    assert reader.finds("document.querySelector('main').contains(document.activeElement)")


def test_the_keyboard_reaches_a_table_and_scrolls_it(reader: Reader) -> None:
    reader.sees(NARROW).opens("courts.html")
    reader.driver.execute_script("document.querySelector('.scroll').focus()")
    reader.presses(Keys.ARROW_RIGHT)
    moved = "const place = document.activeElement; const done = arguments[0]; place.onscroll = () => done(place.scrollLeft); if (place.scrollLeft) done(place.scrollLeft)"
    assert reader.driver.execute_async_script(moved) > 0


def test_what_has_the_focus_is_marked(reader: Reader) -> None:
    reader.sees(WIDE).opens("index.html").presses(Keys.TAB, Keys.TAB)
    assert reader.finds("getComputedStyle(document.activeElement).backgroundColor") == "rgb(255, 221, 0)"


def test_printed_tables_are_whole_and_the_navigation_is_left_out(reader: Reader) -> None:
    reader.sees(WIDE, "dark").prints().opens("caseload.html")
    assert reader.finds("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert reader.finds(
        "[...document.querySelectorAll('.scroll')].every(one => getComputedStyle(one).maxHeight === 'none')"
    )
    assert reader.finds("getComputedStyle(document.body).color") == "rgb(11, 12, 12)"


def test_the_browser_asks_nobody_and_has_nothing_to_complain_of(reader: Reader) -> None:
    reader.driver.get_log("browser"), reader.driver.get_log("performance")
    for page in ("index.html", "trials.html", "dictionary.html"):
        reader.sees(WIDE).opens(page)
    asked = [
        one
        for one in reader.driver.get_log("performance")
        if "requestWillBeSent" in one["message"] and "file://" not in one["message"]
    ]
    assert asked == []
    assert reader.driver.get_log("browser") == []
