"""Views that the model writes out, read from `model/measures/views/`: a header that says what each column is, and one SELECT.

`:units_of(MEASURE, DIMENSION, …)` in it stands for what a measure counts, so that no view says a measure's conditions again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from onecrown.definitions.entities import SHORT_MEANING_CHARACTERS
from onecrown.definitions.measures import Measure, StatedView, UnitColumn
from onecrown.definitions.reading import nearest
from onecrown.errors import Problem

VIEWS = "views"
UNITS_OF = re.compile(r":units_of\(([a-z_]+)((?:, [a-z_]+)*)\)")
_HEADER = re.compile(r"-- (\w+): (.*)|-- {2,}(.*)")
_COLUMN = re.compile(r"([a-z][a-z0-9_]*) (\w+) (.+)")
_TYPES = ("string", "date", "long", "double", "boolean")
_KEYS = ("view", "grain", "why", "column")


def read_views(folder: Path, measures: Mapping[str, Measure]) -> tuple[dict[str, StatedView], list[Problem]]:
    """Every view of a folder by name, with every mistake in their headers and in the measures that they name."""
    views: dict[str, StatedView] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.sql")):
        file = f"{folder.parent.name}/{folder.name}/{path.name}"
        lines = path.read_text(encoding="utf-8").splitlines()
        count = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
        said, found = _header(lines[:count])
        sql = "\n" * count + "\n".join(lines[count:])  # so that lines keep their numbers
        views[path.stem] = StatedView(path.stem, said["grain"], said["why"], tuple(_columns(found)), sql)
        problems += [*_problems(file, path.stem, said, found), *_unit_problems(file, sql, measures)]
    return views, problems


def _unit_problems(file: str, sql: str, measures: Mapping[str, Measure]) -> Iterator[Problem]:
    for number, line in enumerate(sql.splitlines(), 1):
        for name, dimensions in UNITS_OF.findall(line):
            if name not in measures:
                yield Problem(file, number, f"there is no measure `{name}`{nearest(name, measures)}")
                continue
            known = measures[name].dimensions
            for dimension in filter(None, dimensions.split(", ")):
                if dimension not in known:
                    said = f"`{name}` is not broken down by `{dimension}`{nearest(dimension, known)}"
                    yield Problem(file, number, said)
        if ":units_of" in line and not UNITS_OF.search(line):
            yield Problem(file, number, "write `:units_of(MEASURE, DIMENSION, …)` on one line")


@dataclass(frozen=True, slots=True)
class _Line:
    """A column as the header says it, and where."""

    number: int
    text: str


def _header(lines: list[str]) -> tuple[dict[str, str], list[_Line]]:
    said = dict.fromkeys(_KEYS, "")
    columns: list[_Line] = []
    key = ""
    for number, line in enumerate(lines, 1):
        found = _HEADER.fullmatch(line)
        if found and found[1] == "column":
            key = found[1]
            columns.append(_Line(number, found[2].strip()))
        elif found and found[1]:
            key = found[1]
            said[key] = found[2].strip()
        elif found and key == "column":
            columns[-1] = _Line(columns[-1].number, f"{columns[-1].text} {found[3].strip()}")
        elif found and key:
            said[key] += f" {found[3].strip()}"
    return said, columns


def _columns(found: list[_Line]) -> Iterator[UnitColumn]:
    for line in found:
        column = _COLUMN.fullmatch(line.text)
        if column:
            yield UnitColumn(column[1], column[2], column[3])


def _problems(file: str, name: str, said: dict[str, str], found: list[_Line]) -> Iterator[Problem]:
    if said["view"] != name:
        yield Problem(file, 1, f"the header must begin `-- view: {name}`")
    for key in ("grain", "why"):
        if not said[key]:
            yield Problem(file, 1, f"the header needs `-- {key}: …`")
    for key in said.keys() - set(_KEYS):
        yield Problem(file, 1, f"the header has no `{key}`{nearest(key, _KEYS)}")
    if not found:
        yield Problem(file, 1, "the header names no column; write `-- column: NAME TYPE Meaning.` for each, in order")
    for line in found:
        column = _COLUMN.fullmatch(line.text)
        if not column:
            yield Problem(file, line.number, "a column is said as `-- column: NAME TYPE Meaning.`")
        elif column[2] not in _TYPES:
            yield Problem(
                file, line.number, f"`{column[1]}` cannot be of type `{column[2]}`{nearest(column[2], _TYPES)}"
            )
        elif len(column[3]) > SHORT_MEANING_CHARACTERS:
            yield Problem(
                file, line.number, f"shorten the meaning of `{column[1]}` to {SHORT_MEANING_CHARACTERS} characters"
            )
