"""A document: one nested value read from a file, with its position and the means to give a record's own text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_RECORD_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file.

    `tree` is nested dicts, lists and scalars. `own_text` gives the canonical text of a record, given its value and the
    names below it that are records of their own. `line` is its first line in the file (1-based). `envelope` holds
    facts that stand outside the document; `pointer` says where it stands on its line.
    """

    tree: Any
    line: int
    own_text: Callable[[Any, Pruning], str]
    line_of: Callable[[Any, int], int]
    envelope: dict[str, str] = field(default_factory=dict)
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line or element that cannot be parsed: one record in quarantine."""

    position: str
    text: str
    rule: str
    expected: str


@dataclass(slots=True)
class Pruning:
    """Names that are records of their own, to leave out of the text of the record above them.

    A name maps to None where the whole value is left out, else to what is left out below it.
    """

    below: dict[str, Pruning | None] = field(default_factory=dict)


def same_line(_value: Any, line: int) -> int:
    """Records of a JSON document stand on its line."""
    return line
