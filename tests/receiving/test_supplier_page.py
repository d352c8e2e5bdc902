"""The supplier's report as a page: what was set aside and why, counted as the books count, without a value of a record."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onecrown.cli.app import app
from onecrown.flows.advice_to_supplier import next_steps, state_in_words
from onecrown.flows.report_to_supplier import MOST_SPOTS, Telling, report_to_supplier
from onecrown.ports import HELD, JUDGED, QUARANTINED, STATES, VALIDATED, Drop
from onecrown.rendering.rule_book import rule_book
from onecrown.rendering.rule_words import in_plain_words
from onecrown.rendering.supplier_page import supplier_page
from onecrown.rendering.supplier_report import Books, Delivered, Finding, Place, Spot, SupplierReport, UnknownName

from .homes import Home
from .invented import EVENTS, EXTRACTS, WEEK, columns, event, extract, lines, model, subject

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)> &lt; ]]> --> </style></title>\x00\u202e{0} %s $x"
VOID = {"meta", "wbr"}
KEY = f"{EXTRACTS}/{WEEK}/court_453_subject.csv"


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: str = ""


@dataclass
class Reader(HTMLParser):
    """A page as its elements, in order, each with the text that stands in it."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: said or "" for name, said in attrs}, tuple(one.name for one in self._open))
        self.elements.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag, "every element ends where it began"

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.text += data


def elements(page: str) -> list[Element]:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader._open
    return reader.elements


def named(page: str, name: str) -> list[Element]:
    return [one for one in elements(page) if one.name == name]


def report_of(text: str) -> SupplierReport:
    """A report in which everything that is text is one text."""
    place = Place(text, text, text, (text,), 2, (Spot(text, text),))
    finding = Finding(text, text, text, text, text, (place, replace(place, spots=(Spot(text),))))
    arrived_at = datetime(2026, 1, 5, 2, tzinfo=UTC)
    return SupplierReport(
        Delivered(text, text, text, text, ((text, text),), 1, arrived_at, 2, text, text, text),
        (Books(text, 1, 0, 1, 1),),
        (finding,),
        (finding,),
        (UnknownName(text, text, 1),),
        (text,),
    )


def page_of(home: Home, drop: Drop, telling: Telling = Telling.POSITION) -> str:
    return supplier_page(report_to_supplier(home.surroundings, drop, telling))


def books_on(page: str) -> dict[str, tuple[int, ...]]:
    """The table of the books: counts by record type."""
    table = re.search(r'<table class="books">.*?</table>', page, re.DOTALL)
    assert table is not None
    rows = re.findall(r"<tr>(.*?)</tr>", table.group(0), re.DOTALL)[1:]
    cells = [[one.text for one in elements(row) if one.name in ("th", "td")] for row in rows]
    return {name: tuple(int(count.replace(",", "")) for count in counts) for name, *counts in cells}


def faulty(home: Home, rows: int = 3) -> Drop:
    """Extracted subjects, all of them born on a day that does not exist."""
    said = [subject(9000 + n, DOB="31-FEB-80", SURNAME="UNHEARDOF", TOWN="NOWHERETON") for n in range(rows)]
    return home.received(KEY, extract("subject", said))


def strings(said: Any) -> set[str]:
    """Every text in a value made of dataclasses and tuples."""
    if isinstance(said, str):
        return {said}
    inner = [getattr(said, one.name) for one in fields(said)] if is_dataclass(said) else said
    return {text for part in inner for text in strings(part)} if isinstance(inner, (list, tuple)) else set()


def test_a_name_full_of_html_changes_no_element_of_the_page() -> None:
    plain, hostile = elements(supplier_page(report_of("plain"))), elements(supplier_page(report_of(HOSTILE)))
    assert [(one.name, sorted(one.attributes), one.parents) for one in plain] == [
        (one.name, sorted(one.attributes), one.parents) for one in hostile
    ]
    shown = HOSTILE.replace("\x00", "␀").replace("\u202e", "[U+202E]")
    assert sum(shown in one.text for one in hostile) == sum("plain" in one.text for one in plain) > 20


def test_the_page_runs_nothing_and_fetches_nothing() -> None:
    page = supplier_page(report_of("plain"))
    found = elements(page)
    assert not {"script", "link", "img", "iframe", "form"} & {one.name for one in found}
    links = [said for one in found for name, said in one.attributes.items() if name in ("href", "src", "style")]
    assert links
    assert all(said.startswith("#") for said in links)
    assert not re.search(r"url\(|@import|https?:", page)
    style = next(one.text for one in found if one.name == "style")
    policy = next(one.attributes["content"] for one in found if "http-equiv" in one.attributes)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy


def test_the_page_can_be_read_by_ear() -> None:
    """Headings go down one level at a time, tables have captions and headings with a scope, links lead somewhere."""
    page = supplier_page(report_of("plain"))
    found = elements(page)
    assert next(one.attributes for one in found if one.name == "html") == {"lang": "en-GB"}
    levels = [int(one.name[1]) for one in found if re.fullmatch(r"h\d", one.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    counted = Counter(one.name for one in found)
    assert counted["table"] == counted["caption"] > 2
    assert {one.attributes.get("scope") for one in found if one.name == "th"} == {"row", "col"}
    anchors = Counter(one.attributes["id"] for one in found if "id" in one.attributes)
    assert set(anchors.values()) == {1}
    assert {one.attributes["href"].removeprefix("#") for one in found if one.name == "a"} <= set(anchors)


def test_the_counts_are_those_of_the_books(home: Home) -> None:
    good, bad = subject(9001, DOB="11-NOV-48"), subject(9002, DOB="31-FEB-80")
    odd = [subject(9003, SURNAME="", DOB="11-NOV-48"), subject(9004, SURNAME="", DOB="")]
    drop = home.received(KEY, extract("subject", [good, bad, *odd]) + b'"too","few"\r\n')
    page, report = page_of(home, drop), report_to_supplier(home.surroundings, drop)
    told = books_on(page)
    totals = tuple(drop.total(count) for count in JUDGED)
    assert told.pop("All") == totals
    assert told == {kind: tuple(said[count] for count in JUDGED) for kind, said in drop.counts.items()}
    assert totals == (5, 3, 2, 3)
    assert sum(found.count for found in report.rejects) == 2, "each bad record breaks one rule"
    assert sum(found.count for found in report.flags if found.severity == "flag") == 3


def test_broken_rules_stand_together_by_rule_with_their_places(home: Home) -> None:
    broken = event(1).replace(b'"2025-11-15"', b'"2025-02-30"')
    drop = home.received(f"{EVENTS}/hearings.jsonl", lines(broken, b'{"breaks": off', event(2)))
    rejects = report_to_supplier(home.surroundings, drop).rejects
    assert [found.rule for found in rejects][-1] == "parent_set_aside", "what hangs on others comes last"
    assert len({found.rule for found in rejects}) == len(rejects), "a rule stands once"
    told = {found.rule: found for found in rejects}
    dates = {(place.record_type, place.field): place for place in told["not_a_date"].places}
    start = dates["offence", "offence_start_on"]
    assert (start.expected, start.delivered_as, start.count) == (("a date that exists",), "startDate", 1)
    assert start.spots == (Spot("1:/hearing/prosecutionCases/0/defendants/0/offences/0"),)
    unreadable = told["unreadable_json"]
    assert [spot.position for place in unreadable.places for spot in place.spots] == ["2"]
    assert unreadable.meaning == "This part of the file is not JSON that can be read."
    assert {place.record_type for place in told["parent_set_aside"].places} == {"plea", "result"}


def test_drops_that_were_judged_together_are_each_told_their_own(home: Home) -> None:
    once = home.deliver(f"{EVENTS}/once.jsonl", lines(event(1, unheardOf=1), b"{"))
    twice = home.deliver(f"{EVENTS}/twice.jsonl", lines(b"{", event(2), b"{"))
    home.receive()
    drops = [home.drop_of(arrival) for arrival in (once, twice)]
    assert drops[0].prefix == drops[1].prefix
    told = [report_to_supplier(home.surroundings, drop) for drop in drops]
    assert [[found.count for found in report.rejects] for report in told] == [[1], [2]]
    assert [len(report.unknown_names) for report in told] == [1, 0]


def test_a_rule_of_the_contract_is_told_in_its_words_with_class_and_owner(home: Home) -> None:
    drop = home.received(KEY, extract("subject", [subject(9001, SURNAME="", DOB="11-NOV-48")]))
    (found,) = report_to_supplier(home.surroundings, drop).flags
    (rule,) = [rule for rule in model().contracts[EXTRACTS].rules if rule.rule_id == found.rule]
    said = (found.meaning, found.severity, found.error_class, found.owner)
    assert said == (rule.meaning, "flag", rule.error_class, rule.owner)
    assert [(place.expected, place.delivered_as) for place in found.places] == [((rule.expected,), "SURNAME")]
    page = page_of(home, drop)
    assert all(text in page for text in (rule.meaning, rule.owner, rule.expected))


def test_the_first_positions_are_listed_and_the_rest_are_counted(home: Home) -> None:
    drop = faulty(home, MOST_SPOTS + 5)
    (found,) = report_to_supplier(home.surroundings, drop).rejects
    (place,) = found.places
    assert place.count == MOST_SPOTS + 5
    assert [spot.position for spot in place.spots] == [str(line) for line in range(2, MOST_SPOTS + 2)]
    items = [one.text for one in named(page_of(home, drop), "li")]
    assert [item for item in items if item.startswith("line ")][-1] == f"line {MOST_SPOTS + 1}"
    assert "and 5 more" in items


def test_no_value_of_a_record_is_on_the_page_unless_the_text_was_asked_for(home: Home) -> None:
    drop = faulty(home)
    values = ("31-FEB-80", "UNHEARDOF", "NOWHERETON")
    page, with_text = page_of(home, drop), page_of(home, drop, Telling.POSITION_AND_TEXT)
    assert not [value for value in values if value in page]
    assert not strings(report_to_supplier(home.surroundings, drop)) & set(values)
    assert all(value in with_text for value in values)
    assert ("personal data" in page, "personal data" in with_text) == (False, True)


def test_the_text_of_a_record_is_text_on_the_page_and_not_html(home: Home) -> None:
    drop = home.received(KEY, extract("subject", [subject(9001, DOB="31-FEB-80", TOWN="<script>no()</script>")]))
    page = page_of(home, drop, Telling.POSITION_AND_TEXT)
    assert named(page, "script") == []
    assert any("<script>no()</script>" in one.text for one in named(page, "pre"))


def test_the_name_of_a_file_is_text_on_its_page(home: Home) -> None:
    drop = home.received(f"{EVENTS}/<i>&amp;x.json", event(1))
    page = page_of(home, drop)
    assert (drop.state, drop.name, named(page, "i")) == (VALIDATED, "<i>&amp;x.json", [])
    assert [one.text for one in named(page, "h1")] == ["What came of <i>&amp;x.json"]


def test_a_name_that_the_contract_does_not_know_is_told_as_text_and_its_owner_is_named(home: Home) -> None:
    header = (*columns("subject"), "<b>SHOE_SIZE</b>")
    drop = home.received(KEY, extract("subject", [{**subject(), header[-1]: "44"}], header))
    page = page_of(home, drop)
    assert "<b>SHOE_SIZE</b>" in [one.text for one in named(page, "code")]
    assert "tell its owner what they mean" in page


def test_a_file_that_nobody_could_read_says_why_and_what_to_deliver(home: Home) -> None:
    drop = home.received(f"{EXTRACTS}/court_453_subject.csv", extract("subject", [subject()]))
    page = page_of(home, drop)
    assert drop.state == QUARANTINED
    assert [one.text for one in named(page, "h3")] == ["The delivery's name does not say its extract date."]
    assert "the whole file" in page
    assert "deliver it again" in page


def test_a_drop_of_a_dataset_without_a_contract_has_a_page_too(home: Home) -> None:
    drop = home.received("unheardof/extract/file.csv", b"a,b\n1,2\n")
    page = page_of(home, drop)
    assert "The file was delivered to a dataset that has no contract." in page
    assert books_on(page)["All"] == (1, 0, 1, 0)


def test_a_first_line_of_values_is_never_told_as_a_header_that_repeats_them(home: Home) -> None:
    drop = home.received(KEY, b'"UNHEARDOF","UNHEARDOF","44"\n')
    assert [row["rule"] for row in home.rejects(drop)] == ["no_known_column"]
    assert "UNHEARDOF" not in page_of(home, drop)


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_a_drop_has_words_and_a_next_step(state: str) -> None:
    contract = model().contracts[EXTRACTS]
    drop = Drop("0" * 64, "xhibit", "extract", "x.csv", state, 0, {}, datetime(2026, 1, 5, tzinfo=UTC))
    steps = next_steps(drop, contract, has_unknown_names=False)
    assert state_in_words(drop)
    assert len(steps) >= 3 if state == HELD else len(steps) >= 2
    assert contract.owner in steps[-2]
    assert "0" * 12 in steps[-1]


@pytest.mark.parametrize("dataset", sorted(model().contracts))
def test_every_rule_that_no_contract_states_has_plain_words(dataset: str) -> None:
    contract = model().contracts[dataset]
    own = {rule.rule_id for rule in contract.rules}
    for kind in contract.record_types.values():
        for rule in rule_book(contract, kind):
            bare = f"{rule.rule_id.replace('_', ' ').capitalize()}."
            assert rule.rule_id in own or in_plain_words(rule.rule_id) != bare, rule.rule_id


def test_the_ending_of_the_reports_name_says_whether_it_is_a_page(home: Home, tmp_path: Path) -> None:
    drop = faulty(home)
    page, table = tmp_path / "report.HTML", tmp_path / "report.csv"
    for target in (page, table):
        said = ["--home", str(home.folder), "rejects", drop.drop_id[:12], "--report", str(target)]
        assert CliRunner().invoke(app, said).exit_code == 0
    assert page.read_text(encoding="utf-8") == page_of(home, drop)
    assert table.read_text(encoding="utf-8").startswith("drop_id,dataset,file,position,")


def test_a_page_that_cannot_be_written_is_the_callers_mistake(home: Home, tmp_path: Path) -> None:
    drop = faulty(home)
    said = ["--home", str(home.folder), "rejects", drop.drop_id[:12], "--report", str(tmp_path / "no" / "x.html")]
    assert CliRunner().invoke(app, said).exit_code == 2
