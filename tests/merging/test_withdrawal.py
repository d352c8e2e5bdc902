"""A drop that is withdrawn leaves no trace in history, current and unified tables: they are those of a home that never had it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onecrown.errors import UsageError
from onecrown.flows.act_on_drops import refuse_drop, release_drop, withdraw_drop
from onecrown.ports import MERGED, WITHDRAWN

from .builders import COURT, File, Result, Share, cases, control, extract
from .homes import Home, balances, cases_in_memory, home_in_memory, home_of_cases

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")


def week(number: int, said: str, court: str = COURT, part: int | None = None) -> File:
    return extract("case", cases(said, court), WEEKS[number - 1], court=court, part=part)


LISTS = (week(1, "A B C"), week(2, "A B/G D"), week(3, "A B C"))
SPLIT = (
    week(1, "A B C", "401"),
    week(2, "A B", "401", part=1),
    week(2, "D", "401", part=2),
    control(WEEKS[1], {"case": 3}, "401"),
)
QUARANTINED = (week(1, "A B/G C", "402"), week(2, "A B!", "402"), week(3, "A B! D", "402"))
SHARES = (
    Share("2026-01-07T10:00:00.000Z", [Result("Fine", 1), Result("Surcharge", 2)], sexes={1: "MALE"}).file(
        "first.json"
    ),
    Share("2026-01-07T10:02:00.000Z", [Result("Fine", 1, amended=False), Result("Costs", 3)]).file("second.json"),
    Share("2026-01-07T10:04:00.000Z", [Result("Costs", 3)], defendants=(1, 2)).file("third.json"),
)


STORIES = (LISTS, SPLIT, QUARANTINED)  # each of a court of its own
QUICK = (LISTS[1], SPLIT[3], QUARANTINED[1])
IN_CI = pytest.param(STORIES, QUICK, id="one of each story")
EVERY = [
    pytest.param((files,), (file,), id=f"story {story}, file {place}", marks=pytest.mark.long)
    for story, files in enumerate(STORIES, 1)
    for place, file in enumerate(files, 1)
]


def loaded(folder: Path, files: tuple[File, ...], without: File | None = None) -> str:
    with (home_in_memory if files is SHARES else cases_in_memory)(folder) as home:
        home.run(*(file for file in files if file != without))
        return home.dump()


@pytest.fixture(scope="module")
def never(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The tables of a home that never had the first list."""
    return loaded(tmp_path_factory.mktemp("never"), LISTS, without=LISTS[0])


@pytest.fixture
def listed(tmp_path: Path) -> Iterator[Home]:
    """An empty home of cases, its tables in memory."""
    with cases_in_memory(tmp_path / "home") as home:
        yield home


@pytest.mark.parametrize(("stories", "gone"), [IN_CI, *EVERY])
def test_withdrawing_an_extract_gives_the_tables_of_a_home_that_never_had_it(
    listed: Home, tmp_path: Path, stories: tuple[tuple[File, ...], ...], gone: tuple[File, ...]
) -> None:
    first, later = [f for files in stories for f in files[:2]], [f for files in stories for f in files[2:]]
    delivered = [*zip(first, listed.run(*first), strict=True), *zip(later, listed.run(*later), strict=True)]
    leaving = [drop.drop_id for file, drop in delivered if file in gone]
    for drop_id in leaving:
        withdraw_drop(listed.around, drop_id, "sent by mistake")
    listed.merge()
    stays = tuple(file for file in (*first, *later) if file not in gone)
    assert listed.dump() == loaded(tmp_path / "never", stays)
    assert {(listed.drop(drop_id).state, listed.drop(drop_id).standing) for drop_id in leaving} == {(WITHDRAWN, "")}
    assert all(balances(each) for each in listed.drops())


@pytest.mark.long
@pytest.mark.parametrize("number", [0, 1, 2])
def test_withdrawing_a_share_gives_the_tables_of_a_home_that_never_had_it(tmp_path: Path, number: int) -> None:
    with home_in_memory(tmp_path / "home") as home:
        dropped = [home.run(share)[0] for share in SHARES]
        withdraw_drop(home.around, dropped[number].drop_id, "of another court")
        home.merge()
        assert home.dump() == loaded(tmp_path / "never", SHARES, without=SHARES[number])


def test_a_withdrawal_and_new_drops_go_into_one_batch(listed: Home, never: str) -> None:
    first, _ = listed.run(*LISTS[:2])
    withdraw_drop(listed.around, first.drop_id, "sent by mistake")
    listed.run(LISTS[2])
    assert listed.dump() == never
    assert listed.ask("SELECT count(*) FROM {onecrown_ops.batch}") == ["2"]


def test_a_released_withdrawal_stands_again_as_if_nothing_had_been(listed: Home) -> None:
    drops = listed.run(*LISTS)
    stood = listed.dump()
    withdraw_drop(listed.around, drops[1].drop_id, "sent by mistake")
    listed.merge()
    assert listed.dump() != stood
    release_drop(listed.around, drops[1].drop_id, "it was right")
    listed.merge()
    assert listed.drop(drops[1].drop_id).state == MERGED
    assert listed.dump() == stood


def test_all_drops_withdrawn_leave_empty_tables(listed: Home) -> None:
    for drop in listed.run(*LISTS):
        withdraw_drop(listed.around, drop.drop_id, "all wrong")
    listed.merge()
    assert listed.dump() == ""


def test_a_drop_that_is_not_merged_yet_is_withdrawn_at_once(listed: Home) -> None:
    first, second = listed.receive(*LISTS[:2])
    withdraw_drop(listed.around, second.drop_id, "sent by mistake")
    listed.merge()
    assert (listed.cases(), listed.drop(second.drop_id).state) == ("A B C", WITHDRAWN)
    assert listed.drop(first.drop_id).state == MERGED


def test_a_withdrawn_drop_that_is_delivered_again_stays_out(listed: Home) -> None:
    drops = listed.run(*LISTS[:2])
    withdraw_drop(listed.around, drops[1].drop_id, "sent by mistake")
    listed.run(LISTS[1])
    assert (listed.cases(), listed.drop(drops[1].drop_id).state) == ("A B C", WITHDRAWN)


def test_a_withdrawn_drop_cannot_be_withdrawn_again(listed: Home) -> None:
    drop = listed.run(LISTS[0])[0]
    withdraw_drop(listed.around, drop.drop_id, "once")
    with pytest.raises(UsageError, match="withdrawn already"):
        withdraw_drop(listed.around, drop.drop_id, "twice")


def test_a_drop_whose_every_record_was_set_aside_is_not_released_past_the_gates(listed: Home) -> None:
    listed.run(LISTS[0])
    drop = listed.run(week(2, "A!"))[0]
    withdraw_drop(listed.around, drop.drop_id, "sent by mistake")
    with pytest.raises(UsageError, match="replay it"):
        release_drop(listed.around, drop.drop_id, "after all")
    listed.merge()
    assert listed.cases() == "A B C"


def test_a_refused_drop_is_out_for_good(listed: Home) -> None:
    many = " ".join("ABCDEFGHIJKLMNOPQRSTUVWX")
    listed.run(week(1, many))
    held = listed.run(week(2, ""))[0]
    refuse_drop(listed.around, held.drop_id, "empty by mistake")
    with pytest.raises(UsageError, match="out already"):
        withdraw_drop(listed.around, held.drop_id, "again")
    assert listed.cases() == many


def test_check_sees_a_withdrawn_drop_that_still_stands(home: Home) -> None:
    drop = home.run(SHARES[0])[0]
    withdraw_drop(home.around, drop.drop_id, "sent by mistake")
    assert home.findings()["nothing is stuck: drops"] == ("off", 1)
    home.merge()
    assert home.findings()["nothing is stuck: drops"] == ("ok", 0)


def test_the_operations_tables_tell_a_withdrawal(listed: Home) -> None:
    drop = listed.run(LISTS[0])[0]
    withdraw_drop(listed.around, drop.drop_id, "sent by mistake")
    listed.merge()
    assert listed.ask("SELECT DISTINCT state, reason FROM {onecrown_ops.drop}") == [
        "withdrawn | withdrawn: sent by mistake"
    ]


def test_a_crash_between_the_commits_of_a_withdrawal_leaves_the_same_tables(tmp_path: Path, never: str) -> None:
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
        assert home.dump() == never
