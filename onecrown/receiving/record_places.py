"""The places of a contract as a tree of names to walk along: what stands at each, and what lies below."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from onecrown.definitions.contracts import Contract, Field, Place, RecordType
from onecrown.receiving.documents import Pruning
from onecrown.receiving.field_texts import read_path, settled

_DEEPER = object()  # a value that is not simply there by its name


@dataclass(slots=True)
class Spot:
    """One name on the way to records: what stands here and what lies below."""

    below: dict[str, Spot] = field(default_factory=dict)
    kinds: list[Kind] = field(default_factory=list)
    pruning: Pruning = field(default_factory=Pruning)


@dataclass(frozen=True, slots=True)
class Plain:
    """A field that is simply the value at a path below the record: most are, so these are read without ado."""

    field: Field
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A record type at one place, with its fields made ready."""

    record_type: RecordType
    place: Place
    plain: tuple[Plain, ...]
    other: tuple[Field, ...]
    context: tuple[str, ...]
    known: frozenset[str]


def compiled_places(contract: Contract) -> Spot:
    """The tree of names that leads to every place of a contract."""
    start = Spot()
    for record_type in contract.in_order():
        for place in record_type.places:
            spot = start
            for name in _names(place.path):
                spot = spot.below.setdefault(name, Spot())
            spot.kinds.append(_kind(record_type, place, ()))
    _settle(start)
    return start


def _names(path: str) -> list[str]:
    return [name for name in (part.removesuffix("[]") for part in path.split(".")) if name]


def _kind(record_type: RecordType, place: Place, below: tuple[str, ...]) -> Kind:
    overriding = {field.name: field for field in place.fields}
    fields = [overriding.pop(field.name, field) for field in record_type.fields] + list(overriding.values())
    # what is counted, derived or keyed may look at the plain fields: those come first
    fields.sort(key=lambda field: (bool(field.ordinal_of), bool(field.derive)))
    outside = (f.name for f in fields if (f.from_elsewhere or f.ordinal_of) and f.name not in record_type.key)
    context = tuple(sorted(outside))
    known = record_type.known | {f.path.split(".")[0] for f in fields if f.path} | set(below)
    plain = tuple(Plain(f, tuple(f.path.split("."))) for f in fields if f.path and f.path[0] not in "/^.")
    other = tuple(f for f in fields if not f.path or f.path[0] in "/^.")
    return Kind(record_type, place, plain, other, context, frozenset(known))


def _settle(spot: Spot) -> Pruning:
    """Fill in what each spot leaves out of its records' text, from the bottom up."""
    for name, deeper in spot.below.items():
        under = _settle(deeper)
        spot.pruning.below[name] = None if deeper.kinds else under
    names = tuple(spot.below)
    together = frozenset().union(*(kind.known for kind in spot.kinds)) | set(names) if spot.kinds else frozenset()
    spot.kinds = [Kind(k.record_type, k.place, k.plain, k.other, k.context, together) for k in spot.kinds]
    return spot.pruning


def read_plain(plain: tuple[Plain, ...], value: Any, into: dict[str, str | None]) -> None:
    """Read the plain fields of a record; a name whose value is text, as most are, takes no call."""
    is_dict = isinstance(value, dict)
    for wanted in plain:
        said = value.get(wanted.names[0]) if is_dict and len(wanted.names) == 1 else _DEEPER
        if said is None:
            into[wanted.field.name] = None
        elif type(said) is str and " " < said[:1] < "\x7f" and said not in wanted.field.blank and not wanted.field.fold:
            into[wanted.field.name] = said
        else:
            into[wanted.field.name] = settled(wanted.field, read_path(value, wanted.names))


def known_at_root(contract: Contract, start: Spot) -> frozenset[str]:
    """The names that may stand at a document's root."""
    absolute = {
        field.path[1:].split("/")[0].split(".")[0]
        for kind in contract.record_types.values()
        for field in (*kind.fields, *(f for place in kind.places for f in place.fields))
        if field.path.startswith("/")
    }
    times = {contract.event_at[1].split(".")[0]} if contract.event_at[0] == "path" else set()
    return frozenset(contract.known | absolute | times | start.below.keys())
