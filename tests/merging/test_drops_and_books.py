"""What a drop is, in which class its records are counted, and that a merge is pulled and never pushed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from onecrown.flows.receive_drops import receive_arrivals
from onecrown.ports import FAILED

from .builders import EXTRACT, File, Result, Share, cases, charges, control, extract, parents
from .homes import Home, books, cases_in_memory, home_in_memory, lines

WEEK_1, WEEK_2, WEEK_3 = "2026-01-05", "2026-01-12", "2026-01-19"
EVENT = Share("2026-01-07T10:00:00.000Z", [Result("Fine", 1)], defendants=(1, 2))


# --- what a drop is --------------------------------------------------------------------------------------------------


def test_a_drop_is_its_meaning_and_its_bytes_whatever_its_name(home: Home) -> None:
    a, b = extract("charge", charges("A"), WEEK_1), extract("charge", charges("B"), WEEK_1)
    zipped_date = File(a.key.replace(WEEK_1, f"{WEEK_1}T00:00:00Z"), a.data)
    week_2, week_3 = (File(a.key.replace(WEEK_1, week), data) for week, data in ((WEEK_2, b.data), (WEEK_3, a.data)))
    other_court = File(a.key.replace("court_453", "court_401"), a.data)
    home.receive(a, a, zipped_date, b, week_2, week_3, other_court)
    said = [
        (delivery.outcome, delivery.key.removeprefix(f"{EXTRACT}/")) for delivery in home.around.ledger.deliveries()
    ]
    assert [" | ".join(row) for row in said] == lines(f"""
        new       | extract_date={WEEK_1}/court_453_charge.csv
        duplicate | extract_date={WEEK_1}/court_453_charge.csv
        duplicate | extract_date={WEEK_1}T00:00:00Z/court_453_charge.csv
        new       | extract_date={WEEK_1}/court_453_charge.csv
        new       | extract_date={WEEK_2}/court_453_charge.csv
        new       | extract_date={WEEK_3}/court_453_charge.csv
        new       | extract_date={WEEK_1}/court_401_charge.csv
    """)


def test_an_event_under_another_name_is_the_same_drop_and_makes_no_snapshot(home: Home) -> None:
    home.run(EVENT.file("event.json"))
    before, dump = home.snapshot_counts(), home.dump()
    home.run(EVENT.file("the same event (1).json"))
    assert [delivery.outcome for delivery in home.around.ledger.deliveries()] == ["new", "duplicate"]
    assert (home.dump(), home.snapshot_counts()) == (dump, before)


def test_the_next_batch_tells_of_deliveries_of_known_drops(home: Home) -> None:
    home.run(EVENT.file("event.json"))
    home.run(EVENT.file("the same event (1).json"))
    home.run(*parents(WEEK_1))
    assert home.ask("SELECT count(*) FROM {onecrown_ops.delivery} WHERE outcome = 'duplicate'") == ["1"]


def test_a_run_with_nothing_new_commits_to_no_table(home: Home) -> None:
    home.run(EVENT.file(), *parents(WEEK_1))
    before = home.snapshot_counts()
    received = receive_arrivals(home.around, home.around.landing.arrivals())
    merged = home.merge()
    assert (received, merged.batches, merged.drops, home.snapshot_counts()) == ([], 0, 0, before)


def test_a_merge_takes_every_validated_drop_without_being_told_of_it(tmp_path: Path) -> None:
    with home_in_memory(tmp_path) as first:
        first.receive(EVENT.file())
    with home_in_memory(tmp_path) as later:
        assert later.merge().drops == 1
        assert later.results() == ["Fine"]


def test_a_control_file_in_a_dated_folder_is_read(home: Home) -> None:
    drops = home.receive(control(WEEK_1, {"charge": 1}), control(f"{WEEK_2}T02:00:00Z", {"charge": 1}))
    assert [(books(drop, "control"), drop.state == FAILED) for drop in drops] == [("read 1 accepted 1", False)] * 2


# --- the books -------------------------------------------------------------------------------------------------------


def at(time: str, sex: str = "FEMALE") -> Share:
    return Share(f"2026-01-07T{time}:00.000Z", [], defendants=(1,), sexes={1: sex})


def test_an_upsert_is_new_unchanged_changed_superseded_or_a_duplicate(home: Home) -> None:
    same_time = replace(at("12:00", "MALE"), results=[Result("Fine", 1)])
    home.run(at("10:00").file("1"), at("11:00").file("2"), at("12:00", "MALE").file("3"), at("09:00").file("0"))
    home.run(at("08:00").file("4"), same_time.file("5"), at("13:00").file("6"))
    counted = sorted(f"{drop.name} | {books(drop, 'defendant')}" for drop in home.drops())
    assert counted == lines("""
        0 | read 1 accepted 1 new 1
        1 | read 1 accepted 1 unchanged 1
        2 | read 1 accepted 1 unchanged 1
        3 | read 1 accepted 1 changed 1
        4 | read 1 accepted 1 superseded 1
        5 | read 1 accepted 1 duplicate 1
        6 | read 1 accepted 1 changed 1
    """)


def test_members_are_counted_alike_in_one_batch_and_over_batches(tmp_path: Path) -> None:
    week_1, week_2, week_3 = (
        extract("case", cases(said), week) for said, week in (("A B C A", WEEK_1), ("A B/G", WEEK_2), ("A B C", WEEK_3))
    )
    said = {}
    for folder, batches in (
        ("one batch", [[week_3, week_1, week_2]]),
        ("over batches", [[week_1], [week_2], [week_3]]),
        ("newest first", [[week_3], [week_1], [week_2]]),
    ):
        with cases_in_memory(tmp_path / folder) as home:
            home.run_each(batches)
            said[folder] = sorted(
                f"{drop.meaning['extract_date'][:10]} | {books(drop, 'case')}" for drop in home.drops()
            )
    in_order = lines(f"""
        {WEEK_1} | read 4 accepted 4 new 3 duplicate 1
        {WEEK_2} | read 2 accepted 2 changed 1 unchanged 1 removed 1
        {WEEK_3} | read 3 accepted 3 changed 2 unchanged 1
    """)
    assert said["one batch"] == said["over batches"] == in_order
    assert said["newest first"] == lines(f"""
        {WEEK_1} | read 4 accepted 4 superseded 3 duplicate 1
        {WEEK_2} | read 2 accepted 2 superseded 2
        {WEEK_3} | read 3 accepted 3 new 3
    """)


def test_a_second_list_of_the_same_time_counts_what_it_repeats_as_duplicates(tmp_path: Path) -> None:
    """Whichever of the two lists is the greater one, and also where a later one supersedes both."""
    first, second = extract("case", cases("A B"), WEEK_1), extract("case", cases("A B C"), WEEK_1)
    later = extract("case", cases("A B"), WEEK_2)
    for folder, batches in (
        ("one", ([first], [second])),
        ("other", ([second], [first])),
        ("superseded", ([first], [later], [second])),
    ):
        with cases_in_memory(tmp_path / folder) as home:
            home.run_each(batches)
            merged_last = max(home.drops(), key=lambda drop: drop.merged_at or drop.received_at)
            assert "duplicate 2" in books(merged_last, "case")
