"""Why a unit is counted in one release and not in the other: each cause as a little table, and a law over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onecrown.publishing.comparison import (
    CORRECTION,
    DUPLICATION,
    LATE,
    NOT_KNOWN,
    RULE_CHANGE,
    UnitRevision,
    ValueRevision,
    changed_versions,
    explained,
    redefined_measures,
)
from onecrown.publishing.unit_causes import causes_sql

from .manifests import invented_manifest

OCTOBER = date(2025, 10, 1)
Counted = Sequence[tuple[str, str, int]]
"""Units with the category and the measured value that they are counted with; each is its own case."""
Known = Sequence[tuple[str, str]]
"""Units with the rule that decided them."""

_TABLES = """
    CREATE OR REPLACE TABLE r_{0}_units (unit_id VARCHAR, case_id VARCHAR, period_begun_on DATE, category_1 VARCHAR,
      category_2 VARCHAR, said BIGINT);
    CREATE OR REPLACE TABLE r_{0}_known (unit_id VARCHAR, period_begun_on DATE, decided VARCHAR[]);
    CREATE OR REPLACE TABLE r_{0}_alias (ended_id VARCHAR, current_id VARCHAR);
    CREATE OR REPLACE TABLE r_{0}_suppressed (case_id VARCHAR);
    CREATE OR REPLACE TABLE r_rule (rule_id VARCHAR);
"""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": "1"})


def fill(
    con: duckdb.DuckDBPyConnection, side: str, counted: Counted, known: Known, alias: Iterable[tuple[str, str]]
) -> None:
    con.execute(_TABLES.format(side))
    for unit, category, said in counted:
        con.execute(f"INSERT INTO r_{side}_units VALUES (?, ?, ?, ?, '', ?)", [unit, unit, OCTOBER, category, said])
    for unit, mark in [*known, *((unit, "sent/1") for unit, *_ in counted if unit not in dict(known))]:
        con.execute(f"INSERT INTO r_{side}_known VALUES (?, NULL, [?])", [unit, mark])
    for pair in alias:
        con.execute(f"INSERT INTO r_{side}_alias VALUES (?, ?)", pair)


def causes(
    con: duckdb.DuckDBPyConnection,
    was: Counted,
    now: Counted,
    *,
    known: tuple[Known, Known] = ((), ()),
    alias: tuple[Iterable[tuple[str, str]], Iterable[tuple[str, str]]] = ((), ()),
    suppressed: Iterable[str] = (),
    rules: Iterable[str] = (),
) -> list[tuple[str, str, int, int, int]]:
    """Category, cause, added, removed and changed."""
    fill(con, "was", was, known[0], alias[0])
    fill(con, "now", now, known[1], alias[1])
    for case in suppressed:
        con.execute("INSERT INTO r_now_suppressed VALUES (?)", [case])
    for rule in rules:
        con.execute("INSERT INTO r_rule VALUES (?)", [rule])
    return [(first, *said) for _, first, _, *said in con.execute(causes_sql()).fetchall()]


def of(*units: str, category: str = "") -> list[tuple[str, str, int]]:
    return [(unit, category, 1) for unit in units]


def test_what_is_counted_in_both_has_no_cause(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("A", "B"), of("B", "A")) == []


def test_a_unit_that_nobody_knew_is_a_late_record(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("A"), of("A", "B", "C")) == [("", LATE, 2, 0, 0)]


def test_a_unit_that_was_known_and_is_counted_by_now_is_a_correction(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("A"), of("A", "B"), known=([("B", "sent/1")], ())) == [("", CORRECTION, 1, 0, 0)]


def test_a_unit_that_is_known_and_no_longer_counted_is_a_correction(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("A", "B"), of("A"), known=((), [("B", "sent/1")])) == [("", CORRECTION, 0, 1, 0)]


def test_a_unit_that_was_withdrawn_is_a_correction(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("A", "B"), of("A")) == [("", CORRECTION, 0, 1, 0)]


def test_of_two_units_that_are_one_by_now_one_was_a_duplicate(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("A", "B"), of("A"), alias=((), [("B", "A")])) == [("", DUPLICATION, 0, 1, 0)]


def test_a_unit_whose_id_alone_changed_is_the_same_unit(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("B"), of("A"), alias=((), [("B", "A")])) == []


def test_a_unit_that_is_suppressed_by_now_was_a_duplicate(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("A", "B"), of("A"), suppressed=["B"]) == [("", DUPLICATION, 0, 1, 0)]


def test_a_link_that_was_undone_gives_a_unit_back(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, of("A"), of("A", "B"), alias=([("B", "A")], ())) == [("", DUPLICATION, 1, 0, 0)]


def test_a_rule_with_another_version_that_decides_otherwise_is_a_rule_change(con: duckdb.DuckDBPyConnection) -> None:
    known = ([("A", "sent/1"), ("B", "sent/1"), ("C", "sent/1")], [("A", "sent/1"), ("B", "sent/2"), ("C", "lodged/1")])
    found = causes(con, of("A", "B", "C"), of("A"), known=known, rules=["sent"])
    assert found == [("", RULE_CHANGE, 0, 2, 0)]
    assert causes(con, of("A", "B", "C"), of("A"), known=known) == [("", CORRECTION, 0, 2, 0)]


def test_a_unit_that_moved_between_categories_is_gross_in_both_and_nothing_net(con: duckdb.DuckDBPyConnection) -> None:
    found = causes(con, of("A", category="453"), of("A", category="401"))
    assert found == [("401", CORRECTION, 1, 0, 0), ("453", CORRECTION, 0, 1, 0)]


def test_a_unit_with_another_measured_value_is_changed(con: duckdb.DuckDBPyConnection) -> None:
    assert causes(con, [("A", "", 30), ("B", "", 7)], [("A", "", 31), ("B", "", 7)]) == [("", CORRECTION, 0, 0, 1)]


def test_what_no_row_tells_is_a_rule_change_of_a_redefined_measure_and_not_known_of_another() -> None:
    cells = [("receipts", "2025-Q4", "", ""), ("disposals", "2025-Q4", "", "")]
    values = [ValueRevision(cell, "count", "cases", 5.0, 2.0, 5, 2) for cell in cells]
    found = explained(values, [UnitRevision(cell, LATE, 1, 0) for cell in cells], {"receipts"})
    assert [(one.cell[0], one.cause, one.net) for one in found] == [
        ("disposals", LATE, 1),
        ("disposals", NOT_KNOWN, -4),
        ("receipts", LATE, 1),
        ("receipts", RULE_CHANGE, -4),
    ]


def test_a_measure_is_redefined_where_its_version_or_anything_of_the_model_is_another() -> None:
    was = invented_manifest()
    assert redefined_measures(was, was) == frozenset()
    assert redefined_measures(was, replace(was, versions={**was.versions, "measures.receipts": 2})) == {"receipts"}
    assert redefined_measures(was, replace(was, model_digest="another")) == {"receipts"}
    assert changed_versions(was, replace(was, versions={})) == was.versions.keys()


_UNITS = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(["453", "401"]), st.integers(1, 2)),
    unique_by=lambda one: one[0],
)
_LINKS = st.dictionaries(st.sampled_from("DEF"), st.sampled_from("ABC")).map(lambda said: sorted(said.items()))


@settings(max_examples=30, deadline=None)
@given(was=_UNITS, now=_UNITS, linked=_LINKS, undone=_LINKS, rules=st.lists(st.sampled_from(["sent", "lodged"])))
def test_of_every_cell_the_causes_add_up_to_the_difference(
    con: duckdb.DuckDBPyConnection,
    was: Counted,
    now: Counted,
    linked: list[tuple[str, str]],
    undone: list[tuple[str, str]],
    rules: list[str],
) -> None:
    now = [one for one in now if one[0] not in dict(linked)]  # an id that ended is nobody's
    was = [one for one in was if one[0] not in dict(undone)]
    found = causes(con, was, now, alias=(undone, linked), rules=rules)
    nets: Counter[str] = Counter()
    for category, _, added, removed, changed in found:
        assert min(added, removed, changed) >= 0 and added + removed + changed > 0
        nets[category] += added - removed
    before, after = (Counter(category for _, category, _ in counted) for counted in (was, now))
    assert {one: nets[one] for one in ("453", "401")} == {one: after[one] - before[one] for one in ("453", "401")}
    if not linked and sorted(was) == sorted(now):
        assert found == []
