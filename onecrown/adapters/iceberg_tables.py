"""The tables in Iceberg: a catalogue in SQLite, files in a folder; DuckDB reads, pyiceberg plans and commits."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.io import load_file_io
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
from pyiceberg.schema import Schema
from pyiceberg.serializers import ToOutputFile
from pyiceberg.table import Table
from pyiceberg.table.metadata import TableMetadataUtil, new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    IcebergType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)
from sqlalchemy.exc import SQLAlchemyError

from onecrown.adapters.iceberg_commit import FILE_PATH_ID, POS_ID, commit_rows
from onecrown.errors import StorageError
from onecrown.ports import Change
from onecrown.rendering.table_layouts import TableLayout, sql_type
from onecrown.sql.quoting import file, files, name, value

_SIMPLE: dict[str, IcebergType] = {
    "string": StringType(),
    "date": DateType(),
    "timestamptz": TimestamptzType(),
    "long": LongType(),
    "int": IntegerType(),
    "boolean": BooleanType(),
}
_PROPERTIES = {
    "format-version": "2",
    "commit.retry.num-retries": "0",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    "write.delete.mode": "merge-on-read",
}
BATCH = "onecrown.batch-id"


class IcebergTables:
    """Tables of one home."""

    def __init__(self, catalogue: Path, warehouse: Path, layouts: dict[str, TableLayout]) -> None:
        self._layouts = layouts
        self._warehouse = warehouse.resolve()
        self._loaded: dict[str, Table] = {}
        self._absent: set[str] = set()
        self._planned: dict[tuple[str, int | None], str] = {}
        try:
            self._warehouse.mkdir(parents=True, exist_ok=True)
            self._catalog = SqlCatalog(
                "onecrown", uri=f"sqlite:///{catalogue.resolve()}", warehouse=f"file://{self._warehouse}"
            )
            _write_ahead(self._catalog)
        except (OSError, SQLAlchemyError) as error:
            raise StorageError(f"the catalogue {catalogue.name} cannot be opened; check the home folder") from error
        self.ensure()

    def close(self) -> None:
        """Close the catalogue."""
        self._catalog.close()

    def ensure(self) -> None:
        """Make the databases; a table is made by its first commit, and reads as empty before."""
        for database in sorted({layout.database for layout in self._layouts.values()}):
            try:
                self._catalog.create_namespace(database)
            except NamespaceAlreadyExistsError:
                continue

    def _create(self, layout: TableLayout) -> None:
        self._absent.discard(layout.full_name)
        fields = [
            NestedField(c.field_id, c.name, _iceberg_type(c.type), required=False, doc=_comment(c.comment))
            for c in layout.columns
        ]
        properties = {**_PROPERTIES, **_metrics(layout), "comment": _comment(layout.comment)}
        location = f"file://{self._warehouse}/{layout.database}/{layout.name}"
        try:
            self._catalog.register_table(layout.full_name, self._first_metadata(location, Schema(*fields), properties))
        except TableAlreadyExistsError:
            self._loaded.pop(layout.full_name, None)

    def _first_metadata(self, location: str, schema: Schema, properties: dict[str, str]) -> str:
        """Write a new table's metadata with the model's field ids, which `create_table` would number afresh."""
        fresh = new_table_metadata(schema, UNPARTITIONED_PARTITION_SPEC, UNSORTED_SORT_ORDER, location, properties)
        said = json.loads(fresh.model_dump_json(by_alias=True))
        said["schemas"] = [json.loads(schema.model_dump_json(by_alias=True))]
        said["last-column-id"] = schema.highest_field_id
        metadata = TableMetadataUtil.parse_obj(said)
        target = f"{location}/metadata/00000-{uuid.uuid4()}.metadata.json"
        ToOutputFile.table_metadata(metadata, load_file_io({}, location).new_output(target))
        return target

    def names(self) -> list[str]:
        """The full names of all tables there are."""
        found = [table for database in self._catalog.list_namespaces() for table in self._catalog.list_tables(database)]
        return sorted(".".join(parts) for parts in found)

    def refresh(self) -> None:
        """Forget what was read: the next read sees the newest commits."""
        self._loaded.clear()
        self._absent.clear()
        self._planned.clear()

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
        """SQL that reads a table: every column of the model, and `_file` and `_pos` of each row."""
        where = (full_name, snapshot_id if snapshot_id is not None else self.head(full_name))
        if where not in self._planned:
            self._planned[where] = self._plan(*where)
        return self._planned[where]

    def _plan(self, full_name: str, snapshot_id: int | None) -> str:
        layout = self._layouts[full_name]
        table = self.table(full_name)
        if table is None or snapshot_id is None:
            return _empty(layout)
        tasks = list(table.scan(snapshot_id=snapshot_id).plan_files())
        if not tasks:
            return _empty(layout)
        paths = [_path(task.file.file_path) for task in tasks]
        deletes = sorted({_path(delete.file_path) for task in tasks for delete in task.delete_files})
        columns = ", ".join(f"t.{name(c.name)}" for c in layout.columns)
        wanted = ", ".join(
            f"{c.field_id}: {{name: {value(c.name)}, type: {value(sql_type(c.type))}, default_value: NULL}}"
            for c in layout.columns
        )
        read = f"read_parquet({files(paths)}, schema = MAP {{{wanted}}}, filename = true, file_row_number = true)"
        gone = ""
        if deletes:
            gone = (
                f" ANTI JOIN (SELECT file_path, pos FROM read_parquet({files(deletes)})) AS gone "
                "ON gone.pos = t.file_row_number AND gone.file_path = 'file://' || t.filename"
            )
        return f"(SELECT {columns}, t.filename AS _file, t.file_row_number AS _pos FROM {read} AS t{gone})"

    def snapshot_before(self, full_name: str, batch_id: str) -> tuple[bool, int | None]:
        """Whether a batch has committed to a table already, and if so the snapshot before it."""
        table = self.table(full_name)
        snapshot = table.current_snapshot() if table else None
        while table is not None and snapshot is not None:
            summary = snapshot.summary
            if summary is not None and summary.additional_properties.get(BATCH) == batch_id:
                return True, snapshot.parent_snapshot_id
            parent = snapshot.parent_snapshot_id
            snapshot = table.snapshot_by_id(parent) if parent is not None else None
        return False, None

    def empty(self, full_name: str) -> str:
        """SQL that gives no rows of a table."""
        return _empty(self._layouts[full_name])

    def write_rows(self, con: duckdb.DuckDBPyConnection, full_name: str, select: str) -> tuple[Path, int]:
        """Write rows to a new data file, sorted as the table is; nobody sees it before a commit names it."""
        layout = self._layouts[full_name]
        columns = ", ".join(f"CAST({name(c.name)} AS {sql_type(c.type)}) AS {name(c.name)}" for c in layout.columns)
        ids = ", ".join(f"{name(c.name)}: {c.field_id}" for c in layout.columns)
        options = f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, FIELD_IDS {{{ids}}})"
        order = ", ".join(map(name, layout.sorted_by))
        return self._copied(con, full_name, f"SELECT {columns} FROM ({select}) ORDER BY {order}", options)

    def write_deletes(self, con: duckdb.DuckDBPyConnection, full_name: str, select: str) -> tuple[Path, int]:
        """Write position deletes (file_path, pos) to a new file."""
        options = f"(FORMAT parquet, COMPRESSION zstd, FIELD_IDS {{file_path: {FILE_PATH_ID}, pos: {POS_ID}}})"
        return self._copied(con, full_name, f"SELECT file_path, pos FROM ({select}) ORDER BY 1, 2", options)

    def _copied(self, con: duckdb.DuckDBPyConnection, full_name: str, select: str, options: str) -> tuple[Path, int]:
        path = self._new_file(full_name)
        counted = con.execute(f"COPY ({select}) TO {file(path)} {options}").fetchone()
        count = int(counted[0]) if counted else 0
        if count == 0:
            path.unlink(missing_ok=True)
        return path, count

    def _new_file(self, full_name: str) -> Path:
        database, _, table = full_name.partition(".")
        folder = self._warehouse / database / table / "data"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{uuid.uuid4()}.parquet"

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change."""
        table = self.table(change.table)
        if table is None:
            self._create(self._layouts[change.table])
            table = self.table(change.table)
        assert table is not None, "the table was made"
        snapshot_id = commit_rows(table, change.rows, change.deletes, {BATCH: change.batch_id})
        self._loaded.pop(change.table, None)
        return snapshot_id

    def inspect(self, full_name: str, what: str) -> Any:
        """A metadata table as Arrow."""
        table = self.table(full_name)
        return _in_utc(getattr(table.inspect, what)()) if table else None


def _in_utc(found: pa.Table) -> pa.Table:
    """Metadata tables give instants without saying that they are UTC."""
    fields = [
        field.with_type(pa.timestamp("us", tz="UTC"))
        if pa.types.is_timestamp(field.type) and field.type.tz is None
        else field
        for field in found.schema
    ]
    return found.cast(pa.schema(fields))


def _metrics(layout: TableLayout) -> dict[str, str]:
    """No bounds of personal columns in manifests, where they would stand in clear; counts for keys."""
    personal = [c.name for c in layout.columns if c.is_personal and c.name != "key"]
    if not personal:
        return {}
    prefix = "write.metadata.metrics"
    counted = {f"{prefix}.column.key": "counts"} if any(c.name == "key" for c in layout.columns) else {}
    if len(personal) * 2 < len(layout.columns):
        return {**counted, **{f"{prefix}.column.{column}": "none" for column in personal}}
    kept = [c.name for c in layout.columns if not c.is_personal or c.name == "unit_id"]
    return {f"{prefix}.default": "none", **counted, **{f"{prefix}.column.{column}": "truncate(16)" for column in kept}}


def _write_ahead(catalog: SqlCatalog) -> None:
    """Let the catalogue's file be written ahead: as safe, and fewer waits for each commit."""
    with catalog.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _iceberg_type(kind: str) -> IcebergType:
    if kind.startswith("decimal"):
        precision, scale = kind.removeprefix("decimal(").removesuffix(")").split(",")
        return DecimalType(int(precision), int(scale))
    return _SIMPLE[kind]


def _comment(text: str) -> str:
    return " ".join(text.split())[:255]


def _path(uri: str) -> str:
    return uri.removeprefix("file://")


def _empty(layout: TableLayout) -> str:
    columns = ", ".join(f"CAST(NULL AS {sql_type(c.type)}) AS {name(c.name)}" for c in layout.columns)
    return f"(SELECT {columns}, CAST(NULL AS VARCHAR) AS _file, CAST(NULL AS BIGINT) AS _pos WHERE false)"
