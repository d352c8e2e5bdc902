"""Records of upsert types: the books of a batch, and which keys it changes.

Works on `w_record` (the batch's records) and `w_known_version` (earlier sightings of the same keys).
"""

from __future__ import annotations

from onecrown.merging.leaving import staying
from onecrown.merging.versions import version
from onecrown.sql.engine import Engine

BOOKS = ("new", "changed", "unchanged", "superseded", "duplicate")


def classify_upserts(con: Engine) -> None:
    """Make `w_book` (drop_id, class, records): each accepted record in the first class that fits.

    Records are counted one after another: by drop, and within a drop by event time, sequence and place in the file.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_book AS
        WITH every AS (
          SELECT key, record_hash, event_at, sequence, 0 AS turn, NULL AS drop_id FROM {staying("w_known_version")}
          UNION ALL
          SELECT key, record_hash, event_at, sequence, row_number() OVER (ORDER BY turn, event_at, sequence, ordinal), drop_id
          FROM w_record WHERE accepted
        ),
        placed AS (
          SELECT drop_id, turn, {version("")} AS own,
            row_number() OVER (PARTITION BY key, record_hash, event_at, sequence ORDER BY turn) AS nth,
            max({version("")}) OVER (
              PARTITION BY key ORDER BY turn ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
          FROM every
        )
        SELECT drop_id,
          CASE
            WHEN nth > 1 THEN 'duplicate'
            WHEN before > own THEN 'superseded'
            WHEN before IS NULL THEN 'new'
            WHEN before.h = own.h THEN 'unchanged'
            ELSE 'changed'
          END AS class,
          count(*) AS records
        FROM placed WHERE turn > 0 GROUP BY ALL"""
    )


def changed_upserts(con: Engine, time_matters: bool) -> None:
    """Make `w_touched` (key, record_hash): bodies that were current before the batch or are after it, where that differs.

    `time_matters` where a mapping reads the record's event time: then a later copy of the same record counts too.
    """
    differs = "b.top IS DISTINCT FROM a.top" if time_matters else "b.top.h IS DISTINCT FROM a.top.h"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_touched AS
        WITH after AS (
          SELECT key, max({version("")}) AS top
          FROM (SELECT key, record_hash, event_at, sequence FROM {staying("w_known_version")}
                UNION ALL SELECT key, record_hash, event_at, sequence FROM w_record WHERE accepted)
          GROUP BY key
        ),
        before AS (SELECT key, max({version("")}) AS top FROM w_known_version GROUP BY key),
        differing AS (
          SELECT coalesce(a.key, b.key) AS key, b.top.h AS old, a.top.h AS young
          FROM after AS a FULL JOIN before AS b ON b.key = a.key WHERE {differs}
        )
        SELECT DISTINCT '' AS scope, key, unnest([old, young]) AS record_hash FROM differing"""
    )
    con.execute("DELETE FROM w_touched WHERE record_hash IS NULL")


def new_sightings(dataset: str, record_type: str) -> str:
    """SQL for the sightings that a batch leaves: one per drop, key, hash and time."""
    return f"""
    SELECT '{dataset}' AS dataset, '{record_type}' AS record_type, key, record_hash, event_at, sequence, drop_id,
      arg_min(position, ordinal) AS position
    FROM w_record WHERE accepted GROUP BY ALL"""
