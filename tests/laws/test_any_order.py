"""The law: tables are a function of the set of drops, and of the model. The books of every drop balance on the way.

Small judged drops of an invented model, several sets side by side, through the merge's core over tables in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.rendering.table_layouts import UNIFIED

from .drawing import worlds
from .examples import ci, long
from .judged_drops import JudgedDrop
from .memory_home import MemoryHome, differences, laws_model
from .reference_model import Meaning, Unified
from .stories import acted_upon_side_by_side, at_once, do, received, told_side_by_side, what_is_left

Sets = list[list[JudgedDrop]]
sets_of_drops = worlds(laws_model())
COLUMNS = {
    "matter": "source_key, copy, seen_at, is_stale",
    "charge": "source_key, copy, is_stale, party_copy",
    "outcome": "source_key, copy, seen_at, is_stale, room",
}


def any_telling_gives_the_tables_of_a_fresh_home(database: duckdb.DuckDBPyConnection, sets: Sets, data: Any) -> None:
    batches = data.draw(told_side_by_side(sets))
    with received(laws_model(), sets) as said:
        step_by_step = MemoryHome(said, database).merge_each(batches)
        assert differences(step_by_step.dump(), at_once(said, database).dump()) == []
        assert step_by_step.unbalanced() == []


def the_tables_are_what_the_plain_model_says(database: duckdb.DuckDBPyConnection, sets: Sets, data: Any) -> None:
    expected = Unified(laws_model(), Meaning(laws_model(), [drop for drops in sets for drop in drops])).rows
    with received(laws_model(), sets) as said:
        home = at_once(said, database)
        found = {e: sorted(home.rows(f"{UNIFIED}.{e}", columns), key=repr) for e, columns in COLUMNS.items()}
    assert differences(found, expected) == []


def what_people_do_gives_the_tables_of_what_is_left(database: duckdb.DuckDBPyConnection, sets: Sets, data: Any) -> None:
    """Withdrawals, returns and new judgements, before and after merges, in any order."""
    batches = data.draw(acted_upon_side_by_side(laws_model(), sets))
    left = what_is_left(batches)
    with received(laws_model(), [[act.drop for act in batch] for batch in batches]) as said:
        home = do(MemoryHome(said, database), batches)
        assert differences(home.dump(), at_once(said, database, left).dump()) == []
        assert home.unbalanced() == []


def the_tables_of_mixed_versions_are_what_the_plain_model_says(
    database: duckdb.DuckDBPyConnection, sets: Sets, data: Any
) -> None:
    left = what_is_left(data.draw(acted_upon_side_by_side(laws_model(), sets)))
    the_tables_are_what_the_plain_model_says(database, [left], data)


LAWS = [
    any_telling_gives_the_tables_of_a_fresh_home,
    the_tables_are_what_the_plain_model_says,
    what_people_do_gives_the_tables_of_what_is_left,
    the_tables_of_mixed_versions_are_what_the_plain_model_says,
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@ci(2)
@given(sets=sets_of_drops, data=st.data())
def test_the_law_holds(database: duckdb.DuckDBPyConnection, law: Callable[..., None], sets: Sets, data: Any) -> None:
    law(database, sets, data)


@pytest.mark.long
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@long(400)
@given(sets=sets_of_drops, data=st.data())
def test_the_law_holds_on_many(
    database: duckdb.DuckDBPyConnection, law: Callable[..., None], sets: Sets, data: Any
) -> None:
    law(database, sets, data)
