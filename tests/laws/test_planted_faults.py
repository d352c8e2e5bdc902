"""Faults planted in the merge's SQL, each caught by a law: a law that cannot fail proves nothing.

A fault is a text of the merge's statements and what stands in its place. It is looked for in every statement, and has to be
found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .examples import ci
from .test_any_order import (
    Sets,
    any_telling_gives_the_tables_of_a_fresh_home,
    sets_of_drops,
    the_tables_are_what_the_plain_model_says,
)

Law = Callable[[duckdb.DuckDBPyConnection, Sets, Any], None]


@dataclass(frozen=True)
class Fault:
    """What is wrong, the text that says it right, the text that says it wrong, and the law that notices."""

    title: str
    right: str
    wrong: str
    law: Law


FAULTS = [
    Fault(
        "the hash orders versions before the event time",
        "struct_pack(e := event_at, s := sequence, h := record_hash)",
        "struct_pack(h := record_hash, e := event_at, s := sequence)",
        the_tables_are_what_the_plain_model_says,
    ),
    Fault(
        "absence from a complete snapshot means nothing",
        "FROM effective WHERE complete GROUP BY scope",
        "FROM effective WHERE complete AND false GROUP BY scope",
        the_tables_are_what_the_plain_model_says,
    ),
    Fault(
        "a child that was set aside counts as removed",
        "SELECT scope, key, max(version) AS version, any_value(floor) AS floor,",
        "SELECT scope, key, max(version) FILTER (accepted) AS version, any_value(floor) AS floor,",
        the_tables_are_what_the_plain_model_says,
    ),
    Fault(
        "a control file that disagrees makes no snapshot incomplete",
        "WHEN g.split THEN g.all_whole AND c.rows_promised IS NOT NULL AND c.rows_promised = g.listed",
        "WHEN g.split THEN g.all_whole",
        the_tables_are_what_the_plain_model_says,
    ),
    Fault(
        "what was known before is forgotten",
        "SELECT s.key, s.record_hash, s.event_at, s.sequence, s.drop_id",
        "SELECT s.key, s.record_hash, CAST('1900-01-01' AS TIMESTAMPTZ) AS event_at, s.sequence, s.drop_id",
        any_telling_gives_the_tables_of_a_fresh_home,
    ),
    Fault(
        "a record is counted as changed though it was superseded",
        "WHEN nth > 1 THEN 'duplicate'",
        "WHEN nth > 1 THEN 'forgotten'",
        any_telling_gives_the_tables_of_a_fresh_home,
    ),
]


class FaultyConnection:
    """A connection that runs another text than it was given, and notes where."""

    def __init__(self, con: duckdb.DuckDBPyConnection, fault: Fault, planted: list[str]) -> None:
        self._con = con
        self._fault = fault
        self._planted = planted

    def execute(self, query: str, *parameters: Any) -> Any:
        if self._fault.right in query:
            self._planted.append(query)
        return self._con.execute(query.replace(self._fault.right, self._fault.wrong), *parameters)

    def cursor(self) -> FaultyConnection:
        return FaultyConnection(self._con.cursor(), self._fault, self._planted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


NAMED = ("the hash orders", "absence from")  # the others take longer to be found


def _marked(fault: Fault) -> Any:
    marks = () if fault.title.startswith(NAMED) else pytest.mark.long
    return pytest.param(fault, id=fault.title, marks=marks)


@pytest.mark.parametrize("fault", map(_marked, FAULTS))
def test_a_planted_fault_breaks_the_law(database: duckdb.DuckDBPyConnection, fault: Fault) -> None:
    planted: list[str] = []
    faulty = cast(duckdb.DuckDBPyConnection, FaultyConnection(database, fault, planted))

    @ci(4)
    @given(sets=sets_of_drops, data=st.data())
    def the_law(sets: Sets, data: Any) -> None:
        fault.law(faulty, sets, data)

    with pytest.raises(AssertionError):
        the_law()
    assert planted, "the fault's text is none of the merge's any more: plant it anew"
