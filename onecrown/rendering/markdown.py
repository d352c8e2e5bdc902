"""Markdown that stays what it was whatever the definitions hold: tables, code, links, headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\w\- ]")
_CODE = re.compile(r"(`+[^`]*`+)")
_MARKUP = str.maketrans({"<": "&lt;", ">": "&gt;", "*": "\\*", "[": "\\[", "]": "\\]"})


def prose(text: str) -> str:
    """Plain text on one line, in which nothing is taken for markup but code between backticks."""
    said = _SPACES.sub(" ", text).strip()
    parts = _CODE.split(said)
    return "".join(part if part.startswith("`") else part.translate(_MARKUP) for part in parts)


def code(text: str) -> str:
    """Text as it stands, in a code span; nothing for an empty text."""
    said = _SPACES.sub(" ", text).strip()
    if not said:
        return ""
    return f"`` {said} ``" if "`" in said else f"`{said}`"


def codes(texts: Iterable[str]) -> str:
    """Several code spans, with commas."""
    return ", ".join(code(text) for text in texts)


def link(text: str, target: str) -> str:
    """A link to a page or a heading."""
    return f"[{text}]({target})"


def anchor(heading: str) -> str:
    """The anchor that a heading gets."""
    return "#" + _WORD.sub("", heading.lower()).replace(" ", "-")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, or an empty text where it would have no rows.

    Cells are not padded, so that one changed cell changes one line; pipes in cells are escaped.
    """
    lines = [_row(row) for row in rows]
    if not lines:
        return ""
    return "\n".join([_row(header), "|" + "---|" * len(header), *lines])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_SPACES.sub(" ", cell).strip().replace("|", "\\|") for cell in cells) + " |"


def fenced(language: str, text: str) -> str:
    """A block of code."""
    return f"```{language}\n{text.strip()}\n```"


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"* {item}" for item in items)


def folded(summary: str, body: str) -> str:
    """A block that opens on a click."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>" if body else ""


def page(*blocks: str) -> str:
    """A page of blocks with one empty line between; empty blocks are left out."""
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n"
