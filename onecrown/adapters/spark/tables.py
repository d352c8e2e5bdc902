"""The tables as Spark reads and writes them: through Iceberg's own library, in the catalogue that every engine shares."""

from __future__ import annotations

import uuid
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from onecrown.adapters.iceberg_commit import FILE_PATH_ID, POS_ID
from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.adapters.spark.engine import SparkEngine
from onecrown.adapters.spark.session import CATALOGUE
from onecrown.rendering.table_layouts import TableLayout, sql_type

ROWS_PER_FILE = 1_000_000
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
            f.col(c.name) if c.name in held else f.lit(None).cast(_spark_type(c.type)).alias(c.name)
            for c in layout.columns
        ]
        file = f.regexp_replace(f.col("_file"), "^file:(//)?", "file://").alias("_file")
        return read.select(*columns, file, f.col("_pos"))

    def _none_of(self, layout: TableLayout) -> DataFrame:
        columns = [(c.name, _spark_type(c.type)) for c in layout.columns]
        return self._engine.empty([*columns, ("_file", "STRING"), ("_pos", "BIGINT")])

    def write_rows(self, full_name: str, select: str) -> tuple[Path, int]:
        """Write rows to new data files, sorted as the table is; give the file, or the folder of several."""
        layout = self._layout(full_name)
        rows = self._engine.rows_of(select)
        typed = rows.select(
            *(
                f.col(f"`{c.name}`").cast(_spark_type(c.type)).alias(c.name, metadata={_FIELD_ID: c.field_id})
                for c in layout.columns
            )
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


def _spark_type(kind: str) -> str:
    said = sql_type(kind)
    return {"VARCHAR": "STRING", "TIMESTAMPTZ": "TIMESTAMP"}.get(said, said)
