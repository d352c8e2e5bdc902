"""What maintenance and migration need of the tables: their files, snapshots and shapes. Adapters keep these promises."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from onecrown.rendering.table_layouts import TableLayout
from onecrown.rendering.table_shapes import TableShape


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of a table as it stands: where it is (as the table names it), its rows and bytes."""

    uri: str
    rows: int
    bytes: int

    @property
    def readable(self) -> str:
        """What DuckDB reads it by: its path on disk, or its URI elsewhere."""
        return self.uri.removeprefix("file://")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file, or a folder of files, as its store names it: its path or URI; its bytes; when it was last written."""

    name: str
    bytes: int
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class TableState:
    """What a table's current snapshot reads, and which snapshots it keeps: when each was made, and what refs name."""

    head: int
    data: tuple[TableFile, ...]
    deletes: tuple[TableFile, ...]
    manifests: int
    snapshots: Mapping[int, datetime]
    refs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Replacement:
    """Files of a table that take the place of others without a change of rows: one snapshot.

    `onto` is the snapshot that was read. `deletes` is a Parquet file of (file_path, pos) that still hold of files that stay.
    """

    table: str
    batch_id: str
    onto: int
    rows: tuple[Path, ...] = ()
    deletes: Path | None = None
    without: frozenset[str] = frozenset()


class Shapes(Protocol):
    """What migration asks of the tables' schemas."""

    def shape(self, full_name: str) -> TableShape | None:
        """A table as it stands; None where there is none."""
        ...

    def properties(self, layout: TableLayout) -> Mapping[str, str]:
        """The properties that a layout's table is to have."""
        ...

    def create(self, layout: TableLayout) -> None:
        """Make an empty table."""
        ...

    def reshape(self, layout: TableLayout) -> None:
        """Give a table a layout's columns, with its field ids, and properties. Raises `CommitConflict`."""
        ...


class Upkeep(Protocol):
    """What maintenance asks of the tables' metadata."""

    def state(self, full_name: str) -> TableState | None:
        """A table as it stands now; None where it is not there or has no snapshot."""
        ...

    def replace(self, replacement: Replacement) -> int:
        """One snapshot with other files and the same rows. Raises `CommitConflict` where another writer was first."""
        ...

    def expire(self, full_name: str, snapshot_ids: Collection[int]) -> None:
        """Forget snapshots. Their files stay until nothing reaches them and they are removed as orphans."""
        ...

    def columns_at(self, full_name: str, snapshot_id: int) -> tuple[str, ...]:
        """The columns that a table had at a snapshot, in order; none where the table has no such snapshot."""
        ...

    def tags(self, full_name: str) -> Mapping[str, int]:
        """The tags of a table, each with its snapshot; none where the table is not there."""
        ...

    def tag(self, full_name: str, name: str, snapshot_id: int) -> None:
        """Have a tag name a snapshot of a table, whatever it named before; nothing where it does. Raises `CommitConflict`."""
        ...

    def reached(self) -> set[str]:
        """Every file that the kept metadata of any table reaches, as `files` names them."""
        ...

    def files(self) -> Iterator[StoredFile]:
        """Every file in the warehouse."""
        ...

    def remove(self, names: Iterable[str]) -> None:
        """Remove files of the warehouse for good."""
        ...
