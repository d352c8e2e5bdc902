"""What came of a receipt in numbers: counts by drop and record type."""

from __future__ import annotations

from dataclasses import dataclass, field

UNREADABLE = "unreadable"


@dataclass(slots=True)
class Tally:
    """Counts of one drop and record type; the erased ones are among those read and quarantined."""

    read: int = 0
    quarantined: int = 0
    flagged: int = 0
    erased: int = 0

    @property
    def accepted(self) -> int:
        """Records that go on."""
        return self.read - self.quarantined


@dataclass(slots=True)
class Judgement:
    """What came of a receipt: counts by drop and record type, and the record types that have a file."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)

    def tally(self, drop_id: str, record_type: str) -> Tally:
        """The counts of one drop and record type."""
        return self.tallies.setdefault((drop_id, record_type), Tally())

    def by_drop(self) -> dict[str, dict[str, Tally]]:
        """The counts of each drop by record type."""
        found: dict[str, dict[str, Tally]] = {}
        for (drop_id, record_type), tally in self.tallies.items():
            found.setdefault(drop_id, {})[record_type] = tally
        return found
