"""The books of records that are members of a scope, and how many a snapshot removes.

Works on what `snapshots` makes. First whole snapshots are put in a class, where all of their records share it; the lists of
the others are looked at record by record.
"""

from __future__ import annotations

from onecrown.sql.engine import Engine


def classify_snapshots(con: Engine) -> None:
    """Make `w_snapshot_class` (scope, turn, drop_id, root, version, members_hash, complete, class) of the batch's snapshots.

    duplicate: known at the same time; superseded: a greater complete one is known, and no other list of its own time
    (with which it may share records); unchanged: the list that is current.
    """
    con.execute(
        """CREATE OR REPLACE TEMP TABLE w_snapshot_class AS
        WITH earlier AS (
          SELECT n.turn, n.scope,
            bool_or(k.version = n.version) AS known,
            bool_or(k.version.e = n.version.e AND k.version.s = n.version.s) AS tied,
            max(k.version) FILTER (k.complete) AS complete_version,
            max(k.version) AS top
          FROM w_snapshot AS n JOIN w_snapshot AS k ON k.scope = n.scope AND k.turn < n.turn
          WHERE n.turn > 0 GROUP BY ALL
        )
        SELECT n.scope, n.turn, n.drop_id, n.root, n.version, n.members_hash, n.complete, e.complete_version,
          CASE
            WHEN e.known THEN 'duplicate'
            WHEN e.complete_version > n.version AND NOT e.tied THEN 'superseded'
            WHEN e.complete_version = e.top AND e.top.h = n.members_hash THEN 'unchanged'
          END AS class
        FROM w_snapshot AS n LEFT JOIN earlier AS e ON e.turn = n.turn
        WHERE n.turn > 0"""
    )


def classify_members(con: Engine, known_bodies: str) -> None:
    """Make `w_book` (drop_id, class, records) of every accepted record of the batch's snapshots.

    `known_bodies` is a relation (scope, key) of records that were accepted before the batch.
    """
    con.execute(
        """CREATE OR REPLACE TEMP TABLE w_member AS
        SELECT s.scope, s.turn, s.drop_id, s.version, s.class, s.complete_version, r.key, r.record_hash,
          count(*) AS copies
        FROM w_snapshot_class AS s
        JOIN w_record AS r ON r.drop_id = s.drop_id AND r.root = s.root AND r.accepted
        GROUP BY ALL"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_seen AS
        SELECT DISTINCT b.scope, b.key FROM {known_bodies} AS b
        SEMI JOIN (SELECT scope, key FROM w_member WHERE class IS NULL) AS m ON m.scope = b.scope AND m.key = b.key"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_book AS
        WITH judged AS (SELECT drop_id, class, copies FROM w_member WHERE class IS NOT NULL UNION ALL {_record_by_record()}),
        first_copies AS (SELECT drop_id, class, count(*) AS records FROM judged GROUP BY ALL),
        repeats AS (SELECT drop_id, 'duplicate' AS class, sum(copies - 1) AS records FROM judged WHERE copies > 1 GROUP BY ALL)
        SELECT drop_id, class, sum(records)::BIGINT AS records
        FROM (FROM first_copies UNION ALL FROM repeats) GROUP BY ALL"""
    )


def _record_by_record() -> str:
    return """
    SELECT drop_id,
      CASE
        WHEN nth > 1 THEN 'duplicate'
        WHEN before > own OR complete_version > version THEN 'superseded'
        WHEN NOT seen AND NOT seen_in_batch THEN 'new'
        WHEN (complete_version IS NULL OR before.v >= complete_version) AND before.h = own.h THEN 'unchanged'
        ELSE 'changed'
      END AS class, copies
    FROM (
      SELECT m.drop_id, m.turn, m.version, m.complete_version, m.copies, m.own, w.scope IS NOT NULL AS seen,
        row_number() OVER (PARTITION BY m.scope, m.key, m.own.h, m.version.e, m.version.s ORDER BY m.turn) AS nth,
        max(m.own) OVER (PARTITION BY m.scope, m.key ORDER BY m.turn, m.own.h
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
        coalesce(min(CASE WHEN m.counted THEN m.turn END) OVER (PARTITION BY m.scope, m.key ORDER BY m.turn, m.own.h
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), m.turn) < m.turn AS seen_in_batch,
        m.counted
      FROM (
        SELECT scope, turn, drop_id, version, complete_version, copies, key,
          struct_pack(v := version, h := record_hash) AS own, true AS counted
        FROM w_member WHERE class IS NULL
        UNION ALL
        SELECT s.scope, s.turn, s.drop_id, s.version, NULL, 0, l.key, struct_pack(v := s.version, h := l.record_hash), false
        FROM w_snapshot AS s JOIN w_list AS l ON l.members_hash = s.members_hash
        WHERE s.turn = 0 OR s.turn IN (SELECT turn FROM w_snapshot_class WHERE class IS NOT NULL)
      ) AS m LEFT JOIN w_seen AS w ON w.scope = m.scope AND w.key = m.key
    ) WHERE counted"""


def removed_members(con: Engine) -> None:
    """Make `w_removed` (drop_id, removed, stood): members that a complete snapshot takes away, and how many stood before."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE w_removed AS
        WITH taking AS (SELECT * FROM w_snapshot_class WHERE complete AND class IS NULL),
        standing AS (
          SELECT t.turn, t.drop_id, t.scope, t.members_hash, l.key
          FROM taking AS t
          JOIN w_snapshot AS s ON s.scope = t.scope AND s.turn < t.turn
            AND (t.complete_version IS NULL OR s.version >= t.complete_version)
          JOIN w_list AS l ON l.members_hash = s.members_hash
          SEMI JOIN w_accepted_after AS a ON a.scope = t.scope AND a.key = l.key
          GROUP BY ALL HAVING max(s.version) < any_value(t.version)
        )
        SELECT s.drop_id, count(*) AS stood, count(*) FILTER (l.key IS NULL) AS removed
        FROM standing AS s
        LEFT JOIN (SELECT DISTINCT members_hash, key FROM w_list) AS l ON l.members_hash = s.members_hash AND l.key = s.key
        GROUP BY s.drop_id"""
    )
