"""No suppressed cell can be worked out from what is shown, and no more is suppressed than its policy asks for."""

from __future__ import annotations

from itertools import product as combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onecrown.definitions.products import Suppression
from onecrown.publishing.linear_system import Sum, connected, determined
from onecrown.publishing.suppression import exposed, is_small, protected, rounded

Cell = tuple[str, str]
POLICY = Suppression(threshold=5, shows_zeros=True, has_secondary=True, rounding=1, marker="[c]", source="invented")
HIDING_ZEROS = Suppression(5, False, True, 1, "[c]", "invented")
PRIMARY_ONLY = Suppression(5, True, False, 1, "[c]", "invented")
ALL = "all"


def table(*rows: tuple[int, ...]) -> tuple[dict[Cell, int], list[Sum[Cell]]]:
    """A table with its totals by row and column, and the sums that hold in it. Cells are `("a", "1")`, totals `("a", "all")`."""
    down, across = "abcdefgh"[: len(rows)], "12345678"[: len(rows[0])]
    counts = {(r, c): rows[i][j] for i, r in enumerate(down) for j, c in enumerate(across)}
    counts |= {(r, ALL): sum(rows[i]) for i, r in enumerate(down)}
    counts |= {(ALL, c): sum(row[j] for row in rows) for j, c in enumerate(across)}
    counts[ALL, ALL] = sum(map(sum, rows))
    sums = [Sum((r, ALL), tuple((r, c) for c in across)) for r in (*down, ALL)]
    sums += [Sum((ALL, c), tuple((r, c) for r in down)) for c in (*across, ALL)]
    return counts, sums


def hidden_of(counts: dict[Cell, int], sums: list[Sum[Cell]], policy: Suppression = POLICY) -> set[Cell]:
    return protected(counts, sums, {cell for cell, count in counts.items() if is_small(count, policy)}, policy)


def shown(counts: dict[Cell, int], hidden: set[Cell]) -> str:
    """The table in text, `c` for what is hidden."""
    rows = sorted({cell[0] for cell in counts}, key=lambda r: (r == ALL, r))
    columns = sorted({cell[1] for cell in counts}, key=lambda c: (c == ALL, c))
    return "\n".join(" ".join("c" if (r, c) in hidden else str(counts[r, c]) for c in columns) for r in rows)


def test_a_small_count_goes_with_one_more_of_its_row_and_of_its_column() -> None:
    counts, sums = table((3, 20, 30), (40, 11, 60), (70, 80, 90))
    assert shown(counts, hidden_of(counts, sums)) == "c c 30 53\nc c 60 111\n70 80 90 240\n113 111 180 404"


def test_without_the_secondary_step_small_counts_alone_go() -> None:
    counts, sums = table((3, 20), (40, 11))
    assert hidden_of(counts, sums, PRIMARY_ONLY) == {("a", "1")}


def test_a_table_without_small_counts_is_shown_whole() -> None:
    counts, sums = table((5, 0), (12, 8))
    assert hidden_of(counts, sums) == set()


def test_a_total_goes_where_a_row_has_nothing_else_to_hide() -> None:
    counts, sums = table((3, 0), (40, 50))
    hidden = hidden_of(counts, sums)
    assert {("a", "1"), ("a", ALL)} <= hidden
    assert exposed(counts, sums, hidden, POLICY) == set()


def test_zeros_are_shown_where_the_policy_shows_them_and_small_where_it_does_not() -> None:
    counts, sums = table((0, 20, 30), (40, 11, 60), (7, 8, 9))
    assert ("a", "1") not in hidden_of(counts, sums)
    assert ("a", "1") in hidden_of(counts, sums, HIDING_ZEROS)


def test_two_hidden_ones_that_can_only_be_one_each_are_not_left_alone() -> None:
    """The row's total is 2, nothing hidden is a zero: each would be 1."""
    counts, sums = table((1, 1, 0), (40, 11, 60), (70, 80, 90))
    hidden = hidden_of(counts, sums)
    assert exposed(counts, sums, set(combinations("ab", "12")), POLICY) >= {("a", "1"), ("a", "2")}
    assert exposed(counts, sums, hidden, POLICY) == set()


def test_hidden_cells_are_no_small_number_together_beside_a_shown_total() -> None:
    """Two and one would be known to be three."""
    counts, sums = table((2, 1, 60, 9), (40, 11, 60, 70), (70, 80, 90, 95))
    hidden = hidden_of(counts, sums)
    assert {("a", "1"), ("a", "2"), ("a", "4")} == {cell for cell in hidden if cell[0] == "a"}


def test_a_cell_between_two_squares_of_hidden_cells_is_worked_out_though_its_row_and_column_hold_others() -> None:
    """Each row and column with a hidden cell has two or more: by row and column alone nothing could be worked out."""
    _, sums = table(*([tuple([10] * 4)] * 4))
    squares = {(r, c) for r, c in combinations("ab", "12")} | {(r, c) for r, c in combinations("cd", "34")}
    assert determined(sums, squares) == set()
    assert determined(sums, squares | {("b", "3")}) == {("b", "3")}


def test_what_is_published_elsewhere_is_not_hidden_again() -> None:
    counts, sums = table((3, 0), (40, 50))
    fixed = {cell for cell in counts if ALL in cell}
    hidden = protected(counts, sums, {("a", "1")}, POLICY, fixed)
    assert not hidden & fixed
    assert hidden == set(combinations("ab", "12"))


def test_sums_that_share_no_cell_are_protected_apart() -> None:
    first, second = Sum("x", ("a", "b")), Sum("y", ("c", "d"))
    joined = Sum("z", ("b", "c"))
    assert list(connected([first, second])) == [[first], [second]]
    assert [set(group) for group in connected([first, second, joined])] == [{first, second, joined}]


@pytest.mark.parametrize(("count", "base", "expected"), [(2, 5, 0), (3, 5, 5), (12.5, 5, 15), (7, 1, 7), (96, 10, 100)])
def test_a_count_is_rounded_to_the_nearest_multiple_with_halves_up(count: float, base: int, expected: float) -> None:
    assert rounded(count, base) == expected


counts_in_a_table = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.tuples(*[st.one_of(st.integers(0, 6), st.integers(0, 40)) for _ in range(width)]), min_size=2, max_size=4
    )
)
policies = st.sampled_from([POLICY, HIDING_ZEROS])


def _solved(sums: list[Sum[Cell]], hidden: set[Cell], cell: Cell) -> bool:
    """Whether a cell follows, found in another way: a system gains no rank by a row that it implies."""
    cells = sorted(hidden)
    rows = [[(c in s.parts) - (c == s.total) for c in cells] for s in sums]
    return _rank([*rows, [int(c == cell) for c in cells]]) == _rank(rows)


def _rank(rows: list[list[int]]) -> int:
    """By elimination without fractions."""
    left, rank = [row[:] for row in rows if any(row)], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        rank += 1
        left.remove(pivot)
        left = [[pivot[column] * a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in left]
    return rank


@settings(max_examples=150, deadline=None)
@given(counts_in_a_table, policies)
def test_no_suppressed_cell_follows_from_the_linear_system_of_what_is_shown(
    rows: list[tuple[int, ...]], policy: Suppression
) -> None:
    counts, sums = table(*rows)
    hidden = hidden_of(counts, sums, policy)
    assert {cell for cell, count in counts.items() if is_small(count, policy)} <= hidden
    assert [cell for cell in sorted(hidden) if _solved(sums, hidden, cell)] == []
    told = [
        sum(counts[c] for c in said.parts if c in hidden)
        for said in sums
        if said.total not in hidden and hidden & {*said.parts}
    ]
    assert [together for together in told if together < policy.threshold] == []


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.integers(0, 5)] * 4), st.sampled_from([True, False]))
def test_every_suppressed_cell_of_a_small_table_can_have_two_values_or_more(
    values: tuple[int, int, int, int], shows_zeros: bool
) -> None:
    """By trying every table of whole numbers that shows the same."""
    policy = Suppression(3, shows_zeros, True, 1, "[c]", "invented")
    counts, sums = table(values[:2], values[2:])
    hidden = hidden_of(counts, sums, policy)
    places = [place for place, cell in enumerate(combinations("ab", "12")) if cell in hidden]
    least = 1 if shows_zeros and all(counts[cell] for cell in hidden) else 0
    seen: dict[Cell, set[int]] = {cell: set() for cell in hidden}
    for tried in combinations(range(least, 9), repeat=len(places)):
        filled = list(values)
        for place, value in zip(places, tried, strict=True):
            filled[place] = value
        told = _told(*filled)
        if all(told[cell] == count for cell, count in counts.items() if cell not in hidden):
            for cell in hidden:
                seen[cell].add(told[cell])
    assert [cell for cell, values in seen.items() if len(values) < 2] == []


def _told(a1: int, a2: int, b1: int, b2: int) -> dict[Cell, int]:
    cells = {("a", "1"): a1, ("a", "2"): a2, ("a", ALL): a1 + a2, ("b", "1"): b1, ("b", "2"): b2, ("b", ALL): b1 + b2}
    return cells | {(ALL, "1"): a1 + b1, (ALL, "2"): a2 + b2, (ALL, ALL): a1 + a2 + b1 + b2}


@settings(max_examples=40, deadline=None)
@given(counts_in_a_table)
def test_the_same_table_hides_the_same_cells_in_whatever_order_it_comes(rows: list[tuple[int, ...]]) -> None:
    counts, sums = table(*rows)
    turned = dict(reversed(counts.items()))
    assert hidden_of(counts, sums) == hidden_of(turned, sums[::-1])
