"""Drops received by several processes are received as by one: the same records, the same books, each fault its own drop's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from onecrown.adapters.process_crew import ProcessCrew
from onecrown.cli.crews import receiving_in
from onecrown.crew_ports import Crew, Group
from onecrown.flows import receive_drops as receiving
from onecrown.flows.receive_drops import receive_group
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import FAILED, VALIDATED, Drop
from tests.crashes.test_leases_and_claims import worker_of_a_process_that_has_ended

from .homes import Home, made
from .invented import EVENTS, EXTRACTS, WEEK, event, extract, subject

FILES = {
    f"{EVENTS}/one.json": event(1),
    f"{EVENTS}/other.json": event(2),
    f"{EVENTS}/bad.json": b"no json",
    f"{EXTRACTS}/{WEEK}/court_453_subject.csv": extract("subject", [subject(1), subject(2, DOB="30-FEB-80")]),
    "nobody/knows/it.csv": b"a\n1\n",
}


class Beside:
    """A crew within the test's own process; over drops of some names its worker ends, having claimed them."""

    def __init__(self, home: Surroundings, deadly: Sequence[str] = ()) -> None:
        self.home = home
        self.deadly = deadly
        self.had: list[str] = []

    def receive(self, groups: Sequence[Group]) -> Iterator[tuple[Group, list[Drop] | None]]:
        with self.home.engine() as con:
            for group in groups:
                self.had += [drop.name for _, drop in group]
                if any(drop.name in self.deadly for _, drop in group):
                    ended = worker_of_a_process_that_has_ended()
                    self.home.ledger.claim([drop.drop_id for _, drop in group], ended, self.home.now(), 120)
                    yield group, None
                else:
                    yield group, receive_group(con, self.home, group)


@pytest.fixture(autouse=True)
def little_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "SHARED_FROM_BYTES", 1)


def received(home: Home, crew: Crew | None) -> list[Drop]:
    """The drops of all files after a crew received them, by name."""
    home.surroundings = replace(home.surroundings, crew=crew)
    for key, data in FILES.items():
        home.deliver(key, data)
    home.receive()
    return sorted(home.drops(), key=lambda drop: drop.name)


def books(drops: Sequence[Drop]) -> list[tuple[str, str, str, Any]]:
    return [(drop.name, drop.state, drop.reason, drop.counts) for drop in drops]


def processes(home: Home) -> Crew:
    return ProcessCrew(partial(receiving_in, home.folder, home.surroundings.resources), 2)


def beside(home: Home) -> Crew:
    return Beside(home.surroundings)


@pytest.mark.parametrize("crew", [beside, pytest.param(processes, marks=pytest.mark.long)])
def test_a_crew_keeps_the_books_of_one_process(home: Home, tmp_path: Path, crew: Callable[[Home], Crew]) -> None:
    with made(tmp_path / "alone") as alone:
        assert books(received(home, crew(home))) == books(received(alone, None))
        together, apart = ({d.name: d for d in one.drops()} for one in (home, alone))
        for name in together:
            assert home.rejects(together[name]) == alone.rejects(apart[name])
            assert home.snapshots(together[name]) == [
                {**row, "_prefix": together[name].prefix} for row in alone.snapshots(apart[name])
            ]
    assert {drop.attempts for drop in home.drops()} == {1}


def test_what_a_worker_leaves_that_dies_is_received_by_the_process_that_asked(home: Home) -> None:
    crew = Beside(home.surroundings, deadly=("one.json",))
    drops = {drop.name: drop for drop in received(home, crew)}
    assert drops["one.json"].state == VALIDATED
    assert (drops["one.json"].attempts, drops["court_453_subject.csv"].attempts) == (2, 1)
    assert all(home.surroundings.validated.folder(drop.prefix).exists() for drop in drops.values())


def test_a_drop_that_fails_with_a_worker_fails_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    receive = receiving.receive

    def has_no_room(con: Any, contract: Any, sent: Any, *said: Any) -> Any:
        if any(one.key.name == "one.json" for one in sent):
            raise OSError("no room")
        return receive(con, contract, sent, *said)

    monkeypatch.setattr(receiving, "receive", has_no_room)
    drops = {drop.name: drop.state for drop in received(home, Beside(home.surroundings))}
    assert [name for name, state in drops.items() if state == FAILED] == ["one.json"]
    assert drops["other.json"] == VALIDATED


def test_little_is_received_without_starting_a_worker_and_what_cannot_be_read_by_none(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew = Beside(home.surroundings)
    received(home, crew)
    assert "it.csv" not in crew.had
    monkeypatch.setattr(receiving, "SHARED_FROM_BYTES", 1 << 20)
    crew.had.clear()
    home.deliver(f"{EVENTS}/three.json", event(3))
    home.receive()
    assert crew.had == []
