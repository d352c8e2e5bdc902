"""Processes that receive beside one another: each group comes back, done or not, and no worker outlives its command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from onecrown.adapters.process_crew import ProcessCrew, Receiver
from onecrown.crew_ports import Group
from onecrown.ports import VALIDATED, Drop
from tests.adapters.crew_duties import group, judging, without_a_home

ROOT = Path(__file__).parents[2]


def named(done: list[tuple[Group, list[Drop] | None]]) -> dict[str, list[str] | None]:
    """What came of the drops of each group, by the name of its first."""
    return {found[0][1].name: drops and [drop.state for drop in drops] for found, drops in done}


def test_every_group_comes_back_with_its_drops_from_a_process_that_has_ended_by_then() -> None:
    done = list(ProcessCrew(judging, 2).receive([group(name) for name in "abcde"]))
    assert named(done) == {name: [VALIDATED] for name in "abcde"}
    workers = {int(drops[0].claim_owner) for _, drops in done if drops}
    assert os.getpid() not in workers
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_a_group_whose_worker_dies_is_left_and_the_others_are_done() -> None:
    done = named(list(ProcessCrew(judging, 2).receive([group(name) for name in ("deadly", "b", "c")])))
    assert done == {"deadly": None, "b": [VALIDATED], "c": [VALIDATED]}


@pytest.mark.parametrize("begin", [judging, without_a_home])
def test_where_no_worker_is_left_every_group_is(begin: Callable[[], AbstractContextManager[Receiver]]) -> None:
    groups = [group(name) for name in ("deadly", "b", "c")]
    assert named(list(ProcessCrew(begin, 1).receive(groups))) == {"deadly": None, "b": None, "c": None}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_workers_end_at_once_with_a_command_that_is_interrupted_ended_or_killed(
    tmp_path: Path, how: signal.Signals
) -> None:
    with held_open(tmp_path / "pipe") as around, started(around) as command:
        assert command.stdout is not None
        assert [command.stdout.readline() for _ in range(2)] == [b"at work\n"] * 2
        command.send_signal(how)
        assert command.communicate(timeout=60)[0] == b""  # nobody is left that holds an end of it


@contextmanager
def started(around: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The command, which is no longer there afterwards."""
    words = [sys.executable, "-m", "tests.adapters.crew_duties"]
    command = subprocess.Popen(words, cwd=ROOT, env=around, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield command
    finally:
        command.kill()
        command.wait()


@contextmanager
def held_open(pipe: Path) -> Iterator[dict[str, str]]:
    """What keeps the workers at work: the surroundings of a command that say so."""
    os.mkfifo(pipe)
    opened = os.open(pipe, os.O_RDWR)
    try:
        yield {**os.environ, "HELD_OPEN": str(pipe)}
    finally:
        os.close(opened)
