"""What is known before a batch: the tables as they stood, as SQL relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.rendering.table_layouts import HISTORY, body_table
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value


class Known(Protocol):
    """Gives SQL that reads a table as it stood before the batch."""

    def __call__(self, table: str) -> str:
        """SQL of a FROM item."""
        ...


def load_known_sightings(con: Engine, known: Known, contract: Contract, kind: RecordType, keys: str) -> None:
    """Make `w_known_version`: every earlier sighting of some keys (`keys` is a relation with a column `key`).

    Files are sorted by key: the least and the greatest key leave out the parts of them that hold none.
    """
    first, last = con.execute(f"SELECT min(key), max(key) FROM {keys}").fetchone() or (None, None)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_known_version AS
        SELECT s.key, s.record_hash, s.event_at, s.sequence, s.drop_id
        FROM {known(f"{HISTORY}.sighting")} AS s
        SEMI JOIN {keys} AS wanted ON wanted.key = s.key
        WHERE s.dataset = {value(contract.name)} AND s.record_type = {value(kind.name)} AND s.key BETWEEN ? AND ?""",
        [first, last],
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """Working tables of the keys of a record type that a batch looked up, and of all their sightings with the batch."""

    keys: str
    sightings: str


def seen_of(kind: RecordType) -> Seen:
    """The names of the working tables of a record type."""
    return Seen(name(f"w_seen_key_{kind.name}"), name(f"w_seen_{kind.name}"))


def keep_seen(con: Engine, kind: RecordType, keys: str, known: str) -> Seen:
    """Keep what was looked up of a record type for later steps of its dataset (`known`: earlier sightings that stay)."""
    seen = seen_of(kind)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {seen.keys} AS SELECT DISTINCT key FROM {keys}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {seen.sightings} AS
        SELECT key, record_hash, event_at, sequence FROM {known}
        UNION ALL SELECT key, record_hash, event_at, sequence FROM w_record WHERE accepted"""
    )
    return seen


def load_known_snapshots(con: Engine, known: Known, contract: Contract, kind: RecordType, scopes: str) -> None:
    """Make `w_known_snapshot`: every earlier snapshot of some scopes (`scopes` is a relation with a column `scope`)."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_known_snapshot AS
        SELECT s.scope, s.event_at, s.sequence, s.members_hash, s.complete, s.listed, s.part, s.drop_id
        FROM {known(f"{HISTORY}.snapshot")} AS s
        SEMI JOIN {scopes} AS wanted ON wanted.scope = s.scope
        WHERE s.dataset = {value(contract.name)} AND s.record_type = {value(kind.name)}"""
    )


def known_bodies(known: Known, contract: Contract, kind: RecordType) -> str:
    """SQL that reads the bodies of a record type."""
    return known(body_table(contract, kind))
