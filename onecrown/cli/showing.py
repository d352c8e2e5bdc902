"""How rows are shown: a table that fits the terminal, CSV, or JSON. Rows go to stdout, all else to stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table

errors = Console(stderr=True, highlight=False)
RIGHT = {
    *("read", "accepted", "quarantined", "flagged", "new", "changed", "unchanged", "superseded", "duplicate", "removed"),
    *("delay_seconds", "rows", "count", "bytes", "seen_count"),
}


class Form(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


def show(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: Form, empty: str = "nothing") -> None:
    """Write rows to stdout in one of the forms."""
    if form is Form.json:
        said = [dict(zip(columns, map(_json_value, row), strict=True)) for row in rows]
        json.dump(said, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif form is Form.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(value) for value in row] for row in rows)
    else:
        _show_table(columns, [list(row) for row in rows], empty)


def _show_table(columns: Sequence[str], rows: list[list[Any]], empty: str) -> None:
    if not rows:
        errors.print(f"[dim]{empty}[/dim]")
        return
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in RIGHT else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_short(column, value) for column, value in zip(columns, row, strict=True)))
    Console(highlight=False, markup=False).print(table)


def _short(column: str, value: Any) -> str:
    if column == "drop_id" and isinstance(value, str):
        return value[:12]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ") if value.tzinfo else value.isoformat(" ", "seconds")
    return _text(value)


def _text(value: Any) -> str:
    said = _json_value(value)
    if said is None:
        return ""
    if isinstance(said, bool):
        return "true" if said else "false"
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False) if isinstance(said, (list, dict)) else str(said)


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [_json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _json_value(item) for key, item in value.items()}
    return value


def _instant(value: datetime) -> str:
    """ISO 8601; with Z where the time has a zone."""
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
