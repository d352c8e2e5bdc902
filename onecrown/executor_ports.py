"""What the merge needs of an executor: an engine, the tables as it reads and writes them, and commits."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from onecrown.ports import Change
from onecrown.sql.engine import Engine


class Bench(Protocol):
    """An engine for one piece of work, and the tables as that engine reads and writes them."""

    @property
    def engine(self) -> Engine:
        """What runs statements."""
        ...

    def relation(self, table: str, snapshot_id: int | None = None) -> str:
        """SQL that reads a table: every column, and of each row `_file` (as position deletes name it) and `_pos`."""
        ...

    def write_rows(self, table: str, select: str) -> tuple[Path, int]:
        """Write rows of a table to data that nobody sees before a commit; give its place and the number of rows."""
        ...

    def write_deletes(self, table: str, select: str) -> tuple[Path, int]:
        """Write position deletes (file_path, pos) in the same way."""
        ...


class Executor(Protocol):
    """Where batches are worked out: on this machine alone, or spread."""

    def bench(self) -> AbstractContextManager[Bench]:
        """An engine, gone afterwards. Raises `OutOfMemory` where the work does not fit."""
        ...

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change. Raises `CommitConflict` where another writer was first."""
        ...
