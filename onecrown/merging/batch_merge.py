"""A batch from end to end, without committing: what every table is to gain and to lose, and the books of every drop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from onecrown.definitions.contracts import Contract
from onecrown.definitions.entities import Entity
from onecrown.definitions.model import Model
from onecrown.merging import unifying
from onecrown.merging.dataset_merge import (
    MEMBER,
    SIGHTING,
    SNAPSHOT,
    BatchState,
    DatasetMerge,
    Excess,
    Write,
    begin_batch,
)
from onecrown.merging.incoming import Incoming, Member
from onecrown.merging.knowledge import Known
from onecrown.rendering.table_layouts import UNIFIED
from onecrown.sql.engine import Engine
from onecrown.sql.keyed_ids import install_keyed_ids


class WriteDeletes(Protocol):
    """Writes position deletes to a new file that nobody sees yet."""

    def __call__(self, table: str, select: str) -> tuple[Path, int]:
        """Give the file and the number of its rows."""
        ...


@dataclass(frozen=True, slots=True)
class TableChange:
    """Files to add to and take from one table."""

    table: str
    rows: Path | None = None
    added: int = 0
    deletes: Path | None = None
    deleted: int = 0


@dataclass(slots=True)
class MergePlan:
    """Changes in the order in which they are committed, and counts by drop and record type."""

    changes: list[TableChange] = field(default_factory=list)
    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    excesses: list[Excess] = field(default_factory=list)


class BatchMerge:
    """Plans the merge of a batch over what is known."""

    def __init__(
        self,
        con: Engine,
        model: Model,
        known: Known,
        write: Write,
        write_deletes: WriteDeletes,
        pseudonym_key: bytes,
    ) -> None:
        self._con = con
        self._model = model
        self._known = known
        self._write = write
        self._write_deletes = write_deletes
        self._state = BatchState()
        self._plan = MergePlan()
        install_keyed_ids(con, pseudonym_key)
        begin_batch(con)

    def plan(self, members: Sequence[Member]) -> MergePlan:
        """Work out everything that the batch changes."""
        for entity in self._model.entities.values():
            unifying.begin_entity(self._con, entity)
        by_dataset: dict[str, list[Member]] = {}
        for member in members:
            by_dataset.setdefault(member.dataset, []).append(member)
        for contract, controlled in self._in_order(by_dataset):
            self._merge_dataset(contract, by_dataset.get(contract.name, []), controlled)
        self._change_history()
        for entity in self._model.entity_order():
            self._change_entity(entity)
        self._plan.counts = self._state.counts
        self._plan.excesses = self._state.excesses
        return self._plan

    def _in_order(self, by_dataset: dict[str, list[Member]]) -> Iterable[tuple[Contract, bool]]:
        """Datasets of the batch, control files before what they control; and whether control files of a dataset came."""
        controls = {contract.name: _control_datasets(contract) for contract in self._model.contracts.values()}
        wanted = [
            contract
            for contract in self._model.contracts.values()
            if contract.name in by_dataset or controls[contract.name] & by_dataset.keys()
        ]
        for contract in sorted(wanted, key=lambda contract: (bool(controls[contract.name]), contract.name)):
            yield contract, bool(controls[contract.name] & by_dataset.keys())

    def _merge_dataset(self, contract: Contract, members: list[Member], controlled: bool) -> None:
        incoming = Incoming(self._con, contract, members)
        DatasetMerge(self._con, contract, incoming, self._known, self._write, self._state).merge(controlled)
        if not (self._con.execute("SELECT count(*) FROM w_unit").fetchone() or (0,))[0]:
            return
        unifying.gather_current(self._con, contract, self._history())
        unifying.install_crosswalks(self._con, self._model, contract)
        for entity in self._model.entity_order():
            if entity.name in contract.mappings:
                unifying.map_entity(self._con, contract, entity)
        for kind in contract.record_types.values():
            self._con.execute(f'DROP TABLE IF EXISTS "{kind.name}"')

    def _history(self) -> unifying.History:
        return unifying.History(
            f"(SELECT * FROM {self._known(SIGHTING)} UNION ALL BY NAME SELECT * FROM w_new_sighting)",
            f"(SELECT * FROM {self._known(SNAPSHOT)} UNION ALL BY NAME SELECT * FROM w_left_snapshot)",
            f"(SELECT members_hash, key, record_hash FROM {self._known(MEMBER)} UNION ALL BY NAME SELECT * FROM w_left_member)",
            lambda table: self._state.bodies_of(self._known, table),
        )

    def _change_history(self) -> None:
        for table, (path, count) in sorted(self._state.bodies.items()):
            self._plan.changes.append(TableChange(table, path, count))
        for table, relation in ((SIGHTING, "w_new_sighting"), (SNAPSHOT, "w_left_snapshot"), (MEMBER, "w_left_member")):
            self._add(TableChange(table), f"SELECT * FROM {relation}", "")

    def _change_entity(self, entity: Entity) -> None:
        table = f"{UNIFIED}.{entity.name}"
        rows, gone = unifying.diff_entity(self._con, entity, self._known(table))
        self._add(TableChange(table), rows, gone)

    def _add(self, change: TableChange, rows: str, gone: str) -> None:
        path, added = self._write(change.table, rows)
        deletes, deleted = self._write_deletes(change.table, gone) if gone else (None, 0)
        if added or deleted:
            self._plan.changes.append(
                TableChange(change.table, path if added else None, added, deletes if deleted else None, deleted)
            )


def _control_datasets(contract: Contract) -> set[str]:
    return {f"{contract.source}/{scope.control.dataset}" for scope in contract.scopes.values() if scope.control}
