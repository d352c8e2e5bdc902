"""The crew of an embedded home: processes that receive for one run, each with the home open for itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from onecrown.adapters.process_crew import ProcessCrew, Receiver
from onecrown.cli.home import open_home
from onecrown.crew_ports import Crew
from onecrown.flows.receive_drops import receive_group
from onecrown.sql.connection import Resources


def crew_of(folder: Path, resources: Resources) -> Crew | None:
    """A process for each thread of the home, as most of receiving is done on one; None where one thread is all."""
    begin = partial(receiving_in, folder, replace(resources, threads=1))
    return ProcessCrew(begin, resources.threads) if resources.threads > 1 else None


@contextmanager
def receiving_in(folder: Path, resources: Resources) -> Iterator[Receiver]:
    """What a worker of a crew does with a group of drops, in its own connections to a home."""
    with open_home(folder) as opened:
        home = replace(opened, resources=resources)
        with home.engine() as con:
            yield partial(receive_group, con, home)
