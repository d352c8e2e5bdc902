"""Contracts with their record types, fields, scopes, rules and mappings, as a catalogue of definitions."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from onecrown.definitions.contracts import Contract, Field, RecordType, Rule, Scope
from onecrown.rendering.model_changes import laws
from onecrown.rendering.model_changes.laws import ChangeClass, Facet
from onecrown.rendering.model_changes.said import Definition, Name, without_layout

_ORIGIN = (
    *("path", "origin", "constant", "key_of", "derive", "ordinal_of", "sql", "rest", "landing_part", "list_role"),
    *("fold", "zone", "years"),
)


def contract_said(contract: Contract) -> Iterator[Definition]:
    """A contract and what it promises; its mappings are told apart."""
    yield Definition("contract", contract.name, _contract_facets(contract), (contract.owner,), version=contract.version)
    for scope in contract.scopes.values():
        yield _scope(contract, scope)
    for kind in contract.record_types.values():
        yield _record_type(contract, kind)
        yield from (_field(contract, kind, field) for field in kind.fields)
    yield from (_rule(contract, rule) for rule in contract.rules)


def _within(contract: Contract) -> Name:
    return "contract", contract.name


def _contract_facets(contract: Contract) -> dict[str, Facet]:
    return {
        "version": Facet(contract.version, laws.version_of_record),
        "delivery": Facet(contract.delivery, laws.fixed),
        "format": Facet(str(contract.format), laws.fixed),
        "event_at": Facet(contract.event_at, laws.fixed),
        "sequence": Facet(str(contract.sequence), laws.fixed),
        "meaning_parts": Facet(contract.meaning_parts, laws.fixed),
        "required_parts": Facet(frozenset(contract.required_parts), laws.may_shrink),
        "name_pattern": Facet(contract.name_pattern, laws.may_be_dropped),
        "code_system": Facet(contract.code_system, laws.fixed),
        "tolerance": Facet((contract.tolerance.share, contract.tolerance.at_least), laws.none_smaller),
        "removal": Facet((contract.removal.share, contract.removal.at_least), laws.none_smaller),
        "late_after_hours": Facet(contract.late_after_hours or inf, laws.may_rise),
        "every": Facet(contract.every, laws.fixed),
        "known": Facet(contract.known, laws.may_grow),
        "owner": Facet(contract.owner, laws.words),
        "meaning": Facet(contract.meaning, laws.words),
    }


def _scope(contract: Contract, scope: Scope) -> Definition:
    facets = {
        "root": Facet(scope.root, laws.fixed),
        "key": Facet(scope.key, laws.fixed),
        "control": Facet(str(scope.control), laws.fixed),
    }
    return Definition("scope", f"{contract.name} {scope.name}", facets, (contract.owner,), within=_within(contract))


def _record_type(contract: Contract, kind: RecordType) -> Definition:
    facets = {
        "mode": Facet(kind.mode, laws.fixed),
        "key": Facet(kind.key, laws.fixed),
        "unit": Facet(kind.unit, laws.fixed),
        "parent": Facet(kind.parent, laws.fixed),
        "scope": Facet(kind.scope, laws.fixed),
        "references": Facet(kind.references, laws.fixed),
        "touches": Facet(kind.touches, laws.fixed),
        "table": Facet(kind.table, laws.fixed),
        "columns": Facet(frozenset(kind.columns), laws.may_shrink),
        "aliases": Facet(frozenset(kind.aliases), laws.may_grow),
        "known": Facet(kind.known, laws.may_grow),
        "places": Facet(frozenset(map(str, kind.places)), laws.may_grow),
        "lists": Facet(frozenset(map(str, kind.lists.values())), laws.may_grow),
        "meaning": Facet(kind.meaning, laws.words),
    }
    return Definition(
        "record type",
        f"{contract.name} {kind.name}",
        facets,
        (contract.owner,),
        within=_within(contract),
        mentions=(kind.name,),
        readers=mappings_of(contract),
    )


def _field(contract: Contract, kind: RecordType, field: Field) -> Definition:
    facets = {
        "origin": Facet(str({name: getattr(field, name) for name in _ORIGIN}), laws.fixed),
        "type": Facet(field.type, laws.promised_type),
        "formats": Facet(field.formats, laws.may_be_appended),
        "blank": Facet(frozenset(field.blank), laws.fixed),
        "meaning": Facet(field.meaning, laws.words),
    }
    return Definition(
        "field",
        f"{contract.name} {kind.name}.{field.name}",
        facets,
        (contract.owner,),
        within=("record type", f"{contract.name} {kind.name}"),
        arrives=ChangeClass.added if field.type == "text" else ChangeClass.broken,  # what is no such value is set aside
        mentions=(kind.name, field.name),
        readers=mappings_of(contract),
    )


def _rule(contract: Contract, rule: Rule) -> Definition:
    binds = rule.severity == "reject" or rule.breaks_snapshot
    facets = {
        "severity": Facet(rule.severity, laws.severity),
        "breaks_snapshot": Facet(rule.breaks_snapshot, laws.may_fall),
        "when": Facet(f"{rule.record_type}: {without_layout(rule.when)}", laws.fixed, binds),
        "owner": Facet(rule.owner, laws.words),
        "says": Facet((rule.field, rule.error_class, rule.meaning, rule.expected, rule.catalogue), laws.words),
    }
    return Definition(
        "contract rule",
        f"{contract.name} {rule.rule_id}",
        facets,
        tuple(dict.fromkeys((contract.owner, rule.owner))),
        within=("record type", f"{contract.name} {rule.record_type}"),
        arrives=ChangeClass.broken if binds else ChangeClass.added,
        leaves=ChangeClass.widened,
        mentions=(rule.rule_id,),
    )


def mappings_of(contract: Contract) -> frozenset[Name]:
    """The names of a contract's mappings."""
    return frozenset(("mapping", f"{contract.name}/{entity}") for entity in contract.mappings)


def mapping_said(contract: Contract, entity: str) -> Iterator[Definition]:
    """A mapping: where its rows come from, and what it says of each column."""
    name, sql = f"{contract.name}/{entity}", contract.mappings[entity]
    rows, columns = _taken_apart(sql)
    fed = f"onecrown.{entity}"
    yield Definition("mapping", name, {"rows": Facet(rows, laws.fixed)}, (contract.owner,), mentions=(fed,))
    for column, said in columns.items():
        yield Definition(
            "mapped column",
            f"{name}.{column}",
            {"says": Facet(said, laws.fixed)},
            (contract.owner,),
            within=("mapping", name),
            mentions=(fed, column),
        )


def _taken_apart(sql: str) -> tuple[str, dict[str, str]]:
    """The SELECT without its columns, and each column's expression; the whole text where it is not one SELECT."""
    try:
        tree = parse_one(sql, read="duckdb")
    except SqlglotError:
        return without_layout(sql), {}
    if not isinstance(tree, exp.Select):
        return without_layout(sql), {}
    columns = {item.alias_or_name: item.unalias().sql("duckdb") for item in tree.selects}
    tree.set("expressions", [])
    return tree.sql("duckdb", comments=False), columns
