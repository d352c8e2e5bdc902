"""The measures' tables brought up to what a batch has committed, before the batch's own row makes both visible."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from onecrown.flows.executors import none_left_behind
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.measuring.refresh import MeasureRefresh, Refreshed
from onecrown.merging.touching import Touched
from onecrown.ports import Change
from onecrown.querying.translations import translations_in
from onecrown.rendering.measure_layouts import DEFINITION
from onecrown.rendering.table_columns import HISTORY, UNIFIED

_TOLD = (f"{HISTORY}.sighting", f"{HISTORY}.snapshot")
_LOOKED_UP = {"hearing_id": "hearing_case", "application_id": "application"}


def refresh_measures(home: Surroundings, batch_id: str, touched: Touched | None) -> None:
    """Count again what a batch touched, or everything. Raises `CommitConflict` where another writer was first.

    Run once more for the same batch it finds what it committed, and commits the rest.
    """
    if home.model.measures is None:
        return
    home.tables.refresh()

    def known(table: str) -> str:
        committed, before = home.tables.snapshot_before(table, batch_id)
        return home.tables.empty(table) if committed and before is None else home.tables.relation(table, before)

    with home.engine() as con, none_left_behind() as written:
        tables = PublishedTables(home, con, latest=True)
        refresh = MeasureRefresh(con, home.model, tables, known, translations_in(home.translations))
        cases = None if touched is None else _cases(con, tables, touched)
        for said in refresh.plan(cases, _last_day(con, home)):
            if not home.tables.snapshot_before(said.table, batch_id)[0]:
                written.clear()
                _commit(con, home, batch_id, said, written)


def leave_measures(home: Surroundings, batch_id: str) -> None:
    """Say that the measures are behind the tables: without a definition that stands, the next refresh counts everything."""
    table = DEFINITION.full_name
    if (
        home.model.measures is None
        or home.tables.head(table) is None
        or home.tables.snapshot_before(table, batch_id)[0]
    ):
        return
    with home.engine() as con, none_left_behind() as written:
        standing = home.tables.relation(table)
        gone = f"SELECT _file AS file_path, _pos AS pos FROM {standing} AS s"
        _commit(con, home, batch_id, Refreshed(table, f"SELECT * FROM {standing} AS s WHERE false", gone), written)


def _commit(
    con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str, said: Refreshed, written: list[Path]
) -> None:
    path, added = home.tables.write_rows(con, said.table, said.rows)
    written.append(path)
    deletes, deleted = home.tables.write_deletes(con, said.table, said.gone)
    written.append(deletes)
    if added or deleted:
        home.tables.commit(
            Change(said.table, batch_id, path if added else None, added, deletes if deleted else None, deleted)
        )


def _cases(con: duckdb.DuckDBPyConnection, tables: PublishedTables, touched: Touched) -> set[str]:
    """The touched cases, those of touched hearings and applications too."""
    cases = touched.case_ids()
    for column, entity in _LOOKED_UP.items():
        if touched.ids[column]:
            found = con.execute(
                f"SELECT DISTINCT case_id FROM {tables.read(f'{UNIFIED}.{entity}')} AS t "
                f"SEMI JOIN (SELECT unnest(?) AS id) AS u ON u.id = t.{column}",
                [sorted(touched.ids[column])],
            ).fetchall()
            cases.update(case_id for (case_id,) in found if case_id is not None)
    return cases


def _last_day(con: duckdb.DuckDBPyConnection, home: Surroundings) -> date | None:
    """The last London day of which a source told: no period after it is measured.

    What is dated after today is a fault of a source, and moves no period.
    """
    told = " UNION ALL ".join(
        f"SELECT max(event_at) AS told_at FROM {home.tables.relation(table)} WHERE event_at <= ?" for table in _TOLD
    )
    row = con.execute(
        f"SELECT CAST(max(told_at) AT TIME ZONE 'Europe/London' AS DATE) FROM ({told}) AS t", [home.now()] * len(_TOLD)
    ).fetchone()
    return row[0] if row else None
