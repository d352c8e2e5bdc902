"""How many rows a relation has."""

from __future__ import annotations

from onecrown.sql.engine import Engine


def count_rows(con: Engine, relation: str) -> int:
    """The number of rows of a table, a view, or a subquery with its alias."""
    return int((con.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,))[0])
