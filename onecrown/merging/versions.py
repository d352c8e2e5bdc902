"""Which version of a record is the greatest: by event time, then sequence, then hash."""

from __future__ import annotations


def version(alias: str, hash_column: str = "record_hash") -> str:
    """SQL for a value that compares as a version does."""
    dot = f"{alias}." if alias else ""
    return f"struct_pack(e := {dot}event_at, s := {dot}sequence, h := {dot}{hash_column})"
