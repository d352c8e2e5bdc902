"""Compaction of one table: the planned files anew, sorted, without their deleted rows; one snapshot."""

from __future__ import annotations

from pathlib import Path

import duckdb

from onecrown.errors import OutOfMemory, StorageError
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.table_plans import TablePlan
from onecrown.rendering.table_layouts import table_layouts
from onecrown.sql.quoting import file, files, name, values
from onecrown.upkeep_ports import Replacement, TableFile, TableState


def deleted_rows(con: duckdb.DuckDBPyConnection, state: TableState) -> dict[str, int]:
    """How many rows of each data file are deleted, where there are files of deletes."""
    read = f"read_parquet({_paths(state.deletes)})"
    counted = con.execute(f"SELECT file_path, count(DISTINCT pos) FROM {read} GROUP BY 1").fetchall()
    standing = {one.uri for one in state.data}
    return {uri: count for uri, count in counted if uri in standing}


def prepare(home: Surroundings, plan: TablePlan, batch_id: str) -> Replacement:
    """Write the files of a compaction, which nobody sees before they are committed. Raises `StorageError` if rows differ."""
    with home.scratch_folder() as scratch, home.engine() as con:
        try:
            rows, count = _rewritten(con, home, plan, scratch)
        except duckdb.OutOfMemoryException as error:
            raise OutOfMemory(
                f"{plan.table} is too large to compact in the memory given; give it more with ONECROWN_MEMORY, for example 2GB"
            ) from error
        expected = sum(one.rows - plan.deleted.get(one.uri, 0) for one in plan.rewritten)
        if count != expected:
            raise StorageError(f"{plan.table}: {count} rows were read where {expected} stand; nothing was changed")
        deletes = _gathered_deletes(con, home, plan)
    gone = {one.uri for one in (*plan.rewritten, *plan.state.deletes)}
    return Replacement(plan.table, batch_id, plan.state.head, tuple(rows), deletes, frozenset(gone))


def discard(replacement: Replacement) -> None:
    """Remove the files of a compaction that will not be committed."""
    for path in (*replacement.rows, replacement.deletes):
        if path is not None:
            path.unlink(missing_ok=True)


def _rewritten(
    con: duckdb.DuckDBPyConnection, home: Surroundings, plan: TablePlan, scratch: Path
) -> tuple[list[Path], int]:
    if not plan.rewritten:
        return [], 0
    wanted = values(sorted(one.uri for one in plan.rewritten))
    standing = home.tables.relation(plan.table, plan.state.head)
    select = f"SELECT * EXCLUDE (_file, _pos) FROM {standing} WHERE _file IN {wanted}"
    rows = sum(one.rows for one in plan.rewritten)
    if rows <= plan.limits.full_rows:
        return _written(con, home, plan.table, [select])
    return _written(con, home, plan.table, _pieces(con, home, plan, select, scratch))


def _pieces(
    con: duckdb.DuckDBPyConnection, home: Surroundings, plan: TablePlan, select: str, scratch: Path
) -> list[str]:
    """The rows sorted as a whole, then file by file of equal size: no sort of a file needs more memory than a file."""
    target = file(scratch / "sorted.parquet")
    order = ", ".join(name(column) for column in table_layouts(home.model)[plan.table].sorted_by)
    con.execute(f"COPY ({select} ORDER BY {order}) TO {target} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
    counted = con.execute(f"SELECT count(*) FROM read_parquet({target})").fetchone()
    rows = int(counted[0]) if counted else 0
    size = -(-rows // max(1, -(-rows // plan.limits.full_rows)))
    return [
        f"SELECT * FROM read_parquet({target}) WHERE file_row_number >= {start} AND file_row_number < {start + size}"
        for start in range(0, rows, max(1, size))
    ]


def _written(
    con: duckdb.DuckDBPyConnection, home: Surroundings, table: str, selects: list[str]
) -> tuple[list[Path], int]:
    written = [home.tables.write_rows(con, table, select) for select in selects]
    return [path for path, count in written if count], sum(count for _, count in written)


def _gathered_deletes(con: duckdb.DuckDBPyConnection, home: Surroundings, plan: TablePlan) -> Path | None:
    """Deletes of files that stay, as one file."""
    staying = [one.uri for one in plan.state.data if one not in plan.rewritten and one.uri in plan.deleted]
    if not staying:
        return None
    read = f"read_parquet({_paths(plan.state.deletes)})"
    path, _ = home.tables.write_deletes(
        con, plan.table, f"SELECT DISTINCT file_path, pos FROM {read} WHERE file_path IN {values(staying)}"
    )
    return path


def _paths(found: tuple[TableFile, ...]) -> str:
    return files(one.readable for one in found)
