"""Tables that live as long as a test: small Parquet files in a folder, snapshots in memory, the promises of the Iceberg ones.

Made for tests and for the laws: a commit appends to a list, and no catalogue, manifest or metadata file is written.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from onecrown.errors import CommitConflict, UsageError
from onecrown.ports import Change
from onecrown.rendering.table_layouts import TableLayout, sql_type
from onecrown.sql.quoting import file, files, name


@dataclass(frozen=True, slots=True)
class MemorySnapshot:
    """A table after a commit: the files that it is of, and the files that say which of their rows are gone."""

    snapshot_id: int
    parent: MemorySnapshot | None
    batch_id: str
    committed_at: datetime
    rows: tuple[Path, ...]
    deletes: tuple[Path, ...]
    adds: int
    takes: int

    def line(self) -> list[MemorySnapshot]:
        """The snapshots up to this one, the first of them first."""
        found: list[MemorySnapshot] = []
        at: MemorySnapshot | None = self
        while at is not None:
            found.append(at)
            at = at.parent
        return found[::-1]


@dataclass(slots=True)
class MemoryStore:
    """What writers share: the newest snapshot of every table."""

    heads: dict[str, MemorySnapshot] = field(default_factory=dict)
    last_id: int = 0


class MemoryTables:
    """One writer's and reader's view of a store; another over the same store is another process."""

    def __init__(self, folder: Path, layouts: dict[str, TableLayout], store: MemoryStore | None = None) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._layouts = layouts
        self.store = store or MemoryStore()
        self._seen: dict[str, MemorySnapshot | None] = {}

    def close(self) -> None:
        """Nothing is open."""

    def ensure(self) -> None:
        """Nothing to make: a table is made by its first commit."""

    def names(self) -> list[str]:
        """The full names of all tables there are."""
        return sorted(self.store.heads)

    def refresh(self) -> None:
        """Forget what was read: the next read sees the newest commits."""
        self._seen.clear()

    def _head(self, full_name: str) -> MemorySnapshot | None:
        if full_name not in self._seen:
            self._seen[full_name] = self.store.heads.get(full_name)
        return self._seen[full_name]

    def head(self, full_name: str) -> int | None:
        """The current snapshot of a table."""
        snapshot = self._head(full_name)
        return snapshot.snapshot_id if snapshot else None

    def _line(self, full_name: str) -> list[MemorySnapshot]:
        head = self._head(full_name)
        return head.line() if head else []

    def snapshot_ids(self, full_name: str) -> set[int]:
        """The snapshots that a table can be read at."""
        return {snapshot.snapshot_id for snapshot in self._line(full_name)}

    def snapshot_before(self, full_name: str, batch_id: str) -> tuple[bool, int | None]:
        """Whether a batch has committed to a table already, and if so the snapshot before it."""
        for snapshot in reversed(self._line(full_name)):
            if snapshot.batch_id == batch_id:
                return True, snapshot.parent.snapshot_id if snapshot.parent else None
        return False, None

    def relation(self, full_name: str, snapshot_id: int | None = None) -> str:
        """SQL that reads a table: every column of the model, and `_file` and `_pos` of each row."""
        snapshot = self._head(full_name)
        while snapshot is not None and snapshot_id not in (None, snapshot.snapshot_id):
            snapshot = snapshot.parent
        if snapshot is None or not snapshot.rows:
            return self.empty(full_name)
        columns = ", ".join(f"t.{name(column.name)}" for column in self._layouts[full_name].columns)
        read = f"read_parquet({files(snapshot.rows)}, filename = true, file_row_number = true)"
        gone = ""
        if snapshot.deletes:
            gone = (
                f" ANTI JOIN read_parquet({files(snapshot.deletes)}) AS gone "
                "ON gone.pos = t.file_row_number AND gone.file_path = 'file://' || t.filename"
            )
        return f"(SELECT {columns}, 'file://' || t.filename AS _file, t.file_row_number AS _pos FROM {read} AS t{gone})"

    def empty(self, full_name: str) -> str:
        """SQL that gives no rows of a table."""
        columns = ", ".join(
            f"CAST(NULL AS {sql_type(c.type)}) AS {name(c.name)}" for c in self._layouts[full_name].columns
        )
        return f"(SELECT {columns}, CAST(NULL AS VARCHAR) AS _file, CAST(NULL AS BIGINT) AS _pos WHERE false)"

    def write_rows(self, con: duckdb.DuckDBPyConnection, full_name: str, select: str) -> tuple[Path, int]:
        """Write rows to a new file, sorted as the table is; nobody sees it before a commit names it."""
        layout = self._layouts[full_name]
        columns = ", ".join(f"CAST({name(c.name)} AS {sql_type(c.type)}) AS {name(c.name)}" for c in layout.columns)
        return self._copied(con, f"SELECT {columns} FROM ({select}) ORDER BY {', '.join(map(name, layout.sorted_by))}")

    def write_deletes(
        self,
        con: duckdb.DuckDBPyConnection,
        full_name: str,  # noqa: ARG002 - the port's
        select: str,
    ) -> tuple[Path, int]:
        """Write position deletes (file_path, pos) to a new file."""
        return self._copied(con, f"SELECT file_path, pos FROM ({select}) ORDER BY 1, 2")

    def _copied(self, con: duckdb.DuckDBPyConnection, select: str) -> tuple[Path, int]:
        path = self._folder / f"{uuid.uuid4()}.parquet"
        counted = con.execute(f"COPY ({select}) TO {file(path)} (FORMAT parquet)").fetchone()
        count = int(counted[0]) if counted else 0
        if count == 0:
            path.unlink(missing_ok=True)
        return path, count

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change. Raises `CommitConflict` where another writer was first."""
        parent = self._head(change.table)
        if self.store.heads.get(change.table) is not parent:
            raise CommitConflict(f"another writer committed to {change.table} first; run again")
        self.store.last_id += 1
        self.store.heads[change.table] = MemorySnapshot(
            self.store.last_id,
            parent,
            change.batch_id,
            datetime.now(UTC),
            (*(parent.rows if parent else ()), *_given(change.rows)),
            (*(parent.deletes if parent else ()), *_given(change.deletes)),
            change.added,
            change.deleted,
        )
        self._seen.pop(change.table, None)
        return self.store.last_id

    def inspect(self, full_name: str, what: str) -> Any:
        """A metadata table as Arrow. Raises `UsageError` for those that only files of Iceberg have."""
        if what not in _METADATA:
            raise UsageError(f"tables in memory have no metadata table `{what}`; there are {', '.join(_METADATA)}")
        line = self._line(full_name)
        return pa.Table.from_pylist([_METADATA_ROW[what](s) for s in line], _METADATA[what]) if line else None


def _given(path: Path | None) -> tuple[Path, ...]:
    return () if path is None else (path,)


_INSTANT = pa.timestamp("us", tz="UTC")
_METADATA = {
    "snapshots": pa.schema(
        [
            ("committed_at", _INSTANT),
            ("snapshot_id", pa.int64()),
            ("parent_id", pa.int64()),
            ("operation", pa.string()),
            ("summary", pa.map_(pa.string(), pa.string())),
        ]
    ),
    "history": pa.schema(
        [
            ("made_current_at", _INSTANT),
            ("snapshot_id", pa.int64()),
            ("parent_id", pa.int64()),
            ("is_current_ancestor", pa.bool_()),
        ]
    ),
}


def _snapshot_row(snapshot: MemorySnapshot) -> dict[str, Any]:
    return {
        "committed_at": snapshot.committed_at,
        "snapshot_id": snapshot.snapshot_id,
        "parent_id": snapshot.parent.snapshot_id if snapshot.parent else None,
        "operation": "overwrite" if snapshot.takes else "append",
        "summary": [
            ("onecrown.batch-id", snapshot.batch_id),
            ("added-records", str(snapshot.adds)),
            ("added-position-deletes", str(snapshot.takes)),
        ],
    }


def _history_row(snapshot: MemorySnapshot) -> dict[str, Any]:
    return {
        "made_current_at": snapshot.committed_at,
        "snapshot_id": snapshot.snapshot_id,
        "parent_id": snapshot.parent.snapshot_id if snapshot.parent else None,
        "is_current_ancestor": True,
    }


_METADATA_ROW = {"snapshots": _snapshot_row, "history": _history_row}
