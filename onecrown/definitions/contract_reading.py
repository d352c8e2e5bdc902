"""Reads `model/sources/<system>/<dataset>/contract.yaml` and its mappings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import yaml

from onecrown.definitions.contract_checks import check_contract
from onecrown.definitions.contracts import (
    Contract,
    Control,
    Field,
    Format,
    Limit,
    Rule,
    Scope,
    Severity,
)
from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.reading import Reading
from onecrown.definitions.record_reading import read_field, read_record_type
from onecrown.definitions.rhythm import PERIODS
from onecrown.errors import Problem

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
        record_types={name: read_record_type(name, value, reading) for name, value in records.items()},
        scopes=_scopes(reading.named_blocks(block, "scopes", what), reading),
        rules=tuple(_rule(item, reading) for item in reading.blocks(block, "rules", what)),
        meaning_parts=reading.texts(key, "meaning_parts", "`landing_key`"),
        required_parts=reading.texts(key, "required", "`landing_key`"),
        name_pattern=reading.text(key, "name_pattern", "`landing_key`", ""),
        code_system=reading.text(block, "code_system", what, source),
        tolerance=_limit(block, "tolerance", "rejected_share", reading),
        removal=_limit(block, "removal", "share", reading),
        late_after_hours=int(reading.number(rhythm, "late_after_hours", "`rhythm`", 0)),
        every=reading.one_of(rhythm, "every", "`rhythm`", PERIODS, ""),
        known=frozenset(reading.texts(block, "known", what)),
        mappings=mappings,
    )
    check_contract(contract, block, reading)
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
    return read_field("sequence", reading.block(block, "sequence", "a contract"), reading)


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
