"""Every store of a home, whether it holds what records say, and how somebody is erased from it: one list, from the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onecrown.definitions.entities import Entity
from onecrown.definitions.model import Model
from onecrown.rendering.table_layouts import HISTORY, MEASURES, UNIFIED, TableLayout, body_table, table_layouts

SCRUBBED = "records are taken out of each file, everything else stays"
JUDGED_ANEW = "drops are judged anew from what stays; older files go"
WRITTEN_ANEW = "rows go with a batch; then files are written anew, older snapshots and their files removed"
MARKS_ONLY = "holds no value of a record; an erasure leaves marks that only the home's key can make"
COUNTS_ONLY = "holds counts and ids; published counts stand"
RELEASED = "published counts stand; no row of a case is in them"
IDS_ONLY = (
    "holds ids and counts of people; rows of whom no defendant holds any more go with the next `onecrown persons`"
)
POINTERS_ONLY = "holds where tables are, and no value of a record"
EMPTIED = "emptied of what is older than an hour; what is younger removes itself"


@dataclass(frozen=True, slots=True)
class Store:
    """A folder or file of a home, or a table: `datasets` whose records it may hold ('' for every dataset's)."""

    name: str
    kind: str
    how: str
    datasets: frozenset[str] = frozenset()

    def holds(self, dataset: str) -> bool:
        """Whether it may hold what records of a dataset say."""
        return dataset in self.datasets


def stores(model: Model) -> tuple[Store, ...]:
    """The list."""
    every = frozenset(model.contracts)
    folders = (
        Store("landing", "folder", SCRUBBED, every),
        Store("validated", "folder", JUDGED_ANEW, every),
        Store("quarantine", "folder", JUDGED_ANEW, every),
        Store("warehouse", "folder", WRITTEN_ANEW, every),
        Store("releases", "folder", RELEASED),
        Store("scratch", "folder", EMPTIED, every),
        Store("ledger.db", "file", MARKS_ONLY),
        Store("catalog.db", "file", POINTERS_ONLY),
        Store("pseudonym.key", "file", POINTERS_ONLY),
    )
    return (*folders, *_tables(model))


def _tables(model: Model) -> Iterator[Store]:
    of_bodies = {
        body_table(contract, kind): contract.name
        for contract in model.contracts.values()
        for kind in contract.record_types.values()
    }
    of_entities = {f"{UNIFIED}.{entity.name}": _told_in(model, entity) for entity in model.entities.values()}
    for full_name, layout in table_layouts(model).items():
        if full_name in of_bodies:
            yield Store(full_name, "table", WRITTEN_ANEW, frozenset({of_bodies[full_name]}))
        elif layout.database == UNIFIED and model.entities[layout.name].is_resolved:
            yield Store(full_name, "table", IDS_ONLY)
        elif layout.database == UNIFIED:
            yield Store(full_name, "table", WRITTEN_ANEW, of_entities[full_name])
        elif layout.database == HISTORY or layout.name in _DETAILS or _is_of_cases(layout):
            yield Store(full_name, "table", WRITTEN_ANEW, frozenset(model.contracts))
        else:
            yield Store(full_name, "table", COUNTS_ONLY)


def _told_in(model: Model, entity: Entity) -> frozenset[str]:
    """The datasets that map an entity; every linked one too where linking makes its rows, or the ids in them."""
    mapping = frozenset(name for name, contract in model.contracts.items() if entity.name in contract.mappings)
    if model.linking is None:
        return mapping
    case = model.linking.entity
    one = {case, *(same.entity for same in model.linking.same)}
    keys = {model.entities[name].key_column for name in one}
    if mapping and not any(column.name in keys or column.references in one for column in entity.columns):
        return mapping
    return mapping | {name for name, contract in model.contracts.items() if case in contract.mappings}


def _is_of_cases(layout: TableLayout) -> bool:
    """Whether a table of measures has a row for each case or what belongs to it."""
    return layout.database == MEASURES and any(column.name == "case_id" for column in layout.columns)


_DETAILS = ("reject", "flag", "drift")


def tables_holding(model: Model, dataset: str) -> list[str]:
    """The tables that may hold what records of a dataset say."""
    return [store.name for store in stores(model) if store.kind == "table" and store.holds(dataset)]
