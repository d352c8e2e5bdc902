"""One Iceberg snapshot that adds files and position deletes together, through Iceberg's own library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors.exceptions.captured import CapturedException
from pyspark.sql import SparkSession

from onecrown.adapters.iceberg_commit import BATCH
from onecrown.adapters.spark.session import CATALOGUE, catalogue_settings
from onecrown.errors import CommitConflict, StorageError
from onecrown.ports import Change

_CONFLICTS = ("CommitFailedException", "ValidationException", "SQLiteException")


class RowDeltas:
    """Commits to the tables of one home."""

    def __init__(self, session: SparkSession, home: Path) -> None:
        self._session: Any = session
        self._home = home

    def commit(self, change: Change, seen: int | None) -> int:
        """Commit over the snapshot that was seen, and give the new one. Raises `CommitConflict`."""
        try:
            with self._table(change.table) as table:
                return self._committed(table, change, seen)
        except (Py4JJavaError, CapturedException) as error:
            raise _told(change.table, error) from error

    def _committed(self, table: Any, change: Change, seen: int | None) -> int:
        if _head(table) != seen:
            raise CommitConflict(f"another writer committed to {change.table} first; run again")
        delta = table.newRowDelta().set(BATCH, change.batch_id)
        if seen is not None:
            delta = delta.validateFromSnapshot(seen)
        delta = delta.validateNoConflictingDataFiles().validateNoConflictingDeleteFiles()
        for path in _files(change.rows):
            delta = delta.addRows(self._data_file(table, path))
        for path in _files(change.deletes):
            delta = delta.addDeletes(self._delete_file(table, path))
        delta.commit()
        table.refresh()
        made = _head(table)
        assert made is not None, "a commit makes a snapshot"
        return made

    @contextmanager
    def _table(self, full_name: str) -> Iterator[Any]:
        java = self._session._jvm.org.apache.iceberg
        catalogue = java.jdbc.JdbcCatalog()
        said = catalogue_settings(self._home / "catalog.db", self._home / "warehouse")
        catalogue.setConf(self._session._jsc.hadoopConfiguration())
        catalogue.initialize(CATALOGUE, said)
        try:
            yield catalogue.loadTable(java.catalog.TableIdentifier.parse(full_name))
        finally:
            catalogue.close()

    def _data_file(self, table: Any, path: Path) -> Any:
        java = self._session._jvm.org.apache.iceberg
        metrics = self._metrics(table, path, java.MetricsConfig.forTable(table))
        built = java.DataFiles.builder(table.spec()).withPath(_uri(path)).withFileSizeInBytes(path.stat().st_size)
        return built.withFormat("parquet").withMetrics(metrics).build()

    def _delete_file(self, table: Any, path: Path) -> Any:
        java = self._session._jvm.org.apache.iceberg
        metrics = self._metrics(table, path, java.MetricsConfig.forPositionDelete(table))
        built = java.FileMetadata.deleteFileBuilder(table.spec()).ofPositionDeletes().withPath(_uri(path))
        return built.withFileSizeInBytes(path.stat().st_size).withFormat("parquet").withMetrics(metrics).build()

    def _metrics(self, table: Any, path: Path, config: Any) -> Any:
        read = table.io().newInputFile(_uri(path))
        return self._session._jvm.org.apache.iceberg.parquet.ParquetUtil.fileMetrics(read, config)


def _head(table: Any) -> int | None:
    head = table.currentSnapshot()
    return int(head.snapshotId()) if head is not None else None


def _files(place: Path | None) -> list[Path]:
    if place is None:
        return []
    return sorted(place.glob("*.parquet")) if place.is_dir() else [place]


def _uri(path: Path) -> str:
    return f"file://{path}"


def _told(table: str, error: Py4JJavaError | CapturedException) -> CommitConflict | StorageError:
    java = error.java_exception if isinstance(error, Py4JJavaError) else error._origin
    kinds = set()
    while java is not None:
        kinds.add(java.getClass().getSimpleName())
        java = java.getCause()
    if kinds & set(_CONFLICTS):
        return CommitConflict(f"another writer committed to {table} first; run again")
    return StorageError(f"Iceberg could not commit to {table} ({', '.join(sorted(kinds))}); run again")
