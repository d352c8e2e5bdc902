"""The tables in Iceberg, over a catalogue and a warehouse: DuckDB reads, pyiceberg plans and commits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from cachetools import LRUCache
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError, NoSuchTableError
from pyiceberg.table import Table
from sqlalchemy.exc import IntegrityError

from onecrown.adapters.iceberg_commit import FILE_PATH_ID, POS_ID, commit_rows, snapshot_of_batch
from onecrown.adapters.iceberg_creation import create_table
from onecrown.adapters.iceberg_shapes import IcebergShapes, layout_of, writable_layout
from onecrown.adapters.parquet_reading import reading
from onecrown.adapters.warehouse import Warehouse
from onecrown.errors import CommitConflict
from onecrown.ports import Change
from onecrown.rendering.table_layouts import TableLayout, sql_type
from onecrown.sql.quoting import file, name
from onecrown.steps import UNWATCHED, Step, Steps, announced

if TYPE_CHECKING:
    from onecrown.adapters.iceberg_upkeep import IcebergUpkeep

_PLANS_KEPT = 300  # texts that name a table's files; a batch plans each table before and after


class IcebergTables:
    """Tables of one home."""

    def __init__(
        self, catalogue: Catalog, warehouse: Warehouse, layouts: dict[str, TableLayout], steps: Steps = UNWATCHED
    ) -> None:
        self._catalog = catalogue
        self._warehouse = warehouse
        self._layouts = layouts
        self._loaded: dict[str, Table] = {}
        self._absent: set[str] = set()
        self._planned: LRUCache[tuple[str, int, int], str] = LRUCache(_PLANS_KEPT)
        self._steps = steps
        self.ensure()

    def close(self) -> None:
        """Close the catalogue."""
        self._catalog.close()

    def ensure(self) -> None:
        """Make the databases; a table is made by its first commit, and reads as empty before."""
        standing = {".".join(parts) for parts in self._catalog.list_namespaces()}
        for database in sorted({layout.database for layout in self._layouts.values()} - standing):
            try:
                self._catalog.create_namespace(database)
            except (NamespaceAlreadyExistsError, IntegrityError):  # the second: another process, at the same time
                continue

    def names(self) -> list[str]:
        """The full names of all tables there are."""
        found = [table for database in self._catalog.list_namespaces() for table in self._catalog.list_tables(database)]
        return sorted(".".join(parts) for parts in found)

    def refresh(self) -> None:
        """Forget what was read: the next read sees the newest commits."""
        self._loaded.clear()
        self._absent.clear()

    def table(self, full_name: str) -> Table | None:
        """A table of pyiceberg, or None where there is none yet."""
        if full_name not in self._loaded and full_name not in self._absent:
            try:
                self._loaded[full_name] = self._catalog.load_table(full_name)
            except NoSuchTableError:
                self._absent.add(full_name)
        return self._loaded.get(full_name)

    def layout(self, full_name: str) -> TableLayout | None:
        """What the model says of a table."""
        return self._layouts.get(full_name)

    def head(self, full_name: str) -> int | None:
        """The current snapshot of a table."""
        table = self.table(full_name)
        snapshot = table.current_snapshot() if table else None
        return snapshot.snapshot_id if snapshot else None

    def snapshot_ids(self, full_name: str) -> set[int]:
        """The snapshots that a table can be read at."""
        table = self.table(full_name)
        return {snapshot.snapshot_id for snapshot in table.snapshots()} if table else set()

    def relation(self, full_name: str, snapshot_id: int | None = None) -> str:
        """SQL that reads a table: every column of the model, and of each row `_file` (its file's URI) and `_pos`."""
        table, at = self.table(full_name), snapshot_id if snapshot_id is not None else self.head(full_name)
        if table is None or at is None:
            return layout_of(self._layouts[full_name], table).without_rows()
        where = (full_name, at, table.metadata.current_schema_id)  # what these name never changes
        planned = self._planned.get(where)
        if planned is None:
            planned = self._planned[where] = self._plan(table, full_name, at)
        return planned

    def _plan(self, table: Table, full_name: str, snapshot_id: int) -> str:
        layout = layout_of(self._layouts[full_name], table)
        tasks = list(table.scan(snapshot_id=snapshot_id).plan_files())
        if not tasks:
            return layout.without_rows()
        return reading(layout, table, tasks)

    def snapshot_before(self, full_name: str, batch_id: str) -> tuple[bool, int | None]:
        """Whether a batch has committed to a table already, and if so the snapshot before it."""
        table = self.table(full_name)
        found = snapshot_of_batch(table, batch_id) if table else None
        return (True, found.parent_snapshot_id) if found else (False, None)

    def empty(self, full_name: str) -> str:
        """SQL that gives no rows of a table."""
        return self._layouts[full_name].without_rows()

    def write_rows(self, con: duckdb.DuckDBPyConnection, full_name: str, select: str) -> tuple[Path, int]:
        """Write rows to a new data file, sorted as the table is; nobody sees it before a commit names it."""
        layout = writable_layout(self._layouts[full_name], self.table(full_name))
        columns = ", ".join(f"CAST({name(c.name)} AS {sql_type(c.type)}) AS {name(c.name)}" for c in layout.columns)
        ids = ", ".join(f"{name(c.name)}: {c.field_id}" for c in layout.columns)
        options = f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, FIELD_IDS {{{ids}}})"
        order = ", ".join(map(name, layout.sorted_by))
        return self._copied(
            con, Step.WRITE_ROWS, full_name, f"SELECT {columns} FROM ({select}) ORDER BY {order}", options
        )

    def write_deletes(self, con: duckdb.DuckDBPyConnection, full_name: str, select: str) -> tuple[Path, int]:
        """Write position deletes (file_path, pos) to a new file."""
        options = f"(FORMAT parquet, COMPRESSION zstd, FIELD_IDS {{file_path: {FILE_PATH_ID}, pos: {POS_ID}}})"
        return self._copied(
            con, Step.WRITE_DELETES, full_name, f"SELECT file_path, pos FROM ({select}) ORDER BY 1, 2", options
        )

    def _copied(
        self, con: duckdb.DuckDBPyConnection, step: Step, full_name: str, select: str, options: str
    ) -> tuple[Path, int]:
        path = self._warehouse.new_file(full_name)
        with announced(self._steps, step, full_name):
            try:
                counted = con.execute(f"COPY ({select}) TO {file(path)} {options}").fetchone()
            except duckdb.Error:
                path.unlink(missing_ok=True)  # a piece of it
                raise
        count = int(counted[0]) if counted else 0
        if count == 0:
            path.unlink(missing_ok=True)
        return path, count

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change, over the table as it was first seen."""
        table = self._as_seen(change.table)
        self._loaded.pop(change.table, None)
        return commit_rows(table, change, self._warehouse, self._steps)

    def make(self, full_name: str) -> None:
        """Make a table where there is none. Raises `CommitConflict` where another writer made and filled it since."""
        self._as_seen(full_name)

    def forget(self, full_name: str) -> None:
        """Forget one table: another engine committed to it."""
        self._loaded.pop(full_name, None)
        self._absent.discard(full_name)

    def _as_seen(self, full_name: str) -> Table:
        """The table as it was first seen; made where there was none. Raises `CommitConflict` where it is filled by now."""
        seen = self.table(full_name)
        if seen is not None:
            return seen
        self._absent.discard(full_name)
        create_table(self._catalog, self._layouts[full_name], self._warehouse.uri, self._steps)
        made = self._catalog.load_table(full_name)
        if made.current_snapshot() is not None:
            raise CommitConflict(f"another writer made {full_name} first; run again")
        return made

    def shapes(self) -> IcebergShapes:
        """What migration asks of these tables."""
        return IcebergShapes(self._catalog, self._warehouse.uri, self._steps)

    def upkeep(self) -> IcebergUpkeep:
        """What maintenance asks of these tables."""
        from onecrown.adapters.iceberg_upkeep import IcebergUpkeep  # only maintenance needs it

        return IcebergUpkeep(self._catalog, self._warehouse)

    def inspect(self, full_name: str, what: str) -> Any:
        """A metadata table as Arrow."""
        table = self.table(full_name)
        if table is None:
            return None
        if what == "files" and not _has_files(table):
            return _in_utc(table.inspect._get_files_schema().empty_table())  # pyiceberg cannot put no files together
        return _in_utc(getattr(table.inspect, what)())


def _has_files(table: Table) -> bool:
    snapshot = table.current_snapshot()
    return snapshot is not None and bool(snapshot.manifests(table.io))


def _in_utc(found: pa.Table) -> pa.Table:
    """Metadata tables give instants without saying that they are UTC."""
    fields = [
        field.with_type(pa.timestamp("us", tz="UTC"))
        if pa.types.is_timestamp(field.type) and field.type.tz is None
        else field
        for field in found.schema
    ]
    return found.cast(pa.schema(fields))
