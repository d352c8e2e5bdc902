"""Drops that leave the set: withdrawn ones, and those that are judged anew and so leave in their old form.

`w_leaving` holds their ids. What is known stays as it was; whatever is derived after the batch reads `staying` rows only.
"""

from __future__ import annotations

from collections.abc import Iterable

from onecrown.sql.engine import Engine
from onecrown.sql.loading import insert_rows


def begin_leaving(con: Engine, drop_ids: Iterable[str]) -> None:
    """Make `w_leaving` (drop_id)."""
    con.execute("CREATE OR REPLACE TEMP TABLE w_leaving (drop_id VARCHAR)")
    insert_rows(con, "w_leaving", ("drop_id",), [(drop_id,) for drop_id in drop_ids])


def staying(relation: str) -> str:
    """SQL for the rows of a relation (with `drop_id`) that stay."""
    return f"(SELECT * FROM {relation} AS r WHERE r.drop_id NOT IN (SELECT drop_id FROM w_leaving))"


def left_rows(relation: str) -> str:
    """A SELECT (file_path, pos) of the rows of a history table that leave."""
    return (
        f"SELECT r._file AS file_path, r._pos AS pos FROM {relation} AS r "
        "WHERE r.drop_id IN (SELECT drop_id FROM w_leaving)"
    )


def left_lists(members: str, snapshots: str) -> str:
    """A SELECT (file_path, pos) of the members of lists that no snapshot names any longer."""
    return f"""SELECT m._file AS file_path, m._pos AS pos FROM {members} AS m
    WHERE m.members_hash IN (SELECT members_hash FROM {snapshots} WHERE drop_id IN (SELECT drop_id FROM w_leaving))
    AND m.members_hash NOT IN (SELECT members_hash FROM {staying(snapshots)})
    AND m.members_hash NOT IN (SELECT members_hash FROM w_left_snapshot)"""
