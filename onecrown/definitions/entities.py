"""The unified model's entities, read from `model/entities/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.reading import Reading
from onecrown.errors import Problem

SENSITIVITIES = ("public", "official", "personal", "special_category")
STANDINGS = ("proposed", "agreed", "deprecated")
PERSON = "person"
UNITS = ("case", "hearing", "application", "reference", PERSON)
SHORT_MEANING_CHARACTERS = 250
_TYPE = re.compile(r"string|date|timestamptz|long|int|boolean|decimal\(\d{1,2},\s*\d{1,2}\)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")

Sensitivity = Literal["public", "official", "personal", "special_category"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a definition is proposed, agreed (by whom, when) or deprecated (what to use instead)."""

    state: str
    by: str = ""
    on: str = ""
    use: str = ""

    def __str__(self) -> str:
        rest = [self.by and f"by {self.by}", self.on and f"on {self.on}", self.use and f"use {self.use}"]
        return " ".join([self.state, *filter(None, rest)])


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the unified model with everything that is said of it."""

    name: str
    field_id: int
    type: str
    required: bool
    meaning: str
    definition: str
    sensitivity: str
    owner: str
    standing: Standing
    source: str
    survivorship: tuple[str, ...]
    code_list: str = ""
    source_column: str = ""
    references: str = ""
    may_wait: bool = False
    unit_of_measure: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """One table of the unified model."""

    name: str
    meaning: str
    grain: str
    key: tuple[str, ...]
    unit: str
    columns: tuple[Column, ...]
    line: int = 1
    united_by: str = ""

    @property
    def key_column(self) -> str:
        """The column that identifies a row."""
        return self.key[0]

    @property
    def is_resolved(self) -> bool:
        """Whether the resolution of persons writes it, and no drop feeds it."""
        return self.unit == PERSON

    def column(self, name: str) -> Column | None:
        """A column by name."""
        return next((column for column in self.columns if column.name == name), None)


_ENTITY_KEYS = ("entity", "meaning", "grain", "key", "unit", "united_by", "defaults", "columns", "notes")
_SHARED_KEYS = ("sensitivity", "owner", "standing", "source", "survivorship")
_COLUMN_KEYS = (
    *("name", "id", "type", "required", "meaning", "definition", "code_list", "source_column"),
    *("references", "may_wait", "unit_of_measure", *_SHARED_KEYS),
)


def read_entities(folder: Path) -> tuple[dict[str, Entity], list[Problem]]:
    """Every entity of a folder by name, with every mistake found."""
    entities: dict[str, Entity] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        reading = Reading(f"{folder.name}/{path.name}")
        entity = _read_file(path, reading)
        if entity is not None:
            entities[entity.name] = entity
        problems += reading.problems
    return entities, problems


def _read_file(path: Path, reading: Reading) -> Entity | None:
    try:
        block = load_block(path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        reading.wrong(line, f"not YAML: {error.problem}")
        return None
    except TypeError as error:
        reading.wrong(1, str(error))
        return None
    entity = _entity(block, reading)
    if entity.name != path.stem:
        reading.wrong(block.line_of("entity"), f"`entity` must be the file's name: write `entity: {path.stem}`")
    return entity


def _entity(block: Block, reading: Reading) -> Entity:
    reading.only(block, _ENTITY_KEYS, "an entity")
    name = reading.text(block, "entity", "an entity")
    what = f"entity `{name}`"
    defaults = reading.block(block, "defaults", what)
    reading.only(defaults, _SHARED_KEYS, f"`defaults` of {what}")
    columns = tuple(_column(item, defaults, reading) for item in reading.blocks(block, "columns", what))
    entity = Entity(
        name=name,
        meaning=_short(block, reading, what),
        grain=reading.text(block, "grain", what),
        key=reading.texts(block, "key", what),
        unit=reading.one_of(block, "unit", what, UNITS),
        columns=columns,
        line=block.line,
        united_by=reading.text(block, "united_by", what, ""),
    )
    for problem in _entity_problems(entity):
        reading.wrong(block.line_of("columns"), problem)
    return entity


def _entity_problems(entity: Entity) -> Iterator[str]:
    names = [column.name for column in entity.columns]
    ids = [column.field_id for column in entity.columns]
    if not names:
        yield f"entity `{entity.name}` has no columns"
    if len(entity.key) != 1:
        yield f"entity `{entity.name}` needs a key of one column: key: [{entity.name}_id]"
    for repeated in sorted({name for name in names if names.count(name) > 1}):
        yield f"the column `{repeated}` of `{entity.name}` is said twice; keep one"
    for repeated_id in sorted({number for number in ids if ids.count(number) > 1}):
        yield f"the field id {repeated_id} of `{entity.name}` is used twice; give one column the next free id {max(ids) + 1}"
    if entity.united_by and entity.united_by not in names:
        yield f"`united_by: {entity.united_by}` of `{entity.name}` is not one of its columns"
    for key in entity.key:
        if key not in names:
            yield f"the key `{key}` of `{entity.name}` is not one of its columns"
    for column in entity.columns:
        if column.source_column and column.source_column not in names:
            yield f"`source_column: {column.source_column}` of `{column.name}` is not a column of `{entity.name}`"


def _short(block: Block, reading: Reading, what: str) -> str:
    meaning = reading.text(block, "meaning", what)
    if len(meaning) > SHORT_MEANING_CHARACTERS or "\n" in meaning:
        limit = SHORT_MEANING_CHARACTERS
        reading.wrong(
            block.line_of("meaning"),
            f"the meaning of {what} has {len(meaning)} characters; shorten it to one line of at most {limit} "
            "and move the rest to `definition`",
        )
    return meaning


def _column(block: Block, defaults: Block, reading: Reading) -> Column:
    reading.only(block, _COLUMN_KEYS, "a column")
    name = reading.text(block, "name", "a column")
    what = f"column `{name}`"
    said = _with_defaults(block, defaults)
    if not _NAME.fullmatch(name):
        reading.wrong(block.line_of("name"), f"`{name}` is no column name; use lower_snake_case")
    return Column(
        name=name,
        field_id=_field_id(block, reading, what),
        type=_column_type(block, reading, what),
        required=reading.truth(block, "required", what),
        meaning=_short(block, reading, what),
        definition=reading.text(block, "definition", what),
        sensitivity=reading.one_of(said, "sensitivity", what, SENSITIVITIES),
        owner=reading.text(said, "owner", what),
        standing=_standing(said, reading, what),
        source=reading.text(said, "source", what),
        survivorship=reading.texts(said, "survivorship", what),
        code_list=reading.text(block, "code_list", what, ""),
        source_column=reading.text(block, "source_column", what, ""),
        references=reading.text(block, "references", what, ""),
        may_wait=reading.truth(block, "may_wait", what),
        unit_of_measure=reading.text(block, "unit_of_measure", what, ""),
    )


def _with_defaults(block: Block, defaults: Block) -> Block:
    said = Block({**{key: defaults[key] for key in _SHARED_KEYS if key in defaults}, **block})
    said.line, said.lines = block.line, {**defaults.lines, **block.lines}
    return said


def _field_id(block: Block, reading: Reading, what: str) -> int:
    number = int(reading.number(block, "id", what))
    if not 1 <= number <= 899:
        reading.wrong(block.line_of("id"), f"the id of {what} must be 1 to 899; 901 and up are the renderer's")
    return number


def _column_type(block: Block, reading: Reading, what: str) -> str:
    kind = reading.text(block, "type", what)
    if kind and not _TYPE.fullmatch(kind):
        known = "string, date, timestamptz, long, int, boolean, decimal(p,s)"
        reading.wrong(block.line_of("type"), f"{what} cannot be of type `{kind}`; write one of: {known}")
    return kind.replace(" ", "")


def _standing(block: Block, reading: Reading, what: str) -> Standing:
    value = block.get("standing")
    if isinstance(value, str):
        return Standing(value)
    said = reading.block(block, "standing", what)
    state = reading.one_of(said, "state", f"the standing of {what}", STANDINGS)
    if state == "agreed" and not (said.get("by") and said.get("on")):
        reading.wrong(
            said.line, f"the standing of {what} is agreed: say by whom and when: {{state: agreed, by: …, on: …}}"
        )
    fields = {key: reading.text(said, key, what, "") for key in ("by", "on", "use")}
    return Standing(state, **fields)
