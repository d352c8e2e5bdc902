"""What maintenance asks of Iceberg's metadata: what stands, what is kept, what is reached."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException, NoSuchTableError
from pyiceberg.io import FileIO
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table import Table
from pyiceberg.table.refs import SnapshotRefType
from pyiceberg.table.snapshots import Snapshot

from onecrown.adapters.iceberg_replace import commit_replacement
from onecrown.adapters.parquet_reading import path_of
from onecrown.adapters.warehouse import Warehouse
from onecrown.errors import CommitConflict, StorageError
from onecrown.upkeep_ports import Replacement, StoredFile, TableFile, TableState


class IcebergUpkeep:
    """The upkeep of one warehouse. Nothing is remembered: every answer is of now."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._catalog = catalog
        self._warehouse = warehouse

    def _table(self, full_name: str) -> Table | None:
        try:
            return self._catalog.load_table(full_name)
        except NoSuchTableError:
            return None

    def state(self, full_name: str) -> TableState | None:
        """A table as it stands now; None where it is not there or has no snapshot."""
        table = self._table(full_name)
        head = table.current_snapshot() if table else None
        if table is None or head is None:
            return None
        manifests = head.manifests(table.io)
        data: list[TableFile] = []
        deletes: list[TableFile] = []
        for manifest in manifests:
            for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
                said = entry.data_file
                _require_known(full_name, said)
                kind = data if said.content == DataFileContent.DATA else deletes
                kind.append(TableFile(said.file_path, said.record_count, said.file_size_in_bytes))
        return TableState(
            head=head.snapshot_id,
            data=tuple(data),
            deletes=tuple(deletes),
            manifests=len(manifests),
            snapshots={snapshot.snapshot_id: _made_at(snapshot) for snapshot in table.snapshots()},
            refs={name: ref.snapshot_id for name, ref in table.metadata.refs.items()},
        )

    def replace(self, replacement: Replacement) -> int:
        """One snapshot with other files and the same rows."""
        return commit_replacement(self._catalog.load_table(replacement.table), replacement, self._warehouse)

    def expire(self, full_name: str, snapshot_ids: Collection[int]) -> None:
        """Forget snapshots; those that a ref names are never forgotten."""
        try:
            table = self._catalog.load_table(full_name)
            table.maintenance.expire_snapshots().by_ids(sorted(snapshot_ids)).commit()
        except (CommitFailedException, CommitStateUnknownException) as error:  # the second: done again without harm
            raise CommitConflict(f"another writer committed to {full_name} first; run again") from error

    def columns_at(self, full_name: str, snapshot_id: int) -> tuple[str, ...]:
        """The columns that a table had at a snapshot, in order; none where the table has no such snapshot."""
        table = self._table(full_name)
        snapshot = table.snapshot_by_id(snapshot_id) if table else None
        if table is None or snapshot is None:
            return ()
        schema = table.schema() if snapshot.schema_id is None else table.schemas()[snapshot.schema_id]
        return tuple(schema.column_names)

    def tags(self, full_name: str) -> Mapping[str, int]:
        """The tags of a table, each with its snapshot; none where the table is not there."""
        table = self._table(full_name)
        refs = table.metadata.refs if table else {}
        return {name: ref.snapshot_id for name, ref in refs.items() if ref.snapshot_ref_type == SnapshotRefType.TAG}

    def tag(self, full_name: str, name: str, snapshot_id: int) -> None:
        """Have a tag name a snapshot, for as long as nobody removes it; nothing where it does."""
        if self.tags(full_name).get(name) == snapshot_id:
            return
        try:
            self._catalog.load_table(full_name).manage_snapshots().create_tag(snapshot_id, name).commit()
        except (CommitFailedException, CommitStateUnknownException) as error:  # the second: done again without harm
            raise CommitConflict(f"another writer committed to {full_name} first; run again") from error

    def reached(self) -> set[str]:
        """Every file that the kept metadata of any table reaches, as the warehouse names them."""
        names = [name for database in self._catalog.list_namespaces() for name in self._catalog.list_tables(database)]
        return {path_of(uri) for name in names for uri in _reached_by(self._catalog.load_table(name))}

    def files(self) -> Iterator[StoredFile]:
        """Every file in the warehouse."""
        return self._warehouse.files()

    def remove(self, names: Iterable[str]) -> None:
        """Remove files of the warehouse for good."""
        self._warehouse.remove(names)


def _require_known(full_name: str, file: DataFile) -> None:
    if file.content == DataFileContent.EQUALITY_DELETES or file.file_format != FileFormat.PARQUET:
        raise StorageError(
            f"{full_name} has deletes that OneCrown does not write; have the engine that wrote them compact it first"
        )


def _reached_by(table: Table) -> Iterator[str]:
    yield table.metadata_location
    yield from (entry.metadata_file for entry in table.metadata.metadata_log)
    yield from (said.statistics_path for said in (*table.metadata.statistics, *table.metadata.partition_statistics))
    seen: set[str] = set()
    for snapshot in table.snapshots():
        yield snapshot.manifest_list
        yield from _reached_by_snapshot(snapshot, table.io, seen)


def _reached_by_snapshot(snapshot: Snapshot, io: FileIO, seen: set[str]) -> Iterator[str]:
    """Manifests and the files that they list; a manifest that another snapshot shares is read once."""
    for manifest in snapshot.manifests(io):
        if manifest.manifest_path not in seen:
            seen.add(manifest.manifest_path)
            yield manifest.manifest_path
            for entry in manifest.fetch_manifest_entry(io, discard_deleted=True):
                yield entry.data_file.file_path


def _made_at(snapshot: Snapshot) -> datetime:
    return datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC)
