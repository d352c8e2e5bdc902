"""An extract that would remove too much waits for a person, whatever makes it complete and whenever it is told."""

from __future__ import annotations

import pytest

from onecrown.flows.act_on_drops import release_drop
from onecrown.ports import HELD, MERGED

from .builders import CONTROL, EXTRACT, File, control, extract, table_file
from .homes import Home

WEEK_1, WEEK_2 = "2026-01-01", "2026-01-02"


def subjects(on: str, count: int, first: int = 1, part: int | None = None) -> File:
    rows = [{"SUB_ID": str(number), "SURNAME": "MCTESTFACE"} for number in range(first, first + count)]
    return extract("subject", rows, on, part=part)


def states(home: Home, dataset: str = EXTRACT) -> list[str]:
    return [drop.state for drop in home.drops() if drop.dataset_name == dataset]


def test_an_extract_that_removes_most_of_its_court_waits_and_goes_on_when_released(home: Home) -> None:
    home.run(subjects(WEEK_1, 100))
    held = home.run(subjects(WEEK_2, 5))[0]
    assert states(home) == [MERGED, HELD]
    assert held.reason.startswith("removes_too_much: 95 of 100")
    release_drop(home.around, held.drop_id, "the court has moved")
    home.run()
    assert states(home) == [MERGED, MERGED]
    assert home.drops()[1].total("removed") == 95


def test_two_weeks_in_one_batch_are_compared_with_each_other(home: Home) -> None:
    home.run(subjects(WEEK_1, 100), subjects(WEEK_2, 5))
    assert states(home) == [MERGED, HELD]


@pytest.mark.parametrize("promised", [100, 5])
def test_an_extract_is_held_only_where_its_control_file_makes_it_complete(home: Home, promised: int) -> None:
    home.run(subjects(WEEK_1, 100))
    home.run(subjects(WEEK_2, 5), control(WEEK_2, {"subject": promised}))
    assert states(home) == [MERGED, MERGED if promised == 100 else HELD]


def test_a_control_file_that_comes_last_waits_where_it_would_remove_too_much(home: Home) -> None:
    home.run(subjects(WEEK_1, 100))
    home.run(*(subjects(WEEK_2, 3, first=3 * part - 2, part=part) for part in (1, 2)))
    assert states(home) == [MERGED, MERGED, MERGED]
    home.run(control(WEEK_2, {table_file("subject", part=part): 3 for part in (1, 2)}))
    assert states(home, CONTROL) == [HELD]
