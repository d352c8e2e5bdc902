"""What linking had to do with a row: the records that make it, the ids that ended in it, and what each source said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from onecrown.definitions.contracts import Contract
from onecrown.definitions.entities import Column, Entity
from onecrown.definitions.model import Model
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.linking.derived import ALIASES, RECORDS
from onecrown.merging.linking.uniting import VALUES
from onecrown.rendering.table_layouts import UNIFIED


@dataclass(frozen=True, slots=True)
class Told:
    """What one source said of a value; None where the column is personal."""

    dataset: str
    said: str | None
    is_chosen: bool
    agrees: bool


def records_behind(
    con: duckdb.DuckDBPyConnection, home: Surroundings, tables: PublishedTables, row: dict[str, Any]
) -> list[tuple[Contract, str]]:
    """The contract and unit of every record that may have made a row: its own, and those of its case."""
    own = (row["source_dataset"], row["unit_id"])
    found = {own}
    if row.get("case_id") and RECORDS in home.model.entities:
        found |= set(
            con.execute(
                f"SELECT source_dataset, unit_id FROM {tables.read(f'{UNIFIED}.{RECORDS}')} WHERE case_id = ?",
                [row["case_id"]],
            ).fetchall()
        )
    return [
        (home.model.contracts[dataset], unit_id)
        for dataset, unit_id in sorted(found, key=lambda said: (said != own, said))
    ]


def own_ids(con: duckdb.DuckDBPyConnection, tables: PublishedTables, entity: Entity, key: str) -> list[str]:
    """A row's key and what its records call it: ids that ended in it, or in what unites it."""
    ended = con.execute(
        f"""SELECT a.ended_id FROM {tables.read(f"{UNIFIED}.{ALIASES}")} AS a WHERE a.current_id = ?
        OR a.current_id IN (SELECT "{entity.united_by or entity.key_column}" FROM {tables.read(f"{UNIFIED}.{entity.name}")}
          WHERE "{entity.key_column}" = ?)""",
        [key, key],
    ).fetchall()
    return [key, *(said for (said,) in ended)]


def told_values(
    con: duckdb.DuckDBPyConnection, tables: PublishedTables, entity: Entity, key: str
) -> dict[str, list[Told]]:
    """What each source said, by column, of a row that several tell."""
    found: dict[str, list[Told]] = {}
    rows = con.execute(
        f"""SELECT column_name, source_dataset, source_value, is_chosen, agrees FROM {tables.read(f"{UNIFIED}.{VALUES}")}
        WHERE entity_name = ? AND row_id = ? ORDER BY column_name, is_chosen DESC, source_dataset""",
        [entity.name, key],
    ).fetchall()
    for column, *said in rows:
        found.setdefault(column, []).append(Told(*said))
    return found


def reason_of(model: Model, column: Column, told: Sequence[Told]) -> str:
    """Why a value stands, where linking decided; '' where it did not."""
    identified = model.linking.identified if model.linking else None
    if identified and column.name == identified.column:
        return "the first exact key of the person, by model/linking/case.yaml"
    chosen = next((said for said in told if said.is_chosen), None)
    if chosen is None:
        return ""
    others = "; ".join(_other(said) for said in told if said is not chosen)
    order = ", ".join(column.survivorship)
    return f"{chosen.dataset}, the first to tell it of: {order}" + (f"; {others}" if others else "")


def _other(said: Told) -> str:
    if said.agrees:
        return f"{said.dataset} agrees"
    return f"{said.dataset} says {said.said}" if said.said is not None else f"{said.dataset} says otherwise"
