"""Tables with a caption and with headings that say what they head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from onecrown.rendering.hypertext import Markup, tag


class Kind(Enum):
    """What stands in a column. The value is the class of its cells."""

    WORDS = ""
    NUMBER = "number"  # to the right
    PROSE = "prose"  # whole sentences: never narrow


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading."""

    said: str
    kind: Kind = Kind.WORDS


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; the first cell of each row is its heading."""

    caption: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[str]]


def scrolling(table: Table) -> Markup:
    """The table in a region of its own, which scrolls where there is no room, for the keyboard too."""
    return tag("div", _table(table), class_="scroll", tabindex="0", role="region", aria_label=f"Table: {table.caption}")


def _table(table: Table) -> Markup:
    head = tag("tr", *(tag("th", one.said, scope="col", **_look(one)) for one in table.headings))
    body = (_row(table.headings, cells) for cells in table.rows)
    return tag("table", tag("caption", tag("span", table.caption)), tag("thead", head), tag("tbody", *body))


def _row(headings: Sequence[Heading], cells: Sequence[str]) -> Markup:
    first, *rest = cells
    inside = (tag("td", said, **_look(one)) for one, said in zip(headings[1:], rest, strict=True))
    return tag("tr", tag("th", first, scope="row"), *inside)


def _look(one: Heading) -> dict[str, str]:
    return {"class_": one.kind.value} if one.kind.value else {}


def words_and_numbers(words: Sequence[str], numbers: Sequence[str]) -> tuple[Heading, ...]:
    """Headings of words, then of numbers."""
    return (*map(Heading, words), *(Heading(said, Kind.NUMBER) for said in numbers))
