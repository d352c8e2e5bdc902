"""Ids that follow from what a row says, whatever case it is of: the exact tier of persons."""

from __future__ import annotations

from onecrown.definitions.entities import Entity
from onecrown.definitions.linking import Identified
from onecrown.merging.linking.evidence import over_records
from onecrown.merging.unifying import desired, row_hash
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value


def identify(con: Engine, entity: Entity, identified: Identified) -> None:
    """Give each wanted row of an entity the keyed id of the first rung that it has."""
    said = " UNION ALL ".join(
        f"SELECT id, {value(f'{place}{rung.code}|')} || said AS said FROM ({over_records(rung.key)}) AS k WHERE said IS NOT NULL"
        for place, rung in enumerate(identified.rungs)
    )
    news = {identified.column: f"keyed({value(identified.column + '|')} || k.said)"}
    columns = ", ".join(f"{news.get(c.name, f'd.{name(c.name)}')} AS {name(c.name)}" for c in entity.columns)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_part AS SELECT {columns}, d.unit_id, d.source_system, d.source_dataset
        FROM {desired(entity)} AS d
        LEFT JOIN (SELECT id, min(said) AS said FROM ({said}) AS every_one GROUP BY id) AS k
          ON k.id = d.{name(entity.key_column)}"""
    )
    names = ", ".join(name(column.name) for column in entity.columns)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {desired(entity)} AS
        SELECT {names}, unit_id, {row_hash(entity)} AS row_hash, source_system, source_dataset FROM w_part"""
    )
