"""What the flows need of the Iceberg tables: read at a snapshot, written and committed. Adapters keep these promises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb

from onecrown.upkeep_ports import Shapes, Upkeep

Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit does to one table: rows to add (a Parquet file) and rows to take away.

    `deletes` is a Parquet file of (file_path, pos), sorted; `added` and `deleted` are counts of rows.
    """

    table: str
    batch_id: str
    rows: Path | None = None
    added: int = 0
    deletes: Path | None = None
    deleted: int = 0


class Tables(Protocol):
    """The Iceberg tables."""

    def ensure(self) -> None:
        """Make the databases; a table is made by its first commit."""
        ...

    def names(self) -> list[str]: ...
    def relation(self, table: str, snapshot_id: int | None = None) -> str:
        """SQL that reads a table: every column, and of each row `_file` (as position deletes name it) and `_pos`."""
        ...

    def empty(self, full_name: str) -> str:
        """SQL that gives no rows of a table, with its columns, `_file` and `_pos`."""
        ...

    def head(self, table: str) -> int | None: ...
    def snapshot_ids(self, full_name: str) -> set[int]:
        """The snapshots that a table can be read at."""
        ...

    def snapshot_before(self, table: str, batch_id: str) -> tuple[bool, int | None]:
        """Whether a batch has committed to a table already, and if so the snapshot before it."""
        ...

    def write_rows(self, con: duckdb.DuckDBPyConnection, full_name: str, select: str) -> tuple[Path, int]:
        """Write rows of a table to a new data file that nobody sees before a commit; give it and their number."""
        ...

    def write_deletes(self, con: duckdb.DuckDBPyConnection, full_name: str, select: str) -> tuple[Path, int]:
        """Write position deletes (file_path, pos) to a new file."""
        ...

    def refresh(self) -> None:
        """Forget what was read: the next read sees the newest commits."""
        ...

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change, on condition that the table, or that there is none, is as it was first seen.

        `refresh` forgets what was seen. Raises `CommitConflict` where another writer was first; an outcome that is not
        known is settled by looking for the batch among the ancestors of what is there.
        """
        ...

    def upkeep(self) -> Upkeep:
        """What maintenance asks of these tables."""
        ...

    def shapes(self) -> Shapes:
        """What migration asks of these tables."""
        ...

    def inspect(self, table: str, what: str) -> Any:
        """A metadata table (`snapshots`, `history`, `files`, `manifests`, `partitions`, `refs`) as Arrow."""
        ...
