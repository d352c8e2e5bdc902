"""Short comments for Iceberg and Glue: what a table or a column means, in one line.

Glue keeps at most 255 characters for a column's comment, without line breaks (AWS Glue API, `Column`).
"""

from __future__ import annotations

import re

from onecrown.definitions.entities import Column, Entity

COMMENT_CHARACTERS = 255
_SPACES = re.compile(r"\s+")


def column_comment(column: Column) -> str:
    """A column's meaning, its unit, its code list and its standing; the meaning is shortened where all do not fit."""
    notes = [
        column.unit_of_measure and f"In {column.unit_of_measure}.",
        column.code_list and f"Code list {column.code_list}.",
        f"{str(column.standing).capitalize()}.",
    ]
    return _fitted(column.meaning, " ".join(filter(None, notes)))


def entity_comment(entity: Entity) -> str:
    """An entity's meaning and grain; the meaning is shortened where both do not fit."""
    grain = _SPACES.sub(" ", entity.grain).strip().rstrip(".")
    return _fitted(entity.meaning, f"Grain: {grain}.")


def _fitted(meaning: str, notes: str) -> str:
    """The meaning and then the notes, in at most 255 characters; what does not fit is cut at a word."""
    said = _sentence(meaning)
    room = COMMENT_CHARACTERS - len(notes) - 1
    if room < COMMENT_CHARACTERS // 4:
        return _cut(f"{said} {notes}", COMMENT_CHARACTERS)
    return f"{_cut(said, room)} {notes}"


def _sentence(text: str) -> str:
    said = _SPACES.sub(" ", text).strip()
    return said if said.endswith((".", "?", "!")) else f"{said}."


def _cut(text: str, characters: int) -> str:
    if len(text) <= characters:
        return text
    return text[: characters - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
