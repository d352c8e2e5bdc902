"""SQL that reads the data files of a table less the rows that its delete files take away."""

from __future__ import annotations

from collections.abc import Iterable

from pyiceberg.table import FileScanTask, Table

from onecrown.adapters.iceberg_shapes import shape_of
from onecrown.rendering.table_layouts import TableLayout, sql_type
from onecrown.sql.quoting import files, name, value

SCHEME = "file://"


def reading(layout: TableLayout, table: Table, tasks: Iterable[FileScanTask]) -> str:
    """SQL of a FROM item: every column of the layout, and of each row `_file` (its file's URI) and `_pos`.

    DuckDB takes every file to be as long as the first: the longest stands there, so that no join takes a large table for a
    small one and keeps it in memory.
    """
    left_out = SCHEME if table.location().startswith("file:") else ""  # by DuckDB, of the name of a file
    ordered = sorted(tasks, key=lambda task: (-task.file.record_count, task.file.file_path))
    paths = [path_of(task.file.file_path) for task in ordered]
    deletes = sorted({path_of(delete.file_path) for task in ordered for delete in task.delete_files})
    columns = ", ".join(f"t.{name(c.name)}" for c in layout.columns)
    read = f"read_parquet({files(paths)}, {_columns(layout, table)}filename = true, file_row_number = true)"
    gone = ""
    if deletes:
        gone = (
            f" ANTI JOIN (SELECT substr(file_path, {len(left_out) + 1}) AS path, pos FROM read_parquet({files(deletes)})) "
            "AS gone ON gone.pos = t.file_row_number AND gone.path = t.filename"
        )
    uri = f"'{left_out}' || t.filename" if left_out else "t.filename"
    return f"(SELECT {columns}, {uri} AS _file, t.file_row_number AS _pos FROM {read} AS t{gone})"


def path_of(uri: str) -> str:
    """What DuckDB reads a file by: its path on disk, or its URI elsewhere; Iceberg's own library writes `file:/…` too."""
    return uri.removeprefix(SCHEME).removeprefix("file:")


def _columns(layout: TableLayout, table: Table) -> str:
    """How columns are found: by name where the table had but one schema, else by field id.

    By field id DuckDB guesses that a file has one row, and joins are planned badly: right, but slow until compaction.
    """
    stand = {(column.name, column.type) for column in shape_of(table).columns}
    if len(table.metadata.schemas) == 1 and {(column.name, column.type) for column in layout.columns} <= stand:
        return ""
    wanted = ", ".join(
        f"{c.field_id}: {{name: {value(c.name)}, type: {value(sql_type(c.type))}, default_value: NULL}}"
        for c in layout.columns
    )
    return f"schema = MAP {{{wanted}}}, "
