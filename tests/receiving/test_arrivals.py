"""The road of an arrival that an event brought: received here or handed over, the supplier told, the merge woken; the sweep."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from merging.builders import cases, extract
from merging.homes import Home, home_of_cases

from onecrown.errors import StorageError
from onecrown.flows import receive_drop as road
from onecrown.flows.receive_drop import Destinations, Outcome, receive_drop, refuse_unsafe
from onecrown.flows.sweep_landing import DAYS_BACK, sweep_landing
from onecrown.ports import HELD, QUARANTINED, RECEIVED, VALIDATED, Arrival

WEEK = "2026-01-05"
NOW = timedelta(0)


@dataclass
class Told:
    """Whoever is handed something notes it."""

    handed: list[Arrival] = field(default_factory=list)
    announced: list[Arrival] = field(default_factory=list)
    put: dict[str, bytes] = field(default_factory=dict)
    woken: int = 0

    def hand_over(self, arrival: Arrival) -> None:
        self.handed.append(arrival)

    def announce(self, arrival: Arrival) -> None:
        self.announced.append(arrival)

    def wake(self) -> None:
        self.woken += 1

    def held_since(self) -> None:
        return None

    def put_file(self, source: str, name: str, content: bytes, content_type: str) -> None:
        self.put[f"{source}/{name}"] = content


class Outbox:
    def __init__(self, told: Told) -> None:
        self.put = told.put_file


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_of_cases(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def told() -> Told:
    return Told()


def to(told: Told) -> Destinations:
    return Destinations(told, told, Outbox(told))


def only_arrival(home: Home) -> Arrival:
    (arrival,) = home.around.landing.arrivals()
    return arrival


def test_a_good_file_is_judged_its_supplier_told_and_the_merge_woken(home: Home, told: Told) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    outcome, drop = receive_drop(home.around, only_arrival(home), 100, to(told))
    assert drop is not None
    assert (outcome, drop.state, told.woken) == (Outcome.RECEIVED, VALIDATED, 1)
    receipt = json.loads(told.put[f"xhibit/{drop.drop_id}.json"])
    assert (receipt["state"], receipt["counts"]["case"]["accepted"]) == (VALIDATED, 2)
    assert b"<html" in told.put[f"xhibit/{drop.drop_id}.html"]


def test_a_known_duplicate_is_a_state_and_wakes_nobody(home: Home, told: Told) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    receive_drop(home.around, only_arrival(home), 100, to(told))
    assert receive_drop(home.around, only_arrival(home), 100, to(told)) == (Outcome.DUPLICATE, None)
    assert told.woken == 1


def test_a_bad_file_is_a_state_that_its_supplier_is_told_and_wakes_nobody(home: Home, told: Told) -> None:
    home.around.landing.deliver(f"xhibit/extract/extract_date={WEEK}/case.csv", None, [b"\xff\xfe nothing \x00"])
    outcome, drop = receive_drop(home.around, only_arrival(home), 100, to(told))
    assert drop is not None
    assert drop.state in (QUARANTINED, HELD)
    assert (outcome, told.woken) == (Outcome.RECEIVED, 0)
    assert f"xhibit/{drop.drop_id}.json" in told.put


def test_a_file_that_a_scan_did_not_find_safe_is_set_aside_whole_and_none_of_its_bytes_is_read(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    arrival = only_arrival(home)
    monkeypatch.setattr(type(home.around.landing), "fetch", dies)
    outcome, drop = refuse_unsafe(home.around, arrival, to(told))
    assert drop is not None
    assert (outcome, drop.state, drop.reason.split(":")[0]) == (Outcome.RECEIVED, QUARANTINED, "not_safe")
    assert refuse_unsafe(home.around, arrival, to(told)) == (Outcome.DUPLICATE, None)
    assert told.woken == 0
    assert sweep_landing(home.around, told, told, NOW).lost == 0


def test_a_drop_whose_expanded_size_is_over_the_bound_is_handed_over_untouched(home: Home, told: Told) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    arrival = only_arrival(home)
    assert receive_drop(home.around, arrival, road.LARGEST_BYTES + 1, to(told)) == (Outcome.HANDED_OVER, None)
    assert told.handed == [arrival]
    assert home.drops() == []


def test_a_little_gzip_file_that_holds_more_than_the_bound_is_handed_over_and_not_failed(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(road, "LARGEST_BYTES", 100_000)
    much = gzip.compress(extract("case", cases("A B"), WEEK).data + b"\n" * 200_000)
    home.around.landing.deliver(f"xhibit/extract/extract_date={WEEK}/case.csv", None, [much])
    assert receive_drop(home.around, only_arrival(home), len(much), to(told)) == (Outcome.HANDED_OVER, None)
    assert len(told.handed) == 1


def test_a_failure_of_ours_is_raised_so_that_the_event_is_sent_again(home: Home, told: Told, monkeypatch) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    arrival = only_arrival(home)
    with monkeypatch.context() as patched:
        patched.setattr("onecrown.flows.receive_drops.receive", fails)
        with pytest.raises(StorageError, match="tried 1 times"):
            receive_drop(home.around, arrival, 100, to(told))
    again = replace(home.around, worker="another")
    outcome, drop = receive_drop(again, arrival, 100, to(told))
    assert drop is not None
    assert (outcome, drop.state) == (Outcome.RECEIVED, VALIDATED)


def fails(*_args: object) -> object:
    raise OSError("no room")


def test_the_sweep_announces_what_no_event_brought_and_nothing_that_is_known(home: Home, told: Told) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    receive_drop(home.around, only_arrival(home), 100, to(told))
    home.deliver(extract("case", cases("A C"), "2026-01-12"))
    done = sweep_landing(home.around, told, told, NOW)
    assert (done.lost, done.left, done.pending) == (1, 0, 1)
    assert [arrival.key for arrival in told.announced] == [list(home.around.landing.arrivals())[1].key]
    assert told.woken == 2, "a drop waits: the sweep wakes the merge for it"


def test_the_sweep_leaves_alone_what_may_still_be_on_its_way(home: Home, told: Told) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    assert sweep_landing(home.around, told, told).lost == 0
    assert told.announced == []


def test_a_sweep_between_two_whole_ones_asks_about_the_last_days_alone(home: Home, told: Told) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    now = home.around.now()
    later = replace(home.around, now=lambda: now + DAYS_BACK + timedelta(hours=1))
    assert sweep_landing(later, told, told, NOW, DAYS_BACK).lost == 0
    assert sweep_landing(later, told, told, NOW).lost == 1


def test_the_sweep_announces_a_drop_whose_worker_died_once_its_claim_has_lapsed(home: Home, told: Told) -> None:
    home.deliver(extract("case", cases("A B"), WEEK))
    arrival = only_arrival(home)
    now = home.around.now()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("onecrown.flows.receive_drops.receive", dies)
        with pytest.raises(KeyboardInterrupt):
            receive_drop(home.around, arrival, 100, to(told))
    assert [drop.state for drop in home.drops()] == [RECEIVED]
    assert sweep_landing(home.around, told, told, NOW).left == 0
    later = replace(home.around, now=lambda: now + timedelta(minutes=30))
    assert sweep_landing(later, told, told, NOW).left == 1
    assert [said.delivery_id for said in told.announced] == [arrival.delivery_id]


def dies(*_args: object) -> object:
    raise KeyboardInterrupt
