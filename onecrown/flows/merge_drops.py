"""All pending drops, as batches: history, unified tables, operations tables, then the row that publishes them.

One writer by a lease; safe without it, as every commit is conditional and a batch that another writer overtook is
worked out again from fresh state. A batch left unfinished is finished: tables that have its commit are not committed
again, and what was known before it is read at the snapshot before.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from onecrown.errors import CommitConflict, OutOfMemory
from onecrown.flows.batch_figures import with_figures
from onecrown.flows.counting_order import in_counting_order
from onecrown.flows.executors import available_executors, choose_executor, executor_of, none_left_behind, remove_written
from onecrown.flows.last_batch import FINISHED, OPEN, last_batch_of, open_batch_of
from onecrown.flows.merge_lease import MergeLease, leased
from onecrown.flows.pending_drops import mergeable_drops
from onecrown.flows.surroundings import WITH_BATCH, Surroundings
from onecrown.flows.touched_cases import take_touched
from onecrown.flows.write_operations import MIRROR, has_news, write_operations
from onecrown.merging.batch_merge import BatchMerge, MergePlan
from onecrown.merging.incoming import Member
from onecrown.merging.touching import Touched
from onecrown.merging.upserts import BOOKS
from onecrown.ports import FAILED, HELD, JUDGED, MERGED, MERGING, WITHDRAWN, Batch, Change, Counts, Drop

COUNTED_ANEW = "measures counted anew"
BATCH_DROPS = 5000
MOST_TRIES = 12  # of one batch; each of 8 processes without a lease redid 8 times over 5 batches
LONGEST_PAUSE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Merged:
    """What a run of the merge did; `redone` says how often it began a batch again, as another writer was first.

    `finished` are the batches that it finished, as the ledger has them, those without drops too.
    """

    batches: int
    drops: int
    held: int
    redone: int = 0
    finished: tuple[Batch, ...] = ()

    def __add__(self, more: Merged) -> Merged:
        return Merged(
            self.batches + more.batches,
            self.drops + more.drops,
            self.held + more.held,
            self.redone + more.redone,
            (*self.finished, *more.finished),
        )


def merge_pending(home: Surroundings) -> Merged:
    """Merge until nothing is pending. Raises `CommitConflict` where others kept committing first."""
    lease = MergeLease(home)
    home = replace(home, tables=leased(home.tables, lease))
    done = Merged(0, 0, 0)
    home.tables.refresh()  # opens them: nobody has to wait for that
    lease.take()
    try:
        while True:
            more, redone = _with_patience(home, lease)
            done += Merged(0, 0, 0, redone)
            if more is None:
                return done
            done += more
    finally:
        lease.give_back()


def _with_patience(home: Surroundings, lease: MergeLease) -> tuple[Merged | None, int]:
    """One batch, redone from fresh state on a conflict, with jitter and a bound; and how often it was redone."""
    for redone in range(MOST_TRIES):
        try:
            home.tables.refresh()
            return _one_batch(home), redone
        except CommitConflict:
            if redone == MOST_TRIES - 1:
                raise
            home.pause(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.1 * 2**redone)))
            lease.take()
    raise AssertionError("the last try returns or raises")


def _one_batch(home: Surroundings) -> Merged | None:
    """Finish the batch that is open, or open the next; None where there is nothing to do.

    The last batch is read before any table: what a table holds by then is of them alone.
    """
    last = last_batch_of(home)
    if last is not None and last.state == OPEN:
        return _finish(home, last)
    after = last.batch_id if last else ""
    if not mergeable_drops(home):
        return _mirror(home, after)
    batch, plan, held = _next_batch(home, after)
    if batch is None or plan is None:
        return Merged(0, 0, held)
    drops = _drops_of(home, batch)
    finished = commit_batch(home, batch, drops, plan)
    return Merged(1, len(drops), held, finished=(finished,))


def _finish(home: Surroundings, batch: Batch) -> Merged:
    """Go on where a batch was left, or where another writer is at it.

    What was known before is read at the snapshot before the batch's own commit: no other batch opens, and so commits,
    before this one is finished. Should another writer finish it meanwhile, the plan read what it may not: away with it.
    """
    drops = _drops_of(home, batch)
    plan = _planned(home, batch, drops) if drops else MergePlan()
    still_open = open_batch_of(home)
    if still_open is None or still_open.batch_id != batch.batch_id:
        _discard(plan)
        raise CommitConflict(f"batch {batch.batch_id} was finished by another worker; run again")
    finished = commit_batch(home, batch, drops, plan)
    return Merged(1 if drops else 0, len(drops), 0, finished=(finished,))


def _mirror(home: Surroundings, after: str) -> Merged | None:
    """Tell what was never merged in a batch without drops: the next batch waits until it is told."""
    if not has_news(home):
        return None
    reason = "nothing to merge: drops that wait or were set aside"
    batch = replace(_new_batch(home, ()), executor=MIRROR, reason=reason)
    home.ledger.open_batch(batch, (), after)
    return Merged(0, 0, 0, finished=(commit_batch(home, batch, (), MergePlan()),))


def _drops_of(home: Surroundings, batch: Batch) -> list[Drop]:
    found = (home.ledger.drop(drop_id) for drop_id in batch.drop_ids)
    return [drop for drop in found if drop is not None]


def _next_batch(home: Surroundings, after: str) -> tuple[Batch | None, MergePlan | None, int]:
    """Plan pending drops up to a bound, then open their batch.

    Drops that would remove too much are held, and the rest is planned anew. A batch too large for the memory is split;
    a single drop that is too large is left as failed, and stops no other.
    """
    bound, held = BATCH_DROPS, 0
    while pending := mergeable_drops(home)[:bound]:
        batch = _new_batch(home, pending)
        try:
            plan = _planned(home, batch, pending)
        except OutOfMemory as error:
            bound = max(1, len(pending) // 2)
            if len(pending) == 1 and pending[0].state == WITHDRAWN:
                raise
            if len(pending) == 1:
                home.ledger.move(pending[0], FAILED, reason=str(error), claim_owner=home.worker, claim_expires_at=None)
                bound = BATCH_DROPS
            continue
        culprits = _culprits(plan, pending)
        if not culprits:
            _open(home, batch, pending, plan, after)
            return batch, plan, held
        _discard(plan)
        home.ledger.move_all([(drop, HELD, {"reason": reason}) for drop, reason in culprits])
        held += len(culprits)
    return None, None, held


def _open(home: Surroundings, batch: Batch, drops: Sequence[Drop], plan: MergePlan, after: str) -> None:
    moves = [(drop, _begun(drop), {"batch_id": batch.batch_id}) for drop in drops]
    try:
        home.ledger.open_batch(batch, moves, after)
    except CommitConflict:
        _discard(plan)
        raise


def _begun(drop: Drop) -> str:
    """The state of a drop in an open batch: a withdrawn one stays so."""
    return WITHDRAWN if drop.state == WITHDRAWN else MERGING


def _new_batch(home: Surroundings, drops: Sequence[Drop]) -> Batch:
    batch_id = f"{home.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}"
    chosen, reason = choose_executor(sum(drop.bytes for drop in drops), available_executors(home))
    return Batch(batch_id, OPEN, tuple(drop.drop_id for drop in drops), home.now(), chosen, reason)


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
                remove_written(path)


def commit_batch(home: Surroundings, batch: Batch, drops: Sequence[Drop], plan: MergePlan) -> Batch:
    """Commit a plan table by table, then tell it: the batch's own row is the moment of publication. Give the finished batch."""
    executor = executor_of(home, batch)
    touched = take_touched(home, plan) if home.measures_when == WITH_BATCH else plan.gone
    before = {change.table: home.tables.snapshot_before(change.table, batch.batch_id)[0] for change in plan.changes}
    for number, change in enumerate(plan.changes, 1):
        home.progress("commit", number, len(plan.changes))
        if not before[change.table]:
            executor.commit(
                Change(change.table, batch.batch_id, change.rows, change.added, change.deletes, change.deleted)
            )
    _measure(home, batch, plan, touched)
    merged_at = home.now()
    moved = [_merged(drop, plan, batch, merged_at) for drop in drops]
    told = with_figures(home, replace(batch, finished_at=merged_at), drops, merged_at)
    snapshots = write_operations(home, told, moved, plan)
    finished = replace(told, state=FINISHED, snapshots=snapshots)
    moves: list[tuple[Drop, str, dict[str, Any]]] = [
        (
            drop,
            done.state,
            {field: getattr(done, field) for field in _SETTLED} | {"mirrored": True, "told": drop.prefix},
        )
        for drop, done in zip(drops, moved, strict=True)
    ]
    home.ledger.save_batch(finished, moves)
    return finished


def _measure(home: Surroundings, batch: Batch, plan: MergePlan, touched: Touched) -> None:
    """Bring the measures up to what the batch has committed, or say that they are behind."""
    from onecrown.flows.refresh_measures import leave_measures, refresh_measures  # sqlglot takes a while to load

    if batch.reason == COUNTED_ANEW:
        refresh_measures(home, batch.batch_id, None)
    elif plan.changes and home.measures_when != WITH_BATCH:
        leave_measures(home, batch.batch_id)
    elif plan.changes and (batch.drop_ids or any(touched.ids.values())):  # no measure counts persons
        refresh_measures(home, batch.batch_id, touched)


_SETTLED = ("counts", "merged_at", "batch_id", "standing", "standing_version", "keeps_books")


def _merged(drop: Drop, plan: MergePlan, batch: Batch, merged_at: datetime) -> Drop:
    """A drop with its whole books, or one that has left the tables, with the books of when it stood there."""
    if drop.state == WITHDRAWN:
        return replace(drop, batch_id=batch.batch_id, standing="", standing_version=0)
    came: dict[str, Any] = {"standing": drop.prefix, "standing_version": drop.contract_version}
    if drop.keeps_books:  # an erasure took records out of it: what was published stands
        return replace(drop, state=MERGED, batch_id=batch.batch_id, keeps_books=False, **came)
    counts: Counts = {kind: {said: drop.counts[kind].get(said, 0) for said in JUDGED} for kind in drop.counts}
    for kind, said in plan.counts.get(drop.drop_id, {}).items():
        counts.setdefault(kind, {}).update(said)
    if drop.erased:  # what was published of it counted records that are gone
        counts = {kind: _without_erased(said) for kind, said in counts.items()}
    return replace(drop, state=MERGED, counts=counts, merged_at=merged_at, batch_id=batch.batch_id, **came)


def _without_erased(said: dict[str, int]) -> dict[str, int]:
    accepted = sum(said.get(book, 0) for book in BOOKS)
    return {**said, "accepted": accepted, "quarantined": said.get("read", 0) - accepted}


def _planned(home: Surroundings, batch: Batch, drops: Sequence[Drop]) -> MergePlan:
    """Work out what the batch changes, over the tables as they stood before it."""
    coming = in_counting_order(home, [drop for drop in drops if drop.state != WITHDRAWN])
    home.validated.fetch({drop.prefix for drop in coming} | {drop.standing for drop in drops} - {""})
    members = [
        Member(drop.drop_id, turn, drop.dataset_name, home.validated.folder(drop.prefix), drop.contract_version)
        for turn, drop in enumerate(coming, 1)
    ]
    leaving = [_as_standing(home, drop) for drop in drops if drop.standing]

    def standing(drop_ids: Sequence[str]) -> list[Member]:
        found = [drop for drop_id in drop_ids if (drop := home.ledger.drop(drop_id)) is not None]
        return [_as_standing(home, drop) for drop in found if drop.standing]

    with executor_of(home, batch).bench() as bench, none_left_behind() as written:

        def known(table: str) -> str:
            committed, before = home.tables.snapshot_before(table, batch.batch_id)
            if committed and before is None:
                return home.tables.empty(table)  # the batch made it: nothing was known
            return bench.relation(table, before)

        def write(table: str, select: str) -> tuple[Path, int]:
            path, count = bench.write_rows(table, select)
            written.append(path)
            return path, count

        def write_deletes(table: str, select: str) -> tuple[Path, int]:
            path, count = bench.write_deletes(table, select)
            written.append(path)
            return path, count

        work = BatchMerge(bench.engine, home.model, known, write, write_deletes, home.pseudonym_key)
        return work.plan(members, leaving, standing)


def _as_standing(home: Surroundings, drop: Drop) -> Member:
    """A drop as it stands in the tables."""
    return Member(drop.drop_id, 0, drop.dataset_name, home.validated.folder(drop.standing), drop.standing_version)
