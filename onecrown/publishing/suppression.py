"""Which cells of a product are not shown: small ones, and as many others as it takes that none of them can be worked out.

Pure arithmetic over counts by cell and the sums that readers know. The measure of success is `exposed`: it is empty of what
`protected` gives. Policies stand in `model/products/`; the steps are those of MoJ's mojSuppression (primary, then by row and
column), with the last word left to the whole system of sums, since cells that stand two by two in rows and columns can
still be worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from onecrown.definitions.products import Suppression
from onecrown.publishing.known_ranges import narrowed
from onecrown.publishing.linear_system import Sum, connected, determined


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...
    def __hash__(self) -> int: ...


Cell = TypeVar("Cell", bound=_Ordered)


def is_small(count: int, policy: Suppression) -> bool:
    """Whether a count is below the threshold; a zero is not where zeros are shown."""
    return count < policy.threshold and (count > 0 or not policy.shows_zeros)


def protected(
    counts: Mapping[Cell, int],
    sums: Sequence[Sum[Cell]],
    small: Collection[Cell],
    policy: Suppression,
    fixed: Collection[Cell] = (),
) -> set[Cell]:
    """The cells that are not shown: the small ones, and those that have to go with them where the policy says so.

    `fixed` cells are published elsewhere: hiding them would hide nothing. Cells that no count is given for are zero.
    """
    hidden = set(small) - set(fixed)
    if not policy.has_secondary or not hidden:
        return hidden
    for group in connected(sums):
        cells = {cell for said in group for cell in said.cells}
        hidden |= _with_others(counts, group, hidden & cells, policy, frozenset(fixed))
    return hidden


def _with_others(
    counts: Mapping[Cell, int],
    sums: Sequence[Sum[Cell]],
    hidden: set[Cell],
    policy: Suppression,
    fixed: frozenset[Cell],
) -> set[Cell]:
    """Hide one cell more until nothing is exposed, or nothing is left to hide."""
    while found := exposed(counts, sums, hidden, policy):
        more = _next(min(found), counts, sums, hidden, fixed, policy)
        if more is None:
            break
        hidden = hidden | {more}
    return hidden


def exposed(
    counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], hidden: Collection[Cell], policy: Suppression
) -> set[Cell]:
    """Hidden cells that a reader can work out, or that are known to be small together.

    They are the only ones of a sum, or the parts of a shown total that come to less than the threshold; else those that all sums
    together determine; else those for which one whole number alone is left.
    """
    weak = [said for said in sums if _is_weak(said, counts, hidden, policy)]
    if weak:
        return {cell for said in weak for cell in said.cells if cell in hidden}
    touched = [said for said in sums if any(cell in hidden for cell in said.cells)]
    if found := determined(touched, hidden):
        return found
    shown = {cell: counts.get(cell, 0) for said in touched for cell in said.cells if cell not in hidden}
    least = 1 if policy.shows_zeros and all(counts.get(cell, 0) for cell in hidden) else 0
    ranges = narrowed(touched, shown, sorted(hidden), least)
    return {cell for cell, (low, high) in ranges.items() if low == high}


def _is_weak(said: Sum[Cell], counts: Mapping[Cell, int], hidden: Collection[Cell], policy: Suppression) -> bool:
    """Whether a sum holds one hidden cell alone, or shows a total of which the hidden parts are a small number together."""
    kept = [cell for cell in said.cells if cell in hidden]
    if len(kept) < 2 or said.total in hidden:
        return len(kept) == 1
    return sum(counts.get(cell, 0) for cell in kept) < policy.threshold


def _next(
    cell: Cell,
    counts: Mapping[Cell, int],
    sums: Sequence[Sum[Cell]],
    hidden: set[Cell],
    fixed: frozenset[Cell],
    policy: Suppression,
) -> Cell | None:
    """What to hide with an exposed cell: of the sums that give it away, else of any; a zero that is shown only if nothing else is left."""
    its = [said for said in sums if cell in said.cells]
    worth = _worth(counts, sums, hidden)
    for among in ([said for said in its if _is_weak(said, counts, hidden, policy)], its, sums):
        others = {other for said in among for other in said.cells} - hidden - fixed
        for chosen in ([c for c in others if counts.get(c, 0) or not policy.shows_zeros], list(others)):
            if chosen:
                return min(chosen, key=worth)
    return None


def _worth(
    counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], hidden: Collection[Cell]
) -> Callable[[Cell], tuple[bool, bool, int, Cell]]:
    """What is lost with a cell: a total is more than a part; a cell that other sums can lose without more is less; then its count."""
    totals = {said.total for said in sums}
    bare = {cell for said in sums if not any(c in hidden for c in said.cells) for cell in said.cells}
    return lambda cell: (cell in totals, cell in bare, counts.get(cell, 0), cell)


def rounded(count: float, base: int) -> float:
    """A count to the nearest multiple of a base, halves up; as it is where the base is 1."""
    return count if base <= 1 else float(int((count + base / 2) // base) * base)
