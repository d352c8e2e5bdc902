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
from onecrown.merging.batch_state import MEMBER, SIGHTING, SNAPSHOT, BatchState, Excess, Write, begin_batch
from onecrown.merging.bodies import Bodies
from onecrown.merging.dataset_merge import DatasetMerge, Drops, Standing
from onecrown.merging.incoming import Member
from onecrown.merging.knowledge import Known
from onecrown.merging.leaving import begin_leaving, left_lists, left_rows, staying
from onecrown.merging.linking.stage import LinkStage
from onecrown.merging.rebuilding import take_every_unit
from onecrown.merging.touching import Touched, take_gone
from onecrown.rendering.table_layouts import UNIFIED, body_table
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.quoting import value


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
    """Changes in the order in which they are committed, counts by drop and record type, and the cases of rows that go."""

    changes: list[TableChange] = field(default_factory=list)
    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    excesses: list[Excess] = field(default_factory=list)
    gone: Touched = field(default_factory=Touched)


def _none(_: Sequence[str]) -> list[Member]:
    return []


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
        self._state = BatchState(known, Bodies(known))
        self._plan = MergePlan()
        install_keyed_ids(con, pseudonym_key)
        begin_batch(con)

    def plan(self, coming: Sequence[Member], leaving: Sequence[Member] = (), standing: Standing = _none) -> MergePlan:
        """Work out everything that the batch changes.

        `leaving` are drops as they stand in the tables, withdrawn or judged anew; `standing` finds the others.
        """
        begin_leaving(self._con, [member.drop_id for member in leaving])
        for entity in self._model.entities.values():
            unifying.begin_entity(self._con, entity)
        by_dataset = {
            dataset: Drops(
                [member for member in coming if member.dataset == dataset],
                [member for member in leaving if member.dataset == dataset],
                standing,
            )
            for dataset in {member.dataset for member in (*coming, *leaving)}
        }
        for contract, controlled in self._in_order(by_dataset):
            self._merge_dataset(contract, by_dataset.get(contract.name, Drops()), controlled)
        self._link()
        self._change_history(has_leaving=bool(leaving))
        for entity in self._model.entity_order():
            self._change_entity(entity)
        self._plan.counts = self._state.counts
        self._plan.excesses = self._state.excesses
        return self._plan

    def _in_order(self, by_dataset: dict[str, Drops]) -> Iterable[tuple[Contract, bool]]:
        """Datasets of the batch, control files before what they control; and whether control files of a dataset came."""
        controls = {contract.name: _control_datasets(contract) for contract in self._model.contracts.values()}
        wanted = [
            contract
            for contract in self._model.contracts.values()
            if contract.name in by_dataset or controls[contract.name] & by_dataset.keys()
        ]
        for contract in sorted(wanted, key=lambda contract: (bool(controls[contract.name]), contract.name)):
            yield contract, bool(controls[contract.name] & by_dataset.keys())

    def _merge_dataset(self, contract: Contract, drops: Drops, controlled: bool) -> None:
        DatasetMerge(self._con, contract, drops, self._write, self._state).merge(controlled)
        if not count_rows(self._con, "w_unit"):
            return
        self._map_units(contract, self._history(contract))

    def rebuild(self, contracts: Iterable[Contract]) -> MergePlan:
        """Work out every unified row of some datasets anew from history; only what differs is changed."""
        begin_leaving(self._con, [])
        for entity in self._model.entities.values():
            unifying.begin_entity(self._con, entity)
        history = unifying.History(self._known(SIGHTING), self._known(SNAPSHOT), self._known(MEMBER), self._known)
        for contract in contracts:
            take_every_unit(self._con, self._known, contract)
            self._map_units(contract, history)
        self._link()
        for entity in self._model.entity_order():
            self._change_entity(entity)
        return self._plan

    def _link(self) -> None:
        """Make records that are one case one case, with everything that is connected with what the batch touches."""
        if self._model.linking is None:
            return
        stage = LinkStage(self._con, self._model, self._model.linking, self._known)
        self._map_others(stage.connected(), "w_far_unit")
        self._map_others(stage.settled(), "w_refer_unit")
        stage.finish()

    def _map_others(self, datasets: Iterable[str], units: str) -> None:
        """Map units that no drop of the batch touches."""
        for dataset in datasets:
            self._con.execute("SET VARIABLE dataset = " + value(dataset))
            self._con.execute(
                f"""CREATE OR REPLACE TEMP TABLE w_unit AS
                SELECT DISTINCT unit_id FROM {units} WHERE source_dataset = {value(dataset)}"""
            )
            self._con.execute("INSERT INTO w_all_unit SELECT unit_id FROM w_unit")
            contract = self._model.contracts[dataset]
            self._map_units(contract, self._history(contract))

    def _map_units(self, contract: Contract, history: unifying.History) -> None:
        unifying.gather_current(self._con, contract, history)
        unifying.install_crosswalks(self._con, self._model, contract)
        for entity in self._model.entity_order():
            if entity.name in contract.mappings:
                unifying.map_entity(self._con, contract, entity)
        for kind in contract.record_types.values():
            self._con.execute(f'DROP TABLE IF EXISTS "{kind.name}"')

    def _history(self, contract: Contract) -> unifying.History:
        sightings, snapshots = staying(self._known(SIGHTING)), staying(self._known(SNAPSHOT))
        return unifying.History(
            f"(SELECT * FROM {sightings} UNION ALL BY NAME SELECT * FROM w_new_sighting)",
            f"(SELECT * FROM {snapshots} UNION ALL BY NAME SELECT * FROM w_left_snapshot)",
            f"(SELECT members_hash, key, record_hash FROM {self._known(MEMBER)} UNION ALL BY NAME SELECT * FROM w_left_member)",
            self._state.bodies.after,
            lambda table: self._state.bodies.new[table][0] if table in self._state.bodies.new else None,
            self._state.bodies.staying,
            lambda kind: self._state.seen.get(body_table(contract, kind)),
        )

    def _change_history(self, has_leaving: bool) -> None:
        bodies = self._state.bodies
        for table in sorted(bodies.new.keys() | bodies.gone.keys()):
            path, added = bodies.new.get(table, (None, 0))
            gone = f"SELECT _file AS file_path, _pos AS pos FROM {bodies.gone[table]}" if table in bodies.gone else ""
            self._change(table, path, added, gone)
        left = {
            SIGHTING: left_rows(self._known(SIGHTING)),
            SNAPSHOT: left_rows(self._known(SNAPSHOT)),
            MEMBER: left_lists(self._known(MEMBER), self._known(SNAPSHOT)),
        }
        for table, relation in ((SIGHTING, "w_new_sighting"), (SNAPSHOT, "w_left_snapshot"), (MEMBER, "w_left_member")):
            self._add(table, f"SELECT * FROM {relation}", left[table] if has_leaving else "")

    def _change_entity(self, entity: Entity) -> None:
        table = f"{UNIFIED}.{entity.name}"
        rows, gone = unifying.diff_entity(self._con, entity, self._known(table))
        take_gone(self._con, entity, unifying.desired(entity), self._plan.gone)
        self._add(table, rows, gone)

    def _add(self, table: str, rows: str, gone: str) -> None:
        path, added = self._write(table, rows)
        self._change(table, path, added, gone)

    def _change(self, table: str, path: Path | None, added: int, gone: str) -> None:
        deletes, deleted = self._write_deletes(table, gone) if gone else (None, 0)
        if added or deleted:
            self._plan.changes.append(
                TableChange(table, path if added else None, added, deletes if deleted else None, deleted)
            )


def _control_datasets(contract: Contract) -> set[str]:
    return {f"{contract.source}/{scope.control.dataset}" for scope in contract.scopes.values() if scope.control}
