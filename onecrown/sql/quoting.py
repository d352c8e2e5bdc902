"""Names and values as SQL text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def name(text: str) -> str:
    """A quoted identifier."""
    return '"' + text.replace('"', '""') + '"'


def value(text: str | None) -> str:
    """A quoted string, or NULL."""
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def values(texts: Iterable[str]) -> str:
    """A list of quoted strings: `['a', 'b']`."""
    return "[" + ", ".join(value(text) for text in texts) + "]"


def file(path: Path | str) -> str:
    """A path as a quoted string."""
    return value(str(path))


def files(paths: Iterable[Path | str]) -> str:
    """Paths as a list of quoted strings."""
    return values(str(path) for path in paths)


def encoded_key(parts: Iterable[str]) -> str:
    """SQL for a key's text: its parts with `\\` and `|` escaped, joined by `|`; NULL where a part is NULL.

    The same as `receiving.canonical.key_text`.
    """
    escaped = [f"replace(replace({part}, '\\', '\\\\'), '|', '\\|')" for part in parts]
    return " || '|' || ".join(escaped) if escaped else "''"
