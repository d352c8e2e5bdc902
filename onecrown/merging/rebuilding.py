"""Every unit of a dataset, as if a batch had touched it: those of its history, and those of its unified rows."""

from __future__ import annotations

from onecrown.definitions.contracts import Contract
from onecrown.merging.knowledge import Known
from onecrown.rendering.table_layouts import UNIFIED, body_table
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import value


def take_every_unit(con: Engine, known: Known, contract: Contract) -> None:
    """Make `w_unit` of a dataset, and add to `w_all_unit`; rows that history no longer gives are of some unit too."""
    con.execute("SET VARIABLE dataset = " + value(contract.name))
    bodies = [f"SELECT unit_id FROM {known(body_table(contract, kind))}" for kind in contract.record_types.values()]
    rows = [
        f"SELECT unit_id FROM {known(f'{UNIFIED}.{entity}')} WHERE source_dataset = {value(contract.name)}"
        for entity in contract.mappings
    ]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_unit AS
        SELECT unit_id FROM ({" UNION ".join([*bodies, *rows])}) WHERE unit_id IS NOT NULL"""
    )
    con.execute("INSERT INTO w_all_unit SELECT unit_id FROM w_unit")
