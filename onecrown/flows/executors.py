"""Where a batch is worked out: which executor, and why; and the one that every home has."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from onecrown.errors import OneCrownError, OutOfMemory, SettingsError
from onecrown.executor_ports import Bench, Executor
from onecrown.flows.merge_lease import leased_executor
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Batch, Change

EMBEDDED, DISTRIBUTED, AUTO = "embedded", "distributed", "auto"
EXECUTORS = (EMBEDDED, DISTRIBUTED, AUTO)
DISTRIBUTED_FROM_BYTES = 8 << 30  # from here one machine's memory and disk decide the time, not the start of a cluster


def choose_executor(pending_bytes: int, available: Collection[str]) -> tuple[str, str]:
    """The executor of a batch and the reason, which the ledger keeps; `available` are those that may be chosen."""
    said = f"{pending_bytes} bytes pending"
    if len(available) == 1:
        only = next(iter(available))
        return only, f"{said}: {only} is the executor here"
    if pending_bytes < DISTRIBUTED_FROM_BYTES:
        return EMBEDDED, f"{said}: small enough for one machine"
    return DISTRIBUTED, f"{said}: {DISTRIBUTED_FROM_BYTES} or more"


def available_executors(home: Surroundings) -> tuple[str, ...]:
    """The executors among which a home lets the size choose."""
    if home.executor != AUTO:
        return (home.executor,)
    return (EMBEDDED, DISTRIBUTED) if home.distributed is not None else (EMBEDDED,)


def executor_of(home: Surroundings, batch: Batch) -> Executor:
    """The executor of a batch. Raises `SettingsError` where it is not to be had here."""
    if batch.executor != DISTRIBUTED:
        return EmbeddedExecutor(home)
    if home.distributed is None:
        raise SettingsError("there is no distributed executor here; run again with --executor embedded")
    return leased_executor(home.distributed(), home.tables)


@dataclass(frozen=True, slots=True)
class EmbeddedExecutor:
    """DuckDB in this process."""

    home: Surroundings

    @contextmanager
    def bench(self) -> Iterator[Bench]:
        """A connection of the home. Raises `OutOfMemory` where the work does not fit."""
        try:
            with self.home.engine() as con:
                yield _EmbeddedBench(con, self.home)
        except duckdb.OutOfMemoryException as error:
            raise OutOfMemory(
                "too large to merge in the memory given; give it more with ONECROWN_MEMORY, for example 4GB, and run again"
            ) from error

    def commit(self, change: Change) -> int:
        """One snapshot with all of a change."""
        return self.home.tables.commit(change)


@dataclass(frozen=True, slots=True)
class _EmbeddedBench:
    engine: duckdb.DuckDBPyConnection
    home: Surroundings

    def relation(self, table: str, snapshot_id: int | None = None) -> str:
        return self.home.tables.relation(table, snapshot_id)

    def write_rows(self, table: str, select: str) -> tuple[Path, int]:
        return self.home.tables.write_rows(self.engine, table, select)

    def write_deletes(self, table: str, select: str) -> tuple[Path, int]:
        return self.home.tables.write_deletes(self.engine, table, select)


def remove_written(place: Path) -> None:
    """Remove a file, or a folder of files, that no commit will name."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


@contextmanager
def none_left_behind() -> Iterator[list[Path]]:
    """The files that a plan writes: gone where the plan fails, as no commit will name them."""
    written: list[Path] = []
    try:
        yield written
    except (duckdb.Error, OneCrownError):
        for path in written:
            remove_written(path)
        raise
