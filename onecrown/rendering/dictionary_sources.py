"""The dictionary's page of one contract: what a supplier promises, and every rule by which its records are judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from onecrown.definitions.contracts import Contract, Field, Limit, RecordType, Rule, Scope
from onecrown.definitions.rhythm import rhythm_in_words
from onecrown.rendering import markdown as md
from onecrown.rendering.rule_book import JudgingRule, every_field, rule_book

_FORMATS = {"json": "JSON", "csv": "comma-separated values", "xml": "XML"}


def contract_text(contract: Contract) -> str:
    """The whole page of one contract."""
    return md.page(
        f"# {contract.name}",
        md.prose(contract.meaning),
        _facts(contract),
        "## Landing key",
        _landing_key(contract),
        "## What it feeds",
        md.bullets(md.link(name, f"../entities/{name}.md") for name in sorted(contract.mappings))
        or "No entity: it tells what other deliveries should hold.",
        *_scopes(contract),
        "## Records",
        *(_record(record_type) for record_type in contract.record_types.values()),
        *_rules(contract),
    )


def _facts(contract: Contract) -> str:
    expected = {"delta": "changes only: absence means nothing", "full": "whole each time: absence means removed"}
    return md.bullets(
        [
            f"**Contract version**: {contract.version}",
            f"**Owner**: {md.prose(contract.owner)}",
            f"**Rhythm**: {rhythm_in_words(contract)}",
            f"**Delivery**: {expected[contract.delivery]}",
            f"**Format**: {_format(contract)}",
            f"**Event time**: {_event_at(contract)}",
            f"**Held** when more of a drop is rejected than {_limit(contract.tolerance)}",
            f"**Held** when the merge would remove more than {_limit(contract.removal)}",
        ]
    )


def _format(contract: Contract) -> str:
    layout = contract.format
    said = f"{_FORMATS[layout.kind]}, {layout.encoding}"
    if layout.kind != "csv":
        return said
    header = "with a header" if layout.header else "without a header"
    return f"{said}, {header}, delimiter {md.code(layout.delimiter)}, quote {md.code(layout.quote)}"


def _event_at(contract: Contract) -> str:
    kind, said = contract.event_at
    place = f"{md.code(said + '=')} in the landing key" if kind == "landing_key" else f"{md.code(said)} in the document"
    if contract.sequence is None:
        return place
    return f"{place}; among equal times, {_origin(contract.sequence)} decides"


def _limit(limit: Limit) -> str:
    if limit.share >= 1:
        return "any share: it never is"
    return f"{limit.share:.0%}, and at least {limit.at_least} records"


def _landing_key(contract: Contract) -> str:
    parts = "".join(f"{part}=…/" for part in contract.required_parts)
    lines = [f"**Form**: {md.code(f'{contract.name}/{parts}NAME')}"]
    meaning = md.codes(contract.meaning_parts) or "none"
    lines.append(f"**Parts that make a drop what it is**, beside its bytes: {meaning}")
    if contract.name_pattern:
        lines.append(f"**Pattern of the name**: {md.code(contract.name_pattern)}")
    return md.bullets(lines)


def _scopes(contract: Contract) -> Iterator[str]:
    if not contract.scopes:
        return
    yield "## Scopes"
    yield "A delivery of a scope lists all of its members: one that a complete delivery no longer lists is gone."
    rows = (
        (
            md.code(scope.name),
            "the file" if scope.root == "file" else f"each {md.code(scope.root)}",
            md.codes(scope.key),
            md.codes(kind.name for kind in contract.record_types.values() if contract.scope_of(kind) == scope),
            _promise(contract, scope),
        )
        for scope in contract.scopes.values()
    )
    yield md.table(("Scope", "Listed whole by", "Key", "Members", "Rows promised by"), rows)


def _promise(contract: Contract, scope: Scope) -> str:
    """Where the number of rows stands that a delivery of a scope should have."""
    if scope.control is None:
        return ""
    name = f"{contract.source}/{scope.control.dataset}"
    page = f"{name.replace('/', '_')}.md"
    return f"{md.code(f'{scope.control.record_type}.{scope.control.rows}')} of {md.link(name, page)}"


def _record(record_type: RecordType) -> str:
    fields = every_field(record_type)
    return md.page(
        f"### {record_type.name}",
        md.prose(record_type.meaning),
        md.bullets(_record_facts(record_type)),
        md.table(("Field", "Comes from", "Type", "Meaning"), (_field_row(field) for field in fields)),
        md.folded(f"{len(record_type.columns)} columns in the file", md.codes(record_type.columns)),
        md.folded(f"{len(record_type.known)} names that are known and not mapped", md.codes(sorted(record_type.known))),
    ).rstrip("\n")


def _record_facts(record_type: RecordType) -> Iterator[str]:
    unit, parts = record_type.unit
    member = f"member of {md.code(record_type.scope)}: gone when a complete delivery no longer lists it"
    mode = "upsert: its absence means nothing" if record_type.mode == "upsert" else member
    yield f"**Key**: {md.codes(record_type.key)}"
    yield f"**Mode**: {mode}"
    if unit:
        yield f"**Unit**: {unit}, by {md.codes(parts)}"
    places = [place.path or "the document" for place in record_type.places if place.path or not record_type.table]
    if places:
        yield f"**Stands at**: {md.codes(dict.fromkeys(places))}"
    if record_type.table:
        yield f"**Table**: {md.code(record_type.table)}"
    parents = dict.fromkeys(filter(None, [record_type.parent, *(place.parent for place in record_type.places)]))
    if parents:
        yield f"**Set aside with**: {md.codes(parents)}"
    for target, by in record_type.references:
        yield f"**Waits for**: {md.code(target)}, by {md.codes(by)}"


def _field_row(field: Field) -> tuple[str, ...]:
    return (md.code(field.name), _origin(field), field.type, md.prose(field.meaning))


def _origin(field: Field) -> str:
    if field.origin:
        return f"{md.code('.'.join(field.origin))} above it"
    if field.constant is not None:
        return f"always {md.code(field.constant)}"
    said = (
        (field.path, f"{md.code(field.path)}"),
        (field.key_of, f"the key of {md.code(field.key_of)}"),
        (field.derive, f"derived: {md.code(field.derive)}"),
        (field.ordinal_of, f"its number among those with the same {md.codes(field.ordinal_of)}"),
        (field.sql, f"worked out: {md.code(field.sql)}"),
        (field.rest, "the whole record"),
        (field.landing_part, f"{md.code(field.landing_part)} of the landing key"),
        (field.list_role, f"what the list has as {md.code(field.list_role)}"),
    )
    return next((text for there, text in said if there), "")


def _rules(contract: Contract) -> Iterator[str]:
    yield "## Rules"
    yield (
        "A rule that rejects keeps the record out, in quarantine, with every reason at once. A rule that flags lets it "
        "go on. Class: human (recording), technical (the system), coding (processing). The owner is who can mend it."
    )
    header = ("Rule", "Record", "Field", "Severity", "Class", "Owner", "In plain words", "Expected", "Catalogue")
    yield md.table(header, map(_rule_row, contract.rules)) or "The contract adds none of its own."
    yield "### Rules that follow from the records"
    yield "Every part of a key must be there, and every value must be of the type that its field promises."
    yield _following(contract)


def _rule_row(rule: Rule) -> tuple[str, ...]:
    return (
        md.code(rule.rule_id),
        md.code(rule.record_type),
        md.code(rule.field),
        f"{rule.severity}; breaks the snapshot" if rule.breaks_snapshot else rule.severity,
        rule.error_class,
        md.prose(rule.owner),
        md.prose(rule.meaning),
        md.prose(rule.expected),
        md.prose("; ".join(rule.catalogue)),
    )


def _following(contract: Contract) -> str:
    own = {rule.rule_id for rule in contract.rules}
    every = [rule for kind in contract.record_types.values() for rule in rule_book(contract, kind)]
    found = [rule for rule in every if rule.rule_id not in own]
    counted = Counter(rule.rule_id for rule in found)
    first: dict[str, JudgingRule] = {}
    for rule in found:
        first.setdefault(rule.rule_id, rule)
    rows = (
        (md.code(name), rule.severity.replace("note", "flag"), md.prose(rule.meaning), str(counted[name]))
        for name, rule in sorted(first.items())
    )
    return md.table(("Rule", "Severity", "In plain words", "Fields judged by it"), rows)
