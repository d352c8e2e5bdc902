"""What a set of drops means, in plain Python and without SQL: the current records, and those as at an instant.

The law, in the words of the design: an upsert's current version is the greatest (event time, sequence, hash); a copy has the
form that the greatest version of the contract gave it. A member is
current when, of its scope's snapshots that list it or are complete, the greatest lists it; if that copy was set aside, the
last accepted one stands, flagged stale; of several scopes the newest one's copy wins. A snapshot is complete unless one of its
records could not be keyed, its control file disagrees, or it is one of several parts without a control file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.definitions.model import Model

from .judged_drops import JudgedDrop, Listing, Record, key_text

Version = tuple[datetime, str, str]
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Current:
    """The record that stands for a key."""

    record: Record
    event_at: datetime
    stale: bool = False


@dataclass(frozen=True)
class Snapshot:
    """A scope's list at a time, as it counts."""

    version: Version
    members: frozenset[tuple[str, str]]
    complete: bool

    def copy_of(self, key: str) -> str | None:
        """The listed copy of a key: of several the greatest."""
        return max((record_hash for listed, record_hash in self.members if listed == key), default=None)


class Meaning:
    """What a set of drops means under a model."""

    def __init__(self, model: Model, drops: Iterable[JudgedDrop]) -> None:
        self._model = model
        self._drops = list({drop.drop_id: drop for drop in drops}.values())

    def current(self, contract: Contract, kind: RecordType, instant: datetime = FOR_EVER) -> dict[str, Current]:
        """The current records of a type by key, taking only what was said by an instant."""
        if kind.mode == "upsert":
            return self._upserts(contract.name, kind.name, instant)
        return self._members(contract, kind, instant)

    def records(self, dataset: str, kind: str) -> Iterator[Record]:
        """The accepted records of a type."""
        for drop in self._drops:
            if drop.dataset == dataset:
                yield from (r for r in drop.records if r.kind == kind and r.accepted)

    def _upserts(self, dataset: str, kind: str, instant: datetime) -> dict[str, Current]:
        found: dict[str, Record] = {}
        forms: dict[tuple[str | None, str], Record] = {}
        for record in self.records(dataset, kind):
            copy = record.key, record.record_hash
            forms[copy] = max(record, forms.get(copy, record), key=lambda said: said.version)
            key = str(record.key)
            if record.event_at <= instant and (key not in found or _version(record) > _version(found[key])):
                found[key] = record
        return {key: Current(forms[key, said.record_hash], said.event_at) for key, said in found.items()}

    def _members(self, contract: Contract, kind: RecordType, instant: datetime) -> dict[str, Current]:
        standing: dict[str, list[tuple[Version, str, Current]]] = defaultdict(list)
        bodies = self._bodies(contract.name, kind.name)
        for scope, snapshots in self.snapshots(contract, kind).items():
            said = [snapshot for snapshot in snapshots if snapshot.version[0] <= instant]
            for key in {key for snapshot in said for key, _ in snapshot.members}:
                deciding = max((s for s in said if s.complete or s.copy_of(key)), key=lambda s: s.version)
                current = _standing(
                    key, deciding, said, {h: r for (c, k, h), r in bodies.items() if (c, k) == (scope, key)}
                )
                if current:
                    standing[key].append((deciding.version, scope, current))
        return {key: max(found, key=lambda said: said[:2])[2] for key, found in standing.items()}

    def _bodies(self, dataset: str, kind: str) -> dict[tuple[str, str, str], Record]:
        """Accepted copies by scope, key and hash."""
        found: dict[tuple[str, str, str], Record] = {}
        for drop in self._drops:
            scopes = {said.root: said.scope for said in drop.listings if said.kind == kind}
            for record in drop.records:
                if drop.dataset == dataset and record.kind == kind and record.accepted:
                    copy = scopes[record.root], str(record.key), record.record_hash
                    found[copy] = max(record, found.get(copy, record), key=lambda said: said.version)
        return found

    def snapshots(self, contract: Contract, kind: RecordType) -> dict[str, list[Snapshot]]:
        """The snapshots of every scope as they count: the parts of one scope and time are one."""
        delivered: dict[tuple[Any, ...], list[Listing]] = defaultdict(list)
        for drop in self._drops:
            if drop.dataset == contract.name:
                for said in drop.listings:
                    if said.kind == kind.name:
                        own = "parts" if said.part else said.members_hash
                        delivered[said.scope, said.event_at, said.sequence, own].append(said)
        found: dict[str, list[Snapshot]] = defaultdict(list)
        for (scope, event_at, sequence, own), listings in delivered.items():
            promised = self._promised(contract, kind).get((scope, event_at))
            whole = _united(listings, promised) if own == "parts" else _one_list(listings, promised)
            found[scope].append(Snapshot((event_at, sequence, whole[0]), *whole[1:]))
        return found

    def _promised(self, contract: Contract, kind: RecordType) -> Mapping[tuple[str, datetime], int]:
        scope = contract.scope_of(kind)
        control = scope.control if scope else None
        if control is None:
            return {}
        found: dict[tuple[str, datetime], int] = defaultdict(int)
        for said in self._upserts(f"{contract.source}/{control.dataset}", control.record_type, FOR_EVER).values():
            values = said.record.values
            found[key_text(values[part] for part in control.key), said.event_at] += values[control.rows]
        return found


def _version(record: Record) -> Version:
    return record.event_at, record.sequence, record.record_hash


def _one_list(listings: Sequence[Listing], promised: int | None) -> tuple[str, frozenset[tuple[str, str]], bool]:
    members = listings[0].members
    complete = any(said.complete for said in listings)
    return listings[0].members_hash, members, complete and promised in (None, len(members))


def _united(listings: Sequence[Listing], promised: int | None) -> tuple[str, frozenset[tuple[str, str]], bool]:
    """The parts of one time: complete when all are, and they have together as many rows as the control file says."""
    hashes = "|".join(sorted({said.members_hash for said in listings}))
    rows = sum(len(members) for _, members in {(said.part, said.members) for said in listings})
    complete = all(said.complete for said in listings) and promised == rows
    return sha256(hashes.encode()).hexdigest()[:32], frozenset().union(*(said.members for said in listings)), complete


def _standing(
    key: str, deciding: Snapshot, snapshots: Sequence[Snapshot], bodies: Mapping[str, Record]
) -> Current | None:
    copy = deciding.copy_of(key)
    if copy is None:
        return None
    accepted = [
        (snapshot.version, record_hash)
        for snapshot in snapshots
        for listed, record_hash in snapshot.members
        if listed == key and record_hash in bodies
    ]
    if not accepted:
        return None
    version, record_hash = max(accepted)
    return Current(bodies[record_hash], version[0], stale=record_hash != copy)


class Unified:
    """The rows that the mappings of the laws' model give, in plain Python."""

    def __init__(self, model: Model, meaning: Meaning) -> None:
        self._model = model
        self._meaning = meaning

    @cached_property
    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Rows by entity: source key, copy, time, staleness and what the mapping adds, sorted."""
        found = {"matter": self._matters(), "charge": self._charges(), "outcome": self._outcomes()}
        return {entity: sorted(rows, key=repr) for entity, rows in found.items()}

    def _current(self, dataset: str, kind: str) -> dict[str, Current]:
        contract = self._model.contracts[dataset]
        return self._meaning.current(contract, contract.record_types[kind])

    def _matters(self) -> list[tuple[Any, ...]]:
        return [
            (key, said.record.record_hash, said.event_at, said.stale)
            for dataset in ("circuit/sitting", "registry/extract")
            for key, said in self._current(dataset, "matter").items()
        ]

    def _charges(self) -> list[tuple[Any, ...]]:
        """A charge waits until its matter is there."""
        rows = []
        for dataset in ("circuit/sitting", "registry/extract"):
            matters = self._current(dataset, "matter")
            parties = self._current(dataset, "party") if dataset == "registry/extract" else {}
            for key, said in self._current(dataset, "charge").items():
                if said.record.references["matter"] in matters:
                    party = parties.get(said.record.references.get("party", ""))
                    copy = party.record.record_hash if party else None
                    rows.append((key, said.record.record_hash, said.stale, copy))
        return rows

    def _outcomes(self) -> list[tuple[Any, ...]]:
        sittings = self._current("circuit/sitting", "sitting")
        return [
            (
                key,
                said.record.record_hash,
                said.event_at,
                said.stale,
                sittings[said.record.references["sitting"]].record.values["room"],
            )
            for key, said in self._current("circuit/sitting", "outcome").items()
            if said.record.references["sitting"] in sittings
        ]
