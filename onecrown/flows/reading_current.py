"""The current records of a dataset, derived from history as published: for checks and explanations."""

from __future__ import annotations

import duckdb

from onecrown.definitions.contracts import Contract
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.merging import unifying
from onecrown.merging.batch_state import MEMBER, SIGHTING, SNAPSHOT
from onecrown.rendering.table_layouts import body_table
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.quoting import name, value


def gather_units(
    con: duckdb.DuckDBPyConnection, home: Surroundings, tables: PublishedTables, contract: Contract, units: str
) -> None:
    """Make one relation per record type with its current records of some units (`units`: a SELECT of unit_id)."""
    install_keyed_ids(con, home.pseudonym_key)
    con.execute(f"SET VARIABLE dataset = {value(contract.name)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE w_unit AS {units}")
    history = unifying.History(tables.read(SIGHTING), tables.read(SNAPSHOT), tables.read(MEMBER), tables.read)
    unifying.gather_current(con, contract, history)
    unifying.install_crosswalks(con, home.model, contract)


def every_unit(tables: PublishedTables, contract: Contract) -> str:
    """A SELECT of every unit of a dataset."""
    parts = [
        f"SELECT unit_id FROM {tables.read(body_table(contract, kind))}" for kind in contract.record_types.values()
    ]
    return " UNION ".join(parts)


def forget_current(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Drop the relations that `gather_units` made."""
    for kind in contract.record_types.values():
        con.execute(f"DROP TABLE IF EXISTS {name(kind.name)}")
