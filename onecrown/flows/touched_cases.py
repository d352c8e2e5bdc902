"""Which cases a plan touches, read from what it is about to write and from what it takes away."""

from __future__ import annotations

from pathlib import Path

from onecrown.flows.surroundings import Surroundings
from onecrown.merging.batch_merge import MergePlan, TableChange
from onecrown.merging.touching import Touched, leading_columns
from onecrown.rendering.table_columns import UNIFIED
from onecrown.sql.quoting import file


def take_touched(home: Surroundings, plan: MergePlan) -> Touched:
    """The cases of every unified row that comes or goes by a plan, and the hearings and applications of which they are."""
    touched = plan.gone
    with home.engine() as con:
        for change in plan.changes:
            database, _, name = change.table.partition(".")
            entity = home.model.entities.get(name) if database == UNIFIED else None
            for column in leading_columns(entity) if entity and change.rows else ():
                touched.take(column, con.execute(f"SELECT DISTINCT {column} FROM {_written(change)}").fetchall())
    return touched


def _written(change: TableChange) -> str:
    path = change.rows or Path()
    return f"read_parquet({file(path / '**' / '*.parquet' if path.is_dir() else path)})"
