"""The law of the refresh: counting what a batch touched leaves the tables that counting everything would leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifecycle.telling import Life, layouts

from .cases_by_hand import CASES
from .counting import Counting, few_measures

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


def change(counting: Counting, life: Life, case_id: str, how: str) -> None:
    """A case comes, goes, comes to another court, or is concluded later or on a day that nobody foresaw."""
    forget(counting, case_id)
    if how == "goes":
        return
    CASES[case_id](life)
    if how == "moves":
        counting.con.execute("UPDATE court_case SET court_code = 'C62CR00' WHERE case_id = ?", [case_id])
    if how == "ends later":
        counting.con.execute("UPDATE result SET result_on = result_on + 45 WHERE case_id = ?", [case_id])
    if how == "never ends":
        counting.con.execute("DELETE FROM result WHERE case_id = ?", [case_id])


CHANGES = st.tuples(
    st.sampled_from(list(CASES)), st.sampled_from(["comes", "goes", "moves", "ends later", "never ends"])
)


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Counting, Counting]]:
    kept_up, anew = Counting(model=few_measures()), Counting(model=few_measures())
    yield kept_up, anew
    for counting in (kept_up, anew):
        counting.con.close()


@settings(max_examples=4, deadline=None)
@given(
    steps=st.lists(st.tuples(st.lists(CHANGES, min_size=1, max_size=5), st.sampled_from(DAYS)), min_size=2, max_size=2)
)
def test_a_refresh_leaves_what_counting_everything_leaves(
    pair: tuple[Counting, Counting], steps: list[tuple[list[tuple[str, str]], date]]
) -> None:
    kept_up, anew = pair
    for counting in pair:
        counting.begin()
        for case_id in CASES:
            forget(counting, case_id)
    lives = [Life(counting.con) for counting in pair]
    for changes, last_on in steps:
        for case_id, how in changes:
            for counting, life in zip(pair, lives, strict=True):
                change(counting, life, case_id, how)
        # The tables as the merge leaves them name a case that went, by the row that went
        kept_up.refresh([case_id for case_id, _ in changes], last_on)
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
