"""The current records of the units that a batch touches, as relations that mappings read.

Works on the bodies (known and new) of a record type; `w_unit` holds the touched units of the dataset.
"""

from __future__ import annotations

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.merging.snapshots import effective
from onecrown.merging.versions import version
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value


def select_bodies(con: Engine, bodies: str, also: str) -> None:
    """Make `w_body`: bodies of the touched units, and of keys that those refer to (`also`, a relation of keys, or '')."""
    wanted = f"unit_id IN (SELECT unit_id FROM w_unit){f' OR key IN (SELECT key FROM {also})' if also else ''}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE w_body AS SELECT * EXCLUDE (source_text) FROM {bodies} AS b WHERE {wanted}"
    )


def select_keys(con: Engine, bodies: str, also: str) -> None:
    """Make `w_near` (key): keys of the touched units, and those that they refer to (`also`, as above)."""
    wanted = [f"SELECT b.key FROM {bodies} AS b SEMI JOIN w_unit AS u ON u.unit_id = b.unit_id"]
    wanted += [f"SELECT b.key FROM {bodies} AS b SEMI JOIN {also} AS a ON a.key = b.key"] if also else []
    con.execute(f"CREATE OR REPLACE TEMP TABLE w_near AS {' UNION '.join(wanted)}")


def current_upserts(con: Engine, sightings: str, bodies: tuple[str, str], relation: str, also: str) -> None:
    """Make the relation of a record type: per key of `w_near`, the body of the greatest sighting.

    `sightings` is a relation (key, record_hash, event_at, sequence) of the type, already narrowed to those keys. `bodies`
    are the new ones and the ones that stand: of the latter only those are read that decide, as they are wide and many.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_top AS
        SELECT key, top.h AS record_hash, top.e AS event_at
        FROM (SELECT key, max({version("")}) AS top FROM {sightings} GROUP BY key)"""
    )
    new, standing = bodies
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name(relation)} AS {_at_top(new, also)}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_top AS
        SELECT t.* FROM w_top AS t ANTI JOIN {new} AS n ON n.key = t.key AND n.record_hash = t.record_hash"""
    )
    if count_rows(con, "w_top"):
        con.execute(f"INSERT INTO {name(relation)} BY NAME {_at_top(standing, also)}")


def _at_top(bodies: str, also: str) -> str:
    within = f"b.unit_id IN (SELECT unit_id FROM w_unit){f' OR b.key IN (SELECT key FROM {also})' if also else ''}"
    return f"""SELECT b.* EXCLUDE (scope, record_hash, contract_version, source_text), b.record_hash AS _record_hash,
      t.event_at, false AS stale
    FROM {bodies} AS b
    JOIN w_top AS t ON t.key = b.key AND t.record_hash = b.record_hash WHERE {within}"""


def current_members(con: Engine, snapshots: str, members: str, control: str, relation: str) -> None:
    """Make the relation of a member type: per key, the body that is current in the newest scope where it is.

    `snapshots` and `members` are relations of everything known and new, narrowed to the scopes and keys of `w_body`.
    """
    counted = effective(f"(SELECT *, complete AS whole FROM {snapshots})", control)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_standing AS
        WITH effective AS ({counted}),
        floors AS (SELECT scope, max(version) AS floor FROM effective WHERE complete GROUP BY scope),
        lists AS (
          SELECT e.scope, e.version, unnest(e.lists) AS members_hash, f.floor FROM effective AS e
          LEFT JOIN floors AS f ON f.scope = e.scope
        ),
        listing AS (
          SELECT l.scope, m.key, m.record_hash, l.version, l.floor, b.key IS NOT NULL AS accepted
          FROM lists AS l JOIN {members} AS m ON m.members_hash = l.members_hash
          LEFT JOIN (SELECT DISTINCT scope, key, record_hash FROM w_body) AS b
            ON b.scope = l.scope AND b.key = m.key AND b.record_hash = m.record_hash
        ),
        listed AS (
          SELECT scope, key, max(version) AS version, any_value(floor) AS floor,
            max(struct_pack(v := version, h := record_hash)) AS top,
            max(struct_pack(v := version, h := record_hash)) FILTER (accepted) AS top_accepted
          FROM listing GROUP BY scope, key
        )
        SELECT scope, key, version, top_accepted.h AS record_hash, top_accepted.v.e AS event_at,
          top_accepted.h <> top.h AS stale
        FROM listed WHERE (floor IS NULL OR version >= floor) AND top_accepted IS NOT NULL"""
    )
    _newest_scope(con, relation)


def _newest_scope(con: Engine, relation: str) -> None:
    """Of the scopes in which a key stands, the newest one's copy wins."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {name(relation)} AS
        WITH newest AS (
          SELECT key, max(struct_pack(v := version, c := scope)) AS top FROM w_standing GROUP BY key
        )
        SELECT b.* EXCLUDE (scope, record_hash, contract_version), b.record_hash AS _record_hash,
          s.event_at, s.stale
        FROM newest AS n
        JOIN w_standing AS s ON s.key = n.key AND s.scope = n.top.c AND s.version = n.top.v
        JOIN w_body AS b ON b.scope = s.scope AND b.key = s.key AND b.record_hash = s.record_hash"""
    )


def dataset_filter(contract: Contract, kind: RecordType, alias: str) -> str:
    """SQL: rows of a shared history table that belong to a record type."""
    return f"{alias}.dataset = {value(contract.name)} AND {alias}.record_type = {value(kind.name)}"
