"""What the flows need of the world: a landing zone, a ledger, tables, a clock. Adapters keep these promises."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from onecrown.decision_ports import PersonDecisions
from onecrown.erasure_ports import Erasures
from onecrown.table_ports import Change as Change
from onecrown.table_ports import Connection as Connection
from onecrown.table_ports import Tables as Tables

RECEIVED, QUARANTINED, HELD, VALIDATED = "received", "quarantined", "held", "validated"
MERGING, MERGED, REFUSED, WITHDRAWN, FAILED = "merging", "merged", "refused", "withdrawn", "failed"
STATES = (RECEIVED, HELD, REFUSED, QUARANTINED, VALIDATED, MERGING, MERGED, WITHDRAWN, FAILED)
JUDGED = ("read", "accepted", "quarantined", "flagged")
COUNTS = (*JUDGED, "new", "changed", "unchanged", "superseded", "duplicate", "removed")

MOVED_TOGETHER = 30  # drops that a ledger moves in one transaction: DynamoDB's holds 100 items, 3 for each

Counts = dict[str, dict[str, int]]
"""Counts by record type and then by name (one of `COUNTS`)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivered file: its landing key, its version and where its bytes are, as its landing zone writes places.

    `bytes` is how large it is as delivered, 0 where its landing zone did not say.
    """

    key: str
    version: str
    path: str
    arrived_at: datetime
    bytes: int = field(default=0, compare=False)

    @property
    def delivery_id(self) -> str:
        """Key and version: the unit of arrival."""
        return f"{self.key}@{self.version}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One arrival as the ledger knows it. `outcome` is new, duplicate or unknown.

    `looked` is the number of the newest erasure for which its file was looked through.
    """

    delivery_id: str
    key: str
    version: str
    path: str
    bytes: int
    arrived_at: datetime
    drop_id: str
    outcome: str
    looked: int = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """A drop as the ledger knows it.

    `prefix` is where its judged records lie; `standing` is the prefix from which it stands in the tables ('' before its
    first merge and after it has left), and `standing_version` the contract version that judged those. `told` is the prefix whose rejects, flags and drift stand
    in the operations tables.

    `erased` counts by erasure and type the records that are no longer in its file; `leftovers` are prefixes whose files still
    hold them; `keeps_books` where the next merge leaves its counts as they were published.

    `gigabyte_seconds` and `dpu_seconds` are what receiving it took of Lambda and of Glue, over all attempts.
    """

    drop_id: str
    source: str
    dataset: str
    name: str
    state: str
    rev: int
    meaning: dict[str, str]
    received_at: datetime
    bytes: int = 0
    contract_version: int = 0
    prefix: str = ""
    standing: str = ""
    standing_version: int = 0
    counts: Counts = field(default_factory=dict)
    reason: str = ""
    attempts: int = 0
    claim_owner: str = ""
    claim_epoch: int = 0
    claim_expires_at: datetime | None = None
    released: bool = False
    validated_at: datetime | None = None
    merged_at: datetime | None = None
    batch_id: str = ""
    mirrored: bool = False
    told: str = ""
    erased: dict[str, dict[str, int]] = field(default_factory=dict)
    leftovers: list[str] = field(default_factory=list)
    keeps_books: bool = False
    gigabyte_seconds: float = 0.0
    dpu_seconds: float = 0.0

    @property
    def erased_counts(self) -> dict[str, int]:
        """Records that were delivered and are no longer in its file, by type."""
        kinds = sorted({kind for said in self.erased.values() for kind in said})
        return {kind: sum(said.get(kind, 0) for said in self.erased.values()) for kind in kinds}

    @property
    def dataset_name(self) -> str:
        """`source/dataset`."""
        return f"{self.source}/{self.dataset}"

    def total(self, count: str) -> int:
        """One count over all record types."""
        return sum(said.get(count, 0) for said in self.counts.values())


@dataclass(frozen=True, slots=True)
class Batch:
    """Drops merged together. `snapshots` names the snapshot of every table after it.

    `delay_seconds` is the longest that one of its drops waited from arrival to rows, and the four after it are that drop's:
    received, waiting until the merge was asked for, until it was at work, and its work. None where no drop came in for the
    first time. `gigabyte_seconds` and `dpu_seconds` are what receiving and merging took of Lambda and of Glue; `cost_usd` is
    their list price as on the day `priced_on`, None and '' where nobody sends a bill.
    """

    batch_id: str
    state: str
    drop_ids: tuple[str, ...]
    started_at: datetime
    executor: str = "embedded"
    reason: str = ""
    finished_at: datetime | None = None
    snapshots: dict[str, int] = field(default_factory=dict)
    delay_seconds: float | None = None
    receive_seconds: float | None = None
    window_seconds: float | None = None
    start_seconds: float | None = None
    work_seconds: float | None = None
    gigabyte_seconds: float = 0.0
    dpu_seconds: float = 0.0
    cost_usd: float | None = None
    priced_on: str = ""


class Landing(Protocol):
    """Where suppliers put files; nothing is ever overwritten."""

    def deliver(self, key: str, content: Path | None, data: Iterable[bytes] | None) -> Arrival:
        """Put a copy of a file, or of bytes, under a key as a new version."""
        ...

    def arrivals(self) -> Iterator[Arrival]:
        """Every version of every key, in order of arrival."""
        ...

    def arrival(self, key: str, version: str) -> Arrival:
        """One version of a key; the newest where `version` is ''. Raises `StorageError` where there is none."""
        ...

    def fetch(self, path: str) -> Path | None:
        """A file of this machine with what was delivered at a place; None where it is gone."""
        ...

    def put_instead(self, path: str, content: Path) -> None:
        """Replace what was delivered at a place by what an erasure leaves of it, whole or not at all. It is no arrival."""
        ...


class Ledger(Erasures, PersonDecisions, Protocol):
    """What is known of deliveries, drops and batches. Every change of state is conditional."""

    def known_deliveries(self, delivery_ids: Collection[str]) -> set[str]:
        """Those of the ids that are known."""
        ...

    def delivery(self, delivery_id: str) -> Delivery | None: ...
    def deliveries(self) -> list[Delivery]:
        """All of them, in order of arrival: for people's commands and maintenance, as a large ledger is long to read."""
        ...

    def deliveries_of(self, drop_id: str) -> list[Delivery]:
        """The deliveries of a drop in order of arrival."""
        ...

    def latest_arrivals(self) -> Mapping[str, datetime]:
        """When the last delivery of each dataset (`source/dataset`) arrived, of known content too."""
        ...

    def untold_deliveries(self) -> list[Delivery]:
        """The deliveries of which `note_told` was not told, in order of arrival."""
        ...

    def note_told(self, delivery_ids: Collection[str]) -> None:
        """Note that deliveries are told in the operations tables."""
        ...

    def record_deliveries(self, deliveries: Sequence[Delivery], drops: Sequence[Drop]) -> list[Drop]:
        """Note deliveries and the drops that they bring; give those drops that were not known before."""
        ...

    def drop(self, drop_id: str) -> Drop | None: ...
    def drops(self, states: Sequence[str] = ()) -> list[Drop]: ...
    def claim(self, drop_ids: Sequence[str], owner: str, now: datetime, seconds: int) -> list[Drop]:
        """Lease received or lapsed drops to a worker; give those that were got."""
        ...

    def move(self, drop: Drop, to_state: str, **changes: Any) -> Drop:
        """Move a drop on, on condition that nobody else did and that no open batch has it. Raises `CommitConflict`."""
        ...

    def move_all(self, moves: Sequence[tuple[Drop, str, Mapping[str, Any]]]) -> None:
        """Move several drops on: all of up to `MOVED_TOGETHER` or none.

        Of more, some may have been moved when it raises `CommitConflict`, as another moved one of them.
        """
        ...

    def batches(self) -> list[Batch]:
        """All batches in the order in which they were opened: for people and releases, as a large ledger is long to read."""
        ...

    def newest_batches(self, count: int) -> list[Batch]:
        """The last so many batches in the order in which they were opened; as much is read, however many there are."""
        ...

    def open_batch(self, batch: Batch, moves: Sequence[tuple[Drop, str, Mapping[str, Any]]], after: str) -> None:
        """Open a batch and move its drops on: all of it, or nothing. Raises `CommitConflict`.

        One batch is open at a time, and none opens over a plan that another has overtaken: `after` is the id of the last
        batch that was known when planning began ('' for none). Two batches may change different tables by what each
        read in the other's: no table's own condition would see that.
        """
        ...

    def save_batch(self, batch: Batch, moves: Sequence[tuple[Drop, str, Mapping[str, Any]]] = ()) -> None:
        """Finish a batch that is open, and move its drops on: all of it, or nothing. Raises `CommitConflict`."""
        ...

    def take_lease(self, name: str, owner: str, now: datetime, seconds: int) -> bool:
        """Take or renew a lease; false where somebody else holds it. Of a worker that has certainly ended it may be taken."""
        ...

    def release_lease(self, name: str, owner: str) -> None: ...
