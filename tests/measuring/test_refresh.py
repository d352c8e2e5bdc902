"""The law of the refresh: counting what a batch touched leaves the tables that counting everything would leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lifecycle.telling import Life, layouts

from onecrown.definitions.model import Model

from .cases_by_hand import CASES
from .counting import Counting, counted_model, few_measures

DAYS = (date(2025, 6, 30), date(2025, 9, 30), date(2025, 10, 2), date(2026, 1, 15))
BY_HEARING = ("hearing", "hearing_day", "attendance")


def forget(counting: Counting, case_id: str) -> None:
    """Take every row of a case out of the unified tables."""
    heard = "SELECT hearing_id FROM hearing_case WHERE case_id = ?"
    for table in BY_HEARING:
        counting.con.execute(f"DELETE FROM {table} WHERE hearing_id IN ({heard})", [case_id])
    for table, layout in layouts().items():
        columns = {column.name for column in layout.columns}
        for column in ("case_id", "from_case_id", "to_case_id"):
            if column in columns:
                counting.con.execute(f"DELETE FROM {table} WHERE {column} = ?", [case_id])


AFTERWARDS = {
    "comes": "",
    "moves": "UPDATE court_case SET court_code = 'C62CR00' WHERE case_id = ?",
    "is transferred": "UPDATE court_case SET transferred_from_court_code = court_code, court_code = 'C01SN00', "
    "transferred_in_on = DATE '2025-07-01' WHERE case_id = ?",
    "ends later": "UPDATE result SET result_on = result_on + 45 WHERE case_id = ?",
    "never ends": "DELETE FROM result WHERE case_id = ?",
    "was listed otherwise": "UPDATE trial_outcome SET outcome_code = 'vacated', trial_on = trial_on + 60 WHERE case_id = ?",
    "is told anew": "UPDATE defendant SET sex_code = 'female', age_band_code = '25_to_39' WHERE case_id = ?",
}
Changes = list[tuple[str, str]]


def change(counting: Counting, life: Life, case_id: str, how: str) -> None:
    """A case comes, goes, comes to another court, is concluded otherwise than anybody foresaw, or is told with other values."""
    forget(counting, case_id)
    if how == "goes":
        return
    CASES[case_id](life)
    if AFTERWARDS[how]:
        counting.con.execute(AFTERWARDS[how], [case_id])


def beside(counting: Counting, case_id: str) -> set[str]:
    """The case, those heard with it and those linked to it: the merge names them by the hearing and the link that it touched."""
    heard = "SELECT hearing_id FROM hearing_case WHERE case_id = ?"
    found = counting.con.execute(
        f"""SELECT case_id FROM hearing_case WHERE hearing_id IN ({heard})
        UNION ALL SELECT from_case_id FROM case_link WHERE to_case_id = ?
        UNION ALL SELECT to_case_id FROM case_link WHERE from_case_id = ?""",
        [case_id] * 3,
    )
    return {case_id, *(other for (other,) in found.fetchall())}


def steps_of(most: int) -> st.SearchStrategy[list[tuple[Changes, date]]]:
    """Two batches of changes, each with the last day of which a source told."""
    changes = st.tuples(st.sampled_from(list(CASES)), st.sampled_from(["goes", *AFTERWARDS]))
    batch = st.tuples(st.lists(changes, min_size=2, max_size=most), st.sampled_from(DAYS))
    return st.lists(batch, min_size=2, max_size=2)


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Counting, Counting]]:
    yield from _two(few_measures())


@pytest.fixture(scope="module")
def whole_pair() -> Iterator[tuple[Counting, Counting]]:
    yield from _two(counted_model())


def _two(model: Model) -> Iterator[tuple[Counting, Counting]]:
    kept_up, anew = Counting(model=model), Counting(model=model)
    yield kept_up, anew
    for counting in (kept_up, anew):
        counting.con.close()


@settings(max_examples=3, deadline=None)
@given(steps=steps_of(most=8))
@example(steps=[([("child", "never ends")], DAYS[0]), ([("parent", "is told anew")], DAYS[-1])])
def test_a_refresh_leaves_what_counting_everything_leaves(
    pair: tuple[Counting, Counting], steps: list[tuple[Changes, date]]
) -> None:
    hold_to_the_law(pair, steps)


@pytest.mark.long  # every measure, and three times as many changes
@settings(max_examples=12, deadline=None)
@given(steps=steps_of(most=8))
def test_a_refresh_of_every_measure_leaves_what_counting_everything_leaves(
    whole_pair: tuple[Counting, Counting], steps: list[tuple[Changes, date]]
) -> None:
    hold_to_the_law(whole_pair, steps)


def hold_to_the_law(pair: tuple[Counting, Counting], steps: list[tuple[Changes, date]]) -> None:
    """Change the one batch by batch, count the other once, and compare every row."""
    kept_up, anew = pair
    for counting in pair:
        counting.begin()
        for case_id in CASES:
            forget(counting, case_id)
    lives = [Life(counting.con) for counting in pair]
    for changes, last_on in steps:
        touched: set[str] = set()
        for case_id, how in changes:
            touched |= beside(kept_up, case_id)
            for counting, life in zip(pair, lives, strict=True):
                change(counting, life, case_id, how)
            touched |= beside(kept_up, case_id)
        # The tables as the merge leaves them name a case that went, by the row that went
        kept_up.refresh(sorted(touched), last_on)
    anew.refresh(None, steps[-1][1])
    assert kept_up.dump() == anew.dump()


def test_a_refresh_after_nothing_writes_nothing(pair: tuple[Counting, Counting]) -> None:
    counting, _ = pair
    counting.begin()
    for case_id in CASES:
        forget(counting, case_id)
        CASES[case_id](Life(counting.con))
    counting.refresh(None)
    before = counting.dump()
    counting.refresh([*CASES])
    assert counting.dump() == before


def test_a_case_changes_with_the_one_from_which_it_has_its_day_of_receipt(pair: tuple[Counting, Counting]) -> None:
    counting, _ = pair
    counting.begin()
    for case_id in CASES:
        forget(counting, case_id)
    life = Life(counting.con)
    CASES["parent"](life)
    CASES["child"](life)
    counting.refresh(None)
    counting.con.execute("UPDATE court_case SET sent_on = DATE '2025-01-27' WHERE case_id = 'parent'")
    counting.refresh(["parent"])
    found = counting.con.execute("SELECT receipt_on FROM stands_counted_case WHERE case_id = 'child'").fetchall()
    assert found == [(date(2025, 1, 27),)]
