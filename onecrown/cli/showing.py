"""How rows are shown: a table that fits the terminal, CSV, or JSON. Rows go to stdout, all else to stderr."""

from __future__ import annotations

import csv
import json
import math
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rich.console import Console, OverflowMethod
from rich.table import Table

from onecrown.ports import COUNTS

errors = Console(stderr=True, highlight=False)
PIPE_WIDTH = 160
NARROWABLE = {"name": 14, "landing_key": 40, "dataset": 9}
ONE_LINE = {"drop_id", "name", "landing_key", "state", "dataset", "record_type", "arrived_at"}
SHORT_HEADINGS = {"accepted": "acc.", "quarantined": "quar.", "flagged": "flags", "changed": "chgd.", "removed": "rem."}
RIGHT = {
    *COUNTS,
    *("delay_seconds", "rows", "count", "bytes", "seen_count"),
    *("receipts", "disposals", "open_cases", "low", "high", "sitting_days"),
}


class Form(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


def show(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: Form, empty: str = "nothing") -> None:
    """Write rows to stdout in one of the forms."""
    if form is Form.json:
        names = _told_apart(columns)
        said = [dict(zip(names, map(_json_value, row), strict=True)) for row in rows]
        json.dump(said, sys.stdout, ensure_ascii=False, indent=1, default=str, allow_nan=False)
        sys.stdout.write("\n")
    elif form is Form.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(value) for value in row] for row in rows)
    else:
        _show_table(columns, [list(row) for row in rows], empty)


def _told_apart(columns: Sequence[str]) -> list[str]:
    """Column names, each its own: the second `n` is `n_2`."""
    seen: Counter[str] = Counter()
    names = []
    for column in columns:
        seen[column] += 1
        names.append(column if seen[column] == 1 else f"{column}_{seen[column]}")
    return names


def _show_table(columns: Sequence[str], rows: list[list[Any]], empty: str) -> None:
    if not rows:
        errors.print(f"[dim]{empty}[/dim]")
        return
    console = _console()
    texts = [[_short(column, value) for column, value in zip(columns, row, strict=True)] for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for column, width in zip(columns, _widths(columns, texts, console.width), strict=True):
        right = column in RIGHT
        overflow: OverflowMethod = "ellipsis" if column in NARROWABLE else "fold"
        table.add_column(
            _heading(column),
            justify="right" if right else "left",
            overflow=overflow,
            no_wrap=width is not None,
            width=width,
        )
    for row in texts:
        table.add_row(*row)
    console.print(table)


def _heading(column: str) -> str:
    return SHORT_HEADINGS.get(column, column)


def _widths(columns: Sequence[str], texts: list[list[str]], whole: int) -> list[int | None]:
    """Widths of the columns that stay on one line; names give way where the terminal is narrow. None: may fold."""
    natural = [max(len(_heading(c)), *(len(row[n]) for row in texts)) for n, c in enumerate(columns)]
    too_much = sum(natural) + 2 * len(columns) - whole
    widths: list[int | None] = []
    for column, width in zip(columns, natural, strict=True):
        if column in NARROWABLE and too_much > 0:
            given = min(too_much, max(0, width - NARROWABLE[column]))
            too_much -= given
            widths.append(width - given)
        else:
            widths.append(width if column in ONE_LINE or column in RIGHT else None)
    return widths


def terminal_width() -> int:
    """How many characters a line may have."""
    return _console().width


def _console() -> Console:
    """A terminal as wide as it is; a pipe or a file as wide as its rows need, within reason."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return Console(highlight=False, markup=False)
    return Console(highlight=False, markup=False, width=PIPE_WIDTH)


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
    return (
        said
        if isinstance(said, str)
        else json.dumps(said, ensure_ascii=False)
        if isinstance(said, (list, dict))
        else str(said)
    )


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no such number
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
