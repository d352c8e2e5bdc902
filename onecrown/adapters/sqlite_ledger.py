"""The ledger in SQLite: one file, transitions conditional on the row's `rev`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from onecrown.adapters.claiming import claimed
from onecrown.adapters.ledger_forms import (
    dumped,
    instant_text,
    loaded_batch,
    loaded_delivery,
    loaded_drop,
    loaded_erasure,
    loaded_person_decision,
)
from onecrown.adapters.process_identity import is_gone
from onecrown.decision_ports import PersonDecision
from onecrown.erasure_ports import Erasure
from onecrown.errors import CommitConflict, StorageError
from onecrown.ports import Batch, Delivery, Drop
from onecrown.steps import UNWATCHED, Step, Steps, announced

_SCHEMA = """
CREATE TABLE IF NOT EXISTS delivery (
  delivery_id TEXT PRIMARY KEY, drop_id TEXT NOT NULL, arrived_at TEXT NOT NULL, said TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS delivery_by_drop ON delivery (drop_id);
CREATE TABLE IF NOT EXISTS told (delivery_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS "drop" (
  drop_id TEXT PRIMARY KEY, state TEXT NOT NULL, rev INTEGER NOT NULL, received_at TEXT NOT NULL, said TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS drop_by_state ON "drop" (state);
CREATE TABLE IF NOT EXISTS batch (
  batch_id TEXT PRIMARY KEY, state TEXT NOT NULL, started_at TEXT NOT NULL, said TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS erasure (number INTEGER PRIMARY KEY, said TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS person_decision (
  decided_at TEXT NOT NULL, link_id TEXT NOT NULL, said TEXT NOT NULL, PRIMARY KEY (decided_at, link_id));
"""
OPEN = "open"


class SqliteLedger:
    """The ledger of an embedded home."""

    def __init__(self, path: Path, steps: Steps = UNWATCHED) -> None:
        self._steps = steps
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise StorageError(f"the ledger {path.name} cannot be opened: {error}; check the home folder") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def _transaction(self, step: Step, of: str = "") -> Iterator[sqlite3.Connection]:
        """All of a step or nothing of it. Raises `StorageError` where the file cannot be written."""
        with announced(self._steps, step, of):
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise StorageError(f"the ledger cannot be written: {error}; check the disk and run again") from error

    def known_deliveries(self, delivery_ids: Collection[str]) -> set[str]:
        """Those of the ids that are known."""
        asked = json.dumps(list(delivery_ids))  # one text, as a statement takes no more than some thousand variables
        rows = self._db.execute(
            "SELECT delivery_id FROM delivery WHERE delivery_id IN (SELECT value FROM json_each(?))", (asked,)
        )
        return {row[0] for row in rows}

    def delivery(self, delivery_id: str) -> Delivery | None:
        """One delivery."""
        found = self._deliveries("WHERE delivery_id = ?", delivery_id)
        return found[0] if found else None

    def deliveries(self) -> list[Delivery]:
        """All deliveries in order of arrival."""
        return self._deliveries("")

    def deliveries_of(self, drop_id: str) -> list[Delivery]:
        """The deliveries of a drop in order of arrival."""
        return self._deliveries("WHERE drop_id = ?", drop_id)

    def latest_arrivals(self) -> dict[str, datetime]:
        """When the last delivery of each dataset arrived."""
        rows = self._db.execute(
            """SELECT json_extract(d.said, '$.source') || '/' || json_extract(d.said, '$.dataset'), max(v.arrived_at)
            FROM delivery AS v JOIN "drop" AS d USING (drop_id) GROUP BY 1"""
        )
        return {dataset: datetime.fromisoformat(arrived_at) for dataset, arrived_at in rows}

    def untold_deliveries(self) -> list[Delivery]:
        """The deliveries that were not noted as told, in order of arrival."""
        return self._deliveries("WHERE delivery_id NOT IN (SELECT delivery_id FROM told)")

    def _deliveries(self, where: str, *asked: str) -> list[Delivery]:
        rows = self._db.execute(f"SELECT said FROM delivery {where} ORDER BY arrived_at, delivery_id", asked)
        return [loaded_delivery(said) for (said,) in rows]

    def note_told(self, delivery_ids: Collection[str]) -> None:
        """Note that deliveries are told in the operations tables."""
        with self._transaction(Step.MOVE_DROPS, "told") as db:
            db.executemany("INSERT OR IGNORE INTO told VALUES (?)", [(delivery_id,) for delivery_id in delivery_ids])

    def record_deliveries(self, deliveries: Sequence[Delivery], drops: Sequence[Drop]) -> list[Drop]:
        """Note deliveries and the drops that they bring; give those drops that were not known before."""
        new: list[Drop] = []
        with self._transaction(Step.RECORD_DELIVERIES) as db:
            for delivery, drop in zip(deliveries, drops, strict=True):
                added = db.execute(
                    'INSERT OR IGNORE INTO "drop" VALUES (?, ?, ?, ?, ?)',
                    (drop.drop_id, drop.state, drop.rev, instant_text(drop.received_at), dumped(drop)),
                ).rowcount
                if added:
                    new.append(drop)
                said = replace(delivery, outcome="new" if added else "duplicate")
                db.execute(
                    "INSERT OR IGNORE INTO delivery VALUES (?, ?, ?, ?)",
                    (said.delivery_id, said.drop_id, instant_text(said.arrived_at), dumped(said)),
                )
        return new

    def drop(self, drop_id: str) -> Drop | None:
        """One drop."""
        row = self._db.execute('SELECT said FROM "drop" WHERE drop_id = ?', (drop_id,)).fetchone()
        return loaded_drop(row[0]) if row else None

    def drops(self, states: Sequence[str] = ()) -> list[Drop]:
        """Drops in some states, or all, in order of arrival."""
        marks = ", ".join("?" for _ in states)
        where = f"WHERE state IN ({marks})" if states else ""
        rows = self._db.execute(f'SELECT said FROM "drop" {where} ORDER BY received_at, drop_id', tuple(states))
        return [loaded_drop(said) for (said,) in rows]

    def claim(self, drop_ids: Sequence[str], owner: str, now: datetime, seconds: int) -> list[Drop]:
        """Lease received, failed or lapsed drops to a worker; give those that were got."""
        got = []
        with self._transaction(Step.CLAIM_DROPS):
            for drop_id in drop_ids:
                drop = self.drop(drop_id)
                mine = claimed(drop, owner, now, seconds, is_gone) if drop else None
                if drop is not None and mine is not None:
                    got.append(self._replace(drop, mine))
        return got

    def move(self, drop: Drop, to_state: str, **changes: Any) -> Drop:
        """Move a drop on, on condition that nobody else did."""
        with self._transaction(Step.MOVE_DROPS, to_state):
            return self._write_alone(drop, to_state, changes)

    def move_all(self, moves: Sequence[tuple[Drop, str, Mapping[str, Any]]]) -> None:
        """Move several drops on in one transaction."""
        with self._transaction(Step.MOVE_DROPS):
            for drop, to_state, changes in moves:
                self._write_alone(drop, to_state, changes)

    def _write_alone(self, drop: Drop, to_state: str, changes: Mapping[str, Any]) -> Drop:
        """Write a drop that no open batch has: what a batch found when it opened must be there when it is finished."""
        is_open = self._db.execute(
            "SELECT 1 FROM batch WHERE batch_id = ? AND state = ?", (drop.batch_id, OPEN)
        ).fetchone()
        if is_open:
            raise CommitConflict(
                f"drop {drop.drop_id[:12]} is in a batch that is not finished; onecrown run, then again"
            )
        return self._write(drop, to_state, changes)

    def _write(self, drop: Drop, to_state: str, changes: Mapping[str, Any]) -> Drop:
        return self._replace(drop, replace(drop, state=to_state, rev=drop.rev + 1, **changes))

    def _replace(self, drop: Drop, moved: Drop) -> Drop:
        written = self._db.execute(
            'UPDATE "drop" SET state = ?, rev = ?, said = ? WHERE drop_id = ? AND rev = ?',
            (moved.state, moved.rev, dumped(moved), drop.drop_id, drop.rev),
        ).rowcount
        if not written:
            raise CommitConflict(f"drop {drop.drop_id[:12]} was moved on by another worker; run again")
        return moved

    def batches(self) -> list[Batch]:
        """All batches in the order in which they were opened, whatever the clocks said."""
        rows = self._db.execute("SELECT said FROM batch ORDER BY rowid")
        return [loaded_batch(said) for (said,) in rows]

    def newest_batches(self, count: int) -> list[Batch]:
        """The last so many batches in the order in which they were opened."""
        rows = self._db.execute("SELECT said FROM batch ORDER BY rowid DESC LIMIT ?", (count,)).fetchall()
        return [loaded_batch(said) for (said,) in reversed(rows)]

    def open_batch(self, batch: Batch, moves: Sequence[tuple[Drop, str, Mapping[str, Any]]], after: str) -> None:
        """Open a batch and move its drops on, on condition that no other came since it was planned."""
        with self._transaction(Step.OPEN_BATCH) as db:
            last = db.execute("SELECT batch_id, state FROM batch ORDER BY rowid DESC LIMIT 1").fetchone()
            is_any_open = db.execute("SELECT 1 FROM batch WHERE state = ?", (OPEN,)).fetchone()
            if is_any_open or (last[0] if last else "") != after:
                raise CommitConflict("another worker opened a batch first; run again")
            db.execute("INSERT INTO batch VALUES (?, ?, ?, ?)", _batch_row(batch))
            for drop, to_state, changes in moves:
                self._write(drop, to_state, changes)

    def save_batch(self, batch: Batch, moves: Sequence[tuple[Drop, str, Mapping[str, Any]]] = ()) -> None:
        """Write an open batch anew, and move its drops on, in one transaction."""
        with self._transaction(Step.FINISH_BATCH) as db:
            batch_id, state, _, said = _batch_row(batch)
            written = db.execute(
                "UPDATE batch SET state = ?, said = ? WHERE batch_id = ? AND state = ?", (state, said, batch_id, OPEN)
            ).rowcount
            if not written:
                raise CommitConflict(f"batch {batch_id} is not open any more; run again")
            for drop, to_state, changes in moves:
                self._write(drop, to_state, changes)

    def erasures(self) -> list[Erasure]:
        """All erasures, the first of them first."""
        rows = self._db.execute("SELECT said FROM erasure ORDER BY number")
        return [loaded_erasure(said) for (said,) in rows]

    def save_erasure(self, erasure: Erasure) -> None:
        """Write an erasure, new or anew."""
        with self._transaction(Step.MOVE_DROPS, "erasure") as db:
            db.execute("INSERT OR REPLACE INTO erasure VALUES (?, ?)", (erasure.number, dumped(erasure)))

    def person_decisions(self) -> list[PersonDecision]:
        """All decisions on persons, the first of them first."""
        rows = self._db.execute("SELECT said FROM person_decision ORDER BY decided_at, link_id")
        return [loaded_person_decision(said) for (said,) in rows]

    def save_person_decision(self, decision: PersonDecision) -> None:
        """Add a decision on persons."""
        row = (instant_text(decision.decided_at), decision.link_id, dumped(decision))
        with self._transaction(Step.MOVE_DROPS, "decision") as db:
            db.execute("INSERT OR REPLACE INTO person_decision VALUES (?, ?, ?)", row)

    def note_looked(self, delivery_ids: Sequence[str], number: int) -> None:
        """Note that the files of deliveries were looked through for the erasures up to a number."""
        with self._transaction(Step.MOVE_DROPS, "looked") as db:
            db.executemany(
                "UPDATE delivery SET said = json_set(said, '$.looked', ?) WHERE delivery_id = ?",
                [(number, delivery_id) for delivery_id in delivery_ids],
            )

    def shrink(self) -> None:
        """Write the file anew without free pages, and empty its log."""
        try:
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise StorageError(f"the ledger cannot be written: {error}; check the disk and run again") from error

    def take_lease(self, name: str, owner: str, now: datetime, seconds: int) -> bool:
        """Take or renew a lease; false where somebody else holds it whose process has not ended."""
        with self._transaction(Step.TAKE_LEASE, name) as db:
            row = db.execute("SELECT owner, expires_at FROM lease WHERE name = ?", (name,)).fetchone()
            if row and row[0] != owner and row[1] > instant_text(now) and not is_gone(row[0]):
                return False
            db.execute(
                "INSERT OR REPLACE INTO lease VALUES (?, ?, ?)",
                (name, owner, instant_text(now + timedelta(seconds=seconds))),
            )
        return True

    def release_lease(self, name: str, owner: str) -> None:
        """Give a lease back."""
        with self._transaction(Step.RELEASE_LEASE, name) as db:
            db.execute("DELETE FROM lease WHERE name = ? AND owner = ?", (name, owner))


def _batch_row(batch: Batch) -> tuple[str, str, str, str]:
    return batch.batch_id, batch.state, instant_text(batch.started_at), dumped(batch)
