"""One Iceberg snapshot that adds rows and position deletes together.

pyiceberg has no public row delta: this module alone reaches below its surface (`_FastAppendFiles`,
`ManifestWriterV2`), is pinned to pyiceberg 0.12, and is held by a conformance test that reads what it wrote.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException
from pyiceberg.io.pyarrow import (
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import (
    DataFile,
    DataFileContent,
    FileFormat,
    ManifestContent,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestFile,
    ManifestWriterV2,
)
from pyiceberg.table import Table, Transaction
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Operation, Snapshot, Summary
from pyiceberg.table.update import TableUpdate
from pyiceberg.table.update.snapshot import _FastAppendFiles
from pyiceberg.typedef import Record
from sqlalchemy.exc import SQLAlchemyError

from onecrown.adapters.warehouse import Warehouse
from onecrown.errors import CommitConflict, StorageError
from onecrown.ports import Change
from onecrown.steps import Step, Steps, announced

FILE_PATH_ID, POS_ID = 2147483546, 2147483545
BATCH = "onecrown.batch-id"


class StillTransaction(Transaction):
    """Works its metadata out once for the same updates.

    pyiceberg copies all of it, every snapshot included, whenever it is looked at, and a commit looks fifteen times: a
    table of a hundred snapshots would pay more for that than for its rows. What is not changed yet needs no copy: a
    change makes its own.
    """

    _worked_out: tuple[TableMetadata, tuple[TableUpdate, ...], TableMetadata] | None = None

    @property
    def table_metadata(self) -> TableMetadata:
        """The table's metadata with the updates so far."""
        base, updates = self._table.metadata, self._updates
        if not updates:
            return base
        if self._worked_out is None or self._worked_out[0] is not base or self._worked_out[1] is not updates:
            self._worked_out = (base, updates, super().table_metadata)
        return self._worked_out[2]


class _DeleteManifestWriter(ManifestWriterV2):
    """A manifest of delete files."""

    def content(self) -> ManifestContent:
        return ManifestContent.DELETES

    @property
    def _meta(self) -> dict[str, str]:
        return {**super()._meta, "content": "deletes"}


class _RowDelta(_FastAppendFiles):
    """Adds data files and position-delete files in one snapshot."""

    def __init__(self, *, deletes: list[DataFile], **said: Any) -> None:
        super().__init__(**said)
        self._deletes = deletes

    def _manifests(self) -> list[ManifestFile]:
        manifests = super()._manifests()
        if not self._deletes:
            return manifests
        metadata = self._transaction.table_metadata
        with _DeleteManifestWriter(
            metadata.spec(), self.schema(), self.new_manifest_output(), self._snapshot_id, self._compression
        ) as writer:
            for file in self._deletes:
                writer.add(
                    ManifestEntry.from_args(
                        status=ManifestEntryStatus.ADDED,
                        snapshot_id=self._snapshot_id,
                        sequence_number=None,
                        file_sequence_number=None,
                        data_file=file,
                    )
                )
        return [writer.to_manifest_file(), *manifests]

    def _summary(self, snapshot_properties: dict[str, str] | None = None) -> Summary:  # noqa: ARG002 - the base class's
        summary = super()._summary(self.snapshot_properties)
        deleted = sum(file.record_count for file in self._deletes)
        if deleted:
            summary.additional_properties.update(
                {
                    "added-delete-files": str(len(self._deletes)),
                    "added-position-delete-files": str(len(self._deletes)),
                    "added-position-deletes": str(deleted),
                }
            )
        return summary


def commit_rows(table: Table, change: Change, warehouse: Warehouse, steps: Steps) -> int:
    """Commit one snapshot over the table as it was loaded, and give its id.

    Raises `CommitConflict` where another writer was first, or where an outcome that is not known turns out to be none.
    """
    transaction = StillTransaction(table)
    try:
        with announced(steps, Step.WRITE_MANIFESTS, _said(table)):
            _row_delta(transaction, table, change, warehouse).commit()
    except OSError as error:
        raise StorageError(f"cannot write to {_said(table)}: {error.strerror}; free some space, run again") from error
    try:
        snapshot = transaction.commit_transaction().current_snapshot()
    except CommitFailedException as error:
        raise CommitConflict(f"another writer committed to {_said(table)} first; run again") from error
    except (CommitStateUnknownException, OSError, SQLAlchemyError) as error:
        snapshot = _settled(table, change.batch_id, error)
    assert snapshot is not None, "a commit makes a snapshot"
    return snapshot.snapshot_id


def _row_delta(transaction: Transaction, table: Table, change: Change, warehouse: Warehouse) -> _RowDelta:
    delete_files = [_delete_file(table, change.deletes, warehouse)] if change.deletes else []
    delta = _RowDelta(
        deletes=delete_files,
        operation=Operation.OVERWRITE if delete_files else Operation.APPEND,
        transaction=transaction,
        io=table.io,
        snapshot_properties={BATCH: change.batch_id},
    )
    if change.rows is not None:
        delta.append_data_file(_data_file(table, change.rows, warehouse))
    return delta


def _settled(table: Table, batch_id: str, error: Exception) -> Snapshot:
    """The batch's snapshot, if the commit went through after all. Raises `CommitConflict` where it did not."""
    try:
        snapshot = snapshot_of_batch(table.refresh(), batch_id)
    except (OSError, SQLAlchemyError) as unread:
        raise StorageError(
            f"whether {_said(table)} was committed cannot be read; run again, and the batch is finished"
        ) from unread
    if snapshot is None:
        raise CommitConflict(f"a commit to {_said(table)} did not go through; run again") from error
    return snapshot


def snapshot_of_batch(table: Table, batch_id: str) -> Snapshot | None:
    """The snapshot by which a batch committed to a table, among the ancestors of what stands."""
    snapshot = table.current_snapshot()
    while snapshot is not None:
        summary = snapshot.summary
        if summary is not None and summary.additional_properties.get(BATCH) == batch_id:
            return snapshot
        parent = snapshot.parent_snapshot_id
        snapshot = table.snapshot_by_id(parent) if parent is not None else None
    return None


def _said(table: Table) -> str:
    return ".".join(table.name())


def _data_file(table: Table, path: Path, warehouse: Warehouse) -> DataFile:
    metadata = pq.read_metadata(path)
    size = path.stat().st_size
    statistics = data_file_statistics_from_parquet_metadata(
        parquet_metadata=metadata,
        stats_columns=compute_statistics_plan(table.schema(), table.properties),
        parquet_column_mapping=parquet_path_to_id_mapping(table.schema()),
    )
    return DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=warehouse.keep(path),
        file_format=FileFormat.PARQUET,
        partition=Record(),
        file_size_in_bytes=size,
        sort_order_id=None,
        spec_id=table.spec().spec_id,
        equality_ids=None,
        key_metadata=None,
        **statistics.to_serialized_dict(),
    )


def _delete_file(table: Table, path: Path, warehouse: Warehouse) -> DataFile:
    metadata = pq.read_metadata(path)
    size = path.stat().st_size
    groups = [metadata.row_group(index).column(0).statistics for index in range(metadata.num_row_groups)]
    lowest, highest = min(group.min for group in groups), max(group.max for group in groups)
    counts = {FILE_PATH_ID: metadata.num_rows, POS_ID: metadata.num_rows}
    return DataFile.from_args(
        content=DataFileContent.POSITION_DELETES,
        file_path=warehouse.keep(path),
        file_format=FileFormat.PARQUET,
        partition=Record(),
        record_count=metadata.num_rows,
        file_size_in_bytes=size,
        lower_bounds={FILE_PATH_ID: str(lowest).encode()},
        upper_bounds={FILE_PATH_ID: str(highest).encode()},
        value_counts=counts,
        null_value_counts={FILE_PATH_ID: 0, POS_ID: 0},
        column_sizes={},
        nan_value_counts={},
        split_offsets=None,
        sort_order_id=None,
        spec_id=table.spec().spec_id,
        equality_ids=None,
        key_metadata=None,
    )
