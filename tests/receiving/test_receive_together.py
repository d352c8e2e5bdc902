"""Several small arrivals take one pass of the judge, and stay as many drops: each with its own state, receipt and fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from merging.builders import HEARING_RESULTED, File, Result, Share
from merging.homes import Home, home_in_memory

from onecrown.errors import StorageError
from onecrown.flows import receive_drop as road
from onecrown.flows import receive_drops as receiving
from onecrown.flows.receive_drop import Destinations, Outcome, Received, receive_together
from onecrown.ports import FAILED, QUARANTINED, VALIDATED

from .test_arrivals import Outbox, Told, to


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_in_memory(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def told() -> Told:
    return Told()


def hearing(number: int) -> File:
    share = Share("2026-01-07T12:00:00Z", [Result("Fine", number)], hearing=number, case=number, defendants=(number,))
    return share.file(f"hearing-{number}.json")


def received(home: Home, told: Told, *files: File) -> list[Received]:
    """What became of files that came together, in their order."""
    home.deliver(*files)
    arrivals = list(home.around.landing.arrivals())[-len(files) :]
    done = receive_together(home.around, arrivals, to(told))
    return [done[arrival.delivery_id] for arrival in arrivals]


def test_several_small_files_are_judged_in_one_pass_and_each_supplier_is_told(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes, judge = [], receiving.judge_together

    def counted(*said: Any) -> Any:
        passes.append(len(said[3]))
        return judge(*said)

    monkeypatch.setattr(receiving, "judge_together", counted)
    done = received(home, told, *map(hearing, range(1, 6)))
    assert passes == [5]
    assert [said.drop and said.drop.state for said in done] == [VALIDATED] * 5
    assert (len(told.put), told.woken) == (10, 1)


def test_a_bad_file_among_good_ones_is_set_aside_and_the_others_go_on(home: Home, told: Told) -> None:
    bad = File(f"{HEARING_RESULTED}/bad.json", b"no json")
    one, other, third = received(home, told, hearing(1), bad, hearing(2))
    assert [said.drop and said.drop.state for said in (one, other, third)] == [VALIDATED, QUARANTINED, VALIDATED]
    assert not any(said.fault for said in (one, other, third))


def test_the_same_content_twice_among_them_is_one_drop_and_a_duplicate(home: Home, told: Told) -> None:
    again = File(f"{HEARING_RESULTED}/another-name.json", hearing(1).data)
    first, second = received(home, told, hearing(1), again)
    assert (first.outcome, second.outcome, second.drop) == (Outcome.RECEIVED, Outcome.DUPLICATE, None)
    assert len(home.drops()) == 1


def test_what_is_large_and_what_would_make_the_whole_large_is_left_to_be_received_alone(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [hearing(number) for number in (1, 2, 3)]
    monkeypatch.setattr(road, "TOGETHER_BYTES", sum(len(file.data) for file in files[:2]))
    home.deliver(*files)
    sizes = (len(file.data) for file in files)
    arrivals = [replace(one, bytes=size) for one, size in zip(home.around.landing.arrivals(), sizes, strict=True)]
    assert set(receive_together(home.around, arrivals, to(told))) == {one.delivery_id for one in arrivals[:2]}
    monkeypatch.setattr(road, "LARGEST_BYTES", 10)
    assert receive_together(home.around, arrivals, to(told)) == {}


def test_a_failure_of_ours_is_the_fault_of_its_own_arrival_and_one_attempt(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = receiving.receive

    def fails_on_the_second(con: Any, contract: Any, sent: Any, *said: Any) -> Any:
        if any("hearing-2" in one.key.name for one in sent):
            raise OSError("no room")
        return receive(con, contract, sent, *said)

    monkeypatch.setattr(receiving, "receive", fails_on_the_second)
    first, second = received(home, told, hearing(1), hearing(2))
    assert (first.fault, first.drop and first.drop.state) == ("", VALIDATED)
    assert second.drop is not None
    assert second.drop.state == FAILED
    assert "run again, or report this" in second.fault


def test_a_supplier_who_cannot_be_told_fails_its_own_arrival_and_the_merge_is_woken_all_the_same(
    home: Home, told: Told
) -> None:
    class FullOutbox(Outbox):
        def __init__(self) -> None:
            self.tried = 0

        def put(self, *_said: object) -> None:
            self.tried += 1
            if self.tried == 1:
                raise StorageError("the outbox is out of reach")

    home.deliver(hearing(1), hearing(2))
    arrivals = list(home.around.landing.arrivals())
    done = receive_together(home.around, arrivals, Destinations(told, told, FullOutbox()))
    assert [done[arrival.delivery_id].fault for arrival in arrivals] == ["the outbox is out of reach", ""]
    assert told.woken == 1
