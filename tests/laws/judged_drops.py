"""Judged drops as plain values, and as the files in which the receiver leaves them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.rendering.rule_book import every_field

_INSTANT = pa.timestamp("us", tz="UTC")
_ARROW = {"date": pa.date32(), "integer": pa.int64(), "boolean": pa.bool_(), "instant": _INSTANT}
FINE, SET_ASIDE, UNKEYED = "fine", "set aside", "unkeyed"
DIGITS = 32


def digest(*said: Any) -> str:
    """A short hash of what is said."""
    return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()[:DIGITS]


def key_text(parts: Iterable[Any]) -> str:
    """A key's text, as the contract's key is written."""
    return "|".join(str(part).replace("\\", "\\\\").replace("|", "\\|") for part in parts)


@dataclass(frozen=True)
class Record:
    """One judged record. `fault` is part of what was sent: the same text is always judged alike, unless its parent was not.

    The contract's second version accepts what the first one set aside, and writes texts in capitals.
    """

    kind: str
    ordinal: int
    parent: int
    root: int
    key: str | None
    record_hash: str
    unit: str
    event_at: datetime
    sequence: str
    fault: str
    values: Mapping[str, Any]
    references: Mapping[str, str]
    under_accepted: bool = True
    version: int = 1

    @property
    def accepted(self) -> bool:
        mended = self.fault == SET_ASIDE and self.version > 1
        return self.under_accepted and (self.fault == FINE or mended)


@dataclass(frozen=True)
class Listing:
    """One snapshot that a drop brings: what it lists of a scope at a time."""

    kind: str
    scope: str
    root: int
    event_at: datetime
    sequence: str
    members: frozenset[tuple[str, str]]
    complete: bool
    part: str | None = None

    @cached_property
    def members_hash(self) -> str:
        return digest("members", *sorted(self.members))


@dataclass(frozen=True)
class JudgedDrop:
    """A drop as the merge meets it, judged under a version of its contract."""

    dataset: str
    meaning: Mapping[str, str]
    records: Sequence[Record]
    listings: Sequence[Listing] = ()
    name: str = "a"
    version: int = 1

    @cached_property
    def drop_id(self) -> str:
        """The digest of what was sent: whichever version judged it."""
        said = [(r.kind, r.ordinal, r.parent, r.record_hash, r.unit, r.event_at, r.sequence) for r in self.records]
        whole = repr((self.dataset, sorted(self.meaning.items()), said, self.name))
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def prefix(self) -> str:
        """Where the files of its judgement lie: with those of the others of its dataset."""
        return f"{self.dataset.replace('/', '_')}_{self.version}"

    def counts(self) -> dict[str, dict[str, int]]:
        """The first line of the books."""
        found: dict[str, dict[str, int]] = {}
        for record in self.records:
            said = found.setdefault(record.kind, {"read": 0, "accepted": 0, "quarantined": 0, "flagged": 0})
            said["read"] += 1
            said["accepted" if record.accepted else "quarantined"] += 1
        return found


def write_judged(folders: tuple[Path, Path], contract: Contract, drops: Sequence[JudgedDrop]) -> None:
    """Write what the receiver would have written of drops received together: judged records, and what was set aside."""
    folder, quarantine = folders
    for made in folders:
        made.mkdir(parents=True, exist_ok=True)
    for kind in contract.record_types.values():
        rows = [_row(d.drop_id, record, kind) for d in drops for record in d.records if record.kind == kind.name]
        if rows:
            _write(pa.Table.from_pylist(rows, _schema(kind)), folder / f"{kind.name}.parquet")
    rows = [_listing_row(drop.drop_id, listing) for drop in drops for listing in drop.listings]
    _write(pa.Table.from_pylist(rows, _SNAPSHOTS), folder / "snapshots.parquet")
    pq.write_table(_NO_REJECTS, quarantine / "quarantine.parquet")
    pq.write_table(_NO_FLAGS, folder / "flags.parquet")
    pq.write_table(_NO_DRIFT, folder / "drift.parquet")


def _write(rows: pa.Table, path: Path) -> None:
    pq.write_table(rows.append_column("_prefix", pa.array([path.parent.name] * len(rows), pa.string())), path)


def _schema(kind: RecordType) -> pa.Schema:
    fields = [
        (column, pa.string()) for column in ("_drop", "_position", "_key", "_hash", "_unit", "_text", "_sequence")
    ]
    fields += [(column, pa.string()) for column in ("_rejects", "_flags")]
    fields += [("_ordinal", pa.int64()), ("_root", pa.int64()), ("_event_at", _INSTANT)]
    fields += [(f"{target}_key", pa.string()) for target, _ in kind.references]
    fields += [(said.name, _ARROW.get(said.type, pa.string())) for said in every_field(kind)]
    return pa.schema(fields)


def _row(drop_id: str, record: Record, kind: RecordType) -> dict[str, Any]:
    return {
        "_drop": drop_id,
        "_ordinal": record.ordinal,
        "_root": record.root,
        "_position": str(record.ordinal),
        "_key": record.key,
        "_hash": record.record_hash,
        "_unit": record.unit,
        "_text": f"{record.kind} {record.record_hash}",
        "_event_at": record.event_at,
        "_sequence": record.sequence,
        "_rejects": "" if record.accepted else "0",
        "_flags": "",
        **{f"{target}_key": record.references.get(target) for target, _ in kind.references},
        **{said.name: record.values.get(said.name) for said in every_field(kind)},
    }


def _listing_row(drop_id: str, listing: Listing) -> dict[str, Any]:
    return {
        "drop_id": drop_id,
        "record_type": listing.kind,
        "scope": listing.scope,
        "root": listing.root,
        "event_at": listing.event_at,
        "sequence": listing.sequence,
        "members_hash": listing.members_hash,
        "complete": listing.complete,
        "listed": len(listing.members),
        "part": listing.part,
    }


_TEXTS = ("drop_id", "record_type", "scope", "sequence", "members_hash", "part")
_SNAPSHOTS = pa.schema(
    [
        *((column, pa.string()) for column in _TEXTS),
        *(("root", pa.int64()), ("event_at", _INSTANT), ("complete", pa.bool_()), ("listed", pa.int64())),
    ]
)
_FLAG = ("drop_id", "record_type", "position", "key", "rule", "field", "severity", "class", "owner")
_NO_REJECTS = pa.schema(
    [(column, pa.string()) for column in ("drop_id", "record_type", "position", "field", "rule", "expected", "text")]
).empty_table()
_NO_FLAGS = pa.schema([(column, pa.string()) for column in _FLAG]).empty_table()
_DRIFT = [(column, pa.string()) for column in ("drop_id", "record_type", "field")]
_NO_DRIFT = pa.schema([*_DRIFT, ("seen_count", pa.int64())]).empty_table()


def at(day: int, second: int = 0) -> datetime:
    """An instant of an invented January."""
    return datetime(2026, 1, day, 10, 0, second, tzinfo=UTC)
