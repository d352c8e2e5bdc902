"""Code lists and their crosswalks, read from `model/codelists/`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import yaml

from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.reading import Reading
from onecrown.errors import Problem

HEADER = ("standard_code", "meaning", "group", "valid_from", "valid_to", "system", "list", "source_code", "note")


@dataclass(frozen=True, slots=True)
class Code:
    """A standard code with its meaning and the years in which it holds."""

    standard_code: str
    meaning: str
    group: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """One system's code and the standard code that it stands for."""

    system: str
    list: str
    source_code: str
    standard_code: str
    note: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of standard codes and the crosswalk from each system's codes."""

    name: str
    meaning: str
    owner: str
    standing: str
    source: str
    living: bool
    codes: tuple[Code, ...]
    crossings: tuple[Crossing, ...]


def read_code_lists(folder: Path) -> tuple[dict[str, CodeList], list[Problem]]:
    """Every code list of a folder by name, with every mistake found."""
    described, reading = _described(folder / "lists.yaml")
    problems = reading.problems
    lists: dict[str, CodeList] = {}
    for name, block in described.items():
        path = folder / f"{name}.csv"
        if not path.exists():
            reading.wrong(block.line, f"the list `{name}` has no file; write codelists/{name}.csv")
            continue
        codes, crossings, found = _rows(path)
        problems += found
        lists[name] = _code_list(name, block, reading, codes, crossings)
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in described:
            problems.append(
                Problem(f"codelists/{path.name}", 1, f"the list is not in lists.yaml; add `{path.stem}: …`")
            )
    return lists, problems


def _described(path: Path) -> tuple[dict[str, Block], Reading]:
    reading = Reading("codelists/lists.yaml")
    try:
        block = load_block(path)
    except (OSError, TypeError, yaml.YAMLError) as error:
        reading.wrong(1, f"cannot be read: {error}")
        return {}, reading
    found = {name: value for name, value in block.items() if isinstance(value, Block)}
    for name in block.keys() - found.keys():
        reading.wrong(block.line_of(name), f"`{name}` must be a mapping {{meaning, owner, standing, source}}")
    return found, reading


def _code_list(
    name: str, block: Block, reading: Reading, codes: tuple[Code, ...], crossings: tuple[Crossing, ...]
) -> CodeList:
    what = f"list `{name}`"
    standing = block.get("standing", "")
    return CodeList(
        name=name,
        meaning=reading.text(block, "meaning", what),
        owner=reading.text(block, "owner", what),
        standing=standing.get("state", "") if isinstance(standing, Block) else str(standing),
        source=reading.text(block, "source", what),
        living=reading.truth(block, "living", what),
        codes=codes,
        crossings=crossings,
    )


def _rows(path: Path) -> tuple[tuple[Code, ...], tuple[Crossing, ...], list[Problem]]:
    file = f"codelists/{path.name}"
    problems: list[Problem] = []
    codes: dict[str, Code] = {}
    crossings: dict[tuple[str, str, str], Crossing] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != HEADER:
            return (), (), [Problem(file, 1, f"the header must be {','.join(HEADER)}")]
        for row in reader:
            problems += [Problem(file, reader.line_num, wrong) for wrong in _take(row, codes, crossings)]
    return tuple(codes.values()), tuple(crossings.values()), problems


def _take(row: dict[str, str], codes: dict[str, Code], crossings: dict[tuple[str, str, str], Crossing]) -> list[str]:
    if None in row or any(value is None for value in row.values()):
        return [f"the row must have {len(HEADER)} fields; quote a field that holds a comma"]
    wrong = []
    code = Code(row["standard_code"], row["meaning"], row["group"], row["valid_from"], row["valid_to"])
    if not code.standard_code or not code.meaning:
        wrong.append("`standard_code` and `meaning` must be filled")
    known = codes.setdefault(code.standard_code, code)
    if (known.meaning, known.group) != (code.meaning, code.group):
        wrong.append(f"`{code.standard_code}` has another meaning or group further up; write the same")
    if not row["system"]:
        return wrong
    where = (row["system"], row["list"], row["source_code"])
    if not all(where):
        wrong.append("`system`, `list` and `source_code` go together; fill all three or none")
    elif where in crossings:
        wrong.append(f"`{where[2]}` of {where[0]} {where[1]} is mapped twice; keep one")
    else:
        crossings[where] = Crossing(*where, row["standard_code"], row["note"])
    return wrong
