"""Hypothesis strategies drawn from a contract: sets of judged drops that share few keys, times and texts, so that they meet.

Generic over any contract: what is drawn follows from its record types, parents, keys, references, scopes, fields and types.
A merge costs by its statements, not by its rows, so an example holds several worlds: sets of drops whose keys never meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from onecrown.definitions.contracts import Contract, Field, RecordType, Scope
from onecrown.definitions.model import Model
from onecrown.rendering.rule_book import every_field

from .judged_drops import FINE, SET_ASIDE, UNKEYED, JudgedDrop, Listing, Record, at, digest, key_text

TIMES = (at(1), at(2), at(3))
SEQUENCES = ("", "1", "2")
FAULTS = (FINE,) * 9 + (SET_ASIDE,) * 3 + (UNKEYED,)
COURTS = ("1",) * 7 + ("2",)
MOST_DROPS = 7
WORLDS = (1, 40, 40, 40)
NAMES = ("a", "a", "a", "b")
_POOLS: dict[str, tuple[Any, ...]] = {
    "text": ("a", "b"),
    "date": (date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 2)),
    "integer": (1, 2),
    "boolean": (True, False),
    "time": ("10:00:00", "11:00:00"),
    "instant": (at(1), at(2)),
}


@dataclass
class _Document:
    """What has been drawn of one document or file so far."""

    contract: Contract
    meaning: Mapping[str, str]
    event_at: datetime
    sequence: str
    world: str
    records: list[Record]
    above: dict[int, Record | None] = field(default_factory=dict)

    def ancestors(self, record: Record | None) -> Mapping[str, Record]:
        """The record and those above it by their type."""
        found: dict[str, Record] = {}
        while record is not None:
            found[record.kind] = record
            record = self.above.get(record.ordinal)
        return found


@dataclass(frozen=True)
class World:
    """What a set of drops is about: a beginning of all its names, the contracts and the tables of their files."""

    name: str
    model: Model
    contracts: tuple[Contract, ...]
    tables: frozenset[str]


def drops_of(contract: Contract, world: World) -> st.SearchStrategy[JudgedDrop]:
    """One judged drop of a contract."""
    if any(kind.table for kind in contract.record_types.values()):
        return _files(contract, world)
    return _documents(contract, world)


@st.composite
def _worlds(draw: st.DrawFn, model: Model, name: str) -> World:
    """All systems and tables, or one system, or one table: drops that are about little meet often."""
    contracts = tuple(model.contracts.values())
    source = draw(st.sampled_from((*sorted({contract.source for contract in contracts}), None)))
    kept = tuple(contract for contract in contracts if source in (None, contract.source))
    tables = sorted({k.table for c in kept if c.delivery == "full" for k in c.record_types.values() if k.table})
    one = draw(st.sampled_from((*tables, None))) if tables else None
    return World(name, model, kept, frozenset(tables if one is None else (one,)))


@st.composite
def sets_of_drops(draw: st.DrawFn, model: Model, name: str = "", most: int = MOST_DROPS) -> list[JudgedDrop]:
    """A set of drops of the contracts of a model."""
    world = draw(_worlds(model, name))
    oftener = [contract for contract in world.contracts if contract.delivery == "full"]
    one = st.one_of([drops_of(contract, world) for contract in (*world.contracts, *oftener)])
    return draw(st.lists(one, min_size=1, max_size=most, unique_by=lambda drop: drop.drop_id))


@st.composite
def worlds(draw: st.DrawFn, model: Model, most: int = MOST_DROPS) -> list[list[JudgedDrop]]:
    """Several sets of drops that never meet."""
    return [draw(sets_of_drops(model, f"{number}.", most)) for number in range(draw(st.sampled_from(WORLDS)))]


@st.composite
def _documents(draw: st.DrawFn, contract: Contract, world: World) -> JudgedDrop:
    """A delta: one or two documents, each a tree of records by the parents that the contract names."""
    records: list[Record] = []
    for _ in range(draw(st.sampled_from((1, 1, 2)))):
        sequence = draw(st.sampled_from(SEQUENCES)) if contract.sequence else ""
        document = _Document(contract, {}, draw(st.sampled_from(TIMES)), sequence, world.name, records)
        for kind in contract.in_order():
            if not _parents(kind):
                _draw_tree(draw, document, kind, None)
    listings = [listing for scope in contract.scopes.values() for listing in _rooted(contract, scope, records)]
    return JudgedDrop(contract.name, {}, tuple(records), tuple(listings), world.name + draw(st.sampled_from("ab")))


@st.composite
def _files(draw: st.DrawFn, contract: Contract, world: World) -> JudgedDrop:
    """A file of rows of one table: whole, or one part of two; of a control table, a promise of any scope."""
    kinds = [k for k in contract.record_types.values() if contract.delivery != "full" or k.table in world.tables]
    kind = draw(st.sampled_from(kinds))
    event_at = draw(st.sampled_from(TIMES))
    part = draw(st.sampled_from((None, None, "0001", "0002"))) if contract.delivery == "full" else None
    meaning = {"extract_date": f"{event_at:%Y-%m-%dT%H:%M:%SZ}", "court": world.name + draw(st.sampled_from(COURTS))}
    meaning |= {"table": kind.table} | ({"part": part} if part else {})
    document = _Document(contract, meaning, event_at, "", world.name, [])
    for _ in range(draw(st.integers(0, 3))):
        _draw_record(draw, document, kind, None, _pools_of_controls(contract, kind, world))
    scope = contract.scope_of(kind)
    listings = [_whole_file(document, kind, scope, part)] if scope else []
    return JudgedDrop(contract.name, meaning, tuple(document.records), tuple(listings), world.name)


def _parents(kind: RecordType) -> set[str]:
    return ({place.parent for place in kind.places} | {kind.parent}) - {"", kind.name}


def _draw_tree(draw: st.DrawFn, document: _Document, kind: RecordType, parent: Record | None) -> None:
    record = _draw_record(draw, document, kind, parent, {})
    for child in document.contract.in_order():
        if kind.name in _parents(child):
            for _ in range(draw(st.integers(0, 2))):
                _draw_tree(draw, document, child, record)


def _draw_record(
    draw: st.DrawFn, document: _Document, kind: RecordType, parent: Record | None, pools: Mapping[str, Sequence[Any]]
) -> Record:
    above = document.ancestors(parent)
    fault = draw(st.sampled_from(FAULTS))
    values = {said.name: _value(draw, said, kind, document, above, pools) for said in every_field(kind)}
    named = {**document.meaning, **values}
    ordinal = len(document.records) + 1
    root = _root_of(document.contract, kind, above)
    record = Record(
        kind=kind.name,
        ordinal=ordinal,
        parent=parent.ordinal if parent else 0,
        root=ordinal if root is None else root,
        key=None if fault == UNKEYED else key_text(named[part] for part in kind.key),
        record_hash=digest(kind.name, sorted(values.items()), fault),
        unit=f"{kind.unit[0]}|{key_text(named[part] for part in kind.unit[1])}",
        event_at=document.event_at,
        sequence=document.sequence,
        fault=fault,
        values=values,
        references={target: key_text(named[part] for part in parts) for target, parts in kind.references},
        under_accepted=parent is None or parent.accepted,
    )
    document.records.append(record)
    document.above[ordinal] = parent
    return record


def _root_of(contract: Contract, kind: RecordType, above: Mapping[str, Record]) -> int | None:
    """The root of the scope that a record is a member of; 0 where the file is."""
    scope = contract.scope_of(kind)
    if scope is None:
        return None
    return 0 if scope.root == "file" else above[scope.root].ordinal


def _value(
    draw: st.DrawFn,
    said: Field,
    kind: RecordType,
    document: _Document,
    above: Mapping[str, Record],
    pools: Mapping[str, Sequence[Any]],
) -> Any:
    if said.origin and said.origin[0] in above:
        return above[said.origin[0]].values[said.origin[1]]
    if said.key_of in above:
        return above[said.key_of].key or "unkeyed"
    if said.landing_part:
        return document.meaning.get(said.landing_part)
    if said.constant is not None:
        return said.constant
    if said.type == "text" and said.name not in pools and said.name in _naming(kind, document.contract):
        return document.world + draw(st.sampled_from(NAMES))
    return draw(st.sampled_from(pools.get(said.name, _POOLS.get(said.type, ("1", "2")))))


def _naming(kind: RecordType, contract: Contract) -> set[str]:
    """The fields of a record by which it, what it belongs to or what it refers to is named."""
    scopes = [part for scope in contract.scopes.values() if scope.root == kind.name for part in scope.key]
    referred = [part for _, parts in (*kind.references, *kind.touches) for part in parts]
    return {*kind.key, *kind.unit[1], *scopes, *referred}


def _pools_of_controls(contract: Contract, kind: RecordType, world: World) -> dict[str, Sequence[Any]]:
    """A control record speaks of tables and courts that there are, and of as many rows as files have."""
    for other in world.model.contracts.values():
        for scope in other.scopes.values():
            if scope.control and (other.source, scope.control.record_type) == (contract.source, kind.name):
                courts = [world.name + court for court in COURTS]
                return {"table": sorted(world.tables), "court": courts, scope.control.rows: (0, 1, 2, 3)}
    return {}


def _rooted(contract: Contract, scope: Scope, records: Sequence[Record]) -> list[Listing]:
    """A listing for each accepted root; roots of one scope and time share one list, that of all of them."""
    roots = [record for record in records if record.kind == scope.root and record.accepted]
    listings = []
    for kind in contract.record_types.values():
        if contract.scope_of(kind) != scope:
            continue
        for root in roots:
            key = _scope_key(scope, root)
            united = {r.ordinal for r in roots if _moment(scope, r) == _moment(scope, root)}
            listed = [record for record in records if record.kind == kind.name and record.root in united]
            listings.append(Listing(kind.name, key, root.ordinal, root.event_at, root.sequence, *_members(listed)))
    return listings


def _scope_key(scope: Scope, root: Record) -> str:
    return key_text(root.values[part] for part in scope.key)


def _moment(scope: Scope, root: Record) -> tuple[object, ...]:
    return _scope_key(scope, root), root.event_at, root.sequence


def _whole_file(document: _Document, kind: RecordType, scope: Scope, part: str | None) -> Listing:
    key = key_text(document.meaning[said] for said in scope.key)
    return Listing(kind.name, key, 0, document.event_at, "", *_members(document.records), part)


def _members(listed: Sequence[Record]) -> tuple[frozenset[tuple[str, str]], bool]:
    members = frozenset((record.key, record.record_hash) for record in listed if record.key is not None)
    return members, all(record.key is not None for record in listed)


def judged_anew(contract: Contract, drop: JudgedDrop) -> JudgedDrop:
    """The drop under the contract's second version."""
    records: dict[int, Record] = {}
    for record in drop.records:
        kind = contract.record_types[record.kind]
        under = record.parent == 0 or records[record.parent].accepted
        values = {part: _in_capitals(said, part, kind, contract) for part, said in record.values.items()}
        records[record.ordinal] = replace(record, version=2, under_accepted=under, values=values)
    again = tuple(records.values())
    rooted = [said for scope in contract.scopes.values() for said in _rooted(contract, scope, again)]
    return replace(drop, version=2, records=again, listings=tuple(rooted) or drop.listings)


def _in_capitals(said: Any, part: str, kind: RecordType, contract: Contract) -> Any:
    return said.upper() if isinstance(said, str) and part not in _naming(kind, contract) else said


def without_parser(model: Model) -> Model:
    """A model whose contracts are judged as documents are: with keys and texts already written by the receiver."""
    contracts = {
        name: replace(contract, version=2, format=replace(contract.format, kind="json"))
        for name, contract in model.contracts.items()
    }
    return replace(model, contracts=contracts)
