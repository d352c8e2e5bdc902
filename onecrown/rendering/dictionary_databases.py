"""The dictionary's page of the tables beside the unified model: history, and what the platform did."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.model import Model
from onecrown.rendering import markdown as md
from onecrown.rendering.history_views import versions_layouts
from onecrown.rendering.table_layouts import (
    HISTORY,
    MEASURES,
    OPS,
    UNIFIED,
    TableColumn,
    TableLayout,
    body_table,
    table_layouts,
)

_WHAT_THEY_HOLD = (
    (
        UNIFIED,
        "The unified model: one table per entity, each row the present state of things over all sources.",
        "analysts; identity tables only for those who are granted them",
    ),
    (
        HISTORY,
        "Every record that was ever accepted: bodies (each version once), sightings (when each was seen), snapshots "
        "(what each delivery of a scope listed) and their members. How things stood at any time is worked out from it.",
        "data engineers",
    ),
    (
        OPS,
        "What the platform did: deliveries, drops with their counts, rejects and flags by rule, names that no contract "
        "knows, batches with the snapshot of every table. Never the text of a record.",
        "source teams, data engineers, analysts",
    ),
    (
        MEASURES,
        "What is counted and how often: a row per case, spell, defendant and trial that counts, and the values of all measures.",
        "analysts, statisticians, whoever publishes",
    ),
)


def databases_table() -> str:
    """What each database holds and for whom."""
    return md.table(("Database", "What it holds", "For whom"), ((md.code(n), *rest) for n, *rest in _WHAT_THEY_HOLD))


def shared_columns(model: Model) -> str:
    """The columns that every table of the unified model has beside those of its entity."""
    layouts = (layout for layout in table_layouts(model).values() if layout.database == UNIFIED)
    layout = next(layouts, None)
    if layout is None:
        return ""
    own = {column.name for column in model.entities[layout.name].columns}
    rows = (
        (md.code(column.name), str(column.field_id), md.prose(column.comment))
        for column in layout.columns
        if column.name not in own
    )
    return md.table(("Column", "Field id", "Meaning"), rows)


def databases_page(model: Model) -> str:
    """The whole page."""
    bodies = {body_table(said, kind) for said in model.contracts.values() for kind in said.record_types.values()}
    layouts = [layout for name, layout in sorted(table_layouts(model).items()) if name not in bodies]
    return md.page(
        "# Databases",
        databases_table(),
        "The tables of `onecrown` are the [entities](index.md#entities).",
        f"## {HISTORY}",
        *_tables(layouts, HISTORY),
        "### Bodies",
        "One table for each record type of each dataset. Beside the columns of its own fields it has the key of the "
        "record, its hash, the version of the contract that accepted it, and its text as delivered: personal data.",
        _bodies(model),
        "### Versions",
        "Beside each table of bodies a view of the same name with `_versions`: which copy of each record stood from when "
        "to when, by the time of the events. It is worked out from sightings and snapshots, so a late drop mends the past.",
        _versions(model),
        "How things stood at an instant, with the fields of the records:",
        _AS_AT,
        f"## {OPS}",
        *_tables(layouts, OPS),
        f"## {MEASURES}",
        "Its tables, views and definitions are on the pages of [measures](measures.md).",
    )


def _tables(layouts: list[TableLayout], database: str) -> Iterator[str]:
    for layout in layouts:
        if layout.database == database:
            yield f"### {layout.name}"
            yield md.prose(layout.comment)
            yield md.table(("Column", "Type", "Meaning"), map(_column_row, layout.columns))


def _column_row(column: TableColumn) -> tuple[str, ...]:
    return (md.code(column.name), column.type, md.prose(column.comment))


_AS_AT = """```sql
SELECT body.*
FROM onecrown_history.xhibit_extract_charge_versions AS version
JOIN onecrown_history.xhibit_extract_charge AS body
  ON body.scope = version.scope AND body.key = version.key AND body.record_hash = version.record_hash
WHERE version.valid_from <= TIMESTAMP '2026-01-12 00:00:00 UTC'
  AND (version.valid_to IS NULL OR version.valid_to > TIMESTAMP '2026-01-12 00:00:00 UTC')
```"""


def _versions(model: Model) -> str:
    layout = next(iter(versions_layouts(model).values()), None)
    return md.table(("Column", "Type", "Meaning"), map(_column_row, layout.columns)) if layout else ""


def _bodies(model: Model) -> str:
    rows = (
        (md.code(body_table(contract, kind).partition(".")[2]), md.code(kind.name), name)
        for name, contract in sorted(model.contracts.items())
        for kind in contract.record_types.values()
    )
    return md.table(("Table", "Record type", "Dataset"), rows)
