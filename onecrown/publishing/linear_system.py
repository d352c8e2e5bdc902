"""What can be worked out of sums: which of the hidden terms have one value only. Exact arithmetic, no rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

Cell = TypeVar("Cell")
_Row = dict[int, Fraction]


@dataclass(frozen=True, slots=True)
class Sum(Generic[Cell]):
    """One cell is the sum of others, and a reader knows that."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The total and its parts."""
        return (self.total, *self.parts)


def determined(sums: Iterable[Sum[Cell]], hidden: Collection[Cell]) -> set[Cell]:
    """Those hidden cells whose value follows from the cells that are shown, by all sums together.

    A hidden cell is determined where elimination leaves a row that holds it alone. It does not matter what the shown values are.
    """
    places = {cell: place for place, cell in enumerate(hidden)}
    cells = list(places)
    rows = _reduced(_row(said, places) for said in sums)
    return {cells[pivot] for pivot, row in rows.items() if len(row) == 1}


def _row(said: Sum[Cell], places: dict[Cell, int]) -> _Row:
    row: defaultdict[int, Fraction] = defaultdict(Fraction)
    for cell in said.parts:
        if cell in places:
            row[places[cell]] += 1
    if said.total in places:
        row[places[said.total]] -= 1
    return {place: factor for place, factor in row.items() if factor}


def _reduced(rows: Iterable[_Row]) -> dict[int, _Row]:
    """Gauss and Jordan: each row by its pivot, which stands in no other row."""
    reduced: dict[int, _Row] = {}
    for row in rows:
        left = _without_pivots(row, reduced)
        if not left:
            continue
        pivot = min(left)
        scaled = {place: factor / left[pivot] for place, factor in left.items()}
        for other, earlier in reduced.items():
            if pivot in earlier:
                reduced[other] = _less(earlier, scaled, earlier[pivot])
        reduced[pivot] = scaled
    return reduced


def _without_pivots(row: _Row, reduced: dict[int, _Row]) -> _Row:
    for pivot in [place for place in row if place in reduced]:
        row = _less(row, reduced[pivot], row[pivot])
    return row


def _less(row: _Row, other: _Row, times: Fraction) -> _Row:
    result = dict(row)
    for place, factor in other.items():
        left = result.get(place, Fraction()) - times * factor
        if left:
            result[place] = left
        else:
            result.pop(place, None)
    return result


def connected(sums: Sequence[Sum[Cell]]) -> Iterator[list[Sum[Cell]]]:
    """The sums in groups that share no cell, in the order in which they are given."""
    group_of: dict[Cell, list[Sum[Cell]]] = {}
    for said in sums:
        together = [said]
        met = {id(group_of[cell]): group_of[cell] for cell in said.cells if cell in group_of}
        for group in met.values():
            together = group + together
        for each in together:
            group_of.update(dict.fromkeys(each.cells, together))
    yield from {id(group): group for group in group_of.values()}.values()
