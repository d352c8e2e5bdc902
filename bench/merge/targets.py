"""Builds a target: bodies, sightings and unified rows of so many records, as so many merges would have left them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from bench.merge.homes import bench_home, keep_as_built
from bench.merge.numbered import DATASET, ENTITY, RECORD_TYPE, bench_contract, bench_model, key, records
from onecrown.adapters.iceberg_commit import _data_file
from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.batch_state import SIGHTING
from onecrown.merging.unifying import install_crosswalks, row_hash
from onecrown.rendering.table_layouts import UNIFIED, body_table
from onecrown.sql.connection import Resources, connection
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.quoting import value

FILE_ROWS = 1_000_000
UNIFIED_TABLE = f"{UNIFIED}.{ENTITY}"
UNIT = f"unit_id_of('case|' || {key('number')})"


def build_target(folder: Path, rows: int) -> None:
    """Build a home with a target of so many rows, and keep it as built."""
    with bench_home(folder) as home, connection(Resources("6GB"), folder / "scratch") as con:
        install_keyed_ids(con, home.pseudonym_key)
        con.execute("SET VARIABLE dataset = " + value(DATASET))
        install_crosswalks(con, home.model, bench_contract())
        con.execute(
            f"CREATE TABLE placed AS SELECT number, {UNIT} AS unit_id FROM "
            f"(SELECT range * 2 AS number FROM range({rows})) ORDER BY unit_id"
        )
        _put(home, con, body_table(bench_contract(), bench_contract().record_types[RECORD_TYPE]), _bodies, rows)
        _put(home, con, UNIFIED_TABLE, _unified, rows)
        con.execute(f"CREATE OR REPLACE TABLE placed AS SELECT range * 2 AS number FROM range({rows})")
        _put(home, con, SIGHTING, _sightings, rows)
    keep_as_built(folder)


def _put(home: Surroundings, con: duckdb.DuckDBPyConnection, table: str, select: object, rows: int) -> None:
    """Write a table's files, each a slice of what is placed, and commit them in one snapshot."""
    tables = home.tables
    assert isinstance(tables, IcebergTables) and callable(select)
    paths = [tables.write_rows(con, table, select(placed))[0] for placed in _slices(rows)]
    tables.shapes().create(tables._layouts[table])
    tables.refresh()
    opened = tables.table(table)
    assert opened is not None
    with opened.transaction() as transaction, transaction.update_snapshot().fast_append() as append:
        for path in paths:
            append.append_data_file(_data_file(opened, path, tables._warehouse))
    tables.refresh()


def _slices(rows: int) -> Iterator[str]:
    for start in range(0, rows, FILE_ROWS):
        yield f"(SELECT * FROM placed WHERE rowid >= {start} AND rowid < {start + FILE_ROWS})"


def _with_units(placed: str) -> str:
    """The records with the unit ids by which they were placed: making those again would cost as much as the rest."""
    return f"(SELECT r.*, p.unit_id FROM {records(placed, 1)} AS r JOIN {placed} AS p ON p.number = r.number)"


def _bodies(placed: str) -> str:
    return f"""SELECT * EXCLUDE (number, _key, _hash, _text, _event_at), '' AS scope, _key AS key, _hash AS record_hash,
      1 AS contract_version, _text AS source_text FROM {_with_units(placed)}"""


def _sightings(placed: str) -> str:
    return f"""SELECT {value(DATASET)} AS dataset, {value(RECORD_TYPE)} AS record_type, _key AS key, _hash AS record_hash,
      _event_at AS event_at, '' AS sequence, 'first' AS drop_id, CAST(number AS VARCHAR) AS position FROM {records(placed, 1)}"""


def _unified(placed: str) -> str:
    entity = bench_model().entities[ENTITY]
    mapping = bench_contract().mappings[ENTITY]
    current = f"(SELECT *, _key AS key FROM {_with_units(placed)})"
    mapped = mapping.replace("FROM charge\n", f"FROM {current} AS charge\n")
    return f"""SELECT *, {row_hash(entity)} AS row_hash FROM (
      SELECT *, 'invented_system' AS source_system, {value(DATASET)} AS source_dataset FROM ({mapped}))"""
