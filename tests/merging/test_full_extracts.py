"""Full extracts: absence means removed, if the list is complete. `A B/G` is charge A as it was and charge B with plea G."""

from __future__ import annotations

from pathlib import Path

import pytest

from .builders import (
    File,
    case_row,
    case_subject_row,
    charges,
    control,
    extract,
    parents,
    subject_row,
    table_file,
)
from .homes import Home, books, home_in

WEEK_1, WEEK_2, WEEK_3 = "2026-01-05", "2026-01-12", "2026-01-19"
FIRST = [*parents(WEEK_1), extract("charge", charges("A B C"), WEEK_1)]


def week_2(said: str, part: int | None = None) -> File:
    return extract("charge", charges(said), WEEK_2, part=part)


def stands(folder: Path, *batches: list[File]) -> tuple[str, str]:
    """The charges that stand after some batches, and the dump."""
    with home_in(folder) as home:
        home.run_each(batches)
        return home.charges(), home.dump()


def both_ways(folder: Path, *files: File) -> str:
    """The charges that stand after the first week and some files, each merged alone; the same as all at once."""
    apart = stands(folder / "apart", FIRST, *([file] for file in files))
    assert apart == stands(folder / "together", [*FIRST, *files])
    return apart[0]


def test_a_row_that_is_no_longer_listed_is_removed_and_comes_back_when_listed(home: Home) -> None:
    home.run(*FIRST)
    home.run(week_2("A B/G"))
    assert home.charges() == "A B/G"
    home.run(extract("charge", charges("A B C"), WEEK_3))
    assert home.charges() == "A B C"


def test_a_list_with_a_row_that_cannot_be_keyed_adds_and_changes_and_removes_nothing(tmp_path: Path) -> None:
    assert both_ways(tmp_path, week_2("A B/G D ?")) == "A B/G C D"


def test_a_rejected_row_is_listed_so_its_last_accepted_copy_stands(tmp_path: Path) -> None:
    assert both_ways(tmp_path, week_2("A B/G!")) == "A B"


def test_a_row_whose_court_is_not_the_files_makes_the_list_incomplete(home: Home) -> None:
    rows = [*charges("A"), {**charges("D")[0], "CREST_COURT_ID": "401"}]
    home.run(*FIRST)
    drop = home.run(extract("charge", rows, WEEK_2))[0]
    assert (books(drop, "charge"), home.charges()) == ("read 2 accepted 1 quarantined 1 unchanged 1", "A B C")


def test_a_control_file_that_disagrees_makes_the_list_incomplete_however_late_it_comes(tmp_path: Path) -> None:
    agrees, disagrees = control(WEEK_2, {"charge": 2}), control(WEEK_2, {"charge": 3})
    assert both_ways(tmp_path / "agrees", week_2("A B/G"), agrees) == "A B/G"
    assert both_ways(tmp_path / "late", week_2("A B/G"), disagrees) == "A B/G C"
    assert stands(tmp_path / "early", [disagrees], FIRST, [week_2("A B/G")]) == stands(
        tmp_path / "again", [*FIRST, week_2("A B/G"), disagrees]
    )


def test_parts_without_a_control_file_remove_nothing(tmp_path: Path) -> None:
    assert both_ways(tmp_path, week_2("A", 1), week_2("B/G", 2)) == "A B/G C"


def test_parts_are_complete_when_the_control_file_counts_them_all(tmp_path: Path) -> None:
    counts = control(WEEK_2, {table_file("charge", part=1): 1, table_file("charge", part=2): 1})
    first, second = week_2("A", 1), week_2("B/G", 2)
    control_last = stands(tmp_path / "control last", FIRST, [first, second], [counts])
    control_first = stands(tmp_path / "control first", [*FIRST, counts], [second], [first])
    assert control_last[0] == "A B/G"
    assert control_first == control_last
    assert stands(tmp_path / "one part", [*FIRST, counts, first])[0] == "A B C"


def test_the_same_list_a_week_later_writes_no_body_no_member_and_no_charge(home: Home) -> None:
    home.run(*FIRST)
    before = home.snapshot_counts()
    drop = home.run(extract("charge", charges("A B C"), WEEK_2))[0]
    after = home.snapshot_counts()
    assert books(drop, "charge") == "read 3 accepted 3 unchanged 3"
    written = {table for table in after if after[table] != before[table] and not table.startswith("onecrown_ops.")}
    assert written == {"onecrown_history.snapshot"}


def test_what_a_mapping_dates_by_the_extract_moves_on_with_the_same_list(tmp_path: Path) -> None:
    """The status of remand is that of the day of the extract; the age is that of its day."""
    born = [
        extract("case", [case_row()], WEEK_1), extract("subject", [subject_row(DOB="08-JAN-08")], WEEK_1),
        extract("case_subject", [case_subject_row()], WEEK_1),
    ]
    again = extract("case_subject", [case_subject_row()], WEEK_2)
    dumps = []
    for folder, batches in (("apart", [born, [again]]), ("together", [[*born, again]])):
        with home_in(tmp_path / folder) as home:
            home.run_each(batches)
            assert home.ask("SELECT age_band_code FROM {onecrown.defendant}") == ["18_to_24"]
            assert home.ask("SELECT CAST(remand_at AS DATE) FROM {onecrown.remand_status}") == [WEEK_2]
            dumps.append(home.dump())
    assert dumps[0] == dumps[1]


def test_a_stale_copy_keeps_its_own_time_however_often_its_successor_is_rejected(tmp_path: Path) -> None:
    first = parents(WEEK_1)
    lost = [extract("case_subject", [case_subject_row(CTL_EXPIRY_DATE=said)], week) for said, week in (("?", WEEK_2), ("??", WEEK_3))]
    dumps = []
    for folder, batches in (("apart", [first, [lost[0]], [lost[1]]]), ("together", [[*first, *lost]])):
        with home_in(tmp_path / folder) as home:
            home.run_each(batches)
            assert home.ask("SELECT CAST(remand_at AS DATE) FROM {onecrown.remand_status}") == [WEEK_1]
            dumps.append(home.dump())
    assert dumps[0] == dumps[1]


WEEKS = {
    1: FIRST,
    2: [extract("case_subject", [case_subject_row()], WEEK_2), week_2("A B/G")],
    3: [extract("charge", charges("A B C"), WEEK_3)],
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return stands(tmp_path_factory.mktemp("fresh"), [file for files in WEEKS.values() for file in files])


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_weeks_merged_one_by_one_in_any_order_give_the_tables_of_all_at_once(
    tmp_path: Path, fresh: tuple[str, str], order: tuple[int, ...]
) -> None:
    assert fresh[0] == "A B C"
    assert stands(tmp_path, *(WEEKS[week] for week in order)) == fresh
