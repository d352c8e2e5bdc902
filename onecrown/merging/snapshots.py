"""Records that are members of a scope: which list counts, what is current, the books of a batch.

Works on `w_record` and `w_new_snapshot` (the batch's), `w_known_snapshot` (earlier snapshots of the touched scopes), and
makes `w_snapshot`: all of them with their place in the order of counting (`turn`, 0 for earlier ones), and with `complete` as
the control file, where there is one, makes it.

The law: a member is current when, of its scope's snapshots that list it or are complete, the greatest lists it. If that
copy was quarantined, the last accepted one stands, flagged stale.
"""

from __future__ import annotations

from collections.abc import Sequence

from onecrown.merging.leaving import staying
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine

CONTROL_NONE = (
    "(SELECT CAST(NULL AS VARCHAR) AS scope, CAST(NULL AS TIMESTAMPTZ) AS event_at, 0 AS rows_promised WHERE false)"
)


def unite_snapshots(con: Engine, control_before: str, control_after: str) -> None:
    """Make `w_snapshot`, `w_effective_before` and `w_effective_after`.

    `control_before` and `control_after` are relations (scope, event_at, rows_promised): how many rows the control files
    known before the batch, and with it, say were sent. Parts of one scope and time are one snapshot; without a control
    file they are never complete.
    """
    for phase, control in (("before", control_before), ("after", control_after)):
        con.execute(f"CREATE OR REPLACE TEMP TABLE w_control_{phase} AS SELECT * FROM {control}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_snapshot AS
        SELECT s.* EXCLUDE (complete), s.complete AS whole,
          s.complete AND s.part IS NULL AND coalesce(c.rows_promised = s.listed, true) AS complete,
          struct_pack(e := s.event_at, s := s.sequence, h := s.members_hash) AS version
        FROM (
          SELECT scope, event_at, sequence, members_hash, complete, listed, nullif(part, '') AS part, drop_id, 0 AS turn, 0 AS root
          FROM {staying("w_known_snapshot")}
          UNION ALL
          SELECT scope, event_at, sequence, members_hash, complete, listed, nullif(part, ''), drop_id,
            row_number() OVER (ORDER BY turn, event_at, sequence, root), root
          FROM w_new_snapshot
        ) AS s LEFT JOIN w_control_after AS c ON c.scope = s.scope AND c.event_at = s.event_at"""
    )
    known = "(SELECT * EXCLUDE (complete), complete AS whole FROM w_known_snapshot)"
    for phase, stood in (("before", known), ("after", "w_snapshot")):
        counted = effective(stood, f"w_control_{phase}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE w_effective_{phase} AS {counted}")


def effective(snapshots: str, control: str) -> str:
    """SQL for snapshots as they count, of a relation with `whole` (complete by itself) and a control relation.

    The parts of one scope and time are one: its version ends in one hash for all their lists.
    """
    return f"""
    WITH distinct_lists AS (
      SELECT DISTINCT scope, event_at, sequence, members_hash, whole AS complete, listed, coalesce(part, '') AS part
      FROM {snapshots}
    ),
    grouped AS (
      SELECT scope, event_at, sequence, CASE WHEN part = '' THEN members_hash ELSE '' END AS own, part <> '' AS split,
        list(DISTINCT members_hash ORDER BY members_hash) AS lists, bool_or(complete) AS whole, bool_and(complete) AS all_whole,
        sum(listed) AS listed
      FROM distinct_lists GROUP BY ALL
    )
    SELECT g.scope, g.event_at, g.sequence,
      CASE WHEN g.split THEN left(sha256(array_to_string(g.lists, '|')), 32) ELSE g.own END AS united,
      g.lists,
      CASE
        WHEN g.split THEN g.all_whole AND c.rows_promised IS NOT NULL AND c.rows_promised = g.listed
        ELSE g.whole AND (c.rows_promised IS NULL OR c.rows_promised = g.listed)
      END AS complete,
      struct_pack(e := g.event_at, s := g.sequence, h := CASE WHEN g.split THEN left(sha256(array_to_string(g.lists, '|')), 32)
        ELSE g.own END) AS version
    FROM grouped AS g
    LEFT JOIN {control} AS c ON c.scope = g.scope AND c.event_at = g.event_at"""


def load_lists(con: Engine, known_member: str, time_matters: bool, changed_bodies: Sequence[str]) -> None:
    """Make `w_list` (members_hash, key, record_hash) of every snapshot that can decide what is current, before or after.

    Those are, per scope, the greatest complete snapshot of either time and all that are greater. Scopes of which the
    deciding lists are the same before and after (at the same times too, where `time_matters`), and whose new snapshots
    are all known or unchanged (`w_snapshot_class`), are left out: nothing changes in them. A superseded one may bring
    the last accepted copy of a member that was quarantined since, and `changed_bodies` (SELECTs of bodies that come or
    go) what is accepted of a list that stays the same.
    """
    said = "version" if time_matters else "version.h"
    moved = "".join(f" UNION ALL SELECT scope FROM ({bodies})" for bodies in changed_bodies)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_deciding AS
        WITH decided AS ({_deciding("before")} UNION ALL {_deciding("after")}),
        per_scope AS (
          SELECT scope, phase, list(struct_pack(v := {said}, l := lists) ORDER BY version) AS deciding
          FROM decided GROUP BY ALL
        ),
        same AS (
          SELECT b.scope FROM per_scope AS b JOIN per_scope AS a ON a.scope = b.scope AND a.phase = 'after' AND b.phase = 'before'
          WHERE a.deciding = b.deciding AND b.scope NOT IN (
            SELECT scope FROM w_snapshot_class WHERE class IS NULL OR class = 'superseded'{moved})
        )
        SELECT d.*, same.scope IS NOT NULL AS same FROM decided AS d LEFT JOIN same ON same.scope = d.scope"""
    )
    _load_wanted(con, known_member)


def _load_wanted(con: Engine, known_member: str) -> None:
    """The lists of the deciding snapshots that differ, and of those whose records are looked at one by one."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE w_wanted_list AS
        SELECT unnest(lists) AS members_hash FROM w_deciding WHERE NOT same
        UNION
        SELECT k.members_hash FROM w_snapshot_class AS s
        JOIN w_snapshot AS k ON k.scope = s.scope AND k.version.e = s.version.e AND k.version.s = s.version.s
        WHERE s.class IS NULL"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_list AS
        SELECT DISTINCT members_hash, key, record_hash FROM (
          SELECT m.members_hash, m.key, m.record_hash FROM {known_member} AS m
          SEMI JOIN w_wanted_list AS w ON w.members_hash = m.members_hash
          UNION ALL
          SELECT s.members_hash, r.key, r.record_hash FROM w_new_snapshot AS s
          JOIN w_record AS r ON r.drop_id = s.drop_id AND r.root = s.root
          SEMI JOIN w_wanted_list AS w ON w.members_hash = s.members_hash
        )"""
    )


def _deciding(phase: str) -> str:
    return f"""
    SELECT e.scope, '{phase}' AS phase, e.version, e.lists, e.complete
    FROM w_effective_{phase} AS e
    LEFT JOIN (SELECT scope, max(version) AS floor FROM w_effective_{phase} WHERE complete GROUP BY scope) AS f ON f.scope = e.scope
    WHERE f.floor IS NULL OR e.version >= f.floor"""


def accepted_members(con: Engine, bodies_before: str, bodies_after: str) -> None:
    """Make `w_accepted_before` and `w_accepted_after` (scope, key, record_hash): listed copies that have a body.

    Both are relations (scope, key, record_hash) of bodies.
    """
    con.execute(
        """CREATE OR REPLACE TEMP TABLE w_listed_key AS
        SELECT DISTINCT s.scope, l.key
        FROM (SELECT scope, members_hash FROM w_known_snapshot UNION ALL SELECT scope, members_hash FROM w_snapshot) AS s
        JOIN w_list AS l ON l.members_hash = s.members_hash"""
    )
    for phase, bodies in (("before", bodies_before), ("after", bodies_after)):
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE w_accepted_{phase} AS
            SELECT DISTINCT b.scope, b.key, b.record_hash FROM {bodies} AS b
            SEMI JOIN w_listed_key AS l ON l.scope = b.scope AND l.key = b.key"""
        )


def current_members(con: Engine, known_member: str) -> None:
    """Make `w_current_before` and `w_current_after` (scope, key, record_hash, event_at, stale) of scopes that differ."""
    for phase in ("before", "after"):
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE w_listed_{phase} AS
            SELECT d.scope, l.key, arg_max(l.record_hash, struct_pack(v := d.version, h := l.record_hash)) AS record_hash,
              max(d.version) AS version
            FROM (SELECT scope, version, unnest(lists) AS members_hash FROM w_deciding WHERE phase = '{phase}' AND NOT same) AS d
            JOIN w_list AS l ON l.members_hash = d.members_hash
            GROUP BY d.scope, l.key"""
        )
    for phase in ("before", "after"):
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE w_current_{phase} AS
            SELECT l.scope, l.key, l.record_hash, l.version.e AS event_at, l.version AS version, false AS stale
            FROM w_listed_{phase} AS l
            SEMI JOIN w_accepted_{phase} AS a ON a.scope = l.scope AND a.key = l.key AND a.record_hash = l.record_hash"""
        )
        _add_stale(con, phase, known_member)


def _add_stale(con: Engine, phase: str, known_member: str) -> None:
    """Where the listed copy was quarantined, the last accepted one stands."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_unaccepted AS
        SELECT l.scope, l.key, l.version FROM w_listed_{phase} AS l
        ANTI JOIN w_current_{phase} AS c ON c.scope = l.scope AND c.key = l.key"""
    )
    if not count_rows(con, "w_unaccepted"):
        return
    con.execute(
        f"""INSERT INTO w_current_{phase}
        WITH lists AS (
          SELECT m.members_hash, m.key, m.record_hash FROM {known_member} AS m SEMI JOIN w_unaccepted AS u ON u.key = m.key
          UNION
          SELECT s.members_hash, r.key, r.record_hash FROM w_new_snapshot AS s
          JOIN w_record AS r ON r.drop_id = s.drop_id AND r.root = s.root
        ),
        earlier AS (
          SELECT e.scope, e.version, unnest(e.lists) AS members_hash FROM w_effective_{phase} AS e
          SEMI JOIN w_unaccepted AS u ON u.scope = e.scope
        )
        SELECT u.scope, u.key, arg_max(l.record_hash, struct_pack(v := e.version, h := l.record_hash)), max(e.version.e),
          max(u.version), true
        FROM w_unaccepted AS u
        JOIN earlier AS e ON e.scope = u.scope AND e.version <= u.version
        JOIN lists AS l ON l.members_hash = e.members_hash AND l.key = u.key
        SEMI JOIN w_accepted_{phase} AS a ON a.scope = u.scope AND a.key = u.key AND a.record_hash = l.record_hash
        GROUP BY u.scope, u.key"""
    )


def changed_members(con: Engine, time_matters: bool) -> None:
    """Make `w_touched` (scope, key, record_hash): copies that were current before or are after, where that differs."""
    time = "OR b.event_at IS DISTINCT FROM a.event_at OR b.version IS DISTINCT FROM a.version" if time_matters else ""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_touched AS
        WITH differing AS (
          SELECT coalesce(a.scope, b.scope) AS scope, coalesce(a.key, b.key) AS key, b.record_hash AS old, a.record_hash AS young
          FROM w_current_before AS b FULL JOIN w_current_after AS a ON a.scope = b.scope AND a.key = b.key
          WHERE b.record_hash IS DISTINCT FROM a.record_hash OR b.stale IS DISTINCT FROM a.stale {time}
        )
        SELECT DISTINCT scope, key, unnest([old, young]) AS record_hash FROM differing"""
    )
    con.execute("DELETE FROM w_touched WHERE record_hash IS NULL")
