"""A home whose tables are in memory, and what a law asks of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import duckdb

from onecrown.adapters.folder_releases import FolderReleases, ManifestViews
from onecrown.adapters.folders import Folders
from onecrown.adapters.memory_tables import MemoryTables
from onecrown.adapters.sqlite_ledger import SqliteLedger
from onecrown.definitions.model import Model, load_model
from onecrown.flows.act_on_drops import release_drop, withdraw_drop
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.upserts import BOOKS
from onecrown.ports import MERGED, VALIDATED, Delivery, Drop, Ledger
from onecrown.rendering.table_layouts import HISTORY, UNIFIED, table_layouts

from .drawing import without_parser
from .judged_drops import JudgedDrop, write_judged

KEY = bytes.fromhex("5e" * 32)
LINEAGE = ("drop_id", "position")
NOW = datetime(2026, 2, 1, tzinfo=UTC)
Dump = dict[str, list[tuple[Any, ...]]]


@cache
def laws_model() -> Model:
    """The invented model of the laws."""
    return without_parser(load_model(Path(__file__).parent / "model"))


@dataclass(frozen=True, slots=True)
class MemorySurroundings(Surroundings):
    """Surroundings whose connections share one database: opening one anew costs as much as a small merge."""

    database: duckdb.DuckDBPyConnection = field(default_factory=lambda: duckdb.connect(config={"threads": "1"}))

    @contextmanager
    def engine(self) -> Iterator[duckdb.DuckDBPyConnection]:
        con = self.database.cursor()
        try:
            con.execute("SET TimeZone = 'UTC'")
            yield con
        finally:
            con.close()


@dataclass(frozen=True)
class Received:
    """Drops that were received together, as the files that the receiver leaves: homes of one example share them."""

    folder: Path
    model: Model
    drops: Sequence[JudgedDrop]

    @classmethod
    def write(cls, folder: Path, model: Model, drops: Sequence[JudgedDrop]) -> Received:
        for prefix in {drop.prefix for drop in drops}:
            together = [drop for drop in drops if drop.prefix == prefix]
            contract = model.contracts[together[0].dataset]
            write_judged((folder / "validated" / prefix, folder / "quarantine" / prefix), contract, together)
        return cls(folder, model, drops)


def differences(found: Dump, expected: Dump) -> list[tuple[str, tuple[Any, ...]]]:
    """Rows that stand in one dump oftener than in the other, with their table."""
    told = []
    for table in sorted(found.keys() | expected.keys()):
        one, other = Counter(found.get(table, [])), Counter(expected.get(table, []))
        told += [(table, row) for row in ((one - other) + (other - one)).elements()]
    return told


class MemoryHome:
    """Judged drops go in, batches are merged, tables come out."""

    def __init__(self, received: Received, database: duckdb.DuckDBPyConnection, ledger: Ledger | None = None) -> None:
        self.ledger: Ledger = ledger or SqliteLedger(Path(":memory:"))
        self.tables = MemoryTables(received.folder / "tables", table_layouts(received.model))
        self.around = MemorySurroundings(
            model=received.model,
            landing=cast(Any, None),
            ledger=self.ledger,
            tables=self.tables,
            validated=Folders(received.folder / "validated"),
            quarantine=Folders(received.folder / "quarantine"),
            releases=FolderReleases(received.folder / "releases"),
            views=ManifestViews(),
            scratch=received.folder / "scratch",
            pseudonym_key=KEY,
            now=lambda: NOW,
            database=database,
        )

    def use(self, ledger: Ledger) -> None:
        """Go on with another ledger, over the same store."""
        self.ledger = ledger
        self.around = replace(self.around, ledger=ledger)

    def take(self, drops: Iterable[JudgedDrop]) -> None:
        """Make drops pending, as the receiver leaves them; a known one is no news."""
        said = [self._drop(drop) for drop in drops]
        arrived = [Delivery(drop.drop_id, drop.name, "1", "", 0, NOW, drop.drop_id, "") for drop in said]
        self.ledger.record_deliveries(arrived, said)

    def _drop(self, drop: JudgedDrop) -> Drop:
        contract = self.around.model.contracts[drop.dataset]
        return Drop(
            drop.drop_id,
            contract.source,
            contract.dataset,
            drop.name,
            VALIDATED,
            0,
            dict(drop.meaning),
            NOW,
            contract_version=drop.version,
            prefix=drop.prefix,
            counts=drop.counts(),
        )

    def merge(self, drops: Iterable[JudgedDrop] = ()) -> None:
        """One batch of some drops and of everything else that is pending."""
        self.take(drops)
        merge_pending(self.around)

    def withdraw(self, drop: JudgedDrop) -> None:
        """A person takes the drop out of the set."""
        withdraw_drop(self.around, drop.drop_id, "invented")

    def restore(self, drop: JudgedDrop) -> None:
        """A person lets the withdrawn drop go on after all."""
        release_drop(self.around, drop.drop_id, "invented")

    def rejudge(self, drop: JudgedDrop) -> None:
        """The drop is judged anew: `drop` is its new form, as a replay and a rejudging leave it."""
        known = self.ledger.drop(drop.drop_id)
        assert known is not None
        said = {"prefix": drop.prefix, "contract_version": drop.version, "counts": drop.counts()}
        self.ledger.move(known, VALIDATED, **said, reason="", released=True, mirrored=False)

    def merge_each(self, batches: Iterable[Sequence[JudgedDrop]]) -> MemoryHome:
        for batch in batches:
            self.merge(batch)
        return self

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """The rows of a table, in no order."""
        with self.around.engine() as con:
            return con.execute(f"SELECT {columns} FROM {self.tables.relation(table)}").fetchall()

    def dump(self) -> Dump:
        """Every row of history and of the unified tables, sorted, without lineage."""
        self.tables.refresh()
        found = {}
        for name in self.tables.names():
            if name.split(".")[0] in (UNIFIED, HISTORY):
                without = ", ".join(("_file", "_pos", *(LINEAGE if name == f"{HISTORY}.sighting" else ())))
                without += ", drop_id" if name == f"{HISTORY}.snapshot" else ""
                found[name] = sorted(self.rows(name, f"* EXCLUDE ({without})"), key=repr)
        return {name: rows for name, rows in found.items() if rows}

    def unbalanced(self) -> list[str]:
        """The record types of drops whose books do not add up."""
        return [
            f"{drop.dataset_name}: {kind}"
            for drop in self.ledger.drops([MERGED])
            for kind, said in drop.counts.items()
            if said.get("read", 0) != said.get("accepted", 0) + said.get("quarantined", 0)
            or said.get("accepted", 0) != sum(said.get(book, 0) for book in BOOKS)
        ]
