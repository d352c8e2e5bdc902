"""Somebody in Libra's XML messages is erased: elements go, from envelopes that carry messages as text too."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from merging.builders import File, libra_message
from merging.homes import Home, balances, home_in

from onecrown.flows.erase_records import erase_subject
from onecrown.flows.find_subject import Kind, find_subject

from .searching import places_of

ASN = "2501ZD0100000003001N"
WORDS = (ASN, "Araminta", "7 Invented Row", "01ZD3000126")
OTHER = {
    ASN: "2501ZD0100000003002P",
    "Araminta": "Boadicea",
    "7 Invented Row": "8 Invented Row",
    "01ZD3000126": "01ZD3000226",
    "1985-01-31": "1984-02-28",
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_in(tmp_path / "home") as opened:
        yield opened


def message_of_two(name: str, times_escaped: int) -> File:
    """A message of two cases with one defendant each; as text within its envelope where it is escaped."""
    text = libra_message("2026-01-06", "2026-01-05T17:30:01Z", "2").data.decode()
    start, end = text.index("<Case>"), text.index("</Case>") + len("</Case>")
    other = text[start:end]
    for ours, theirs in OTHER.items():
        other = other.replace(ours, theirs)
    text = text[:end] + other + text[end:]
    inner = text[
        text.index("<ResultedCaseMessage") : text.index("</ResultedCaseMessage>") + len("</ResultedCaseMessage>")
    ]
    wrapped = inner
    for _ in range(times_escaped):
        wrapped = escape(wrapped, quote=False)
    return File(f"libra/resulted_case/extract_date=2026-01-06/{name}", text.replace(inner, wrapped).encode())


@pytest.mark.parametrize("times_escaped", [pytest.param(0, marks=pytest.mark.long), 2])
def test_a_case_of_a_message_goes_and_the_other_stays(home: Home, times_escaped: int) -> None:
    home.run(message_of_two("message.xml", times_escaped))
    assert home.ask("SELECT count(*) FROM {onecrown.defendant}") == ["2"]
    folder = home.around.scratch.parent
    erase_subject(home.around, find_subject(home.around, Kind.case, "01ZD3000126", None), "asked to")
    assert places_of(folder, WORDS) == []
    assert places_of(folder, ["Boadicea"]) != []
    assert home.ask("SELECT source_case_id FROM {onecrown.court_case}") == ["01ZD3000226"]
    assert home.ask("SELECT count(*) FROM {onecrown.defendant}") == ["1"]
    home.run(message_of_two("again.xml", 1))
    assert places_of(folder, WORDS) == []
    assert all(balances(drop) for drop in home.drops())
    assert all(state != "off" for state, _ in home.findings().values())


def test_a_defendant_known_by_the_arrest_summons_number_goes_from_the_case(home: Home) -> None:
    home.run(message_of_two("message.xml", 0))
    erase_subject(home.around, find_subject(home.around, Kind.defendant, ASN, None), "asked to")
    assert places_of(home.around.scratch.parent, (ASN, "Araminta", "7 Invented Row")) == []
    assert home.ask("SELECT count(*) FROM {onecrown.court_case}") == ["2"]
