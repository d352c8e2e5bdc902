"""A dataset that has sent nothing for longer than its contract allows is missed, and says since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from merging.builders import cases, extract
from merging.homes import Home, home_of_cases

from onecrown.definitions.contracts import Contract
from onecrown.definitions.model import load_model
from onecrown.definitions.rhythm import late_at, rhythm_in_words
from onecrown.flows.missing_deliveries import Missing, missing_deliveries

FORM = "%a %d %b %Y %H:%M"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_model().contracts["xhibit/extract"]


def late(contract: Contract, every: str, hours: int, last: str) -> str:
    rhythm = replace(contract, every=every, late_after_hours=hours)
    found = late_at(rhythm, datetime.strptime(last, FORM).replace(tzinfo=UTC))
    return found.astimezone(UTC).strftime(FORM) if found else "never"


@pytest.mark.parametrize(
    ("every", "hours", "last", "is_late"),
    [
        ("week", 48, "Mon 05 Jan 2026 09:00", "Wed 14 Jan 2026 09:00"),
        ("month", 168, "Mon 05 Jan 2026 09:00", "Thu 12 Feb 2026 09:00"),
        ("day", 36, "Mon 05 Jan 2026 09:00", "Wed 07 Jan 2026 21:00"),
        ("day", 36, "Thu 08 Jan 2026 18:00", "Tue 13 Jan 2026 06:00"),
        ("event", 24, "Fri 09 Jan 2026 15:00", "Mon 12 Jan 2026 15:00"),
        ("event", 24, "Sat 10 Jan 2026 11:00", "Tue 13 Jan 2026 00:00"),
        ("event", 24, "Sun 11 Jan 2026 23:30", "Tue 13 Jan 2026 00:00"),
        ("event", 24, "Fri 03 Jul 2026 22:59", "Mon 06 Jul 2026 22:59"),
        ("event", 24, "Fri 03 Jul 2026 23:30", "Mon 06 Jul 2026 23:00"),
        ("week", 0, "Mon 05 Jan 2026 09:00", "never"),
    ],
)
def test_the_next_delivery_is_late_after_its_period_and_its_grace_and_weekends_do_not_count_for_what_comes_daily(
    contract: Contract, every: str, hours: int, last: str, is_late: str
) -> None:
    assert late(contract, every, hours, last) == is_late


def test_weekends_are_londons_where_the_clocks_go_forward_and_back(contract: Contract) -> None:
    assert late(contract, "event", 24, "Fri 27 Mar 2026 18:00") == "Mon 30 Mar 2026 17:00"
    assert late(contract, "event", 24, "Fri 23 Oct 2026 17:00") == "Mon 26 Oct 2026 18:00"


def test_every_contract_of_the_model_names_a_rhythm_that_can_be_late() -> None:
    since = datetime(2026, 1, 5, tzinfo=UTC)
    for contract in load_model().contracts.values():
        assert (late_at(contract, since) or since) > since, contract.name
        assert rhythm_in_words(contract).startswith("every ")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_of_cases(tmp_path / "home") as opened:
        yield opened


def after(home: Home, hours: float) -> tuple[Missing, ...]:
    """What is missed so long after now."""
    now = home.around.now()
    return missing_deliveries(replace(home.around, now=lambda: now + timedelta(hours=hours)))


def test_a_dataset_is_missed_once_it_is_late_and_not_before(home: Home) -> None:
    home.receive(extract("case", cases("A"), "2026-01-05"))
    (last_at,) = home.around.ledger.latest_arrivals().values()
    assert after(home, 7 * 24 + 47) == ()
    (missing,) = after(home, 7 * 24 + 49)
    assert (missing.dataset, missing.last_at) == ("xhibit/extract", last_at)
    assert missing.late_at == last_at + timedelta(days=9)


def test_a_dataset_that_has_never_sent_anything_and_one_without_a_contract_are_not_missed(home: Home) -> None:
    home.around.landing.deliver("nobody/knows/this.csv", None, [b"x"])
    home.receive()
    assert list(home.around.ledger.latest_arrivals()) == ["nobody/knows"]
    assert after(home, 10_000) == ()


def test_a_file_that_was_set_aside_is_a_delivery_all_the_same(home: Home) -> None:
    home.around.landing.deliver("xhibit/extract/extract_date=2026-01-05/case.csv", None, [b"\xff\xfe nothing \x00"])
    home.receive()
    assert after(home, 7 * 24) == ()
    assert [missing.dataset for missing in after(home, 10 * 24)] == ["xhibit/extract"]
