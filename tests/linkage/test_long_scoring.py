"""A scoring that takes longer than the lease keeps it all the same, and nobody merges meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import duckdb
import pytest

from onecrown.definitions.person_linkage import PersonLinkage
from onecrown.errors import CommitConflict, StorageError
from onecrown.flows import merge_lease
from onecrown.flows import resolve_persons as resolve_persons_module
from onecrown.flows.merge_lease import LEASE, LEASE_SECONDS, MergeLease
from onecrown.flows.resolve_persons import resolve_persons

from .homes import NOW, PeopleHome, Weights, people_home
from .people import Defendant

PATIENCE_SECONDS = 20.0  # for a thread that renews at once, where nothing is wrong


@dataclass
class WatchedLedger:
    """A ledger that tells whenever a lease is taken or renewed."""

    ledger: Any
    taken: Event = field(default_factory=Event)
    fails: bool = False

    def take_lease(self, name: str, owner: str, now: datetime, seconds: int) -> bool:
        if self.fails:
            self.taken.set()
            raise StorageError("the ledger is out of reach")
        done: bool = self.ledger.take_lease(name, owner, now, seconds)
        self.taken.set()
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger, name)


@dataclass
class LongScoring:
    """A home whose scoring lasts for as long as a test says, by a clock that it moves itself."""

    home: PeopleHome
    ledger: WatchedLedger
    now: datetime = NOW
    minutes: int = 0
    others: list[bool] = field(default_factory=list)

    def score(self, con: duckdb.DuckDBPyConnection, linkage: PersonLinkage) -> None:
        for _ in range(self.minutes):
            self.ledger.taken.clear()
            self.now += timedelta(minutes=1)
            assert self.ledger.taken.wait(PATIENCE_SECONDS), "nobody renews the lease"
            self.others.append(self.ledger.ledger.take_lease(LEASE, "another", self.now, LEASE_SECONDS))
        Weights().score(con, linkage)

    def run(self) -> None:
        resolve_persons(replace(self.home.around, ledger=self.ledger, now=lambda: self.now))


@pytest.fixture
def scoring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LongScoring]:
    monkeypatch.setattr(merge_lease, "LOOK_SECONDS", 0.01)
    with people_home(tmp_path / "home") as home:
        home.put(Defendant("d1", exact_id="p1", case_id="c1", last_name="Invented"))
        made = LongScoring(home, WatchedLedger(home.around.ledger))
        monkeypatch.setattr(resolve_persons_module, "score_pairs", made.score)
        yield made


def test_a_scoring_of_many_times_the_lease_loses_it_at_no_moment(scoring: LongScoring) -> None:
    scoring.minutes = 5 * LEASE_SECONDS // 60
    scoring.run()
    assert scoring.others == [False] * scoring.minutes
    assert scoring.home.ask("person", "person_id") == ["p1"]


def test_when_it_is_done_another_may_merge_at_once(scoring: LongScoring) -> None:
    scoring.minutes = 1
    scoring.run()
    assert scoring.ledger.ledger.take_lease(LEASE, "another", scoring.now, LEASE_SECONDS)


def test_one_that_was_overtaken_all_the_same_writes_nothing_and_says_so(
    scoring: LongScoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process slept past the lease, and another took it."""

    def overtaken(con: duckdb.DuckDBPyConnection, linkage: PersonLinkage) -> None:
        scoring.ledger.ledger.release_lease(LEASE, scoring.home.around.worker)
        assert scoring.ledger.ledger.take_lease(LEASE, "another", scoring.now, LEASE_SECONDS)
        scoring.ledger.taken.clear()
        scoring.now += timedelta(minutes=1)
        assert scoring.ledger.taken.wait(PATIENCE_SECONDS)
        Weights().score(con, linkage)

    before = scoring.home.heads()
    monkeypatch.setattr(resolve_persons_module, "score_pairs", overtaken)
    with pytest.raises(CommitConflict, match="took the merge over"):
        scoring.run()
    assert scoring.home.heads() == before


def test_a_ledger_that_cannot_be_reached_meanwhile_is_told_of_at_the_end(scoring: LongScoring) -> None:
    lease = MergeLease(replace(scoring.home.around, ledger=scoring.ledger, now=lambda: scoring.now))
    lease.take()

    def works_meanwhile() -> None:
        with lease.kept():
            scoring.ledger.taken.clear()
            scoring.ledger.fails = True
            scoring.now += timedelta(minutes=1)
            assert scoring.ledger.taken.wait(PATIENCE_SECONDS)

    with pytest.raises(StorageError, match="out of reach"):
        works_meanwhile()
