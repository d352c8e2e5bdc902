"""The lease of the one writer: waited for, kept while at work, and given back.

It saves work, and nothing rests on it: commits are conditional all the same. A holder that has lost it stops at its next
write, as another is doing the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any, cast

from onecrown.errors import CommitConflict
from onecrown.executor_ports import Bench, Executor
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Change, Connection, Tables

LEASE, LEASE_SECONDS = "merge", 120  # renewed at steps: a holder that does nothing for so long may be overtaken
LOOK_SECONDS = LEASE_SECONDS / 8  # how often one that is long at one step looks whether it is to be renewed
_LONGEST_PAUSE_SECONDS = 1.0


class MergeLease:
    """The lease in the hands of one worker."""

    def __init__(self, home: Surroundings) -> None:
        self._home = home
        self._taken_at: datetime | None = None

    def take(self) -> None:
        """Take or renew it, waiting for as long as the home's settings say. Raises `CommitConflict` after that."""
        waited = 0.0
        while not self._taken():
            if waited >= self._home.wait_seconds:
                raise CommitConflict("another process is merging into this home; wait for it and run again")
            pause = random.uniform(0.1, _LONGEST_PAUSE_SECONDS)
            self._home.pause(pause)
            waited += pause

    def keep(self) -> None:
        """Renew it when more than a quarter of it has passed. Raises `CommitConflict` where another has it now."""
        is_due = self._taken_at is None or self._home.now() - self._taken_at > timedelta(seconds=LEASE_SECONDS / 4)
        if is_due and not self._taken():
            raise CommitConflict("another process took the merge over; run again")

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep it while a step takes long that asks nothing of the ledger, whose connection is one thread's at a time.

        Raises `CommitConflict` at the end where another has taken it meanwhile, and what the ledger raises.
        """
        done = Event()
        with ThreadPoolExecutor(1) as beside:
            keeping = beside.submit(self._keep_until, done)
            try:
                yield
            finally:
                done.set()
            keeping.result()

    def _keep_until(self, done: Event) -> None:
        while not done.wait(LOOK_SECONDS):
            self.keep()

    def give_back(self) -> None:
        """Let the next one in."""
        self._home.ledger.release_lease(LEASE, self._home.worker)

    def _taken(self) -> bool:
        now = self._home.now()
        taken = self._home.ledger.take_lease(LEASE, self._home.worker, now, LEASE_SECONDS)
        self._taken_at = now if taken else None
        return taken


class LeasedTables:
    """Tables whose every write and commit keeps the lease first."""

    def __init__(self, tables: Tables, lease: MergeLease) -> None:
        self._tables = tables
        self._lease = lease

    @property
    def lease(self) -> MergeLease:
        """The lease that they are under."""
        return self._lease

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)

    def write_rows(self, con: Connection, full_name: str, select: str) -> tuple[Path, int]:
        """Write rows, as the lease's holder."""
        self._lease.keep()
        return self._tables.write_rows(con, full_name, select)

    def write_deletes(self, con: Connection, full_name: str, select: str) -> tuple[Path, int]:
        """Write position deletes, as the lease's holder."""
        self._lease.keep()
        return self._tables.write_deletes(con, full_name, select)

    def commit(self, change: Change) -> int:
        """Commit, as the lease's holder."""
        self._lease.keep()
        return self._tables.commit(change)


def leased(tables: Tables, lease: MergeLease) -> Tables:
    """The same tables under a lease."""
    return cast(Tables, LeasedTables(tables, lease))


def leased_executor(executor: Executor, tables: Tables) -> Executor:
    """The same executor under the lease of some tables, where they are under one."""
    return LeasedExecutor(executor, tables.lease) if isinstance(tables, LeasedTables) else executor


class LeasedExecutor:
    """An executor whose every write and commit keeps the lease first."""

    def __init__(self, executor: Executor, lease: MergeLease) -> None:
        self._executor = executor
        self._lease = lease

    @contextmanager
    def bench(self) -> Iterator[Bench]:
        """A bench of the executor, in the hands of the lease's holder."""
        with self._executor.bench() as bench:
            yield _LeasedBench(bench, self._lease)

    def commit(self, change: Change) -> int:
        """Commit, as the lease's holder."""
        self._lease.keep()
        return self._executor.commit(change)


class _LeasedBench:
    def __init__(self, bench: Bench, lease: MergeLease) -> None:
        self.engine = bench.engine
        self.relation = bench.relation
        self._bench = bench
        self._lease = lease

    def write_rows(self, table: str, select: str) -> tuple[Path, int]:
        self._lease.keep()
        return self._bench.write_rows(table, select)

    def write_deletes(self, table: str, select: str) -> tuple[Path, int]:
        self._lease.keep()
        return self._bench.write_deletes(table, select)
