"""A crash after any commit, and a rerun: the tables and books of a home that never crashed."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.ports import MERGED, MERGING, Batch, Change

from .builders import Result, Share, charges, extract, parents
from .homes import Home, home_in
from .kept_homes import KeptHome

WEEK_1, WEEK_2 = "2026-01-05", "2026-01-12"
FIRST = [
    *parents(WEEK_1),
    extract("charge", charges("A B C"), WEEK_1),
    Share("2026-01-07T10:00:00.000Z", [Result("Fine", 1)]).file(),
]
SECOND = [
    extract("charge", charges("A B/G D"), WEEK_2),
    Share("2026-01-07T11:00:00.000Z", [Result("Costs", 2)], defendants=(1, 2)).file("second.json"),
]


class Crash(BaseException):
    """The machine stops; nothing may catch it."""


def crash_after_commits(home: Home, count: int) -> None:
    """Stop once `count` tables are committed."""
    commit, left = home.around.tables.commit, iter(range(count))

    def failing(change: Change) -> int:
        if next(left, None) is None:
            raise Crash
        return commit(change)

    home.around.tables.commit = failing


def crash_before_committing(home: Home, table: str) -> None:
    """Stop before a table's commit."""
    commit = home.around.tables.commit

    def failing(change: Change) -> int:
        if change.table == table:
            raise Crash
        return commit(change)

    home.around.tables.commit = failing


def crash_at_the_end_of_the_batch(home: Home) -> None:
    """Stop after the last commit, before the ledger knows."""
    save = home.around.ledger.save_batch

    def failing(batch: Batch, moves: object = ()) -> None:
        if batch.state == "finished":
            raise Crash
        save(batch, moves)

    home.around.ledger.save_batch = failing


Story = tuple[str, list[tuple[str, str, object]]]


def story(home: Home) -> Story:
    """The tables and the books."""
    return home.dump(), sorted((drop.drop_id, drop.state, sorted(drop.counts.items())) for drop in home.drops())


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptHome:
    """A home that never crashed, at the end of its first batch and with the second one received."""
    kept = KeptHome(tmp_path_factory.mktemp("kept"))
    with kept.until("first") as home:
        home.run(*FIRST)
    with kept.until("second received") as home:
        home.receive(*SECOND)
    return kept


@pytest.fixture(scope="module")
def undisturbed(kept: KeptHome) -> Story:
    with kept.at("second received") as home:
        home.merge()
        return story(home)


@pytest.mark.long
def test_a_crash_again_and_again_after_two_more_commits_loses_and_doubles_nothing(
    kept: KeptHome, undisturbed: Story
) -> None:
    with kept.at("second received"):
        pass
    crashes = 0
    while True:
        with home_in(kept.folder) as home:
            crash_after_commits(home, 2)
            try:
                home.merge()
                break
            except Crash:
                crashes += 1
    assert crashes > 3
    with home_in(kept.folder) as home:
        assert story(home) == undisturbed
        assert {drop.state for drop in home.drops()} == {MERGED}


@pytest.mark.long
@pytest.mark.parametrize("count", [1, 7])
def test_one_crash_in_the_first_batch_and_a_rerun_give_the_same_tables(
    tmp_path: Path, undisturbed: Story, count: int
) -> None:
    with home_in(tmp_path) as home:
        crash_after_commits(home, count)
        with pytest.raises(Crash):
            home.run(*FIRST)
    with home_in(tmp_path) as home:
        assert {drop.state for drop in home.drops()} == {MERGING}
        home.run(*SECOND)
        assert story(home)[0] == undisturbed[0]


def test_a_crash_before_the_ledger_knows_publishes_the_batch_once(kept: KeptHome, undisturbed: Story) -> None:
    with kept.at("second received") as home:
        crash_at_the_end_of_the_batch(home)
        with pytest.raises(Crash):
            home.merge()
    with home_in(kept.folder) as home:
        before = home.snapshot_counts()
        home.merge()
        assert story(home) == undisturbed
        assert home.snapshot_counts() == before
        assert home.ask("SELECT count(*), count(DISTINCT batch_id) FROM {onecrown_ops.batch}") == ["2 | 2"]


def test_queries_see_a_batch_only_when_it_is_whole(kept: KeptHome) -> None:
    sql = "SELECT result_label FROM result"
    with kept.at("second received") as home:
        crash_before_committing(home, "onecrown_ops.batch")
        with pytest.raises(Crash):
            home.merge()
        assert (home.query(sql), home.query(sql, latest=True)) == ([("Fine",)], [("Costs",)])
    with home_in(kept.folder) as home:
        home.merge()
        assert home.query(sql) == [("Costs",)]
