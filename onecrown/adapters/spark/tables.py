"""The tables as Spark reads and writes them: through Iceberg's own library, in the catalogue that every engine shares."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors.exceptions.captured import CapturedException
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from onecrown.adapters.iceberg_commit import BATCH, FILE_PATH_ID, POS_ID
from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.adapters.spark.engine import SparkEngine
from onecrown.adapters.spark.session import CATALOGUE
from onecrown.errors import CommitConflict, StorageError
from onecrown.ports import Change
from onecrown.rendering.table_layouts import TableLayout, sql_type

ROWS_PER_FILE = 1_000_000
_CONFLICTS = ("CommitFailedException", "ValidationException")
_FIELD_ID = "parquet.field.id"


class SparkTables:
    """Reads and writes the tables of one home beside its embedded adapter, which makes tables and knows their heads."""

    def __init__(self, engine: SparkEngine, tables: IcebergTables, warehouse: Path) -> None:
        self._session = engine.session
        self._engine = engine
        self._tables = tables
        self._warehouse = warehouse.resolve()

    def relation(self, full_name: str, snapshot_id: int | None = None) -> str:
        """The name of a view of a table: every column of the model, and `_file` and `_pos` of each row."""
        read_at = snapshot_id if snapshot_id is not None else self._tables.head(full_name)
        view = f"known__{full_name.replace('.', '__')}__{read_at or 'none'}"
        if not self._engine.holds(view):
            layout = self._layout(full_name)
            self._engine.show(view, self._at(layout, read_at) if read_at is not None else self._none_of(layout))
        return f'"{view}"'

    def _at(self, layout: TableLayout, snapshot_id: int) -> DataFrame:
        read = self._session.read.option("snapshot-id", snapshot_id).table(f"{CATALOGUE}.{layout.full_name}")
        held = set(read.columns)
        columns = [
            f.col(c.name) if c.name in held else f.lit(None).cast(_spark_type(c.type)).alias(c.name) for c in layout.columns
        ]
        file = f.regexp_replace(f.col("_file"), "^file:(//)?", "").alias("_file")
        return read.select(*columns, file, f.col("_pos"))

    def _none_of(self, layout: TableLayout) -> DataFrame:
        columns = [(c.name, _spark_type(c.type)) for c in layout.columns]
        return self._engine.empty([*columns, ("_file", "STRING"), ("_pos", "BIGINT")])

    def write_rows(self, full_name: str, select: str) -> tuple[Path, int]:
        """Write rows to new data files, sorted as the table is; give the file, or the folder of several."""
        layout = self._layout(full_name)
        rows = self._engine.rows_of(select)
        typed = rows.select(
            *(f.col(f"`{c.name}`").cast(_spark_type(c.type)).alias(c.name, metadata={_FIELD_ID: c.field_id}) for c in layout.columns)
        )
        return self._written(full_name, typed, list(layout.sorted_by))

    def write_deletes(self, full_name: str, select: str) -> tuple[Path, int]:
        """Write position deletes (file_path, pos) to a new file."""
        rows = self._engine.rows_of(select)
        typed = rows.select(
            f.col("file_path").alias("file_path", metadata={_FIELD_ID: FILE_PATH_ID}),
            f.col("pos").cast("bigint").alias("pos", metadata={_FIELD_ID: POS_ID}),
        )
        return self._written(full_name, typed, ["file_path", "pos"])

    def _written(self, full_name: str, rows: DataFrame, order: list[str]) -> tuple[Path, int]:
        database, _, table = full_name.partition(".")
        folder = self._warehouse / database / table / "data"
        kept = self._engine.worked_out(rows)
        count = kept.count()
        if not count:
            return folder, 0
        target = folder / str(uuid.uuid4())
        parts = -(-count // ROWS_PER_FILE)
        spread = kept.coalesce(1) if parts == 1 else kept.repartitionByRange(parts, *order)
        spread.sortWithinPartitions(*order).write.parquet(f"file://{target}")
        return _settled(target), count

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change, over the table as it was first seen. Raises `CommitConflict`."""
        seen = self._tables.head(change.table)
        self._tables.make(change.table)
        try:
            snapshot_id = self._row_delta(change, seen)
        except (Py4JJavaError, CapturedException) as error:
            raise _told(change.table, error) from error
        self._tables.forget(change.table)
        return snapshot_id

    def _row_delta(self, change: Change, seen: int | None) -> int:
        jvm = self._session._jvm
        java = jvm.org.apache.iceberg
        table = java.spark.Spark3Util.loadIcebergTable(self._session._jsparkSession, f"{CATALOGUE}.{change.table}")
        head = table.currentSnapshot()
        if (head.snapshotId() if head is not None else None) != seen:
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
        return int(table.currentSnapshot().snapshotId())

    def _data_file(self, table: Any, path: Path) -> Any:
        java = self._session._jvm.org.apache.iceberg
        metrics, size = self._metrics(table, path, java.MetricsConfig.forTable(table))
        built = java.DataFiles.builder(table.spec()).withPath(_uri(path)).withFileSizeInBytes(size)
        return built.withFormat("parquet").withMetrics(metrics).build()

    def _delete_file(self, table: Any, path: Path) -> Any:
        java = self._session._jvm.org.apache.iceberg
        metrics, size = self._metrics(table, path, java.MetricsConfig.forPositionDelete(table))
        built = java.FileMetadata.deleteFileBuilder(table.spec()).ofPositionDeletes().withPath(_uri(path))
        return built.withFileSizeInBytes(size).withFormat("parquet").withMetrics(metrics).build()

    def _metrics(self, table: Any, path: Path, config: Any) -> tuple[Any, int]:
        read = table.io().newInputFile(_uri(path))
        return self._session._jvm.org.apache.iceberg.parquet.ParquetUtil.fileMetrics(read, config), path.stat().st_size

    def _layout(self, full_name: str) -> TableLayout:
        layout = self._tables.layout(full_name)
        assert layout is not None, "the merge names tables of the model"
        return layout


def _settled(folder: Path) -> Path:
    """What Spark wrote, without its marks: one file beside the others, or a folder of several."""
    parts = sorted(folder.glob("part-*.parquet"))
    for mark in folder.iterdir():
        if mark not in parts:
            mark.unlink()
    if len(parts) > 1:
        return folder
    target = folder.with_suffix(".parquet")
    parts[0].rename(target)
    folder.rmdir()
    return target


def _files(path: Path | None) -> list[Path]:
    if path is None:
        return []
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def _uri(path: Path) -> str:
    return f"file://{path}"


def _told(table: str, error: Py4JJavaError | CapturedException) -> CommitConflict | StorageError:
    java = error.java_exception if isinstance(error, Py4JJavaError) else error._origin
    kind = java.getClass().getSimpleName() if java is not None else type(error).__name__
    if kind in _CONFLICTS:
        return CommitConflict(f"another writer committed to {table} first; run again")
    return StorageError(f"Iceberg could not commit to {table} ({kind}); run again, and the batch is finished")


def _spark_type(kind: str) -> str:
    said = sql_type(kind)
    return {"VARCHAR": "STRING", "TIMESTAMPTZ": "TIMESTAMP"}.get(said, said)


