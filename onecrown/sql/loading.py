"""Rows of Python into a DuckDB table in one statement: a prepared INSERT for each row costs a millisecond."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value

_SHAPE = '[["VARCHAR"]]'


def insert_rows(con: Engine, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, each a sequence of text, numbers, truth values, instants or None, into columns of a table."""
    if not rows:
        return
    said = json.dumps([[_text(cell) for cell in row] for row in rows])
    cells = ", ".join(f"cells[{number}]" for number in range(1, len(columns) + 1))
    into = ", ".join(map(name, columns))
    con.execute(
        f"INSERT INTO {table} ({into}) SELECT {cells} FROM (SELECT unnest(from_json(?, {value(_SHAPE)})) AS cells)",
        [said],
    )


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, datetime) else str(cell)
