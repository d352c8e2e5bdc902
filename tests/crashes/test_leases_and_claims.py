"""A lease is waited for, kept at work and lost when it lapses; what a zombie judged is never visible."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from onecrown.adapters.process_identity import is_gone, this_worker
from onecrown.adapters.sqlite_ledger import SqliteLedger
from onecrown.cli.app import app
from onecrown.cli.delivering import _summarise
from onecrown.errors import CommitConflict
from onecrown.flows.merge_lease import LEASE, LEASE_SECONDS, MergeLease
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.ports import QUARANTINED, VALIDATED, Delivery, Drop
from onecrown.steps import Step

from .faults import FIRST, Watched, left_over, orphans, watched_home

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    opened = SqliteLedger(tmp_path / "ledger.db")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def lease_of(
    ledger: SqliteLedger, worker: str, clock: Clock, pause: Callable[[float], None] | None = None
) -> MergeLease:
    home: Any = SimpleNamespace(
        ledger=ledger, worker=worker, now=clock, wait_seconds=60.0, pause=pause or clock.pass_by
    )
    return MergeLease(home)


def worker_of_a_process_that_has_ended() -> str:
    said = "from onecrown.adapters.process_identity import this_worker; print(this_worker())"
    ended = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def test_a_lease_is_kept_for_as_long_as_its_holder_takes_steps(ledger: SqliteLedger, clock: Clock) -> None:
    slow = lease_of(ledger, "slow", clock)
    slow.take()
    for _ in range(20):
        clock.pass_by(LEASE_SECONDS / 3)
        slow.keep()
        assert not ledger.take_lease(LEASE, "other", clock(), LEASE_SECONDS)


def test_a_lease_is_renewed_only_when_a_quarter_of_it_has_passed(ledger: SqliteLedger, clock: Clock) -> None:
    slow = lease_of(ledger, "slow", clock)
    slow.take()
    clock.pass_by(LEASE_SECONDS / 5)
    slow.keep()
    clock.pass_by(LEASE_SECONDS * 4 / 5)
    assert ledger.take_lease(LEASE, "other", clock(), LEASE_SECONDS)


def test_a_holder_that_slept_until_another_took_over_stops(ledger: SqliteLedger, clock: Clock) -> None:
    sleeper = lease_of(ledger, "sleeper", clock)
    sleeper.take()
    clock.pass_by(LEASE_SECONDS + 1)
    assert ledger.take_lease(LEASE, "other", clock(), LEASE_SECONDS)
    with pytest.raises(CommitConflict):
        sleeper.keep()


def test_a_second_process_waits_until_the_first_is_done(ledger: SqliteLedger, clock: Clock) -> None:
    first = lease_of(ledger, "first", clock)
    first.take()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            first.give_back()

    lease_of(ledger, "second", clock, pause).take()
    assert len(pauses) == 3 and len(set(pauses)) == 3


def test_a_second_process_gives_up_after_a_minute_of_the_first_at_work(ledger: SqliteLedger, clock: Clock) -> None:
    ledger.take_lease(LEASE, "first", clock(), 10 * LEASE_SECONDS)
    with pytest.raises(CommitConflict):
        lease_of(ledger, "second", clock).take()
    assert 60 <= (clock() - NOON).total_seconds() <= 61


def test_the_lease_of_a_process_that_was_killed_blocks_nobody(ledger: SqliteLedger, clock: Clock) -> None:
    ledger.take_lease(LEASE, worker_of_a_process_that_has_ended(), clock(), LEASE_SECONDS)
    assert ledger.take_lease(LEASE, this_worker(), clock(), LEASE_SECONDS)


def test_the_lease_of_a_process_at_work_is_not_taken(ledger: SqliteLedger, clock: Clock) -> None:
    ledger.take_lease(LEASE, this_worker(), clock(), LEASE_SECONDS)
    assert not ledger.take_lease(LEASE, "other", clock(), LEASE_SECONDS)


def test_a_process_is_known_by_its_start_too_as_its_number_comes_again() -> None:
    machine, number, started, rest = this_worker().split(":")
    assert not is_gone(f"{machine}:{number}:{started}:{rest}")
    assert is_gone(f"{machine}:{number}:{int(started) - 1}:{rest}")


@pytest.mark.parametrize("worker", ["", "of-old-times", "another-machine:1:1:1", ":1:1:1"])
def test_nobody_is_called_gone_of_whom_this_machine_cannot_know(worker: str) -> None:
    assert not is_gone(worker)


def test_run_ends_with_5_where_another_process_goes_on_merging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECROWN_WAIT_SECONDS", "0")
    with watched_home(tmp_path / "home") as home:
        home.around.ledger.take_lease(LEASE, this_worker(), home.around.now(), LEASE_SECONDS)
        ended = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "run"])
    assert ended.exit_code == 5


def test_the_summary_says_how_often_a_merge_was_redone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with watched_home(tmp_path / "home") as home:
        received = home.receive(*FIRST)
        _summarise(home.around, received, 0)
        quiet = capsys.readouterr().err
        _summarise(home.around, received, 2)
    assert "anew" not in quiet and "Merged anew 2 times" in capsys.readouterr().err


class Sleeping(Watched):
    """Calls another worker in when its own files are written and not yet named."""

    def __init__(self, wake: Callable[[], None]) -> None:
        super().__init__()
        self._wake: Callable[[], None] | None = wake

    def after(self, step: Step, of: str) -> None:
        if step == Step.KEEP_FINDINGS and of == "drift" and self._wake is not None:
            wake, self._wake = self._wake, None
            wake()


def test_what_a_zombie_judged_is_never_named_once_its_claim_was_taken_over(tmp_path: Path) -> None:
    folder, taken_over = tmp_path / "home", []

    def heir() -> None:
        with watched_home(folder, hours_later=1) as other:
            taken_over.extend(receive_arrivals(other.around, other.around.landing.arrivals()))

    with watched_home(folder, Sleeping(heir)) as zombie:
        zombie.deliver(*FIRST)
        done = receive_arrivals(zombie.around, zombie.around.landing.arrivals())
        drops = zombie.drops()
        assert len(done) + len(taken_over) == len(drops) == 2
        assert {drop.state for drop in drops} == {VALIDATED, QUARANTINED}
        assert all(drop.claim_owner != zombie.around.worker for drop in drops if drop.attempts == 2)
        assert left_over(folder, zombie) and left_over(folder, zombie) <= orphans(zombie)


def test_a_claim_of_a_worker_at_work_is_not_taken_over_and_of_one_that_ended_it_is(ledger: SqliteLedger) -> None:
    drop = Drop("d" * 64, "xhibit", "extract", "invented.csv", "received", 0, {}, NOON)
    ledger.record_deliveries([Delivery("k@1", "k", "1", "", 1, NOON, drop.drop_id, "")], [drop])
    assert len(ledger.claim([drop.drop_id], worker_of_a_process_that_has_ended(), NOON, 120)) == 1
    mine = ledger.claim([drop.drop_id], this_worker(), NOON, 120)
    assert [one.attempts for one in mine] == [2]
    assert ledger.claim([drop.drop_id], "another", NOON, 120) == []
