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

from onecrown.errors import CommitConflict, OutOfMemory
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.write_operations import write_operations
from onecrown.merging.batch_merge import BatchMerge, MergePlan
from onecrown.merging.incoming import Member
from onecrown.ports import FAILED, HELD, MERGED, MERGING, VALIDATED, Batch, Change, Counts, Drop

LEASE, LEASE_SECONDS = "merge", 120  # a killed run blocks no longer; commits are conditional all the same
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
    if unfinished is not None:
        drops = _drops_of(home, unfinished)
        _commit(home, unfinished, drops, _planned(home, unfinished, drops))
        return Merged(1, len(drops), 0)
    if not home.ledger.drops([VALIDATED]):
        mirrored = write_operations(home, None)
        return Merged(0, 0, 0) if mirrored else None
    batch, plan, held = _next_batch(home)
    if batch is None or plan is None:
        return Merged(0, 0, held)
    drops = _drops_of(home, batch)
    _commit(home, batch, drops, plan)
    return Merged(1, len(drops), held)


def _drops_of(home: Surroundings, batch: Batch) -> list[Drop]:
    found = (home.ledger.drop(drop_id) for drop_id in batch.drop_ids)
    return [drop for drop in found if drop is not None]


def _next_batch(home: Surroundings) -> tuple[Batch | None, MergePlan | None, int]:
    """Plan pending drops up to a bound, then open their batch.

    Drops that would remove too much are held, and the rest is planned anew. A batch too large for the memory is split;
    a single drop that is too large is left as failed, and stops no other.
    """
    bound, held = BATCH_DROPS, 0
    while pending := home.ledger.drops([VALIDATED])[:bound]:
        batch = _new_batch(home, pending)
        try:
            plan = _planned(home, batch, pending)
        except OutOfMemory as error:
            bound = max(1, len(pending) // 2)
            if len(pending) == 1:
                home.ledger.move(pending[0], FAILED, reason=str(error), claim_owner=home.worker, claim_expires_at=None)
                bound = BATCH_DROPS
            continue
        culprits = _culprits(plan, pending)
        if not culprits:
            home.ledger.save_batch(batch, [(drop, MERGING, {"batch_id": batch.batch_id}) for drop in pending])
            return batch, plan, held
        _discard(plan)
        home.ledger.move_all([(drop, HELD, {"reason": reason}) for drop, reason in culprits])
        held += len(culprits)
    return None, None, held


def _new_batch(home: Surroundings, drops: Sequence[Drop]) -> Batch:
    batch_id = f"{home.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}"
    reason = f"{sum(drop.bytes for drop in drops)} bytes pending: small enough for one machine"
    return Batch(batch_id, OPEN, tuple(drop.drop_id for drop in drops), home.now(), "embedded", reason)


def _culprits(plan: MergePlan, drops: Sequence[Drop]) -> list[tuple[Drop, str]]:
    """The drops by which the batch would remove too much and that nobody released: extracts, or the control files."""
    by_id = {drop.drop_id: drop for drop in drops}
    found: dict[str, tuple[Drop, str]] = {}
    for excess in plan.excesses:
        guilty = [by_id[drop_id] for drop_id in excess.drop_ids if drop_id in by_id]
        guilty = guilty or [drop for drop in drops if drop.dataset_name == excess.control_dataset]
        if not all(drop.released for drop in guilty):
            found.update({drop.drop_id: (drop, excess.reason) for drop in guilty})
    return list(found.values())


def _discard(plan: MergePlan) -> None:
    """Remove the files of a plan that will not be committed."""
    for change in plan.changes:
        for path in (change.rows, change.deletes):
            if path is not None:
                path.unlink(missing_ok=True)


def _commit(home: Surroundings, batch: Batch, drops: Sequence[Drop], plan: MergePlan) -> None:
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
            raise OutOfMemory(
                "too large to merge in the memory given; give it more with ONECROWN_MEMORY, for example 4GB, and run again"
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
