"""One batch is open at a time, no plan is carried out that another has overtaken, and no commit goes over what it did not see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyiceberg.exceptions import CommitStateUnknownException
from sqlalchemy.exc import OperationalError

from onecrown.errors import CommitConflict
from onecrown.flows import merge_drops
from onecrown.flows.merge_drops import Merged
from onecrown.ports import MERGED, Batch, Change
from onecrown.steps import Step
from tests.merging.builders import File, cases, extract
from tests.merging.homes import Home

from .faults import FIRST, SECOND, Crash, Moment, Story, Watched, crash_at, run_batches, story, watched_home

NOW = datetime(2026, 1, 5, tzinfo=UTC)
CASES = "onecrown.court_case"


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """How a home ends that one worker merged, batch by batch."""
    with watched_home(tmp_path_factory.mktemp("calm")) as home:
        run_batches(home)
        return story(home)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    """One home in the hands of two workers whose leases are given to anybody."""
    with ExitStack() as stack:
        homes = [stack.enter_context(watched_home(tmp_path / "home")) for _ in range(2)]
        for home in homes:
            home.around.ledger.take_lease = lambda *_: True
        yield homes[0], homes[1]


def overtake(slow: Home, quick: Home, *files: File) -> None:
    """Let the quick worker do everything in the moment before the slow one opens its batch."""
    opening = slow.around.ledger.open_batch

    def late(*said: object) -> None:
        slow.around.ledger.open_batch = opening
        quick.run(*files)
        opening(*said)

    slow.around.ledger.open_batch = late


def test_a_plan_that_was_overtaken_is_made_anew_and_the_merge_says_so(two: tuple[Home, Home], calm: Story) -> None:
    slow, quick = two
    slow.receive(*FIRST)
    overtake(slow, quick, *SECOND)
    assert slow.merge() == Merged(batches=0, drops=0, held=0, redone=1)
    assert slow.dump() == calm[0]


def test_a_zombie_does_not_write_again_what_its_successor_wrote(two: tuple[Home, Home], calm: Story) -> None:
    """The zombie planned when there was no table, opened its batch, and slept until another had finished it and merged more."""
    zombie, heir = two
    zombie.receive(*FIRST)
    commit = zombie.around.tables.commit

    def late(change: Change) -> int:
        zombie.around.tables.commit = commit
        heir.merge()
        heir.run(*SECOND)
        return commit(change)

    zombie.around.tables.commit = late
    assert zombie.merge().redone == 1
    assert story(zombie) == calm


def test_a_commit_over_no_table_is_refused_where_another_writer_has_filled_it(two: tuple[Home, Home]) -> None:
    zombie, heir = two
    assert zombie.around.tables.head(CASES) is None
    heir.run(*FIRST)
    with zombie.around.engine() as con:
        rows, count = zombie.around.tables.write_rows(con, CASES, f"SELECT * FROM {zombie.around.tables.empty(CASES)}")
    with pytest.raises(CommitConflict):
        zombie.around.tables.commit(Change(CASES, "of-a-zombie", rows, count))


def test_a_commit_over_a_table_that_has_changed_since_it_was_seen_is_refused(two: tuple[Home, Home]) -> None:
    zombie, heir = two
    heir.run(*FIRST)
    assert zombie.around.tables.head(CASES) is not None
    heir.run(*SECOND)
    with zombie.around.engine() as con:
        standing = heir.around.tables.relation(CASES)
        rows, count = zombie.around.tables.write_rows(con, CASES, f"SELECT * EXCLUDE (_file, _pos) FROM {standing}")
    with pytest.raises(CommitConflict):
        zombie.around.tables.commit(Change(CASES, "of-a-zombie", rows, count))


def test_the_plan_of_a_batch_that_another_finished_meanwhile_is_not_carried_out(
    two: tuple[Home, Home], calm: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    zombie, heir = two
    zombie.receive(*FIRST)
    crash_at_opening(zombie)
    planned = merge_drops._planned

    def late(*said: object) -> object:
        monkeypatch.setattr(merge_drops, "_planned", planned)
        plan = planned(*said)
        heir.merge()
        heir.run(*SECOND)
        return plan

    monkeypatch.setattr(merge_drops, "_planned", late)
    assert zombie.merge().redone == 1
    assert story(zombie) == calm


def crash_at_opening(home: Home) -> None:
    """Leave a batch open with nothing committed."""
    opening = home.around.ledger.open_batch

    def stop(*said: object) -> None:
        home.around.ledger.open_batch = opening
        opening(*said)
        raise Crash

    home.around.ledger.open_batch = stop
    with pytest.raises(Crash):
        home.merge()


def test_what_was_known_before_a_batch_that_made_its_tables_is_nothing(tmp_path: Path) -> None:
    """Else its own rows would be duplicates of themselves, and what hangs on them would never be written."""
    folder = tmp_path / "home"
    crash_at(folder, Moment("after", Step.SWAP_CATALOGUE, "onecrown_history.xhibit_extract_case", 0))
    with watched_home(folder, hours_later=1) as home:
        home.merge()
        new = [drop.counts["case"]["new"] for drop in home.drops() if drop.state == MERGED]
        assert (new, home.cases()) == ([3], "A B C")


def test_nobody_commits_between_a_batch_and_its_redo(two: tuple[Home, Home]) -> None:
    """So the snapshot before its own commit is what stood when it was planned: what comes meanwhile joins the open batch."""
    crashed, other = two
    crashed.run(*FIRST)
    crashed.receive(*SECOND)
    crash_at_opening(crashed)
    before = other.snapshot_counts()
    other.receive(extract("case", cases("E"), "2026-01-19"))
    with pytest.raises(CommitConflict):
        other.around.ledger.open_batch(
            Batch("another", "open", (), NOW), (), other.around.ledger.batches()[-1].batch_id
        )
    assert other.snapshot_counts() == before
    other.merge()
    finished = other.around.ledger.batches()
    assert [len(known.drop_ids) for known in finished if known.drop_ids] == [1, 2, 1]


UNKNOWN = (
    CommitStateUnknownException("no answer"),
    OSError("the line went dead"),
    OperationalError("UPDATE", {}, OSError()),
)
OUTCOMES = [
    pytest.param(when, error, id=f"{type(error).__name__}-{when}", marks=() if in_ci else pytest.mark.long)
    for place, error in enumerate(UNKNOWN)
    for when, in_ci in (("before", place > 0), ("after", place == 0))
]


@pytest.mark.parametrize(("when", "error"), OUTCOMES)
def test_an_outcome_that_is_not_known_is_settled_by_what_stands(tmp_path: Path, when: str, error: Exception) -> None:
    """Swapped, or not: the rows are there once, and only what did not go through is redone."""
    moment = Moment(when, Step.SWAP_CATALOGUE, "onecrown_history.sighting", 0)

    class Silent(Watched):
        def _pass(self, *said: object) -> None:
            try:
                super()._pass(*said)
            except Crash:
                self.has_stopped, self.stops_at = False, None
                raise error from None

    with watched_home(tmp_path / "home", Silent(moment)) as home:
        home.receive(extract("case", cases("A B"), "2026-01-05"), SECOND[1])
        assert home.merge().redone == (1 if when == "before" else 0)
        assert home.ask("SELECT count(*) FROM {onecrown_history.sighting}") == ["1"]
        assert home.cases() == "A B"
