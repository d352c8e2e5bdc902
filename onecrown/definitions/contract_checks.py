"""What must hold within one contract."""

from __future__ import annotations

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.definitions.located_yaml import Block
from onecrown.definitions.reading import Reading

KEY_PARTS = ("extract_date", "court", "table", "part")
BUILT_IN_FIELDS = frozenset(
    {"parent_key", "event_at", "event_on", "extract_on", "file_court", "table", "court", "part"}
)


def check_contract(contract: Contract, block: Block, reading: Reading) -> None:
    """Note every rule that a contract breaks within itself."""
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
