"""What a supplier promises of one dataset: the values that a `contract.yaml` is read into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["reject", "flag"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: where its text comes from and the type that it promises.

    Exactly one of `path`, `origin` (a field of an ancestor), `constant`, `key_of`, `derive`, `ordinal_of`, `sql`,
    `rest`, `landing_part` (a part of the landing key) or `list_role` (what the list calls it) says where the text comes from.
    """

    name: str
    path: str = ""
    origin: tuple[str, str] | None = None
    constant: str | None = None
    key_of: str = ""
    derive: str = ""
    ordinal_of: tuple[str, ...] = ()
    sql: str = ""
    rest: bool = False
    landing_part: str = ""
    list_role: str = ""
    type: str = "text"
    formats: tuple[str, ...] = ()
    fold: str = ""
    blank: tuple[str, ...] = ()
    zone: str = ""
    years: str = ""
    meaning: str = ""

    @property
    def from_elsewhere(self) -> bool:
        """The text does not stand in the record's own text."""
        outside = self.origin or self.derive or self.key_of or self.landing_part or self.list_role
        return bool(outside) or self.constant is not None or self.path[:1] in ("/", "^")


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a document where records of a type stand."""

    path: str
    parent: str = ""
    fields: tuple[Field, ...] = ()
    unit: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list of standing data that the contract knows: the field names that play each role in it."""

    name: str
    roles: dict[str, tuple[str, ...]]
    unique: tuple[str, ...]
    form: str = "list"
    ordinal: bool = False


@dataclass(frozen=True, slots=True)
class RecordType:
    """One kind of record: key, unit, scope, fields."""

    name: str
    mode: str
    key: tuple[str, ...]
    unit: tuple[str, tuple[str, ...]]
    fields: tuple[Field, ...]
    places: tuple[Place, ...] = ()
    parent: str = ""
    scope: str = ""
    references: tuple[tuple[str, tuple[str, ...]], ...] = ()
    touches: tuple[tuple[str, tuple[str, ...]], ...] = ()
    known: frozenset[str] = frozenset()
    table: str = ""
    columns: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    lists: dict[str, ListTable] = field(default_factory=dict)
    meaning: str = ""

    def named(self, name: str) -> Field | None:
        """A field by name."""
        return next((found for found in self.fields if found.name == name), None)


@dataclass(frozen=True, slots=True)
class Control:
    """Where the promised number of rows of a snapshot stands: a record type of another dataset of the same source."""

    dataset: str
    record_type: str
    rows: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a delivery lists whole: the record type whose every record is one snapshot, and the snapshot's key."""

    name: str
    root: str
    key: tuple[str, ...]
    control: Control | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that is true of a record when it breaks the rule."""

    rule_id: str
    record_type: str
    field: str
    when: str
    severity: Severity
    error_class: str
    owner: str
    meaning: str
    expected: str
    catalogue: tuple[str, ...] = ()
    breaks_snapshot: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """How the bytes are laid out."""

    kind: Literal["json", "csv", "xml"]
    encoding: str = "utf-8"
    expansion: float = 10
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    trailing_delimiter: bool = False
    documents: tuple[str, ...] = ()
    unwrap: tuple[str, ...] = ()
    whole_list: bool = False
    max_bytes: int = 64 << 30


@dataclass(frozen=True, slots=True)
class Limit:
    """A share and a least count: passed only when both are."""

    share: float
    at_least: int

    def passed_by(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` is beyond the limit."""
        return part >= self.at_least and whole > 0 and part / whole > self.share


@dataclass(frozen=True, slots=True)
class Contract:
    """Everything promised of one source dataset."""

    source: str
    dataset: str
    version: int
    meaning: str
    owner: str
    delivery: Literal["delta", "full"]
    format: Format
    event_at: tuple[str, str]
    sequence: Field | None
    record_types: dict[str, RecordType]
    scopes: dict[str, Scope]
    rules: tuple[Rule, ...]
    meaning_parts: tuple[str, ...] = ()
    required_parts: tuple[str, ...] = ()
    name_pattern: str = ""
    code_system: str = ""
    tolerance: Limit = Limit(1.0, 1 << 62)
    removal: Limit = Limit(1.0, 1 << 62)
    late_after_hours: int = 0
    every: str = ""
    known: frozenset[str] = frozenset()
    mappings: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`source/dataset`."""
        return f"{self.source}/{self.dataset}"

    @property
    def event_at_in_key(self) -> bool:
        """The time of the records is the landing key's extract date."""
        return self.event_at[0] == "landing_key"

    def rules_of(self, record_type: str) -> tuple[Rule, ...]:
        """The rules of one record type, in order."""
        return tuple(rule for rule in self.rules if rule.record_type == record_type)

    def scope_of(self, record_type: RecordType) -> Scope | None:
        """The scope of which records of a type are members."""
        return self.scopes.get(record_type.scope) if record_type.mode == "member" else None

    def in_order(self) -> tuple[RecordType, ...]:
        """Record types with parents before children, and the roots of scopes before their members."""
        done: dict[str, RecordType] = {}
        waiting = dict(self.record_types)
        while waiting:
            ready = [name for name, kind in waiting.items() if not (self._before(kind) & waiting.keys())]
            for name in ready or list(waiting):
                done[name] = waiting.pop(name)
        return tuple(done.values())

    def _before(self, record_type: RecordType) -> set[str]:
        scope = self.scope_of(record_type)
        return (_parents(record_type) | ({scope.root} if scope else set())) - {record_type.name}


def _parents(record_type: RecordType) -> set[str]:
    named = {place.parent for place in record_type.places} | {record_type.parent}
    return named - {"", record_type.name}
