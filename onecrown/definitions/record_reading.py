"""Reads the record types of a contract: places, fields, units."""

from __future__ import annotations

import re

from onecrown.definitions.contracts import Field, ListTable, Place, RecordType
from onecrown.definitions.located_yaml import Block
from onecrown.definitions.reading import Reading

TYPES = re.compile(r"text|date|instant|integer|boolean|time|decimal\(\d{1,2},\s*\d{1,2}\)")
_ORIGINS = ("path", "from", "constant", "key_of", "derive", "ordinal_of", "sql", "rest", "landing_key", "table")
_FIELD_KEYS = (*_ORIGINS, "type", "format", "fold", "blank", "zone", "years", "meaning")
_RECORD_KEYS = (
    *("meaning", "mode", "at", "parent", "unit", "key", "scope", "references", "touches"),
    *("fields", "known", "table", "tables", "columns", "aliases", "notes"),
)
_LIST_ROLES = ("code", "description", "category", "ho_offence_class")


def _list_table(name: str, block: Block, reading: Reading) -> ListTable:
    what = f"list `{name}`"
    reading.only(block, (*_LIST_ROLES, "unique", "form", "ordinal"), what)
    return ListTable(
        name,
        {role: reading.texts(block, role, what) for role in _LIST_ROLES if role in block},
        unique=reading.texts(block, "unique", what),
        form=reading.one_of(block, "form", what, ("list", "object"), "list"),
        ordinal=reading.truth(block, "ordinal", what),
    )


def read_record_type(name: str, block: Block, reading: Reading) -> RecordType:
    """Read one record type."""
    what = f"record type `{name}`"
    reading.only(block, _RECORD_KEYS, what)
    return RecordType(
        name=name,
        mode=reading.one_of(block, "mode", what, ("upsert", "member")),
        key=reading.texts(block, "key", what),
        unit=_unit(reading.block(block, "unit", what), reading) or ("", ()),
        fields=_fields(reading.named_blocks(block, "fields", what), reading),
        places=_places(block, reading),
        parent=reading.text(block, "parent", what, ""),
        scope=reading.text(block, "scope", what, ""),
        references=_named_fields(reading.block(block, "references", what), reading),
        touches=_named_fields(reading.block(block, "touches", what), reading),
        known=frozenset(reading.texts(block, "known", what)),
        table=reading.text(block, "table", what, ""),
        columns=reading.texts(block, "columns", what),
        aliases=tuple((old, str(new)) for old, new in reading.block(block, "aliases", what).items()),
        lists={
            item: _list_table(item, said, reading) for item, said in reading.named_blocks(block, "tables", what).items()
        },
        meaning=reading.text(block, "meaning", what, ""),
    )


def _named_fields(block: Block, reading: Reading) -> tuple[tuple[str, tuple[str, ...]], ...]:
    for name, value in block.items():
        if not isinstance(value, list) or not value:
            reading.wrong(block.line_of(name), f"`{name}` must be a list of fields: {name}: [field, …]")
    return tuple((name, tuple(map(str, value))) for name, value in block.items() if isinstance(value, list))


def _unit(block: Block, reading: Reading) -> tuple[str, tuple[str, ...]] | None:
    named = _named_fields(block, reading)
    if len(named) > 1:
        reading.wrong(block.line, "a unit is one kind with its key: unit: {case: [case_id]}")
    return named[0] if named else None


def _places(block: Block, reading: Reading) -> tuple[Place, ...]:
    said = block.get("at", [])
    places = []
    for item in said if isinstance(said, list) else [said]:
        if not isinstance(item, Block):
            places.append(Place(str(item)))
            continue
        reading.only(item, ("place", "parent", "fields", "unit"), "a place")
        places.append(
            Place(
                reading.text(item, "place", "a place"),
                reading.text(item, "parent", "a place", ""),
                _fields(reading.named_blocks(item, "fields", "a place"), reading),
                _unit(reading.block(item, "unit", "a place"), reading),
            )
        )
    return tuple(places)


def _fields(blocks: dict[str, Block], reading: Reading) -> tuple[Field, ...]:
    return tuple(read_field(name, value, reading) for name, value in blocks.items())


def read_field(name: str, block: Block, reading: Reading) -> Field:
    """Read one field."""
    what = f"field `{name}`"
    reading.only(block, _FIELD_KEYS, what)
    said = [key for key in _ORIGINS if key in block]
    if len(said) != 1:
        reading.wrong(block.line, f"{what} needs exactly one of {', '.join(_ORIGINS)}")
    kind = reading.text(block, "type", what, "integer" if "ordinal_of" in block else "text")
    if not TYPES.fullmatch(kind):
        reading.wrong(
            block.line,
            f"{what} cannot be of type `{kind}`; write text, date, instant, integer, decimal(p,s), boolean or time",
        )
    origin = reading.text(block, "from", what, "")
    return Field(
        name=name,
        path=reading.text(block, "path", what, ""),
        origin=_origin(origin, block, reading) if origin else None,
        constant=str(block["constant"]) if "constant" in block else None,
        key_of=reading.text(block, "key_of", what, ""),
        derive=reading.text(block, "derive", what, ""),
        ordinal_of=reading.texts(block, "ordinal_of", what),
        sql=reading.text(block, "sql", what, ""),
        rest=reading.truth(block, "rest", what),
        landing_part=reading.text(block, "landing_key", what, ""),
        list_role=reading.text(block, "table", what, ""),
        type=kind.replace(" ", ""),
        formats=reading.texts(block, "format", what),
        fold=reading.one_of(block, "fold", what, ("", "lower", "upper", "trim"), ""),
        blank=reading.texts(block, "blank", what),
        zone=reading.one_of(block, "zone", what, ("", "london"), ""),
        years=reading.one_of(block, "years", what, ("", "two_digit", "two_digit_birth"), ""),
        meaning=reading.text(block, "meaning", what, ""),
    )


def _origin(text: str, block: Block, reading: Reading) -> tuple[str, str]:
    kind, _, field = text.partition(".")
    if not field:
        reading.wrong(block.line, f"`from: {text}` must be type.field")
    return kind, field
