"""What the tests of maintenance ask of a home: weeks of extracts, small limits, other readers."""

from __future__ import annotations

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
from merging.homes import Home
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import Table

from onecrown.flows.last_batch import OPEN
from onecrown.flows.maintain_tables import Keeping, Maintained, maintain_tables, plan_tables
from onecrown.flows.table_plans import Limits, TablePlan
from onecrown.flows.write_operations import publish_heads
from onecrown.ports import Batch, Change

CASES = "onecrown.court_case"
SOON = Limits(most_delete_files=1, most_small_files=1)
NOTHING_KEPT = timedelta(0)
WEEKS = ("A B C D", "A/G B C E", "A/G B/G E F", "A B/G F G")


def weeks(home: Home, *said: str) -> None:
    """One batch a week, as the merge commits it: what changed is added, what it was is deleted, a row publishes it."""
    for line in said or WEEKS:
        batch = Batch(f"week-{uuid.uuid4()}", "finished", (), home.around.now())
        home.around.tables.commit(change_of(home, line, batch.batch_id))
        publish_heads(home.around, batch)


def _case(word: str) -> tuple[str, str]:
    case, _, receipt = word.partition("/")
    return case, receipt or "EW"


def change_of(home: Home, line: str, batch_id: str = "a batch") -> Change:
    """What makes the table say a line."""
    wanted = dict(_case(word) for word in line.split())
    tables = home.around.tables
    tables.refresh()
    listed = ", ".join(f"('{case}', '{receipt}')" for case, receipt in wanted.items())
    with home.around.engine() as con:
        con.execute(
            f"CREATE TEMP TABLE wanted AS FROM (VALUES {listed}) AS said(source_case_id, receipt_type_source_code)"
        )
        con.execute(f"CREATE TEMP TABLE stands AS FROM {tables.relation(CASES)}")
        same = "USING (source_case_id, receipt_type_source_code)"
        rows, added = tables.write_rows(
            con,
            CASES,
            f"""SELECT w.source_case_id AS unit_id, w.source_case_id AS case_id, w.*, {_empty_columns(con)}
            FROM (FROM wanted ANTI JOIN stands {same}) AS w""",
        )
        deletes, deleted = tables.write_deletes(
            con, CASES, f"SELECT _file AS file_path, _pos AS pos FROM stands ANTI JOIN wanted {same}"
        )
    return Change(CASES, batch_id, rows if added else None, added, deletes if deleted else None, deleted)


def _empty_columns(con: duckdb.DuckDBPyConnection) -> str:
    filled = {"unit_id", "case_id", "source_case_id", "receipt_type_source_code", "_file", "_pos"}
    names = [row[0] for row in con.execute("DESCRIBE stands").fetchall() if row[0] not in filled]
    return ", ".join(f"NULL AS {name}" for name in names)


def standing(home: Home) -> str:
    """The cases that stand, in the notation of `weeks`."""
    return " ".join(
        home.ask(
            """SELECT source_case_id || coalesce('/' || nullif(receipt_type_source_code, 'EW'), '')
            FROM {onecrown.court_case} ORDER BY 1"""
        )
    )


def leave_open(home: Home) -> None:
    """A batch that a crash left unfinished."""
    known = home.around.ledger.batches()
    batch = Batch("an-open-batch", OPEN, (), home.around.now())
    home.around.ledger.open_batch(batch, [], known[-1].batch_id if known else "")


def maintain(home: Home, **said: Any) -> Maintained:
    """Compact as soon as there is anything; keep what the defaults keep unless said otherwise."""
    return maintain_tables(home.around, Keeping(**{"limits": SOON, **said}))


def plan(home: Home, table: str = CASES, **said: Any) -> TablePlan:
    """The plan of one table."""
    return {one.table: one for one in plan_tables(home.around, Keeping(**{"limits": SOON, **said}))}[table]


def iceberg(folder: Path, table: str = CASES) -> Table:
    """A table as any client of the catalogue loads it."""
    catalog = SqlCatalog("onecrown", uri=f"sqlite:///{folder / 'catalog.db'}", warehouse=f"file://{folder}/warehouse")
    return catalog.load_table(table)


def read_by_pyiceberg(folder: Path, table: str = CASES, snapshot_id: int | None = None) -> list[str]:
    """The ids and receipt types of a table's rows, by pyiceberg's own reader."""
    rows = iceberg(folder, table).scan(snapshot_id=snapshot_id).to_arrow().to_pylist()
    return sorted(f"{row['source_case_id']} {row['receipt_type_source_code']}" for row in rows)


def data_files(folder: Path, table: str = CASES) -> set[Path]:
    """Every Parquet file of a table, named by a snapshot or not."""
    return set((folder / "warehouse" / table.replace(".", "/") / "data").glob("*.parquet"))


def aged(folder: Path, days: int = 8) -> None:
    """Make every file of a home look as if it was last written days ago."""
    then = time.time() - days * 86400
    for path in folder.rglob("*"):
        os.utime(path, (then, then))
