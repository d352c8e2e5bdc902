"""A publication that stops anywhere, and one more try after another batch came: one whole release, of what stood by then."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from crashes.faults import Moment
from crashes.test_every_step import Copying

from onecrown.errors import UsageError
from onecrown.flows.known_releases import faults
from onecrown.publishing.manifest import read_manifest
from onecrown.steps import OF_PUBLICATION, Step

from .homes import FEBRUARY, FIGURES, VALUES, ask, home_of_figures, publish, tell

REPRESENTATIVE = (
    Moment("after", Step.SWAP_CATALOGUE, VALUES, 0),
    Moment("before", Step.KEEP_RELEASE, "2025-Q4", 0),
    Moment("after", Step.KEEP_RELEASE, "2025-Q4", 0),
)


def recorded(folder: Path, only: tuple[Moment, ...] = ()) -> Copying:
    """One publication, with a copy of the disk at some moments, or at each at which it is not as it was."""
    with home_of_figures(folder / "home") as home:
        tell(home, FIGURES)
    copying = Copying(home=folder / "home", copies=folder / "copies", only=only)
    with home_of_figures(folder / "home", steps=copying) as home:
        publish(home)
    return copying


def assert_a_second_try_is_whole(copying: Copying, moment: Moment) -> None:
    shutil.rmtree(copying.home)
    shutil.copytree(copying.taken[moment], copying.home)
    with home_of_figures(copying.home, FEBRUARY + timedelta(hours=1)) as home:  # by then its lease has lapsed
        tell(home, FIGURES.replace("27", "29"), batch_id="later")
        was_there = home.around.releases.names() == ["2025-Q4"]
        if was_there:
            with pytest.raises(UsageError, match="is published"):
                publish(home)
        else:
            publish(home)
        [name] = home.around.releases.names()
        made = read_manifest(home.around.releases.manifest(name) or b"")
        tags = {
            table: home.around.tables.upkeep().tags(table)["release-2025-Q4"]
            for table in (VALUES, "onecrown_ops.batch")
        }
        assert tags == {one.table: one.snapshot_id for one in made.tables}, moment
        assert faults(home.around) == [], moment
        sql = "SELECT value FROM onecrown_release_2025_q4.measure_value WHERE value IN (27, 29)"
        assert ask(home, sql) == [(27.0 if was_there else 29.0,)], moment


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Copying:
    return recorded(tmp_path_factory.mktemp("few"), REPRESENTATIVE)


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copying]:
    copying = recorded(tmp_path_factory.mktemp("every"))
    yield copying
    shutil.rmtree(copying.copies)


@pytest.mark.parametrize("moment", REPRESENTATIVE, ids=lambda moment: f"{moment.when} {moment.step} {moment.of}")
def test_a_publication_that_stopped_is_done_again_whole(few: Copying, moment: Moment) -> None:
    assert_a_second_try_is_whole(few, moment)


@pytest.mark.long
def test_a_publication_that_stopped_at_any_step_is_done_again_whole(every: Copying) -> None:
    for moment in every.taken:
        assert_a_second_try_is_whole(every, moment)


def test_a_publication_announces_its_own_steps(few: Copying) -> None:
    told = {(moment.when, moment.step) for moment in few.moments}
    assert {(when, step) for when in ("before", "after") for step in OF_PUBLICATION} <= told
