"""Reads `model/sources/<system>/<dataset>/contract.yaml` and its mappings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import yaml

from onecrown.definitions.contracts import (
    Contract,
    Control,
    Field,
    Format,
    Limit,
    ListTable,
    Place,
    RecordType,
    Rule,
    Scope,
    Severity,
)
from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.reading import Reading
from onecrown.errors import Problem

TYPES = re.compile(r"text|date|instant|integer|boolean|time|decimal\(\d{1,2},\s*\d{1,2}\)")
KEY_PARTS = ("extract_date", "court", "table", "part")
BUILT_IN_FIELDS = frozenset(
    {"parent_key", "event_at", "event_on", "extract_on", "file_court", "table", "court", "part"}
)
_ORIGINS = ("path", "from", "constant", "key_of", "derive", "ordinal_of", "sql", "rest", "landing_key", "table")
_FIELD_KEYS = (*_ORIGINS, "type", "format", "fold", "blank", "zone", "years", "meaning")
_RECORD_KEYS = (
    *("meaning", "mode", "at", "parent", "unit", "key", "scope", "references", "touches"),
    *("fields", "known", "table", "tables", "columns", "aliases", "notes"),
)
_CONTRACT_KEYS = (
    *("source", "dataset", "version", "meaning", "owner", "rhythm", "delivery", "landing_key", "format", "event_at"),
    *("sequence", "tolerance", "removal", "scopes", "record_types", "rules", "known", "code_system", "notes"),
)
_RULE_KEYS = (
    *("id", "record_type", "field", "when", "severity", "class", "owner", "meaning", "expected"),
    *("catalogue", "breaks_snapshot"),
)


def read_contracts(folder: Path) -> tuple[dict[str, Contract], list[Problem]]:
    """Every contract below a folder by `source/dataset`, with every mistake found."""
    contracts: dict[str, Contract] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*/*/contract.yaml")):
        reading = Reading(f"sources/{path.parent.parent.name}/{path.parent.name}/contract.yaml")
        contract = _read_file(path, reading)
        if contract is not None:
            contracts[contract.name] = contract
        problems += reading.problems
    return contracts, problems


def _read_file(path: Path, reading: Reading) -> Contract | None:
    try:
        block = load_block(path)
    except yaml.MarkedYAMLError as error:
        reading.wrong(error.problem_mark.line + 1 if error.problem_mark else 1, f"not YAML: {error.problem}")
        return None
    except TypeError as error:
        reading.wrong(1, str(error))
        return None
    contract = _contract(block, reading, _mappings(path.parent))
    folder = f"{path.parent.parent.name}/{path.parent.name}"
    if contract.name != folder:
        reading.wrong(block.line, f"`source` and `dataset` must be the folder's names: {folder}")
    return contract


def _mappings(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}


def _contract(block: Block, reading: Reading, mappings: dict[str, str]) -> Contract:
    what = "a contract"
    reading.only(block, _CONTRACT_KEYS, what)
    key = reading.block(block, "landing_key", what)
    reading.only(key, ("meaning_parts", "required", "name_pattern"), "`landing_key`")
    rhythm = reading.block(block, "rhythm", what)
    records = reading.named_blocks(block, "record_types", what)
    source = reading.text(block, "source", what)
    contract = Contract(
        source=source,
        dataset=reading.text(block, "dataset", what),
        version=int(reading.number(block, "version", what)),
        meaning=reading.text(block, "meaning", what),
        owner=reading.text(block, "owner", what),
        delivery=cast(Any, reading.one_of(block, "delivery", what, ("delta", "full"))),
        format=_format(reading.block(block, "format", what), reading),
        event_at=_event_at(reading.block(block, "event_at", what), reading),
        sequence=_sequence(block, reading),
        record_types={name: _record_type(name, value, reading) for name, value in records.items()},
        scopes=_scopes(reading.named_blocks(block, "scopes", what), reading),
        rules=tuple(_rule(item, reading) for item in reading.blocks(block, "rules", what)),
        meaning_parts=reading.texts(key, "meaning_parts", "`landing_key`"),
        required_parts=reading.texts(key, "required", "`landing_key`"),
        name_pattern=reading.text(key, "name_pattern", "`landing_key`", ""),
        code_system=reading.text(block, "code_system", what, source),
        tolerance=_limit(block, "tolerance", "rejected_share", reading),
        removal=_limit(block, "removal", "share", reading),
        late_after_hours=int(reading.number(rhythm, "late_after_hours", "`rhythm`", 0)),
        every=reading.text(rhythm, "every", "`rhythm`", ""),
        known=frozenset(reading.texts(block, "known", what)),
        mappings=mappings,
    )
    _check(contract, block, reading)
    return contract


def _format(block: Block, reading: Reading) -> Format:
    what = "`format`"
    keys = (
        "kind",
        "encoding",
        "expansion",
        "delimiter",
        "quote",
        "header",
        "document",
        "unwrap",
        "whole_list",
        "trailing_delimiter",
    )
    reading.only(block, keys, what)
    return Format(
        kind=cast(Any, reading.one_of(block, "kind", what, ("json", "csv", "xml"))),
        encoding=reading.text(block, "encoding", what, "utf-8"),
        expansion=reading.number(block, "expansion", what, 10),
        delimiter=str(block.get("delimiter", ",")),
        quote=str(block.get("quote", '"')),
        header=block.get("header", True) is not False,
        documents=reading.texts(block, "document", what),
        unwrap=reading.texts(block, "unwrap", what),
        trailing_delimiter=reading.truth(block, "trailing_delimiter", what),
        whole_list=reading.truth(block, "whole_list", what),
    )


def _event_at(block: Block, reading: Reading) -> tuple[str, str]:
    reading.only(block, ("path", "landing_key"), "`event_at`")
    for kind in ("path", "landing_key"):
        if kind in block:
            return kind, reading.text(block, kind, "`event_at`")
    reading.wrong(block.line, "`event_at` needs `path: …` or `landing_key: extract_date`")
    return "path", ""


def _sequence(block: Block, reading: Reading) -> Field | None:
    if "sequence" not in block:
        return None
    return _field("sequence", reading.block(block, "sequence", "a contract"), reading)


def _scopes(blocks: dict[str, Block], reading: Reading) -> dict[str, Scope]:
    scopes = {}
    for name, value in blocks.items():
        what = f"scope `{name}`"
        reading.only(value, ("root", "key", "meaning", "control"), what)
        control = _control(reading.block(value, "control", what), reading) if "control" in value else None
        scopes[name] = Scope(name, reading.text(value, "root", what), reading.texts(value, "key", what), control)
    return scopes


def _control(block: Block, reading: Reading) -> Control:
    what = "`control`"
    reading.only(block, ("dataset", "record_type", "rows", "key"), what)
    dataset, kind, rows = (reading.text(block, key, what) for key in ("dataset", "record_type", "rows"))
    return Control(dataset, kind, rows, reading.texts(block, "key", what))


def _limit(block: Block, key: str, share: str, reading: Reading) -> Limit:
    said = reading.block(block, key, "a contract")
    if not said:
        return Limit(1.0, 1 << 62)
    return Limit(reading.number(said, share, f"`{key}`"), int(reading.number(said, "at_least", f"`{key}`")))


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


def _record_type(name: str, block: Block, reading: Reading) -> RecordType:
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
    return tuple(_field(name, value, reading) for name, value in blocks.items())


def _field(name: str, block: Block, reading: Reading) -> Field:
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


def _rule(block: Block, reading: Reading) -> Rule:
    rule_id = reading.text(block, "id", "a rule")
    what = f"rule `{rule_id}`"
    reading.only(block, _RULE_KEYS, what)
    return Rule(
        rule_id=rule_id,
        record_type=reading.text(block, "record_type", what),
        field=reading.text(block, "field", what, ""),
        when=reading.text(block, "when", what),
        severity=cast(Severity, reading.one_of(block, "severity", what, ("reject", "flag"))),
        error_class=reading.one_of(block, "class", what, ("human", "technical", "coding")),
        owner=reading.text(block, "owner", what),
        meaning=reading.text(block, "meaning", what),
        expected=reading.text(block, "expected", what),
        catalogue=reading.texts(block, "catalogue", what),
        breaks_snapshot=reading.truth(block, "breaks_snapshot", what),
    )


def _check(contract: Contract, block: Block, reading: Reading) -> None:
    line = block.line_of("record_types")
    for kind in contract.record_types.values():
        for message in _record_problems(contract, kind):
            reading.wrong(line, message)
    seen: set[str] = set()
    for rule in contract.rules:
        if rule.rule_id in seen:
            reading.wrong(block.line_of("rules"), f"the rule id `{rule.rule_id}` is used twice")
        seen.add(rule.rule_id)
        if rule.record_type not in contract.record_types:
            reading.wrong(block.line_of("rules"), f"rule `{rule.rule_id}` names no record type `{rule.record_type}`")
    for part in (*contract.meaning_parts, *contract.required_parts):
        if part not in KEY_PARTS:
            reading.wrong(
                block.line_of("landing_key"),
                f"`{part}` is no part of a landing key; write one of {', '.join(KEY_PARTS)}",
            )


def _record_problems(contract: Contract, kind: RecordType) -> list[str]:
    names = {field.name for field in kind.fields} | BUILT_IN_FIELDS
    names |= {field.name for place in kind.places for field in place.fields}
    what = f"record type `{kind.name}`"
    used = [*kind.key, *kind.unit[1], *(f for _, fields in kind.references for f in fields)]
    wrong = [f"{what} uses `{name}`, which is none of its fields" for name in sorted(set(used) - names)]
    if not kind.key:
        wrong.append(f"{what} needs a key: key: [field, …]")
    if kind.mode == "member" and kind.scope not in contract.scopes:
        wrong.append(f"{what} is a member and needs the name of a scope")
    for parent in {kind.parent, *(place.parent for place in kind.places)} - {""}:
        if parent not in contract.record_types:
            wrong.append(f"{what} has the parent `{parent}`, which is no record type")
    for target, _ in (*kind.references, *kind.touches):
        if target not in contract.record_types:
            wrong.append(f"{what} refers to `{target}`, which is no record type")
    return wrong
