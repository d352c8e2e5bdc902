"""The laws with linking on: which records are one case does not depend on the order in which they come either."""

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
from .linked_model import linked_model
from .memory_home import MemoryHome, differences
from .stories import acted_upon_side_by_side, at_once, do, received, told_side_by_side, what_is_left

Sets = list[list[JudgedDrop]]
sets_of_drops = worlds(linked_model())


def any_telling_links_as_a_fresh_home_does(database: duckdb.DuckDBPyConnection, sets: Sets, data: Any) -> None:
    batches = data.draw(told_side_by_side(sets))
    with received(linked_model(), sets) as said:
        step_by_step = MemoryHome(said, database).merge_each(batches)
        assert differences(step_by_step.dump(), at_once(said, database).dump()) == []


def what_people_do_links_as_what_is_left_does(database: duckdb.DuckDBPyConnection, sets: Sets, data: Any) -> None:
    """Withdrawals, returns and new judgements: links end and ids come back."""
    batches = data.draw(acted_upon_side_by_side(linked_model(), sets))
    left = what_is_left(batches)
    with received(linked_model(), [[act.drop for act in batch] for batch in batches]) as said:
        home = do(MemoryHome(said, database), batches)
        assert differences(home.dump(), at_once(said, database, left).dump()) == []


def no_record_is_counted_twice(database: duckdb.DuckDBPyConnection, sets: Sets, data: Any) -> None:
    """Every key stands once, and every id that ended leads to one that stands."""
    with received(linked_model(), sets) as said:
        home = at_once(said, database)
        for entity in linked_model().entity_order():
            rows = home.rows(f"{UNIFIED}.{entity.name}", entity.key_column)
            assert len(rows) == len(set(rows)), entity.name
        ended = dict(home.rows(f"{UNIFIED}.case_alias", "ended_id, current_id"))
        assert not ended.keys() & set(ended.values())
        standing = {key for name in ("matter", "charge") for (key,) in home.rows(f"{UNIFIED}.{name}", f"{name}_id")}
        assert set(ended.values()) <= standing and not ended.keys() & standing
        assert {said for (said,) in home.rows(f"{UNIFIED}.charge", "matter_id")} <= standing


LAWS = [any_telling_links_as_a_fresh_home_does, what_people_do_links_as_what_is_left_does, no_record_is_counted_twice]


@pytest.mark.parametrize("law", LAWS[1:], ids=lambda law: law.__name__)
@ci(2)
@given(sets=sets_of_drops, data=st.data())
def test_the_law_holds(database: duckdb.DuckDBPyConnection, law: Callable[..., None], sets: Sets, data: Any) -> None:
    law(database, sets, data)


@pytest.mark.long
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@long(100)
@given(sets=sets_of_drops, data=st.data())
def test_the_law_holds_in_many_examples(
    database: duckdb.DuckDBPyConnection, law: Callable[..., None], sets: Sets, data: Any
) -> None:
    law(database, sets, data)
