"""The text of a field from a nested value."""

from __future__ import annotations

from typing import Any

from onecrown.definitions.contracts import Field
from onecrown.receiving.canonical import plain_text


def read_path(value: Any, names: tuple[str, ...]) -> str | None:
    """The text at a path of names; a list of one counts as its item."""
    for name in names:
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else None
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value if type(value) is str and value[:1] != "\0" else scalar(value)


def settled(wanted: Field, text: str | None) -> str | None:
    """A field's text: None where blank, trimmed and folded where the contract says so."""
    if text is None or not text or text.isspace() or text in wanted.blank:
        return None
    if not wanted.fold:
        return text
    text = text.strip()
    return text.lower() if wanted.fold == "lower" else text.upper() if wanted.fold == "upper" else text


def scalar(value: Any) -> str | None:
    """One value as text; a list of one is its item, other lists and objects are canonical JSON."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return plain_text(value)


def dug(value: Any, path: str) -> Any:
    """The value at a dotted path; a list of one counts as its item."""
    for name in path.split(".") if path else ():
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else None
        value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            return None
    return value
