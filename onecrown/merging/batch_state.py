"""What a batch has made so far, shared by its datasets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from onecrown.merging.bodies import Bodies
from onecrown.merging.knowledge import Known, Seen
from onecrown.rendering.table_layouts import HISTORY
from onecrown.sql.engine import Engine

SIGHTING, SNAPSHOT, MEMBER = f"{HISTORY}.sighting", f"{HISTORY}.snapshot", f"{HISTORY}.member"


class Write(Protocol):
    """Writes rows of a table to a new data file that nobody sees yet."""

    def __call__(self, table: str, select: str) -> tuple[Path, int]:
        """Give the file and the number of its rows."""
        ...


@dataclass(frozen=True, slots=True)
class Excess:
    """A full extract's scope of which a batch would remove more than the contract's share."""

    dataset: str
    record_type: str
    gone: int
    stood: int
    drop_ids: tuple[str, ...]
    control_dataset: str

    @property
    def reason(self) -> str:
        """Why the drops wait."""
        return f"removes_too_much: {self.gone} of {self.stood} {self.record_type} records of its scope; release or refuse it"


@dataclass(slots=True)
class BatchState:
    """Counts by drop and record type, bodies by table, scopes that lose too much, and what was looked up, by table of bodies."""

    known: Known
    bodies: Bodies
    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    excesses: list[Excess] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)

    def add(self, drop_id: str, record_type: str, count: str, number: int) -> None:
        """Add to one count."""
        said = self.counts.setdefault(drop_id, {}).setdefault(record_type, {})
        said[count] = said.get(count, 0) + number


def begin_batch(con: Engine) -> None:
    """Make the tables into which datasets put what they leave in shared history."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE w_new_sighting (dataset VARCHAR, record_type VARCHAR, key VARCHAR, "
        "record_hash VARCHAR, event_at TIMESTAMPTZ, sequence VARCHAR, drop_id VARCHAR, position VARCHAR)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE w_left_snapshot (dataset VARCHAR, record_type VARCHAR, scope VARCHAR, "
        "event_at TIMESTAMPTZ, sequence VARCHAR, members_hash VARCHAR, drop_id VARCHAR, complete BOOLEAN, listed BIGINT, "
        "part VARCHAR)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE w_left_member (members_hash VARCHAR, key VARCHAR, record_hash VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE w_all_unit (unit_id VARCHAR)")
