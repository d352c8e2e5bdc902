"""Migration: the tables brought to the model. What could lose values is done with consent alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onecrown.definitions.contracts import Contract
from onecrown.errors import SettingsError, UsageError
from onecrown.flows.merge_lease import MergeLease
from onecrown.flows.surroundings import Surroundings
from onecrown.rendering.table_layouts import UNIFIED, body_table, table_layouts
from onecrown.rendering.table_shapes import (
    NEW_COLUMN,
    RENUMBERED,
    RETYPED,
    REUSED,
    Difference,
    differences,
    migrated,
)

_MENDED_IN_THE_MODEL = (RETYPED, REUSED)
_WITH_NEW_VALUES = (NEW_COLUMN, RENUMBERED, RETYPED)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was applied, and the commands that fill new columns from history."""

    applied: Sequence[Difference]
    then: Sequence[str]


def plan_migration(home: Surroundings) -> list[Difference]:
    """Every difference between the tables and the model."""
    home.tables.refresh()
    shapes = home.tables.shapes()
    return [
        difference
        for table, layout in sorted(table_layouts(home.model).items())
        for difference in differences(layout, shapes.shape(table), shapes.properties(layout))
    ]


def migrate_tables(home: Surroundings, allow_destructive: bool = False) -> Migrated:
    """Apply every difference, a table a commit, as the one writer.

    Raises `UsageError` before anything is changed where a difference is destructive without consent, and `SettingsError`
    where only the model can mend it.
    """
    lease = MergeLease(home)
    lease.take()
    try:
        found = plan_migration(home)
        _refuse(found, allow_destructive)
        for number, table in enumerate(sorted({one.table for one in found}), 1):
            home.progress("migrate", number, len(found))
            lease.keep()
            _bring(home, table)
    finally:
        lease.give_back()
        home.tables.refresh()
    return Migrated(found, then(home, found))


def _bring(home: Surroundings, table: str) -> None:
    layout, shapes = table_layouts(home.model)[table], home.tables.shapes()
    shape = shapes.shape(table)
    if shape is None:
        shapes.create(layout)
    else:
        shapes.reshape(migrated(layout, shape))


def _refuse(found: Sequence[Difference], allow_destructive: bool) -> None:
    unmendable = [one for one in found if one.kind in _MENDED_IN_THE_MODEL and one.table.startswith(f"{UNIFIED}.")]
    if unmendable:
        raise SettingsError(
            f"{_listed(unmendable)}: stored values cannot be read so; give the column a new field_id in the model"
        )
    destructive = [one for one in found if one.is_destructive]
    if destructive and not allow_destructive:
        raise UsageError(
            f"{_listed(destructive)}: could lose values; nothing was changed. If it is meant, add --allow-destructive"
        )


def _listed(found: Sequence[Difference]) -> str:
    return "; ".join(f"{one.table}.{one.column} ({one.kind}: {one.said})" for one in found)


def then(home: Surroundings, found: Sequence[Difference]) -> list[str]:
    """The commands that fill what is new from history: a new column is empty for rows that were written before."""
    new = {one.table for one in found if one.kind in _WITH_NEW_VALUES}
    backfills, rejudgings = set(), set()
    for contract in home.model.contracts.values():
        if any(f"{UNIFIED}.{entity}" in new for entity in contract.mappings):
            backfills.add(f"onecrown backfill {contract.source}")
        if any(table in new for table in _bodies(contract)):
            rejudgings.add(f"onecrown rejudge {contract.name}")
    return [*sorted(rejudgings), *sorted(backfills)]


def _bodies(contract: Contract) -> list[str]:
    return [body_table(contract, kind) for kind in contract.record_types.values()]
