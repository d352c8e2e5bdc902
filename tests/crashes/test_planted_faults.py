"""The guards are needed: without each of them, what the tests beside this one hold true breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.table import Table

from onecrown.adapters import claiming
from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.adapters.process_identity import this_worker
from onecrown.adapters.sqlite_ledger import SqliteLedger
from onecrown.flows import merge_drops
from onecrown.flows.merge_drops import Merged
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import VALIDATED, Batch, Change, Delivery, Drop
from onecrown.steps import Step

from .faults import FIRST, Moment, crash_at, watched_home
from .test_leases_and_claims import Sleeping

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_without_the_condition_of_a_commit_a_zombie_doubles_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held by `test_a_zombie_does_not_write_again_what_its_successor_wrote`."""

    def as_it_is_now(self: IcebergTables, full_name: str) -> Table:
        return self._catalog.load_table(full_name)

    with watched_home(tmp_path / "home") as zombie, watched_home(tmp_path / "home") as heir:
        zombie.around.ledger.take_lease = heir.around.ledger.take_lease = lambda *_: True
        zombie.receive(*FIRST)
        commit = zombie.around.tables.commit

        def late(change: Change) -> int:
            zombie.around.tables.commit = commit
            heir.merge()
            monkeypatch.setattr(IcebergTables, "_as_seen", as_it_is_now)
            return commit(change)

        zombie.around.tables.commit = late
        zombie.merge()
        assert zombie.ask(
            "SELECT count(*) > count(DISTINCT (scope, key)) FROM {onecrown_history.xhibit_extract_case}"
        ) == ["True"]


def test_without_the_look_at_who_holds_a_claim_two_workers_judge_one_drop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held by `test_a_claim_of_a_worker_at_work_is_not_taken_over_and_of_one_that_ended_it_is`."""
    monkeypatch.setattr(claiming, "_is_held", lambda *_: False)
    ledger = SqliteLedger(tmp_path / "ledger.db")
    drop = Drop("d" * 64, "xhibit", "extract", "invented.csv", "received", 0, {}, NOON)
    ledger.record_deliveries([Delivery("k@1", "k", "1", "", 1, NOON, drop.drop_id, "")], [drop])
    assert ledger.claim([drop.drop_id], this_worker(), NOON, 120)
    assert ledger.claim([drop.drop_id], "another", NOON, 120)
    ledger.close()


def test_without_the_condition_of_a_move_what_a_zombie_judged_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held by `test_what_a_zombie_judged_is_never_named_once_its_claim_was_taken_over`."""
    folder = tmp_path / "home"
    named: list[set[str]] = []

    def whatever_the_rev(self: SqliteLedger, drop: Drop, to_state: str, changes: Mapping[str, Any]) -> Drop:
        now = self.drop(drop.drop_id) or drop
        return written(self, replace(drop, rev=now.rev), to_state, changes)

    def heir() -> None:
        with watched_home(folder, hours_later=1) as other:
            receive_arrivals(other.around, other.around.landing.arrivals())
            named.append({drop.prefix for drop in other.drops()})

    written = SqliteLedger._write
    monkeypatch.setattr(SqliteLedger, "_write", whatever_the_rev)
    with watched_home(folder, Sleeping(heir)) as zombie:
        zombie.deliver(FIRST[0])
        receive_arrivals(zombie.around, zombie.around.landing.arrivals())
        assert {drop.prefix for drop in zombie.drops()} != named[0]


def test_a_new_batch_after_a_crash_takes_its_own_rows_for_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held by `test_what_was_known_before_a_batch_that_made_its_tables_is_nothing`."""

    def let_go(home: Surroundings, batch: Batch) -> Merged:
        drops = [drop for drop_id in batch.drop_ids if (drop := home.ledger.drop(drop_id)) is not None]
        home.ledger.save_batch(replace(batch, state="finished"), [(drop, VALIDATED, {}) for drop in drops])
        return Merged(0, 0, 0)

    folder = tmp_path / "home"
    crash_at(folder, Moment("after", Step.SWAP_CATALOGUE, "onecrown_history.snapshot", 0))
    monkeypatch.setattr(merge_drops, "_finish", let_go)
    with watched_home(folder, hours_later=1) as home:
        home.merge()
        assert home.cases() != "A B C"
