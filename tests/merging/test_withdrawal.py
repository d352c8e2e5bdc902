"""A drop that is withdrawn leaves no trace in history, current and unified tables: they are those of a home that never had it."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.errors import UsageError
from onecrown.flows.act_on_drops import refuse_drop, release_drop, withdraw_drop
from onecrown.ports import MERGED, WITHDRAWN

from .builders import File, Result, Share, cases, control, extract
from .homes import balances, home_in, home_of_cases

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")


def week(number: int, said: str) -> File:
    return extract("case", cases(said), WEEKS[number - 1])


LISTS = (week(1, "A B C"), week(2, "A B/G D"), week(3, "A B C"))
SPLIT = (
    week(1, "A B C"),
    extract("case", cases("A B"), WEEKS[1], part=1),
    extract("case", cases("D"), WEEKS[1], part=2),
    control(WEEKS[1], {"case": 3}),
)
QUARANTINED = (week(1, "A B/G C"), week(2, "A B!"), week(3, "A B! D"))
SHARES = (
    Share("2026-01-07T10:00:00.000Z", [Result("Fine", 1), Result("Surcharge", 2)], sexes={1: "MALE"}).file(
        "first.json"
    ),
    Share("2026-01-07T10:02:00.000Z", [Result("Fine", 1, amended=False), Result("Costs", 3)]).file("second.json"),
    Share("2026-01-07T10:04:00.000Z", [Result("Costs", 3)], defendants=(1, 2)).file("third.json"),
)


def loaded(folder: Path, files: tuple[File, ...], without: int | None = None) -> str:
    with (home_in if files is SHARES else home_of_cases)(folder) as home:
        home.run(*(file for number, file in enumerate(files) if number != without))
        return home.dump()


STORIES = {"lists": LISTS, "split": SPLIT, "quarantined": QUARANTINED}


QUICK = {("lists", 1), ("split", 3), ("quarantined", 1)}
EVERY = [(story, number) for story, files in STORIES.items() for number in range(len(files))]


@pytest.mark.parametrize(
    ("story", "number"), [pytest.param(*one, marks=() if one in QUICK else pytest.mark.long) for one in EVERY]
)
def test_withdrawing_an_extract_gives_the_tables_of_a_home_that_never_had_it(
    tmp_path: Path, story: str, number: int
) -> None:
    files = STORIES[story]
    with home_of_cases(tmp_path / "home") as home:
        home.run_each([files[:2], files[2:]])
        drop = home.drops()[number]  # in order of arrival
        withdraw_drop(home.around, drop.drop_id, "sent by mistake")
        home.merge()
        assert home.dump() == loaded(tmp_path / "never", files, without=number)
        assert (home.drop(drop.drop_id).state, home.drop(drop.drop_id).standing) == (WITHDRAWN, "")
        assert all(balances(each) for each in home.drops())


@pytest.mark.parametrize(
    "number", [1, pytest.param(0, marks=pytest.mark.long), pytest.param(2, marks=pytest.mark.long)]
)
def test_withdrawing_a_share_gives_the_tables_of_a_home_that_never_had_it(tmp_path: Path, number: int) -> None:
    with home_in(tmp_path / "home") as home:
        dropped = [home.run(share)[0] for share in SHARES]
        withdraw_drop(home.around, dropped[number].drop_id, "of another court")
        home.merge()
        assert home.dump() == loaded(tmp_path / "never", SHARES, without=number)


def test_a_withdrawal_and_new_drops_go_into_one_batch(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        first, _ = home.run(*LISTS[:2])
        withdraw_drop(home.around, first.drop_id, "sent by mistake")
        home.run(LISTS[2])
        assert home.dump() == loaded(tmp_path / "never", LISTS, without=0)
        assert home.ask("SELECT count(*) FROM {onecrown_ops.batch}") == ["2"]


def test_a_released_withdrawal_stands_again_as_if_nothing_had_been(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        drops = home.run(*LISTS)
        withdraw_drop(home.around, drops[1].drop_id, "sent by mistake")
        home.merge()
        release_drop(home.around, drops[1].drop_id, "it was right")
        home.merge()
        assert home.drop(drops[1].drop_id).state == MERGED
        assert home.dump() == loaded(tmp_path / "never", LISTS)


def test_all_drops_withdrawn_leave_empty_tables(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        for drop in home.run(*LISTS):
            withdraw_drop(home.around, drop.drop_id, "all wrong")
        home.merge()
        assert home.dump() == ""


def test_a_drop_that_is_not_merged_yet_is_withdrawn_at_once(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        first, second = home.receive(*LISTS[:2])
        withdraw_drop(home.around, second.drop_id, "sent by mistake")
        home.merge()
        assert (home.cases(), home.drop(second.drop_id).state) == ("A B C", WITHDRAWN)
        assert home.drop(first.drop_id).state == MERGED


def test_a_withdrawn_drop_that_is_delivered_again_stays_out(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        drops = home.run(*LISTS[:2])
        withdraw_drop(home.around, drops[1].drop_id, "sent by mistake")
        home.run(LISTS[1])
        assert (home.cases(), home.drop(drops[1].drop_id).state) == ("A B C", WITHDRAWN)


def test_a_withdrawn_drop_cannot_be_withdrawn_again(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        drop = home.run(LISTS[0])[0]
        withdraw_drop(home.around, drop.drop_id, "once")
        with pytest.raises(UsageError, match="withdrawn already"):
            withdraw_drop(home.around, drop.drop_id, "twice")


def test_a_drop_whose_every_record_was_set_aside_is_not_released_past_the_gates(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        home.run(LISTS[0])
        drop = home.run(week(2, "A!"))[0]
        withdraw_drop(home.around, drop.drop_id, "sent by mistake")
        with pytest.raises(UsageError, match="replay it"):
            release_drop(home.around, drop.drop_id, "after all")
        home.merge()
        assert home.cases() == "A B C"


def test_a_refused_drop_is_out_for_good(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        many = " ".join("ABCDEFGHIJKLMNOPQRSTUVWX")
        home.run(week(1, many))
        held = home.run(week(2, ""))[0]
        refuse_drop(home.around, held.drop_id, "empty by mistake")
        with pytest.raises(UsageError, match="out already"):
            withdraw_drop(home.around, held.drop_id, "again")
        assert home.cases() == many


def test_check_sees_a_withdrawn_drop_that_still_stands(tmp_path: Path) -> None:
    with home_in(tmp_path / "home") as home:
        drop = home.run(SHARES[0])[0]
        withdraw_drop(home.around, drop.drop_id, "sent by mistake")
        assert home.findings()["nothing is stuck: drops"] == ("off", 1)
        home.merge()
        assert home.findings()["nothing is stuck: drops"] == ("ok", 0)


def test_the_operations_tables_tell_a_withdrawal(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        drop = home.run(LISTS[0])[0]
        withdraw_drop(home.around, drop.drop_id, "sent by mistake")
        home.merge()
        assert home.ask("SELECT DISTINCT state, reason FROM {onecrown_ops.drop}") == [
            "withdrawn | withdrawn: sent by mistake"
        ]


def test_a_crash_between_the_commits_of_a_withdrawal_leaves_the_same_tables(tmp_path: Path) -> None:
    from .test_crashes import Crash, crash_after_commits

    with home_of_cases(tmp_path / "home") as home:
        drops = home.run(*LISTS)
        withdraw_drop(home.around, drops[0].drop_id, "sent by mistake")
    crashes = 0
    while True:
        with home_of_cases(tmp_path / "home") as home:
            crash_after_commits(home, 1)
            try:
                home.merge()
                break
            except Crash:
                crashes += 1
    assert crashes > 1
    with home_of_cases(tmp_path / "home") as home:
        home.merge()
        assert home.dump() == loaded(tmp_path / "never", LISTS, without=0)
