"""Erasure: a case or a defendant goes from every store of a home, and nothing brings them back.

First the ledger notes the erasure, as marks; then delivered files are scrubbed, their drops judged anew and merged, judged
files cleared, tables purged. Each step is done again after a crash without harm, and a later run goes on where one stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from onecrown.erasure_ports import BEGUN, DONE, Erasure
from onecrown.errors import UsageError
from onecrown.flows.find_subject import Subject
from onecrown.flows.judge_scrubbed import clear_leftovers, judge_scrubbed
from onecrown.flows.last_batch import open_batch_of
from onecrown.flows.look_through import found_in_landing, look_through
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.merge_lease import MergeLease
from onecrown.flows.orphan_files import find_orphans
from onecrown.flows.purge_tables import purge_tables, refuse_tags
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from onecrown.receiving.erasure_marks import Marks, marked
from onecrown.rendering.stores import Store, stores, tables_holding
from onecrown.rendering.table_layouts import body_table
from onecrown.sql.keyed_ids import install_keyed_ids

ABANDONED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Concerned:
    """A store and how much of it an erasure concerns: `files` that change, `records` that go (None: not counted)."""

    store: Store
    files: int
    records: int | None = None


def plan_erasure(home: Surroundings, subject: Subject) -> list[Concerned]:
    """Every store of a home with what an erasure would do there. Nothing is changed."""
    _refuse(home, subject.dataset)
    marks = Marks(home.model.contracts[subject.dataset], home.pseudonym_key, subject.marks)
    found = list(found_in_landing(home, subject.dataset, marks))
    drop_ids = {one.delivery.drop_id for one in found}
    per_drop = {one.delivery.drop_id: sum(one.counts.values()) for one in found}
    drops = [drop for drop in home.ledger.drops() if drop.drop_id in drop_ids]
    folders = {prefix for drop in drops for prefix in (drop.prefix, drop.standing) if prefix}
    counted: dict[str, tuple[int, int | None]] = {
        "landing": (len(found), sum(sum(one.counts.values()) for one in found)),
        "validated": (len(folders), sum(per_drop[drop.drop_id] for drop in drops if drop.prefix)),
        "quarantine": (len(folders), None),
    }
    holding = set(tables_holding(home.model, subject.dataset))
    for table in holding & set(home.tables.names()):
        state = home.tables.upkeep().state(table)
        counted[table] = (len(state.data) if state else 0, None)
    counted |= {
        table: (counted[table][0], rows) for table, rows in _bodies(home, subject.dataset, marks) if table in counted
    }
    return [Concerned(store, *counted.get(store.name, (0, None))) for store in stores(home.model)]


def _bodies(home: Surroundings, dataset: str, marks: Marks) -> Iterator[tuple[str, int]]:
    """How many bodies of each record type would go."""
    contract = home.model.contracts[dataset]
    with home.engine() as con:
        install_keyed_ids(con, home.pseudonym_key)
        for kind in contract.record_types.values():
            table = body_table(contract, kind)
            if condition := marked(marks, contract, kind, "b"):
                row = con.execute(
                    f"SELECT count(*) FROM {home.tables.relation(table)} AS b WHERE {condition}"
                ).fetchone()
                yield table, int(row[0]) if row else 0


def erase_subject(home: Surroundings, subject: Subject, reason: str) -> Erasure:
    """Erase a case or a defendant; give the ledger's entry."""
    _refuse(home, subject.dataset)
    lease = MergeLease(home)
    lease.take()
    try:
        number = max((erasure.number for erasure in home.ledger.erasures()), default=0) + 1
        noted = Erasure(number, subject.dataset, subject.kind, reason, home.worker, home.now(), subject.marks)
        home.ledger.save_erasure(noted)
        _go_on(home, lease)
    finally:
        lease.give_back()
    return home.ledger.erasures()[-1]


def resume_erasures(home: Surroundings) -> int:
    """Finish what was begun; give how many erasures that was. One look at the ledger where there is nothing."""
    begun = [erasure for erasure in home.ledger.erasures() if erasure.state == BEGUN]
    if not begun:
        return 0
    lease = MergeLease(home)
    lease.take()
    try:
        _go_on(home, lease)
    finally:
        lease.give_back()
    return len(begun)


def _refuse(home: Surroundings, dataset: str) -> None:
    if open_batch_of(home):
        raise UsageError("a batch is half done; onecrown run to the end, then erase")
    refuse_tags(home, tables_holding(home.model, dataset))


def _go_on(home: Surroundings, lease: MergeLease) -> None:
    """Every step of every erasure that is not done."""
    if open_batch_of(home):
        lease.give_back()
        merge_pending(home)
        lease.take()
    started_at = home.now()
    receive_arrivals(home, home.landing.arrivals())  # a file that no run has seen may hold the person too
    look_through(home)
    judge_scrubbed(home)
    merge_pending(home)
    lease.take()
    clear_leftovers(home)
    begun = [erasure for erasure in home.ledger.erasures() if erasure.state == BEGUN]
    for dataset in sorted({erasure.dataset for erasure in begun}):
        lease.keep()
        purge_tables(home, tables_holding(home.model, dataset), started_at)
    _sweep(home)
    for erasure in begun:
        home.ledger.save_erasure(replace(erasure, state=DONE, done_at=home.now()))
    home.ledger.shrink()


def _sweep(home: Surroundings) -> None:
    """Remove what a crash left in scratch, warehouse and folders that no drop names: it may hold anybody."""
    for orphan in find_orphans(home, ABANDONED_AFTER):
        orphan.remove()
