"""All pending drops, as batches: history, unified tables, operations tables, then the row that publishes them.

One writer by a lease; safe without it, as every commit is conditional and a batch that another writer overtook is
worked out again from fresh state. A batch left unfinished is finished: tables that have its commit are not committed
again, and what was known before it is read at the snapshot before.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from onecrown.errors import CommitConflict, StorageError
from onecrown.flows.removal_gate import hold_removals
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.write_operations import write_operations
from onecrown.merging.batch_merge import BatchMerge, MergePlan
from onecrown.merging.incoming import Member
from onecrown.ports import HELD, MERGED, MERGING, VALIDATED, Batch, Change, Counts, Drop

LEASE, LEASE_SECONDS = "merge", 3600
BATCH_DROPS = 5000
MOST_TRIES = 6
OPEN, FINISHED = "open", "finished"


@dataclass(frozen=True, slots=True)
class Merged:
    """What a run of the merge did."""

    batches: int
    drops: int
    held: int


def merge_pending(home: Surroundings) -> Merged:
    """Merge until nothing is pending. Raises `CommitConflict` where others kept committing first."""
    if not home.ledger.take_lease(LEASE, home.worker, home.now(), LEASE_SECONDS):
        raise CommitConflict("another process is merging into this home; wait for it and run again")
    batches = merged = held = 0
    try:
        while True:
            done = _with_patience(home)
            if done is None:
                return Merged(batches, merged, held)
            batches, merged, held = batches + done.batches, merged + done.drops, held + done.held
    finally:
        home.ledger.release_lease(LEASE, home.worker)


def _with_patience(home: Surroundings) -> Merged | None:
    """One batch, redone from fresh state on a conflict, with jitter and a bound."""
    for attempt in range(MOST_TRIES):
        try:
            home.tables.refresh()
            return _one_batch(home)
        except CommitConflict:
            if attempt == MOST_TRIES - 1:
                raise
            time.sleep(random.uniform(0, 0.1 * 2**attempt))
    return None


def _one_batch(home: Surroundings) -> Merged | None:
    unfinished = next((batch for batch in home.ledger.batches() if batch.state == OPEN), None)
    if unfinished is None and not home.ledger.drops([VALIDATED]):
        mirrored = write_operations(home, None)
        return Merged(0, 0, 0) if mirrored else None
    batch, drops, held = (unfinished, _drops_of(home, unfinished), 0) if unfinished else _open_batch(home)
    if batch is None:
        return Merged(0, 0, held)
    _merge(home, batch, drops)
    return Merged(1, len(drops), held)


def _drops_of(home: Surroundings, batch: Batch) -> list[Drop]:
    found = (home.ledger.drop(drop_id) for drop_id in batch.drop_ids)
    return [drop for drop in found if drop is not None]


def _open_batch(home: Surroundings) -> tuple[Batch | None, list[Drop], int]:
    """Take pending drops up to a bound; drops that would remove too much are held instead."""
    pending = home.ledger.drops([VALIDATED])[:BATCH_DROPS]
    with home.engine() as con:
        held = hold_removals(con, home, pending)
    home.ledger.move_all([(drop, HELD, {"reason": reason}) for drop, reason in held])
    gone = {drop.drop_id for drop, _ in held}
    drops = [drop for drop in pending if drop.drop_id not in gone]
    if not drops:
        return None, [], len(held)
    batch_id = f"{home.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}"
    reason = f"{sum(drop.bytes for drop in drops)} bytes pending: small enough for one machine"
    batch = Batch(batch_id, OPEN, tuple(drop.drop_id for drop in drops), home.now(), "embedded", reason)
    home.ledger.save_batch(batch, [(drop, MERGING, {"batch_id": batch_id}) for drop in drops])
    return batch, _drops_of(home, batch), len(held)


def _merge(home: Surroundings, batch: Batch, drops: Sequence[Drop]) -> None:
    plan = _planned(home, batch, drops)
    before = {change.table: home.tables.snapshot_before(change.table, batch.batch_id)[0] for change in plan.changes}
    for number, change in enumerate(plan.changes, 1):
        home.progress("commit", number, len(plan.changes))
        if not before[change.table]:
            home.tables.commit(
                Change(change.table, batch.batch_id, change.rows, change.added, change.deletes, change.deleted)
            )
    merged_at = home.now()
    moved = [_merged(drop, plan, batch, merged_at) for drop in drops]
    snapshots = write_operations(home, replace(batch, finished_at=merged_at), moved, plan)
    finished = replace(batch, state=FINISHED, finished_at=merged_at, snapshots=snapshots)
    moves: list[tuple[Drop, str, dict[str, Any]]] = [
        (drop, MERGED, {"counts": done.counts, "merged_at": merged_at, "batch_id": batch.batch_id, "mirrored": True})
        for drop, done in zip(drops, moved, strict=True)
    ]
    home.ledger.save_batch(finished, moves)


def _merged(drop: Drop, plan: MergePlan, batch: Batch, merged_at: datetime) -> Drop:
    """A drop with its whole books."""
    counts: Counts = {kind: dict(said) for kind, said in drop.counts.items()}
    for kind, said in plan.counts.get(drop.drop_id, {}).items():
        counts.setdefault(kind, {}).update(said)
    return replace(drop, state=MERGED, counts=counts, merged_at=merged_at, batch_id=batch.batch_id)


def _planned(home: Surroundings, batch: Batch, drops: Sequence[Drop]) -> MergePlan:
    """Work out what the batch changes, over the tables as they stood before it."""
    members = [
        Member(drop.drop_id, turn, drop.dataset_name, home.validated / drop.prefix)
        for turn, drop in enumerate(in_counting_order(home, drops), 1)
    ]

    def known(table: str) -> str:
        committed, before = home.tables.snapshot_before(table, batch.batch_id)
        return home.tables.relation(table, before) if committed else home.tables.relation(table)

    with home.engine() as con:

        def write(table: str, select: str) -> tuple[Path, int]:
            return home.tables.write_rows(con, table, select)

        def write_deletes(table: str, select: str) -> tuple[Path, int]:
            return home.tables.write_deletes(con, table, select)

        try:
            return BatchMerge(con, home.model, known, write, write_deletes, home.pseudonym_key).plan(members)
        except duckdb.OutOfMemoryException as error:
            raise StorageError(
                "the merge ran out of memory; give it more with ONECROWN_MEMORY, for example 4GB"
            ) from error


def in_counting_order(home: Surroundings, drops: Sequence[Drop]) -> list[Drop]:
    """Drops in the order in which their records are counted: by their first event time, then drop id."""
    first = _first_events(home, drops)
    return sorted(drops, key=lambda drop: (first.get(drop.drop_id, ""), drop.drop_id))


def _first_events(home: Surroundings, drops: Sequence[Drop]) -> dict[str, str]:
    """The first event time of each drop; the landing key's where it says one."""
    said = {drop.drop_id: drop.meaning["extract_date"] for drop in drops if "extract_date" in drop.meaning}
    timed = [drop for drop in drops if not _time_in_key(home, drop)]
    paths = sorted({str(path) for drop in timed for path in (home.validated / drop.prefix).glob("*.parquet")})
    records = [path for path in paths if Path(path).stem not in ("snapshots", "flags", "drift", "shifts")]
    if not records:
        return said
    with home.engine() as con:
        files = "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in records) + "]"
        found = con.execute(
            f"SELECT _drop, strftime(min(_event_at) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f') "
            f"FROM read_parquet({files}, union_by_name = true) GROUP BY _drop"
        ).fetchall()
    return {**said, **{drop_id: event_at or "" for drop_id, event_at in found}}


def _time_in_key(home: Surroundings, drop: Drop) -> bool:
    contract = home.model.contracts.get(drop.dataset_name)
    return contract is not None and contract.event_at_in_key
