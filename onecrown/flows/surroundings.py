"""What every flow works with: the model, the ports, folders, a clock."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from onecrown.compute_costs import OWN_MACHINE, Meter
from onecrown.crew_ports import Crew
from onecrown.definitions.model import Model
from onecrown.executor_ports import Executor
from onecrown.file_ports import JudgedFiles
from onecrown.ports import Landing, Ledger, Tables
from onecrown.release_ports import PinnedViews, ReleaseStore
from onecrown.sql.connection import Resources, connection
from onecrown.steps import UNWATCHED, Steps

WAIT_SECONDS = 60.0  # for another process that is merging, before giving up
WITH_BATCH, ON_DEMAND = "with_batch", "on_demand"
Progress = Callable[[str, int, int], None]
"""Told of a step, how much of it is done, and of how much."""


def silent(_step: str, _done: int, _whole: int) -> None:
    """No progress shown."""


def nothing(_con: duckdb.DuckDBPyConnection) -> None:
    """A connection needs nothing to read what there is."""


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def unbilled() -> Meter:
    """The meter of a process for which nobody sends a bill."""
    return Meter(OWN_MACHINE, utc_now())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One home: its ports, and a folder for what is at work. `equip` gives a connection what it needs to read the tables."""

    model: Model
    landing: Landing
    ledger: Ledger
    tables: Tables
    validated: JudgedFiles
    quarantine: JudgedFiles
    releases: ReleaseStore
    views: PinnedViews
    scratch: Path
    pseudonym_key: bytes
    resources: Resources = field(default_factory=Resources)
    now: Callable[[], datetime] = utc_now
    progress: Progress = silent
    worker: str = field(default_factory=lambda: uuid.uuid4().hex)
    wait_seconds: float = WAIT_SECONDS
    pause: Callable[[float], None] = time.sleep
    steps: Steps = UNWATCHED
    executor: str = "embedded"  # or distributed, or auto: by the size of what is pending
    translations: Path | None = None  # a folder for queries that were translated, to be found by the next process
    measures_when: str = WITH_BATCH  # or on demand: `onecrown measure` then counts everything anew
    distributed: Callable[[], Executor] | None = None
    equip: Callable[[duckdb.DuckDBPyConnection], None] = nothing
    meter: Meter = field(default_factory=unbilled)
    crew: Crew | None = None  # other processes that receive drops, where there are any

    @contextmanager
    def engine(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A DuckDB connection with the home's resources."""
        with connection(self.resources, self.scratch) as con:
            self.equip(con)
            yield con

    @contextmanager
    def scratch_folder(self) -> Iterator[Path]:
        """A folder that is gone afterwards."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.scratch) as folder:
            yield Path(folder)
