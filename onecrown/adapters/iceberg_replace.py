"""One Iceberg snapshot that puts files in the place of others: the same rows, fewer or better files.

Reaches below pyiceberg's surface as `iceberg_commit` does, and is held by the same kind of test. Position deletes name a
file's path, so that none of those left can touch a new file, whatever its sequence number.
"""

from __future__ import annotations

from typing import Any

from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException
from pyiceberg.manifest import (
    DataFile,
    DataFileContent,
    ManifestContent,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestFile,
    ManifestWriter,
    ManifestWriterV2,
)
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Operation, Summary
from pyiceberg.table.update.snapshot import _FastAppendFiles
from sqlalchemy.exc import SQLAlchemyError

from onecrown.adapters.iceberg_commit import (
    BATCH,
    StillTransaction,
    _data_file,
    _delete_file,
    _DeleteManifestWriter,
    _settled,
)
from onecrown.adapters.warehouse import Warehouse
from onecrown.errors import CommitConflict
from onecrown.upkeep_ports import Replacement


class _Replace(_FastAppendFiles):
    """Writes the manifests anew: one of data files and one of delete files, each with what comes, stays and goes."""

    def __init__(self, *, data: list[DataFile], deletes: list[DataFile], without: frozenset[str], **said: Any) -> None:
        super().__init__(**said)
        self._new = [*data, *deletes]
        self._without = without
        self._kept: list[DataFile] = []
        self._gone: list[DataFile] = []

    def _manifests(self) -> list[ManifestFile]:
        standing = self._existing_manifests()
        kinds = (ManifestContent.DATA, ManifestContent.DELETES)
        return [found for content in kinds if (found := self._written(content, standing)) is not None]

    def _written(self, content: ManifestContent, standing: list[ManifestFile]) -> ManifestFile | None:
        """One manifest of a content: entries that stay keep their sequence numbers, those that go are marked deleted."""
        of_data = content == ManifestContent.DATA
        added = [file for file in self._new if (file.content == DataFileContent.DATA) == of_data]
        entries = [
            entry
            for manifest in standing
            if manifest.content == content
            for entry in manifest.fetch_manifest_entry(self._io, discard_deleted=True)
        ]
        if not entries and not added:
            return None
        with self._writer(content) as writer:
            for file in added:
                writer.add(_added(file, self._snapshot_id))
            for entry in entries:
                self._carry(writer, entry)
        return writer.to_manifest_file()

    def _carry(self, writer: ManifestWriter, entry: ManifestEntry) -> None:
        if entry.data_file.file_path in self._without:
            self._gone.append(entry.data_file)
            writer.delete(entry)
        else:
            self._kept.append(entry.data_file)
            writer.existing(entry)

    def _writer(self, content: ManifestContent) -> ManifestWriter:
        kind = ManifestWriterV2 if content == ManifestContent.DATA else _DeleteManifestWriter
        spec = self._transaction.table_metadata.spec()
        return kind(spec, self.schema(), self.new_manifest_output(), self._snapshot_id, self._compression)

    def _summary(self, snapshot_properties: dict[str, str] | None = None) -> Summary:  # noqa: ARG002 - the base class's
        """What came and went, and totals counted anew from the entries."""
        counted = {f"total-{name}": count for name, count in _counted(self._kept + self._new).items()}
        counted |= {f"added-{name}": count for name, count in _counted(self._new).items()}
        counted |= {f"deleted-{name}": count for name, count in _counted(self._gone).items() if name in _DATA_COUNTS}
        counted |= {
            f"removed-{name}": count for name, count in _counted(self._gone).items() if name not in _DATA_COUNTS
        }
        said = {name: str(count) for name, count in counted.items()}
        return Summary(operation=Operation.REPLACE, **said, **self.snapshot_properties)


_DATA_COUNTS = ("data-files", "records")


def _counted(files: list[DataFile]) -> dict[str, int]:
    data = [file for file in files if file.content == DataFileContent.DATA]
    deletes = [file for file in files if file.content != DataFileContent.DATA]
    return {
        "data-files": len(data),
        "records": sum(file.record_count for file in data),
        "delete-files": len(deletes),
        "position-deletes": sum(file.record_count for file in deletes),
        "files-size": sum(file.file_size_in_bytes for file in files),
    }


def _added(file: DataFile, snapshot_id: int) -> ManifestEntry:
    return ManifestEntry.from_args(
        status=ManifestEntryStatus.ADDED,
        snapshot_id=snapshot_id,
        sequence_number=None,
        file_sequence_number=None,
        data_file=file,
    )


def commit_replacement(table: Table, replacement: Replacement, warehouse: Warehouse) -> int:
    """Commit one snapshot and give its id. Raises `CommitConflict` where another writer was first."""
    conflict = f"another writer committed to {replacement.table} first; run again"
    head = table.current_snapshot()
    if head is None or head.snapshot_id != replacement.onto:
        raise CommitConflict(conflict)
    transaction = StillTransaction(table)
    replace = _Replace(
        data=[_data_file(table, path, warehouse) for path in replacement.rows],
        deletes=[_delete_file(table, replacement.deletes, warehouse)] if replacement.deletes else [],
        without=replacement.without,
        operation=Operation.OVERWRITE,
        transaction=transaction,
        io=table.io,
        snapshot_properties={BATCH: replacement.batch_id},
    )
    replace.commit()
    try:
        snapshot = transaction.commit_transaction().current_snapshot()
    except CommitFailedException as error:
        raise CommitConflict(conflict) from error
    except (CommitStateUnknownException, OSError, SQLAlchemyError) as error:
        snapshot = _settled(table, replacement.batch_id, error)
    assert snapshot is not None, "a commit makes a snapshot"
    return snapshot.snapshot_id
