"""Ids that follow from what a row says, whatever case it is of: the exact tier of persons."""

from __future__ import annotations

from onecrown.definitions.entities import Entity
from onecrown.definitions.linking import Identified
from onecrown.merging.linking.evidence import over_records
from onecrown.merging.unifying import rewrite_rows
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value


def identify(con: Engine, entity: Entity, identified: Identified) -> None:
    """Give each wanted row of an entity the keyed id of the first rung that it has."""
    said = " UNION ALL ".join(
        f"SELECT id, {value(f'{place}{rung.code}|')} || said AS said FROM ({over_records(rung.key)}) AS k WHERE said IS NOT NULL"
        for place, rung in enumerate(identified.rungs)
    )
    news = {identified.column: f"keyed({value(identified.column + '|')} || k.said)"}
    rewrite_rows(
        con,
        entity,
        news,
        f"""LEFT JOIN (SELECT id, min(said) AS said FROM ({said}) AS every_one GROUP BY id) AS k
          ON k.id = d.{name(entity.key_column)}""",
    )
