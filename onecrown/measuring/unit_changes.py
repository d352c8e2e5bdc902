"""Unit rows as they stood beside those worked out anew: what is written, what goes, and of which cases."""

from __future__ import annotations

import duckdb

from onecrown.definitions.measures import UnitTable
from onecrown.measuring.of_cases import WORKING
from onecrown.merging.knowledge import Known
from onecrown.rendering.table_columns import MEASURES
from onecrown.sql.quoting import name

CHANGED = "m_changed"
"""The cases of which any unit row came, went or became another (`case_id`)."""


def compare_units(con: duckdb.DuckDBPyConnection, units: list[UnitTable], known: Known, asked: str | None) -> None:
    """Make `m_was_<unit>`, the standing rows of the asked cases with their places, and `m_changed`.

    `m_of_<unit>` is narrowed to the asked cases: of the others too little was read. `asked` None means all cases.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE {CHANGED} (case_id VARCHAR)")
    for unit in units:
        if asked is not None:
            con.execute(f"DELETE FROM {wanted(unit)} WHERE case_id NOT IN (SELECT case_id FROM {asked})")
        of_asked = f"SEMI JOIN {asked} AS a ON a.case_id = s.case_id" if asked is not None else ""
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {standing(unit)} AS SELECT s.* FROM {known(f'{MEASURES}.{unit.name}')} AS s {of_asked}"
        )
        for one, other in ((wanted(unit), standing(unit)), (standing(unit), wanted(unit))):
            con.execute(
                f"INSERT INTO {CHANGED} SELECT n.case_id FROM {one} AS n ANTI JOIN {other} AS s ON {_same(unit)}"
            )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {CHANGED} AS SELECT DISTINCT case_id FROM {CHANGED}")


def wanted(unit: UnitTable) -> str:
    """The table of the rows as they should be."""
    return f"{WORKING[MEASURES]}{unit.name}"


def standing(unit: UnitTable) -> str:
    """The table of the rows as they stood, with `_file` and `_pos`."""
    return f"m_was_{unit.name}"


def rows_and_gone(unit: UnitTable) -> tuple[str, str]:
    """Two SELECTs: rows to write, and places (file_path, pos) to take away."""
    rows = f"SELECT n.* FROM {wanted(unit)} AS n ANTI JOIN {standing(unit)} AS s ON {_same(unit)}"
    gone = f"SELECT n._file AS file_path, n._pos AS pos FROM {standing(unit)} AS n ANTI JOIN {wanted(unit)} AS s ON {_same(unit)}"
    return rows, gone


def _same(unit: UnitTable) -> str:
    first = f"n.{name(unit.key)} = s.{name(unit.key)}"
    rest = (
        f"n.{name(column)} IS NOT DISTINCT FROM s.{name(column)}" for column in unit.column_names if column != unit.key
    )
    return " AND ".join((first, *rest))
