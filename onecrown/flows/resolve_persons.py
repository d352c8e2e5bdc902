"""Defendants resolved to persons: a batch job over the tables as they stand, written where something differs.

A function of the defendants, the rules and people's decisions: a second run changes nothing. It commits each table of
persons once, as a batch without drops, under the merge's lease.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import duckdb

from onecrown.definitions.person_linkage import PersonLinkage
from onecrown.errors import CommitConflict, SettingsError
from onecrown.executor_ports import Bench
from onecrown.flows.executors import EMBEDDED, executor_of, none_left_behind
from onecrown.flows.last_batch import OPEN, last_batch_of
from onecrown.flows.merge_drops import commit_batch
from onecrown.flows.merge_lease import MergeLease, leased
from onecrown.flows.person_tables import ALIAS, LINK, RESOLVED, differences_of, wanted_rows
from onecrown.flows.surroundings import Surroundings
from onecrown.linkage.clusters import ACCEPTED, REJECTED, REVIEW, Clusters, decide
from onecrown.linkage.person_records import common_blocks, prepare_people, take_defendants
from onecrown.linkage.person_rows import MERGED, SPLIT, keep_clusters, take_pairs
from onecrown.linkage.splink_scoring import score_pairs
from onecrown.merging.batch_merge import MergePlan, TableChange
from onecrown.ports import Batch
from onecrown.rendering.table_layouts import UNIFIED
from onecrown.sql.keyed_ids import install_keyed_ids

_STEPS = 5


@dataclass(frozen=True, slots=True)
class TableDifference:
    """Rows that a table of persons gains and loses."""

    table: str
    added: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a run found: persons of how many exact persons, pairs by decision, ids that changed, tables that differ.

    `common_blocks` counts values that too many share to be compared within.
    """

    exact_persons: int
    persons: int
    accepted: int
    review: int
    rejected: int
    merged: int
    split: int
    common_blocks: int
    changes: tuple[TableDifference, ...]


def plan_persons(home: Surroundings) -> Resolved:
    """What a run would change. Nothing is written."""
    home.tables.refresh()
    batch = _new_batch(home)
    with executor_of(home, batch).bench() as bench:
        resolution = _Resolution(home, bench, batch, nullcontext())
        return resolution.told(tuple(resolution.counted(table) for table in RESOLVED))


def resolve_persons(home: Surroundings) -> Resolved:
    """Resolve and write what differs. Raises `CommitConflict` where a batch is open or another writer is at it."""
    lease = MergeLease(home)
    home = replace(home, tables=leased(home.tables, lease))
    lease.take()
    try:
        home.tables.refresh()
        return _resolved(home, lease)
    finally:
        lease.give_back()


def _resolved(home: Surroundings, lease: MergeLease) -> Resolved:
    last = last_batch_of(home)
    if last is not None and last.state == OPEN:
        raise CommitConflict("a batch is not finished; run `onecrown run` first, then `onecrown persons`")
    batch = _new_batch(home)
    with executor_of(home, batch).bench() as bench, none_left_behind() as written:
        resolution = _Resolution(home, bench, batch, lease.kept())
        changes = [resolution.written(table, written) for table in RESOLVED]
        done = resolution.told(tuple(TableDifference(c.table, c.added, c.deleted) for c in changes))
    plan = MergePlan([change for change in changes if change.added or change.deleted])
    if plan.changes:
        home.ledger.open_batch(batch, (), last.batch_id if last else "")
        commit_batch(home, batch, (), plan)
    return done


def person_linkage(home: Surroundings) -> PersonLinkage:
    """The rules of a home. Raises `SettingsError` where its model has none."""
    if home.model.person_linkage is None:
        raise SettingsError("the model says nothing of persons; write model/linkage/person.yaml")
    return home.model.person_linkage


def _new_batch(home: Surroundings) -> Batch:
    batch_id = f"{home.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}"
    said = f"resolution of persons by version {person_linkage(home).version} of the rules"
    return Batch(batch_id, OPEN, (), home.now(), EMBEDDED, said)


class _Resolution:
    """One run, worked out to the point where tables can be compared with what stands.

    `meanwhile` is entered while defendants are read, scored and put together: with many of them that takes hours.
    """

    def __init__(self, home: Surroundings, bench: Bench, batch: Batch, meanwhile: AbstractContextManager[None]) -> None:
        self._home = home
        self._bench = bench
        self._con = cast(duckdb.DuckDBPyConnection, bench.engine)  # Splink works in DuckDB, as the embedded bench does
        install_keyed_ids(self._con, home.pseudonym_key)
        linkage = person_linkage(home)
        decisions = {said.link_id: said.accepted for said in home.ledger.person_decisions()}
        with meanwhile:
            self._clusters = self._decided(linkage, decisions)
        self._common_blocks = common_blocks(self._con, linkage)
        self._rows = wanted_rows(bench, linkage.version, batch.batch_id, batch.started_at)
        self._batch_id = batch.batch_id

    def _decided(self, linkage: PersonLinkage, decisions: Mapping[str, bool]) -> Clusters:
        con, relation = self._con, self._bench.relation
        with self._step(1):
            take_defendants(con, relation(f"{UNIFIED}.defendant"))
        with self._step(2):
            prepare_people(con, relation(f"{UNIFIED}.defendant_identity"), linkage)
        with self._step(3):
            score_pairs(con, linkage)
        with self._step(4):
            pairs = take_pairs(con, relation(f"{UNIFIED}.{LINK}"), decisions)
            clusters = decide(pairs, decisions, linkage)
        with self._step(5):
            keep_clusters(con, clusters)
        return clusters

    @contextmanager
    def _step(self, number: int) -> Iterator[None]:
        yield
        self._home.progress("persons", number, _STEPS)

    def _differences(self, table: str) -> tuple[str, str]:
        return differences_of(self._con, self._home, self._bench, table, self._rows[table])

    def counted(self, table: str) -> TableDifference:
        """How many rows a table would gain and lose."""
        rows, gone = self._differences(table)
        return TableDifference(f"{UNIFIED}.{table}", self._count(rows), self._count(gone))

    def written(self, table: str, written: list[Path]) -> TableChange:
        """Write what a table gains and loses to files that nobody sees yet."""
        full_name = f"{UNIFIED}.{table}"
        rows, gone = self._differences(table)
        path, added = self._bench.write_rows(full_name, rows)
        written.append(path)
        places, deleted = self._bench.write_deletes(full_name, gone)
        written.append(places)
        return TableChange(full_name, path if added else None, added, places if deleted else None, deleted)

    def told(self, changes: tuple[TableDifference, ...]) -> Resolved:
        """The figures of the run."""
        decisions = [decision for decision, _ in self._clusters.decided.values()]
        return Resolved(
            exact_persons=self._count("SELECT exact_id FROM p_member"),
            persons=self._count("SELECT DISTINCT person_id FROM p_member"),
            accepted=decisions.count(ACCEPTED),
            review=decisions.count(REVIEW),
            rejected=decisions.count(REJECTED),
            merged=self._made(MERGED),
            split=self._made(SPLIT),
            common_blocks=self._common_blocks,
            changes=changes,
        )

    def _made(self, change: str) -> int:
        """How many ids this run merged, or split off."""
        aliases = f"SELECT * FROM ({self._rows[ALIAS]}) WHERE run_id = ? AND change_code = ?"
        return self._count(aliases, self._batch_id, change)

    def _count(self, select: str, *said: str) -> int:
        row = self._con.execute(f"SELECT count(*) FROM ({select})", list(said)).fetchone()
        return int(row[0]) if row else 0
