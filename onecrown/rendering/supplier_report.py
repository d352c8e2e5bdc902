"""What a supplier is told of one drop: names, rules, counts and positions, and no value of a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """One record that broke a rule: where it stood ('' is the whole file), and its text where that was asked for."""

    position: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A rule broken in one field of one record type: what would have been right, how often, and the first records.

    `delivered_as` is what the supplier calls the field, where its value stands in the record itself.
    """

    record_type: str
    field: str
    delivered_as: str
    expected: tuple[str, ...]
    count: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that records broke, with every place where they did."""

    rule: str
    meaning: str
    severity: str
    error_class: str
    owner: str
    places: tuple[Place, ...]

    @property
    def count(self) -> int:
        """How many times the rule was broken."""
        return sum(place.count for place in self.places)


@dataclass(frozen=True, slots=True)
class Books:
    """The counts of one record type. `flagged` counts flags: a record may have several."""

    record_type: str
    read: int
    accepted: int
    quarantined: int
    flagged: int


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that the file had and its contract does not know."""

    record_type: str
    field: str
    seen_count: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """A drop as its supplier knows it, and what stands of it. `meaning` is what its landing key says."""

    drop_id: str
    name: str
    dataset: str
    dataset_meaning: str
    meaning: tuple[tuple[str, str], ...]
    contract_version: int
    arrived_at: datetime
    bytes: int
    state: str
    state_in_words: str
    reason: str


@dataclass(frozen=True, slots=True)
class SupplierReport:
    """Everything on the page."""

    delivered: Delivered
    books: tuple[Books, ...]
    rejects: tuple[Finding, ...]
    flags: tuple[Finding, ...]
    unknown_names: tuple[UnknownName, ...]
    next_steps: tuple[str, ...]
