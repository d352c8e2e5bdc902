"""Names as Spark quotes them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """A quoted identifier."""
    return "`" + name.replace("`", "``") + "`"
