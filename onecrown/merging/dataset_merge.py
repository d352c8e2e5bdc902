"""One dataset's part of a batch: books, history, and which units it touches."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from onecrown.definitions.contracts import Contract, RecordType, Scope
from onecrown.merging import member_books, snapshots, upserts
from onecrown.merging.controls import promised_rows
from onecrown.merging.incoming import Incoming
from onecrown.merging.knowledge import Known, load_known_sightings, load_known_snapshots
from onecrown.rendering.table_layouts import HISTORY, body_table
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import file, name, value

SIGHTING, SNAPSHOT, MEMBER = f"{HISTORY}.sighting", f"{HISTORY}.snapshot", f"{HISTORY}.member"


class Write(Protocol):
    """Writes rows of a table to a new data file that nobody sees yet."""

    def __call__(self, table: str, select: str) -> tuple[Path, int]:
        """Give the file and the number of its rows."""
        ...


@dataclass(frozen=True, slots=True)
class Excess:
    """A full extract's scope of which a batch would remove more than the contract's share."""

    dataset: str
    record_type: str
    gone: int
    stood: int
    drop_ids: tuple[str, ...]
    control_dataset: str

    @property
    def reason(self) -> str:
        """Why the drops wait."""
        return f"removes_too_much: {self.gone} of {self.stood} {self.record_type} records of its scope; release or refuse it"


@dataclass(slots=True)
class BatchState:
    """What a batch has made so far: counts by drop and record type, and the files of new bodies by table."""

    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    bodies: dict[str, tuple[Path, int]] = field(default_factory=dict)
    excesses: list[Excess] = field(default_factory=list)

    def bodies_of(self, known: Known, table: str) -> str:
        """SQL for every body of a table, known and new."""
        new = self.bodies.get(table)
        if new is None:
            return known(table)
        return f"(SELECT * FROM {known(table)} UNION ALL BY NAME SELECT * FROM read_parquet({file(new[0])}))"

    def add(self, drop_id: str, record_type: str, count: str, number: int) -> None:
        """Add to one count."""
        said = self.counts.setdefault(drop_id, {}).setdefault(record_type, {})
        said[count] = said.get(count, 0) + number


def begin_batch(con: Engine) -> None:
    """Make the tables into which datasets put what they leave in shared history."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE w_new_sighting (dataset VARCHAR, record_type VARCHAR, key VARCHAR, "
        "record_hash VARCHAR, event_at TIMESTAMPTZ, sequence VARCHAR, drop_id VARCHAR, position VARCHAR)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE w_left_snapshot (dataset VARCHAR, record_type VARCHAR, scope VARCHAR, "
        "event_at TIMESTAMPTZ, sequence VARCHAR, members_hash VARCHAR, drop_id VARCHAR, complete BOOLEAN, listed BIGINT, "
        "part VARCHAR)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE w_left_member (members_hash VARCHAR, key VARCHAR, record_hash VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE w_all_unit (unit_id VARCHAR)")


class DatasetMerge:
    """Merges a batch's records of one dataset into history."""

    def __init__(
        self,
        con: Engine,
        contract: Contract,
        incoming: Incoming,
        known: Known,
        write: Write,
        state: BatchState,
    ) -> None:
        self._con = con
        self._contract = contract
        self._incoming = incoming
        self._known = known
        self._write = write
        self._state = state
        con.execute("SET VARIABLE dataset = " + value(contract.name))
        con.execute("CREATE OR REPLACE TEMP TABLE w_unit (unit_id VARCHAR)")
        con.execute("CREATE OR REPLACE TEMP TABLE w_touching (record_type VARCHAR, key VARCHAR)")

    def merge(self, controlled: bool) -> None:
        """Books, bodies, sightings, snapshots and touched units. `controlled`: control files of the dataset came too."""
        kinds = {kind.name: kind for kind in self._incoming.record_types()}
        if controlled:
            kinds.update({k.name: k for k in self._contract.in_order() if self._control(self._contract.scope_of(k))})
        for kind in self._contract.in_order():
            if kind.name in kinds:
                self._merge_type(kind)
        self._touch_referring()
        self._con.execute(
            "CREATE OR REPLACE TEMP TABLE w_unit AS SELECT DISTINCT unit_id FROM w_unit WHERE unit_id IS NOT NULL"
        )
        self._con.execute("INSERT INTO w_all_unit SELECT unit_id FROM w_unit")

    def _control(self, scope: Scope | None) -> bool:
        return scope is not None and scope.control is not None

    def _merge_type(self, kind: RecordType) -> None:
        self._incoming.take_records(kind)
        if kind.mode == "upsert":
            self._merge_upserts(kind)
        else:
            self._merge_members(kind)
        self._take_books(kind)
        self._touch(kind)

    def _merge_upserts(self, kind: RecordType) -> None:
        load_known_sightings(self._con, self._known, self._contract, kind, "(SELECT DISTINCT key FROM w_record)")
        self._write_bodies(kind, "SELECT DISTINCT drop_id, CAST(NULL AS BIGINT) AS root, '' AS scope FROM w_drop")
        upserts.classify_upserts(self._con)
        upserts.changed_upserts(self._con, self._time_matters(kind))
        self._con.execute(f"INSERT INTO w_new_sighting {upserts.new_sightings(self._contract.name, kind.name)}")

    def _merge_members(self, kind: RecordType) -> None:
        con = self._con
        self._incoming.take_snapshots(kind)
        load_known_snapshots(con, self._known, self._contract, kind, self._touched_scopes(kind))
        before, after = self._controls(kind)
        snapshots.unite_snapshots(con, before, after)
        member_books.classify_snapshots(con)
        snapshots.load_lists(con, self._known(MEMBER), self._time_matters(kind))
        self._write_bodies(kind, "SELECT DISTINCT drop_id, root, scope FROM w_root")
        snapshots.current_members(con, self.bodies(kind), self._known(MEMBER))
        self._note_excess(kind)
        snapshots.changed_members(con, self._time_matters(kind))
        member_books.classify_members(con, self._known(body_table(self._contract, kind)))
        member_books.removed_members(con)
        for drop_id, removed, stood in con.execute("SELECT drop_id, removed, stood FROM w_removed").fetchall():
            self._state.add(drop_id, kind.name, "removed", removed)
            if self._contract.delivery == "full" and self._contract.removal.passed_by(removed, stood):
                self._state.excesses.append(Excess(self._contract.name, kind.name, removed, stood, (drop_id,), ""))
        self._leave_snapshots(kind)

    def _note_excess(self, kind: RecordType) -> None:
        """Note scopes of which the batch, control files and parts taken together, removes too much."""
        if self._contract.delivery != "full":
            return
        found = self._con.execute(
            """SELECT b.scope, count(*), count(*) FILTER (a.key IS NULL) FROM w_current_before AS b
            LEFT JOIN w_current_after AS a ON a.scope = b.scope AND a.key = b.key GROUP BY b.scope"""
        ).fetchall()
        scope = self._contract.scope_of(kind)
        control = f"{self._contract.source}/{scope.control.dataset}" if scope and scope.control else ""
        for scope_key, stood, gone in found:
            if self._contract.removal.passed_by(gone, stood):
                drops = self._con.execute(
                    "SELECT DISTINCT drop_id FROM w_new_snapshot WHERE scope = ? ORDER BY 1", [scope_key]
                ).fetchall()
                ids = tuple(drop_id for (drop_id,) in drops)
                self._state.excesses.append(Excess(self._contract.name, kind.name, gone, stood, ids, control))

    def _touched_scopes(self, kind: RecordType) -> str:
        scope = self._contract.scope_of(kind)
        if scope is None or scope.control is None:
            return "(SELECT DISTINCT scope FROM w_new_snapshot)"
        _, after = self._controls(kind)
        changed = f"SELECT scope FROM {after}"
        return f"(SELECT scope FROM w_new_snapshot UNION {changed})"

    def _controls(self, kind: RecordType) -> tuple[str, str]:
        """The promised rows before the batch and with it."""
        scope = self._contract.scope_of(kind)
        control = scope.control if scope else None
        if control is None:
            return promised_rows(self._contract, None, "", ""), promised_rows(self._contract, None, "", "")
        table = f"{HISTORY}.{self._contract.source}_{control.dataset}_{control.record_type}"
        sightings = f"(SELECT * FROM {self._known(SIGHTING)} UNION ALL BY NAME SELECT * FROM w_new_sighting)"
        before = promised_rows(self._contract, control, self._known(SIGHTING), self._known(table))
        return before, promised_rows(self._contract, control, sightings, self._state.bodies_of(self._known, table))

    def _write_bodies(self, kind: RecordType, scopes: str) -> None:
        """Write the accepted copies that history does not hold yet, one per scope, key and hash."""
        table = body_table(self._contract, kind)
        incoming = self._incoming.bodies(kind)
        if not incoming:
            return
        on_root = "AND s.root = i._root" if kind.mode == "member" else ""
        select = f"""
        SELECT * EXCLUDE (_drop, _ordinal, _root, _nth) FROM (
          SELECT i.*, s.scope, row_number() OVER (PARTITION BY s.scope, i.key, i.record_hash ORDER BY i._drop, i._ordinal) AS _nth
          FROM ({incoming}) AS i JOIN ({scopes}) AS s ON s.drop_id = i._drop {on_root}
          ANTI JOIN {self._known(table)} AS k ON k.scope = s.scope AND k.key = i.key AND k.record_hash = i.record_hash
        ) WHERE _nth = 1"""
        path, count = self._write(table, select)
        if count:
            self._state.bodies[table] = (path, count)

    def bodies(self, kind: RecordType) -> str:
        """SQL for every body of a type, known and new."""
        return self._state.bodies_of(self._known, body_table(self._contract, kind))

    def _leave_snapshots(self, kind: RecordType) -> None:
        self._con.execute(
            f"""INSERT INTO w_left_snapshot
            SELECT DISTINCT {value(self._contract.name)}, {value(kind.name)}, scope, event_at, sequence, members_hash, drop_id,
              complete, listed, part FROM w_new_snapshot"""
        )
        self._con.execute(
            f"""INSERT INTO w_left_member
            SELECT DISTINCT s.members_hash, r.key, r.record_hash FROM w_new_snapshot AS s
            JOIN w_record AS r ON r.drop_id = s.drop_id AND r.root = s.root
            WHERE s.members_hash NOT IN (SELECT members_hash FROM w_left_member)
            AND s.members_hash NOT IN (SELECT DISTINCT members_hash FROM {self._known(SNAPSHOT)})"""
        )

    def _take_books(self, kind: RecordType) -> None:
        for drop_id, book, records in self._con.execute("SELECT drop_id, class, records FROM w_book").fetchall():
            self._state.add(drop_id, kind.name, book, records)

    def _touch(self, kind: RecordType) -> None:
        self._con.execute(
            f"""INSERT INTO w_unit SELECT DISTINCT b.unit_id FROM {self.bodies(kind)} AS b
            SEMI JOIN w_touched AS t ON t.scope = b.scope AND t.key = b.key AND t.record_hash = b.record_hash"""
        )
        if kind.touches:
            self._con.execute(f"INSERT INTO w_touching SELECT DISTINCT {value(kind.name)}, key FROM w_touched")

    def _touch_referring(self) -> None:
        """Units of records that refer to a changed record of another unit."""
        for kind in self._contract.in_order():
            for other, _ in kind.touches:
                column = name(f"{kind.name}_key")
                self._con.execute(
                    f"""INSERT INTO w_unit SELECT DISTINCT b.unit_id
                    FROM {self.bodies(self._contract.record_types[other])} AS b
                    SEMI JOIN w_touching AS t ON t.record_type = {value(kind.name)} AND t.key = b.{column}"""
                )

    def _time_matters(self, kind: RecordType) -> bool:
        """Whether the time of a copy decides: a mapping reads it, or a key may be current in several scopes."""
        return reads_event_time(self._contract, kind) or spans_scopes(self._contract, kind)


def spans_scopes(contract: Contract, kind: RecordType) -> bool:
    """Whether one key may be a member of several scopes; of a whole file's rows the scope is part of the key."""
    scope = contract.scope_of(kind)
    return scope is not None and scope.root != "file" and not set(scope.key) <= set(kind.key)


def reads_event_time(contract: Contract, kind: RecordType) -> bool:
    """Whether a mapping of the dataset reads the event time of a record type: by its name, an alias of it, or bare."""
    for sql in contract.mappings.values():
        aliases = set(re.findall(rf'(?:FROM|JOIN)\s+"?{kind.name}"?(?![\w"])(?:\s+AS\s+(\w+))?', sql))
        if aliases and re.search(r"(?<![\w.])event_at\b", sql):
            return True
        if any(re.search(rf"\b{alias or kind.name}\.event_at\b", sql) for alias in aliases):
            return True
    return False
