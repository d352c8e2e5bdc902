"""Every rule that a record of one type is judged by: those that follow from its fields, and those of the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onecrown.definitions.contracts import Contract, Field, RecordType
from onecrown.rendering.typed_fields import hour_is_repeated, hour_is_skipped, typed
from onecrown.sql.quoting import name

_TYPE_RULES = {
    "date": ("not_a_date", "a date that exists"),
    "instant": ("not_an_instant", "a date-time that exists"),
    "integer": ("not_a_whole_number", "a whole number"),
    "boolean": ("not_true_or_false", "true or false"),
    "time": ("not_a_time", "a time of day"),
    "decimal": ("not_a_number", "a number"),
}


@dataclass(frozen=True, slots=True)
class JudgingRule:
    """One condition of the judging SELECT. `severity` is reject, flag, or note (a flag of ours, not the contract's)."""

    rule_id: str
    field: str
    when: str
    severity: str
    error_class: str
    owner: str
    meaning: str
    expected: str
    breaks_snapshot: bool = False


def rule_book(contract: Contract, record_type: RecordType) -> tuple[JudgingRule, ...]:
    """The rules of a record type, in the order in which breaches are numbered."""
    return (*_following(contract, record_type), *_of_contract(contract, record_type))


def _of_contract(contract: Contract, record_type: RecordType) -> Iterator[JudgingRule]:
    for rule in contract.rules_of(record_type.name):
        yield JudgingRule(
            rule.rule_id,
            rule.field,
            rule.when,
            rule.severity,
            rule.error_class,
            rule.owner,
            rule.meaning,
            rule.expected,
            rule.breaks_snapshot,
        )


def _following(contract: Contract, record_type: RecordType) -> Iterator[JudgingRule]:
    yield _rejecting(
        "parent_set_aside", record_type.parent, "_parent_set_aside", "a parent that was accepted", contract
    )
    yield _rejecting(
        "no_event_time", "event_at", "r.event_at IS NULL", "a date-time of sending or extraction", contract
    )
    scope = contract.scope_of(record_type)
    if scope is not None and scope.root != "file":
        expected = f"a {scope.root} that was accepted and says {' and '.join(scope.key)}"
        yield _rejecting("no_scope", scope.name, "_unscoped", expected, contract)
    for part in key_fields(record_type):
        yield _rejecting(
            "key_missing", part, f"r.{name(part)} IS NULL", f"a value: {part} is part of the key", contract
        )
    for field in every_field(record_type):
        if field.type == "text":
            continue
        rule, expected = _TYPE_RULES[field.type.split("(")[0]]
        when = f"r.{name(field.name)} IS NOT NULL AND t.{name(field.name)} IS NULL"
        yield _rejecting(rule, field.name, when, _expected(field, expected), contract)
        if field.type == "instant" and field.zone == "london":
            yield _noting(
                "repeated_hour", field.name, hour_is_repeated(field), "an hour of the autumn clock change", contract
            )
            yield _noting(
                "skipped_hour", field.name, hour_is_skipped(field), "an hour of the spring clock change", contract
            )


def _expected(field: Field, expected: str) -> str:
    return f"{expected}, written like {_in_words(field.formats[0])}" if field.formats else expected


def _in_words(layout: str) -> str:
    """A format as people write it: DD-MON-YY."""
    words = {"%d": "DD", "%b": "MON", "%y": "YY", "%Y": "YYYY", "%m": "MM", "%H": "hh", "%M": "mm", "%S": "ss"}
    for code, word in words.items():
        layout = layout.replace(code, word)
    return layout


def _rejecting(rule: str, field: str, when: str, expected: str, contract: Contract) -> JudgingRule:
    meaning = f"{rule.replace('_', ' ').capitalize()}."
    return JudgingRule(rule, field, when, "reject", "technical", contract.owner, meaning, expected)


def _noting(rule: str, field: str, when: str, what: str, contract: Contract) -> JudgingRule:
    meaning = f"A London time in {what}: read by the rule for it."
    return JudgingRule(rule, field, when, "note", "technical", contract.owner, meaning, "a time with its zone")


def every_field(record_type: RecordType) -> tuple[Field, ...]:
    """A record type's fields with those that only some places have."""
    found = {field.name: field for place in record_type.places for field in place.fields}
    found.update({field.name: field for field in record_type.fields})
    return tuple(found.values())


def key_fields(record_type: RecordType) -> tuple[str, ...]:
    """Fields that must be there: every part of the key, and of the unit where all places share it."""
    return tuple(dict.fromkeys((*record_type.key, *record_type.unit[1])))


def typed_struct(record_type: RecordType, rules: tuple[JudgingRule, ...] = ()) -> str:
    """SQL for the struct `t` of typed values: what is not text, and what a rule reads from it."""
    read = set(re.findall(r"\bt\.\"?([a-z_0-9]+)", " ".join(rule.when for rule in rules)))
    wanted = [f for f in every_field(record_type) if f.type != "text" or f.name in read]
    parts = [f"{name(f.name)} := {typed(f, 'r')}" for f in wanted]
    return f"struct_pack({', '.join(parts)})" if parts else "struct_pack(_ := 1)"
