"""What the workers of a crew do in its tests; a program too, that a test interrupts or kills while they are at work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from onecrown.adapters.process_crew import ProcessCrew
from onecrown.crew_ports import Group
from onecrown.errors import SettingsError
from onecrown.ports import RECEIVED, VALIDATED, Arrival, Drop

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def group(name: str) -> Group:
    drop = Drop(f"drop-{name}", "source", "dataset", name, RECEIVED, 0, {}, NOON)
    return [(Arrival(f"source/dataset/{name}", "1", name, NOON), drop)]


@contextmanager
def judging() -> Iterator[Callable[[Group], list[Drop]]]:
    """Names the worker as the one that had the drop; ends over a drop named so."""
    yield _judged


def _judged(found: Group) -> list[Drop]:
    if found[0][1].name == "deadly":
        os._exit(9)
    return [replace(drop, state=VALIDATED, claim_owner=str(os.getpid())) for _, drop in found]


@contextmanager
def without_a_home() -> Iterator[Callable[[Group], list[Drop]]]:
    """A home that cannot be opened."""
    raise SettingsError("the key is gone")
    yield _judged


@contextmanager
def held() -> Iterator[Callable[[Group], list[Drop]]]:
    """Says that it is at work, and works for as long as somebody holds a pipe open."""
    yield _held


def _held(_found: Group) -> list[Drop]:
    with Path(os.environ["HELD_OPEN"]).open("rb") as pipe:
        os.write(1, b"at work\n")  # whole, whatever another worker says at the same time
        pipe.read()
    return []


if __name__ == "__main__":
    from tests.adapters import crew_duties  # a worker finds what it does by the module's name

    list(ProcessCrew(crew_duties.held, 2).receive([group(name) for name in "abc"]))
