"""The tables of persons as they should stand beside those that stand: what each is to gain and to lose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb

from onecrown.definitions.entities import Entity
from onecrown.executor_ports import Bench
from onecrown.flows.surroundings import Surroundings
from onecrown.linkage.person_rows import alias_rows, link_rows, person_rows
from onecrown.merging.unifying import begin_entity, desired, diff_entity, typed_columns, want_rows
from onecrown.rendering.table_layouts import UNIFIED

PERSON, LINK, ALIAS = "person", "person_link", "person_alias"
RESOLVED = (PERSON, LINK, ALIAS)
_SYSTEM, _DATASET = "onecrown", "onecrown/persons"


def wanted_rows(bench: Bench, rule_version: int, run_id: str, run_at: datetime) -> Mapping[str, str]:
    """A SELECT for each table of persons, after `keep_clusters`."""
    return {
        PERSON: person_rows(bench.relation(f"{UNIFIED}.court_case"), bench.relation(f"{UNIFIED}.hearing_case")),
        LINK: link_rows(rule_version),
        ALIAS: alias_rows(bench.relation(f"{UNIFIED}.{ALIAS}"), run_id, run_at),
    }


def differences_of(
    con: duckdb.DuckDBPyConnection, home: Surroundings, bench: Bench, table: str, rows: str
) -> tuple[str, str]:
    """Two SELECTs: rows to write and places of rows to take away. They read working tables: run both before the next table."""
    entity, standing = home.model.entities[table], bench.relation(f"{UNIFIED}.{table}")
    _want(con, entity, rows)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_all_unit AS
        SELECT unit_id FROM {standing} UNION SELECT unit_id FROM {desired(entity)}"""
    )
    return diff_entity(con, entity, standing)


def _want(con: duckdb.DuckDBPyConnection, entity: Entity, rows: str) -> None:
    """Put rows into the entity's working table, with their digest and where they come from."""
    begin_entity(con, entity)
    origin = f"'{_SYSTEM}' AS source_system, '{_DATASET}' AS source_dataset"
    want_rows(con, entity, f"SELECT {typed_columns(entity)}, unit_id, {origin} FROM ({rows}) AS made")
