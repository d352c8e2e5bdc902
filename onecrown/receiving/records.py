"""Walks a document along the places that a contract names and gives its records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from onecrown.definitions.contracts import Contract, Field
from onecrown.receiving.canonical import canonical_json, digest, key_text
from onecrown.receiving.derivations import DERIVATIONS, Surroundings
from onecrown.receiving.documents import Document
from onecrown.receiving.field_texts import dug, scalar, settled
from onecrown.receiving.landing_key import LandingKey
from onecrown.receiving.record_places import Kind, Spot, compiled_places, known_at_root, read_plain


@dataclass(slots=True)
class Record:
    """One record: its place among the others, its fields as text, its own text and hash."""

    record_type: str
    ordinal: int
    parent: int | None
    root: int | None
    position: str
    fields: dict[str, str | None]
    event_at: str | None
    sequence: str | None
    unit: str | None = None
    text: str = ""
    record_hash: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from."""

    key: LandingKey
    meaning: dict[str, str]
    pseudonym_key: bytes


@dataclass(slots=True)
class Drift:
    """Names that the contract does not know, by record type, with how often they were met."""

    names: Counter[tuple[str, str]] = field(default_factory=Counter)


class RecordWalker:
    """Gives the records of documents of one contract; ordinals go on from document to document."""

    def __init__(self, contract: Contract, first_ordinal: int = 0) -> None:
        self._contract = contract
        self._start = compiled_places(contract)
        self._next = first_ordinal
        self._roots = {
            kind.name: scope.root for kind in contract.record_types.values() if (scope := contract.scope_of(kind))
        }
        self._root_known = known_at_root(contract, self._start)
        self.drift = Drift()

    def records(self, document: Document, origin: Origin) -> list[Record]:
        """Every record of one document, children before the record that they stand in."""
        walk = _Walk(self, document, origin)
        self._note_root_drift(document.tree)
        walk.below(document.tree, self._start, document.pointer, {}, ())
        return walk.found

    def take_ordinal(self) -> int:
        """The next ordinal."""
        self._next += 1
        return self._next

    @property
    def contract(self) -> Contract:
        """The contract walked along."""
        return self._contract

    def root_type(self, record_type: str) -> str | None:
        """The record type that is the root of the snapshots of which a record type is a member."""
        return self._roots.get(record_type)

    def _note_root_drift(self, tree: Any) -> None:
        if isinstance(tree, dict) and not self._start.kinds:
            for name in tree.keys() - self._root_known:
                self.drift.names[("document", name)] += 1


class _Walk:
    """One pass over one document."""

    def __init__(self, walker: RecordWalker, document: Document, origin: Origin) -> None:
        self._walker = walker
        self._document = document
        self._origin = origin
        self._ordinals: Counter[tuple[str, tuple[str | None, ...]]] = Counter()
        self._latest: dict[str, Record] = {}
        self.found: list[Record] = []
        self._event_at = self._said_event_at()
        self._sequence = self._said_sequence()

    def below(
        self, value: Any, spot: Spot, pointer: str, ancestors: dict[str, Record], enclosing: tuple[Any, ...]
    ) -> None:
        """Find the records at and below a value that stands at a spot."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.below(item, spot, f"{pointer}/{index}", ancestors, enclosing)
            return
        here = ancestors
        made = []
        for kind in spot.kinds:
            record = self._record(kind, value, pointer, here, enclosing)
            made.append((kind, record))
            here = {**here, kind.record_type.name: record}
        if isinstance(value, dict):
            for name, deeper in spot.below.items():
                if value.get(name) is not None:
                    self.below(value[name], deeper, f"{pointer}/{name}", here, (*enclosing, value))
        if made:
            text = self._document.own_text(value, spot.pruning)
            for kind, record in made:
                self._finish(kind, record, text, value)
                self.found.append(record)

    def _record(
        self, kind: Kind, value: Any, pointer: str, ancestors: dict[str, Record], enclosing: tuple[Any, ...]
    ) -> Record:
        name = kind.record_type.name
        parent = self._above(kind.place.parent or kind.record_type.parent, ancestors)
        ordinal = self._walker.take_ordinal()
        root_type = self._walker.root_type(name) or ""
        above = self._above(root_type, ancestors)
        root = ordinal if root_type == name else above.ordinal if above else None
        line = self._document.line_of(value, self._document.line)
        record = Record(
            name,
            ordinal,
            parent.ordinal if parent else None,
            root,
            f"{line}:{pointer or '/'}",
            {},
            self._event_at,
            self._sequence,
        )
        read_plain(kind.plain, value, record.fields)
        for wanted in kind.other:
            record.fields[wanted.name] = settled(wanted, self._raw(wanted, value, record, ancestors, enclosing))
        unit_kind, parts = kind.place.unit or kind.record_type.unit
        record.unit = key_text([unit_kind, *(record.fields.get(part) for part in parts)])
        self._latest[name] = record
        return record

    def _above(self, record_type: str, ancestors: dict[str, Record]) -> Record | None:
        """The nearest record of a type around this one, else the latest of the document (a sibling of what it is in)."""
        return ancestors.get(record_type) or self._latest.get(record_type)

    def _raw(
        self, wanted: Field, value: Any, record: Record, ancestors: dict[str, Record], enclosing: tuple[Any, ...]
    ) -> str | None:
        if wanted.path:
            return scalar(self._reach(wanted.path, value, enclosing))
        if wanted.origin:
            above = self._above(wanted.origin[0], ancestors)
            return above.fields.get(wanted.origin[1]) if above else None
        if wanted.constant is not None:
            return wanted.constant
        if wanted.key_of:
            return self._key_of(wanted.key_of, ancestors)
        if wanted.ordinal_of:
            return str(self._count(record.record_type, wanted.ordinal_of, record.fields))
        if wanted.landing_part:
            return self._origin.meaning.get(wanted.landing_part)
        if wanted.list_role:
            return self._list_role(wanted.list_role, value, record)
        if wanted.rest:
            return canonical_json(value)
        if wanted.derive:
            return DERIVATIONS[wanted.derive](self._surroundings(value, record, ancestors))
        return None

    def _reach(self, path: str, value: Any, enclosing: tuple[Any, ...]) -> Any:
        if path == ".":
            return value.get(".") if isinstance(value, dict) else value
        if path.startswith("/"):
            return dug(self._document.tree, path[1:].replace("/", "."))
        while path.startswith("^"):
            value, enclosing = (enclosing[-1], enclosing[:-1]) if enclosing else (None, ())
            path = path[1:].lstrip(".")
        return dug(value, path)

    def _key_of(self, record_type: str, ancestors: dict[str, Record]) -> str | None:
        above = self._above(record_type, ancestors)
        if above is None:
            return None
        return key_text(above.fields.get(part) for part in self._walker.contract.record_types[record_type].key)

    def _count(self, record_type: str, names: tuple[str, ...], fields: dict[str, str | None]) -> int:
        counted = (record_type, tuple(fields.get(name) for name in names))
        self._ordinals[counted] += 1
        return self._ordinals[counted]

    def _list_role(self, role: str, value: Any, record: Record) -> str | None:
        """What an entry of standing data has in a role; `unique` is what tells it from the others of its list."""
        table = self._walker.contract.record_types[record.record_type].lists[self._origin.meaning["table"]]
        if role != "unique":
            said = [scalar(dug(value, name)) for name in table.roles.get(role, ())]
            return "".join(part or "" for part in said) or None
        parts = [
            self._list_role("code", value, record) if name == "code" else scalar(dug(value, name))
            for name in table.unique
        ]
        key = key_text(parts)
        if key is not None and table.ordinal:
            key = key_text([key, str(self._count_values("unique", (key,)))])
        return key

    def _surroundings(self, value: Any, record: Record, ancestors: dict[str, Record]) -> Surroundings:
        return Surroundings(
            value,
            self._document.tree,
            record.fields,
            {name: above.fields for name, above in ancestors.items()},
            self._origin.key,
            self._origin.meaning,
            self._document.envelope,
            self._origin.pseudonym_key,
            lambda said: self._count_values(record.record_type, said),
        )

    def _count_values(self, record_type: str, said: tuple[str | None, ...]) -> int:
        self._ordinals[(record_type, said)] += 1
        return self._ordinals[(record_type, said)]

    def _finish(self, kind: Kind, record: Record, text: str, value: Any) -> None:
        record.text = text
        for name in kind.context:
            if record.fields[name] is not None:
                text += f"\x1f{name}={record.fields[name]}"
        record.record_hash = digest(text)
        if isinstance(value, dict) and not kind.known.issuperset(value):
            for name in value.keys() - kind.known:
                self._walker.drift.names[(record.record_type, name)] += 1

    def _said_event_at(self) -> str | None:
        kind, path = self._walker.contract.event_at
        if kind == "landing_key":
            return self._origin.meaning.get(path)
        said = scalar(dug(self._document.tree, path))
        return said.replace("[UTC]", "") if said else None

    def _said_sequence(self) -> str | None:
        wanted = self._walker.contract.sequence
        if wanted is None:
            return None
        if wanted.path:
            return scalar(dug(self._document.tree, wanted.path)) or self._document.envelope.get(wanted.path)
        nothing = Record("", 0, None, None, "", {}, None, None)
        return DERIVATIONS[wanted.derive](self._surroundings(self._document.tree, nothing, {}))
