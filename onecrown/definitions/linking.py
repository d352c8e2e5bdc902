"""How records are found to be one case, read from `model/linking/case.yaml`: the ladder, what relates cases, what is one within a case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.reading import Reading
from onecrown.errors import Problem

RECORD = re.compile(r"\brecord\.([a-z_]+)")
_CODE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Rung:
    """A kind of evidence that two records are one: what both say, as a SELECT of `id` and `said`.

    `across_datasets`: it links records of different datasets only, and none where it fits two cases of one dataset.
    `proposes`: it links nothing, and asks a person.
    """

    code: str
    meaning: str
    key: str
    across_datasets: bool = False
    proposes: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """How one case came from another: two SELECTs of `id` and `said`, of the earlier and of the later one.

    What they share is of a `space`, which several relations may have. `leads`: of those that share, the least is the earlier.
    """

    code: str
    meaning: str
    sources: str
    targets: str
    space: str
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Same:
    """Rungs by which rows of an entity are one within a case, or within another entity's united row (`within`)."""

    entity: str
    within: str
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """A column of an entity that takes a keyed id from the first rung that a row has."""

    entity: str
    column: str
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Linking:
    """The ladder of cases, strongest rung first; `most_records` is the size beyond which a person decides.

    `parts` are datasets of which several records may be one case.
    """

    entity: str
    meaning: str
    version: int
    most_records: int
    rungs: tuple[Rung, ...]
    relations: tuple[Relation, ...]
    same: tuple[Same, ...]
    identified: Identified | None = None
    parts: frozenset[str] = frozenset()

    def selects(self) -> Iterator[tuple[str, str]]:
        """Every SELECT with the code of what it belongs to."""
        yield from ((rung.code, rung.key) for rung in self.rungs)
        for relation in self.relations:
            yield relation.code, relation.sources
            yield relation.code, relation.targets
        yield from ((rung.code, rung.key) for said in self.same for rung in said.rungs)
        if self.identified:
            yield from ((rung.code, rung.key) for rung in self.identified.rungs)


_KEYS = (
    "linking",
    "meaning",
    "owner",
    "source",
    "version",
    "most_records",
    "entity",
    "rungs",
    "relations",
    "same",
    "identified",
    "parts",
)


def read_linking(path: Path) -> tuple[Linking | None, list[Problem]]:
    """The linking of a file with every mistake found; none where there is no such file."""
    reading = Reading(f"{path.parent.name}/{path.name}")
    if not path.exists():
        return None, []
    try:
        block = load_block(path)
    except (yaml.MarkedYAMLError, TypeError) as error:
        reading.wrong(1, f"not YAML: {getattr(error, 'problem', error)}")
        return None, reading.problems
    reading.only(block, _KEYS, "linking")
    linking = Linking(
        entity=reading.text(block, "entity", "linking", "court_case"),
        meaning=reading.text(block, "meaning", "linking"),
        version=int(reading.number(block, "version", "linking")),
        most_records=int(reading.number(block, "most_records", "linking")),
        rungs=tuple(_rung(said, reading) for said in reading.blocks(block, "rungs", "linking")),
        relations=tuple(_relation(said, reading) for said in reading.blocks(block, "relations", "linking")),
        same=tuple(_same(said, reading) for said in reading.blocks(block, "same", "linking")),
        identified=_identified(reading.block(block, "identified", "linking"), reading),
        parts=frozenset(reading.texts(block, "parts", "linking")),
    )
    codes = [rung.code for rung in linking.rungs] + [relation.code for relation in linking.relations]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        reading.wrong(block.line, f"the code `{code}` is said twice; a row tells by it why it is there")
    if linking.most_records < 2:
        reading.wrong(block.line_of("most_records"), "`most_records` must be 2 or more, or nothing is ever linked")
    return linking, reading.problems


def _code(block: Block, reading: Reading, what: str) -> str:
    code = reading.text(block, "code", what)
    if code and not _CODE.fullmatch(code):
        reading.wrong(block.line_of("code"), f"`{code}` is no code; use lower_snake_case")
    return code


def _rung(block: Block, reading: Reading) -> Rung:
    reading.only(block, ("code", "meaning", "key", "across_datasets", "proposes"), "a rung")
    return Rung(
        _code(block, reading, "a rung"),
        reading.text(block, "meaning", "a rung"),
        reading.text(block, "key", "a rung"),
        reading.truth(block, "across_datasets", "a rung"),
        reading.truth(block, "proposes", "a rung"),
    )


def _relation(block: Block, reading: Reading) -> Relation:
    reading.only(block, ("code", "meaning", "space", "leads", "from", "to"), "a relation")
    code = _code(block, reading, "a relation")
    meaning, sources, targets = (reading.text(block, key, "a relation") for key in ("meaning", "from", "to"))
    space = reading.text(block, "space", "a relation", code)
    return Relation(code, meaning, sources, targets, space, reading.truth(block, "leads", "a relation"))


def _same(block: Block, reading: Reading) -> Same:
    reading.only(block, ("entity", "within", "rungs"), "`same`")
    return Same(
        reading.text(block, "entity", "`same`"),
        reading.text(block, "within", "`same`", ""),
        tuple(_rung(said, reading) for said in reading.blocks(block, "rungs", "`same`")),
    )


def _identified(block: Block, reading: Reading) -> Identified | None:
    if not block:
        return None
    reading.only(block, ("entity", "column", "rungs"), "`identified`")
    return Identified(
        reading.text(block, "entity", "`identified`"),
        reading.text(block, "column", "`identified`"),
        tuple(_rung(said, reading) for said in reading.blocks(block, "rungs", "`identified`")),
    )
