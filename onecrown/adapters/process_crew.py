"""Groups of drops received beside one another, by processes of this machine.

A worker opens the home for itself and claims drops under its own name, so that what it leaves when it is killed can be taken
over at once. It ends with the process that started it, however that one ends.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread

from onecrown.crew_ports import Group
from onecrown.errors import OneCrownError
from onecrown.ports import Drop

Receiver = Callable[[Group], list[Drop]]


@dataclass(frozen=True, slots=True)
class ProcessCrew:
    """Up to so many processes, started when there is something to receive; `begin` can be pickled."""

    begin: Callable[[], AbstractContextManager[Receiver]]
    most: int

    def receive(self, groups: Sequence[Group]) -> Iterator[tuple[Group, list[Drop] | None]]:
        """Every group with its drops as they moved on, as they are done; None where its worker ended over it."""
        waiting = list(reversed(groups))
        with _started(self.begin, min(self.most, len(groups))) as connections:
            at_work = {connection: _given(connection, waiting.pop()) for connection in connections}
            while at_work:
                for found in wait(list(at_work)):
                    connection = next(one for one in at_work if one is found)
                    group, drops = at_work.pop(connection), _answer(connection)
                    if drops is not None and waiting:
                        at_work[connection] = _given(connection, waiting.pop())
                    yield group, drops
        yield from ((group, None) for group in reversed(waiting))


@contextmanager
def _started(
    begin: Callable[[], AbstractContextManager[Receiver]], count: int
) -> Iterator[list[Connection[Group, list[Drop]]]]:
    """Workers, by the pipes to them; all have ended afterwards, at once where the work is broken off."""
    context = get_context("spawn")  # a fork would copy the threads' locks and not the threads
    pipes = [context.Pipe() for _ in range(count)]
    workers = [context.Process(target=_work, args=(begin, theirs), daemon=True) for _, theirs in pipes]
    try:
        for worker, (_, theirs) in zip(workers, pipes, strict=True):
            worker.start()
            theirs.close()
        yield [ours for ours, _ in pipes]
    except BaseException:
        for worker in workers:
            if worker.pid is not None:
                worker.terminate()
        raise
    finally:
        for worker, (ours, _) in zip(workers, pipes, strict=True):
            ours.close()
            if worker.pid is not None:
                worker.join()


def _given(connection: Connection[Group, list[Drop]], group: Group) -> Group:
    with suppress(OSError):  # a worker that has ended says so when it is asked for its answer
        connection.send(group)
    return group


def _answer(connection: Connection[Group, list[Drop]]) -> list[Drop] | None:
    try:
        return connection.recv()
    except (EOFError, OSError):
        return None


def _work(begin: Callable[[], AbstractContextManager[Receiver]], connection: Connection[list[Drop], Group]) -> None:
    """Receive what is handed over until the pipe closes. What is wrong with the home is told by the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that asked, which ends this one
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError, OneCrownError), begin() as receive:
        while True:
            connection.send(receive(connection.recv()))


def _end_with_parent() -> None:
    """End at once where the process that asked was killed: the next run takes over what a worker had that is gone."""
    asking = parent_process()
    if asking is not None:
        asking.join()
        os._exit(1)
