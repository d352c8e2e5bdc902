"""Unified tables of a source worked out anew from history: what was lost or spoilt there comes back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from onecrown.definitions.contracts import Contract
from onecrown.definitions.reading import nearest
from onecrown.errors import CommitConflict, UsageError
from onecrown.flows.executors import available_executors, choose_executor, executor_of
from onecrown.flows.last_batch import OPEN, last_batch_of
from onecrown.flows.merge_drops import commit_batch
from onecrown.flows.merge_lease import MergeLease, leased
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.batch_merge import BatchMerge, MergePlan
from onecrown.ports import Batch
from onecrown.rendering.table_layouts import body_table


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What a backfill wrote: tables, and rows added and taken away."""

    tables: int
    added: int
    deleted: int


def backfill_source(home: Surroundings, said: str) -> Backfilled:
    """Rebuild the unified rows of a source, or of one of its datasets (`source/dataset`), writing only what differs.

    Raises `UsageError` where there is no such source, `CommitConflict` where a batch is open or another writer is at it.
    """
    contracts = _contracts(home, said)
    lease = MergeLease(home)
    home = replace(home, tables=leased(home.tables, lease))
    lease.take()
    try:
        home.tables.refresh()
        return _rebuilt(home, said, contracts)
    finally:
        lease.give_back()


def _contracts(home: Surroundings, said: str) -> list[Contract]:
    found = [c for c in home.model.contracts.values() if said in (c.source, c.name)]
    if not found:
        known = {c.source for c in home.model.contracts.values()} | set(home.model.contracts)
        raise UsageError(f"there is no source `{said}`{nearest(said, known)}")
    return found


def _rebuilt(home: Surroundings, said: str, contracts: list[Contract]) -> Backfilled:
    last = last_batch_of(home)
    if last is not None and last.state == OPEN:
        raise CommitConflict("a batch is not finished; run `onecrown run` first, then the backfill")
    batch = _batch(home, said, contracts)
    with executor_of(home, batch).bench() as bench:
        work = BatchMerge(
            bench.engine, home.model, bench.relation, bench.write_rows, bench.write_deletes, home.pseudonym_key
        )
        plan = work.rebuild(contracts)
    if plan.changes:
        home.ledger.open_batch(batch, (), last.batch_id if last else "")
        commit_batch(home, batch, (), plan)
    return _told(plan)


def _batch(home: Surroundings, said: str, contracts: list[Contract]) -> Batch:
    chosen, reason = choose_executor(_history_bytes(home, contracts), available_executors(home))
    batch_id = f"{home.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}"
    return Batch(batch_id, OPEN, (), home.now(), chosen, f"backfill of {said}; {reason}")


def _history_bytes(home: Surroundings, contracts: list[Contract]) -> int:
    """The bytes of the data files of the bodies that are read."""
    tables = [body_table(contract, kind) for contract in contracts for kind in contract.record_types.values()]
    found = (home.tables.inspect(table, "files") for table in tables)
    return sum(sum(said.column("file_size_in_bytes").to_pylist()) for said in found if said is not None)


def _told(plan: MergePlan) -> Backfilled:
    changes = plan.changes
    return Backfilled(len(changes), sum(c.added for c in changes), sum(c.deleted for c in changes))
