"""One dataset's part of a batch: books, history, and which units it touches."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from onecrown.definitions.contracts import Contract, RecordType, Scope
from onecrown.merging import bodies, member_books, snapshots, upserts
from onecrown.merging.batch_state import MEMBER, SIGHTING, SNAPSHOT, BatchState, Excess, Write
from onecrown.merging.controls import promised_rows
from onecrown.merging.incoming import Incoming, Member
from onecrown.merging.knowledge import keep_seen, load_known_sightings, load_known_snapshots
from onecrown.merging.leaving import staying
from onecrown.rendering.table_layouts import HISTORY, body_table
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import file, name, value

Standing = Callable[[Sequence[str]], list[Member]]
"""Gives drops as they stand in the tables: the judged records from which they were merged."""


@dataclass(frozen=True, slots=True)
class Drops:
    """A batch's drops of one dataset: those that come, those that leave (as they stood), and how to find the others."""

    coming: Sequence[Member] = ()
    leaving: Sequence[Member] = ()
    standing: Standing = lambda _: []


_PER_TYPE = (
    *("w_record", "w_known_version", "w_known_snapshot", "w_list", "w_listed_key", "w_listed_before", "w_listed_after"),
    *("w_accepted_before", "w_accepted_after", "w_current_before", "w_current_after", "w_unaccepted", "w_touched"),
    *("w_member", "w_seen", "w_book", "w_removed"),
)


class DatasetMerge:
    """Merges a batch's records of one dataset into history."""

    def __init__(self, con: Engine, contract: Contract, drops: Drops, write: Write, state: BatchState) -> None:
        self._con = con
        self._contract = contract
        self._incoming = Incoming(con, contract, drops.coming)
        self._leaving = Incoming(con, contract, drops.leaving, "w_leaving_drop")
        self._drops = drops
        self._known = state.known
        self._write = write
        self._state = state
        con.execute("SET VARIABLE dataset = " + value(contract.name))
        con.execute("CREATE OR REPLACE TEMP TABLE w_unit (unit_id VARCHAR)")
        con.execute("CREATE OR REPLACE TEMP TABLE w_touching (record_type VARCHAR, key VARCHAR)")

    def merge(self, controlled: bool) -> None:
        """Books, bodies, sightings, snapshots and touched units. `controlled`: control files of the dataset came too."""
        kinds = {kind.name for kind in (*self._incoming.record_types(), *self._leaving.record_types())}
        if controlled:
            kinds.update(k.name for k in self._contract.in_order() if self._control(self._contract.scope_of(k)))
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
        for table in _PER_TYPE:  # a large extract's tables, kept, would leave no memory for the mapping
            self._con.execute(f"DROP TABLE IF EXISTS {table}")

    def _merge_upserts(self, kind: RecordType) -> None:
        load_known_sightings(self._con, self._known, self._contract, kind, self._touched_keys(kind))
        table = body_table(self._contract, kind)
        self._state.seen[table] = keep_seen(self._con, kind, self._touched_keys(kind), staying("w_known_version"))
        self._write_bodies(kind, "w_known_version", ("key",))
        upserts.classify_upserts(self._con)
        upserts.changed_upserts(self._con, self._time_matters(kind))
        self._con.execute(f"INSERT INTO w_new_sighting {upserts.new_sightings(self._contract.name, kind.name)}")

    def _touched_keys(self, kind: RecordType) -> str:
        if not self._drops.leaving:
            return "(SELECT DISTINCT key FROM w_record)"
        left = f"SELECT key FROM {self._known(SIGHTING)} WHERE {self._leaving_rows(kind)}"
        return f"(SELECT key FROM w_record UNION {left})"

    def _leaving_rows(self, kind: RecordType) -> str:
        said = f"dataset = {value(self._contract.name)} AND record_type = {value(kind.name)}"
        return f"{said} AND drop_id IN (SELECT drop_id FROM w_leaving)"

    def _merge_members(self, kind: RecordType) -> None:
        con, table = self._con, body_table(self._contract, kind)
        self._incoming.take_snapshots(kind)
        load_known_snapshots(con, self._known, self._contract, kind, self._touched_scopes(kind))
        before, after = self._controls(kind)
        snapshots.unite_snapshots(con, before, after)
        member_books.classify_snapshots(con)
        self._write_bodies(kind, "w_known_snapshot", ("scope",))
        snapshots.load_lists(con, self._known(MEMBER), self._time_matters(kind), self._state.bodies.changed(table))
        snapshots.accepted_members(con, self._known(table), self._state.bodies.after(table))
        snapshots.current_members(con, self._known(MEMBER))
        self._note_excess(kind)
        snapshots.changed_members(con, self._time_matters(kind))
        member_books.classify_members(con, self._state.bodies.staying(table))
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
        parts = ["SELECT scope FROM w_new_snapshot"]
        if self._control(self._contract.scope_of(kind)):
            parts += [f"SELECT scope FROM {promised}" for promised in self._controls(kind)]
        if self._drops.leaving:
            parts.append(f"SELECT scope FROM {self._known(SNAPSHOT)} WHERE {self._leaving_rows(kind)}")
        return f"(SELECT DISTINCT scope FROM ({' UNION ALL '.join(parts)}))"

    def _controls(self, kind: RecordType) -> tuple[str, str]:
        """The promised rows before the batch and with it."""
        scope = self._contract.scope_of(kind)
        control = scope.control if scope else None
        if control is None:
            return promised_rows(self._contract, None, "", ""), promised_rows(self._contract, None, "", "")
        table = f"{HISTORY}.{self._contract.source}_{control.dataset}_{control.record_type}"
        stay = staying(self._known(SIGHTING))
        sightings = f"(SELECT * FROM {stay} UNION ALL BY NAME SELECT * FROM w_new_sighting)"
        before = promised_rows(self._contract, control, self._known(SIGHTING), self._known(table))
        return before, promised_rows(self._contract, control, sightings, self._state.bodies.after(table))

    def _write_bodies(self, kind: RecordType, known_copies: str, place: tuple[str, ...]) -> None:
        """Write the accepted copies that history does not hold yet, and find those that go.

        `known_copies` are the known sightings or snapshots of what is touched, and `place` what they share with a body.
        """
        con, table = self._con, body_table(self._contract, kind)
        candidates = [said for said in (self._incoming.bodies(kind),) if said]
        left = self._leaving.bodies(kind)
        if left:
            candidates += self._supported(kind, left, known_copies, place)
        everything = " UNION ALL BY NAME ".join(candidates)
        if left or bodies.stands_under(con, self._known(table), f"< {self._contract.version}"):
            gone = bodies.find_gone(con, table, self._known(table), everything, left)
            if gone:
                self._state.bodies.gone[table] = gone
        if not everything:
            return
        path, count = self._write(table, bodies.new_bodies(con, everything, self._standing_copies(kind)))
        if count:
            self._state.bodies.new[table] = (path, count)

    def _standing_copies(self, kind: RecordType) -> str:
        """The scope, key and hash of the standing bodies of what is touched: an upsert's are those of its sightings."""
        table = body_table(self._contract, kind)
        if kind.mode == "upsert" and table not in self._state.bodies.gone:
            return "(SELECT '' AS scope, key, record_hash FROM w_known_version)"
        return self._state.bodies.after(table)

    def _supported(self, kind: RecordType, left: str, known_copies: str, place: tuple[str, ...]) -> list[str]:
        """SELECTs of the leaving bodies that drops which stay carry too, in the form in which those had them accepted."""
        found = self._con.execute(
            f"""SELECT DISTINCT c.drop_id FROM {staying(known_copies)} AS c
            SEMI JOIN ({left}) AS l ON {" AND ".join(f"l.{part} = c.{part}" for part in place)}"""
        ).fetchall()
        others = self._drops.standing([drop_id for (drop_id,) in found])
        said = Incoming(self._con, self._contract, others, "w_supporting_drop").bodies(kind) if others else ""
        if not said:
            return []
        return [
            f"""SELECT s.* FROM ({said}) AS s
            SEMI JOIN ({left}) AS l ON l.scope = s.scope AND l.key = s.key AND l.record_hash = s.record_hash"""
        ]

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
        table = body_table(self._contract, kind)
        if table in self._state.bodies.gone:
            self._con.execute(
                f"INSERT INTO w_touched SELECT scope, key, record_hash FROM {self._state.bodies.gone[table]}"
            )
        if kind.touches:
            self._con.execute(f"INSERT INTO w_touching SELECT DISTINCT {value(kind.name)}, key FROM w_touched")
        if table in self._state.bodies.new:
            self._touch_new(kind, self._state.bodies.new[table][0])
        if count_rows(self._con, "w_touched"):
            self._con.execute(_units_of_touched(self._known(table)))

    def _touch_new(self, kind: RecordType, path: Path) -> None:
        """Touch the units of new bodies, and leave in `w_touched` those whose unit only a known body can tell."""
        new = f"read_parquet({file(path)})"
        same = "n.scope = t.scope AND n.key = t.key"
        if not self._unit_follows_from_key(kind):
            same += " AND n.record_hash = t.record_hash"
        self._con.execute(
            f"INSERT INTO w_unit SELECT DISTINCT n.unit_id FROM {new} AS n SEMI JOIN w_touched AS t ON {same}"
        )
        if body_table(self._contract, kind) in self._state.bodies.gone:
            return  # the same body may stand in another unit, under another contract
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE w_touched AS SELECT t.* FROM w_touched AS t ANTI JOIN {new} AS n ON {same}"
        )

    def _unit_follows_from_key(self, kind: RecordType) -> bool:
        """Whether all bodies of a key are of one unit: it is part of the key, and they were judged under one contract."""
        if any(place.unit for place in kind.places) or not set(kind.unit[1]) <= set(kind.key):
            return False
        known = self._known(body_table(self._contract, kind))
        return not bodies.stands_under(self._con, known, f"<> {self._contract.version}")

    def _touch_referring(self) -> None:
        """Units of records that refer to a changed record of another unit."""
        for kind in self._contract.in_order():
            for other, _ in kind.touches:
                column = name(f"{kind.name}_key")
                table = body_table(self._contract, self._contract.record_types[other])
                self._con.execute(
                    f"""INSERT INTO w_unit SELECT DISTINCT b.unit_id FROM {self._state.bodies.ever(table)} AS b
                    SEMI JOIN w_touching AS t ON t.record_type = {value(kind.name)} AND t.key = b.{column}"""
                )

    def _time_matters(self, kind: RecordType) -> bool:
        """Whether the time of a copy decides: a mapping reads it, or a key may be current in several scopes."""
        return reads_event_time(self._contract, kind) or spans_scopes(self._contract, kind)


def _units_of_touched(relation: str) -> str:
    return f"""INSERT INTO w_unit SELECT DISTINCT b.unit_id FROM {relation} AS b
    SEMI JOIN w_touched AS t ON t.scope = b.scope AND t.key = b.key AND t.record_hash = b.record_hash"""


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
