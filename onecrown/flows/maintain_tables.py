"""Maintenance: compaction, expiry and the removal of orphans, driven by what is measured.

Nothing is done while a batch is open, as finishing it reads the tables as they stood before it. The merge's lease is held for
moments only, commits are conditional, and where a writer was first its table is left for the next time. What was compacted
is published by a row in `onecrown_ops.batch`, like any batch; what the last publications and any ref name stays.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from onecrown.errors import CommitConflict
from onecrown.flows.compact_table import deleted_rows, discard, prepare
from onecrown.flows.known_releases import manifests
from onecrown.flows.last_batch import open_batch_of
from onecrown.flows.merge_lease import LEASE, LEASE_SECONDS
from onecrown.flows.orphan_files import find_orphans
from onecrown.flows.pinned_tables import untagged
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.table_plans import Keeping, TablePlan, plan_of
from onecrown.flows.write_operations import publish_heads
from onecrown.ports import Batch
from onecrown.rendering.table_layouts import OPS, table_layouts
from onecrown.rendering.table_shapes import unfitting
from onecrown.upkeep_ports import Replacement

__all__ = ["Keeping", "Maintained", "TableDone", "find_orphans", "maintain_tables", "plan_tables"]

MAINTENANCE = "maintenance"
GAVE_WAY = "left for the next time: another writer was first"
NOT_MIGRATED = "left as it is until `onecrown migrate --apply`: it was made for another model"
NO_TIME = "left for the next time: the time was up"


@dataclass(frozen=True, slots=True)
class TableDone:
    """What was done to a table; `note` says why something was left."""

    before: TablePlan
    after: TablePlan
    commits: int = 0
    expired: int = 0
    note: str = ""


@dataclass(slots=True)
class Maintained:
    """What a run of maintenance did. `refused` says why it did nothing."""

    refused: str = ""
    tables: list[TableDone] = field(default_factory=list)
    orphans: int = 0
    orphan_bytes: int = 0


def plan_tables(home: Surroundings, keeping: Keeping) -> list[TablePlan]:
    """Every table with what would be done to it."""
    home.tables.refresh()
    measure = Measure(home, keeping)
    return [plan for table in _maintained(home) if (plan := measure.plan(table)) is not None]


def maintain_tables(home: Surroundings, keeping: Keeping, minutes: float = 60) -> Maintained:
    """Do what the plan says until the time is up; what was begun is finished or left for the next time."""
    if refused := _refusal(home) or _untagged_release(home):
        return Maintained(refused)
    started_at, done = home.now(), Maintained()
    batch_id = f"{MAINTENANCE}-{started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}"
    plans, measure = plan_tables(home, keeping), Measure(home, keeping)
    for number, plan in enumerate(plans, 1):
        home.progress("maintain", number, len(plans))
        done.tables.append(_compacted(home, plan, measure, batch_id, started_at + timedelta(minutes=minutes)))
    if any(one.commits for one in done.tables):
        _publish(home, batch_id, started_at)
    measure = Measure(home, keeping)  # after the publication, which lets older ones go
    done.tables = [_expired(home, one, measure) for one in done.tables]
    done.orphans, done.orphan_bytes = _without_orphans(home, keeping)
    return done


class Measure:
    """Plans of tables as they stand; what publications name is read once."""

    def __init__(self, home: Surroundings, keeping: Keeping) -> None:
        self._home = home
        self._keeping = keeping
        self._pinned = _pinned(home, keeping.publications)

    def plan(self, table: str) -> TablePlan | None:
        """A table's plan; None where it is not there or has no snapshot."""
        state = self._home.tables.upkeep().state(table)
        if state is None:
            return None
        deleted: dict[str, int] = {}
        if state.deletes:
            with self._home.engine() as con:
                deleted = deleted_rows(con, state)
        return plan_of(table, state, deleted, self._pinned.get(table, set()), self._home.now(), self._keeping)


def _maintained(home: Surroundings) -> list[str]:
    """Tables of the model that exist: another table's layout is not known."""
    return sorted(table_layouts(home.model).keys() & set(home.tables.names()))


def _pinned(home: Surroundings, publications: int) -> dict[str, set[int]]:
    """The snapshots that the last batches name, as the operations table and the ledger have them, and those of releases."""
    relation = home.tables.relation(f"{OPS}.batch")
    with home.engine() as con:
        rows = con.execute(
            f"SELECT snapshots FROM {relation} ORDER BY finished_at DESC LIMIT ?", [publications]
        ).fetchall()
    named = [json.loads(row[0]) for row in rows]
    named += [batch.snapshots for batch in home.ledger.newest_batches(publications)]
    named += [{one.table: one.snapshot_id for one in release.tables} for release in manifests(home)]
    pinned: dict[str, set[int]] = {}
    for snapshots in named:
        for table, snapshot in snapshots.items():
            pinned.setdefault(table, set()).add(int(snapshot))
    return pinned


def _refusal(home: Surroundings) -> str:
    if unfinished := open_batch_of(home):
        return f"batch {unfinished.batch_id} is not finished: `onecrown run` finishes it; maintain afterwards"
    return ""


def _untagged_release(home: Surroundings) -> str:
    """Without its tag nothing but this program keeps a release: other tools would expire it."""
    home.tables.refresh()
    lacking = untagged(home, manifests(home))
    if not lacking:
        return ""
    said = ", ".join(f"{one.table} of {release.name.text}" for release, one in lacking[:3])
    return f"{len(lacking)} tables of releases lack their tag ({said}): `onecrown releases --mend` puts it back; maintain afterwards"


@contextmanager
def _alone(home: Surroundings) -> Iterator[bool]:
    """The merge's lease for a moment; false where a merge is at work or left a batch open."""
    if not home.ledger.take_lease(LEASE, home.worker, home.now(), LEASE_SECONDS):
        yield False
        return
    try:
        yield not _refusal(home)
    finally:
        home.ledger.release_lease(LEASE, home.worker)


def _compacted(home: Surroundings, plan: TablePlan, measure: Measure, batch_id: str, until: datetime) -> TableDone:
    """Commit after commit, each of a bounded number of rows, until nothing is due."""
    now, commits, note = plan, 0, ""
    while now.compacts and not note and commits <= len(plan.state.data):
        if home.now() >= until:
            note = NO_TIME
        elif unfitting(table_layouts(home.model)[plan.table], home.tables.shapes().shape(plan.table)):
            note = NOT_MIGRATED
        elif not _replaced(home, now, batch_id):
            note = GAVE_WAY
        else:
            commits += 1
            home.tables.refresh()
            now = measure.plan(plan.table) or now
    return TableDone(plan, now, commits, 0, note)


def _replaced(home: Surroundings, plan: TablePlan, batch_id: str) -> bool:
    """Write without the lease, commit with it. False where a writer was first: nothing of it is left."""
    replacement = prepare(home, plan, f"{batch_id}-{uuid.uuid4().hex[:8]}")  # each commit its own id: found by it
    if not _committed(home, replacement):
        discard(replacement)
        return False
    return True


def _committed(home: Surroundings, replacement: Replacement) -> bool:
    with _alone(home) as alone:
        try:
            return alone and home.tables.upkeep().replace(replacement) > 0
        except CommitConflict:
            return False


def _publish(home: Surroundings, batch_id: str, started_at: datetime) -> None:
    """Name the new snapshots. Where a merge is at work its own publication will."""
    home.tables.refresh()
    with _alone(home) as alone:
        if alone:
            reason = "compaction: the same rows in other files"
            publish_heads(home, Batch(batch_id, "finished", (), started_at, MAINTENANCE, reason))


def _expired(home: Surroundings, done: TableDone, measure: Measure) -> TableDone:
    plan = measure.plan(done.before.table) or done.after
    expired, note = 0, done.note
    if plan.expired:
        with _alone(home) as alone:
            try:
                if alone:
                    home.tables.upkeep().expire(plan.table, plan.expired)
                    expired = len(plan.expired)
            except CommitConflict:
                note = note or GAVE_WAY
    return TableDone(done.before, plan, done.commits, expired, note)


def _without_orphans(home: Surroundings, keeping: Keeping) -> tuple[int, int]:
    """Remove orphans; give their number and bytes."""
    home.tables.refresh()
    with _alone(home) as alone:
        orphans = find_orphans(home, keeping.orphans_for) if alone else []
        for orphan in orphans:
            orphan.remove()
    return len(orphans), sum(orphan.bytes for orphan in orphans)
