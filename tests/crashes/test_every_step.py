"""A crash before or after any step, and a rerun: tables, books and operations tables of a home that never crashed.

The disk is copied at every moment of one run: what a copy holds is what a crash there leaves, with nothing tidied up.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from onecrown.ports import MERGED, QUARANTINED
from onecrown.steps import OF_PUBLICATION, Step
from tests.merging.homes import balances

from .faults import Moment, Story, Watched, left_over, orphans, run_batches, story, watched_home

CASES, SIGHTINGS, BATCH = "onecrown.court_case", "onecrown_history.sighting", "onecrown_ops.batch"
REPRESENTATIVE = (
    Moment("before", Step.PLACE_DELIVERY, "", 3),
    Moment("before", Step.MOVE_DROPS, "", 1),
    Moment("after", Step.OPEN_BATCH, "", 1),
    Moment("after", Step.REGISTER_TABLE, CASES, 0),
    Moment("before", Step.SWAP_CATALOGUE, SIGHTINGS, 0),
    Moment("after", Step.SWAP_CATALOGUE, CASES, 1),
    Moment("after", Step.SWAP_CATALOGUE, BATCH, 1),
)


@dataclass
class Copying(Watched):
    """Copies the home at every moment at which the disk is not as it was, or at some moments alone."""

    home: Path = Path()
    copies: Path = Path()
    only: tuple[Moment, ...] = ()
    taken: dict[Moment, Path] = field(default_factory=dict)
    seen: object = None

    def _pass(self, when: str, step: Step, of: str) -> None:
        super()._pass(when, step, of)
        moment, stands = self.moments[-1], _fingerprint(self.home)
        if moment in self.only or (not self.only and stands != self.seen):
            self.taken[moment] = self.copies / str(len(self.taken))
            shutil.copytree(self.home, self.taken[moment])
        self.seen = stands


def _fingerprint(folder: Path) -> frozenset[tuple[str, int, int]]:
    files = ((path, path.stat()) for path in folder.rglob("*") if not path.name.endswith("-shm"))
    return frozenset((str(path), said.st_size, said.st_mtime_ns) for path, said in files)


def recorded(folder: Path, only: tuple[Moment, ...] = ()) -> tuple[Copying, Story]:
    """One run with its copies, and how it ended."""
    copying = Copying(home=folder / "home", copies=folder / "copies", only=only)
    with watched_home(folder / "home", copying) as home:
        run_batches(home)
        ended = story(home)
        assert not left_over(folder / "home", home)
    return copying, ended


def assert_rerun_mends(copying: Copying, moment: Moment, ended: Story) -> int:
    """Put the disk back as it was at a moment and run again; give the number of files left for maintenance."""
    shutil.rmtree(copying.home)
    shutil.copytree(copying.taken[moment], copying.home)
    with watched_home(copying.home, hours_later=1) as home:
        run_batches(home)
        assert story(home) == ended, moment
        assert all(balances(drop) for drop in home.drops()), moment
        assert {drop.state for drop in home.drops()} == {MERGED, QUARANTINED}, moment
        left = left_over(copying.home, home)
        assert all(".staging" in path.parts for path in left - orphans(home)), moment
    return len(left)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Copying, Story]:
    return recorded(tmp_path_factory.mktemp("few"), REPRESENTATIVE)


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Copying, Story]]:
    copying, ended = recorded(tmp_path_factory.mktemp("every"))
    yield copying, ended
    shutil.rmtree(copying.copies)


@pytest.mark.parametrize(
    "moment", REPRESENTATIVE, ids=lambda moment: f"{moment.when} {moment.step} {moment.of}".strip()
)
def test_a_crash_at_a_step_and_a_rerun_lose_and_double_nothing(few: tuple[Copying, Story], moment: Moment) -> None:
    copying, ended = few
    assert_rerun_mends(copying, moment, ended)


@pytest.mark.long
@pytest.mark.parametrize("step", sorted(set(Step) - OF_PUBLICATION))
def test_a_crash_before_and_after_each_time_that_a_step_is_done_loses_and_doubles_nothing(
    every: tuple[Copying, Story], step: Step
) -> None:
    copying, ended = every
    crashes = [moment for moment in copying.taken if moment.step == step]
    left = [assert_rerun_mends(copying, moment, ended) for moment in crashes]
    print(f"{step}: {len(crashes)} crashes, at most {max(left, default=0)} files left for maintenance")


def test_a_run_announces_every_step_before_and_after_but_those_of_publication(few: tuple[Copying, Story]) -> None:
    copying, _ = few
    assert {(moment.when, moment.step) for moment in copying.moments} == {
        (when, step) for when in ("before", "after") for step in set(Step) - OF_PUBLICATION
    }
