"""What a reader can narrow hidden counts down to: whole numbers, none below the least that a hidden cell can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from onecrown.publishing.linear_system import Sum

Cell = TypeVar("Cell")
Range = tuple[int, int]
_ROUNDS = 40  # narrowing moves fast where it moves at all; a reader who stops later learns nothing that decides


def narrowed(
    sums: Sequence[Sum[Cell]], shown: Mapping[Cell, int], hidden: Sequence[Cell], least: int
) -> dict[Cell, Range]:
    """The least and greatest value that each hidden cell can have, given what is shown and every sum.

    `least` is 1 where zeros are always shown, so that what is hidden is none, else 0. Contradictions, as where published parts do not
    add up, stop the narrowing: what follows from them is no knowledge.
    """
    most = max((value for value in shown.values()), default=0) * (len(hidden) + 1) + len(hidden) + 1
    ranges = dict.fromkeys(hidden, (least, most))
    for _ in range(_ROUNDS):
        before = dict(ranges)
        for said in sums:
            _narrow(said, shown, ranges)
        if ranges == before:
            break
    return ranges


def _narrow(said: Sum[Cell], shown: Mapping[Cell, int], ranges: dict[Cell, Range]) -> None:
    """The total lies between the least and the greatest that the parts can be, and each part within what the others leave."""
    low, high = _range(said.total, shown, ranges)
    parts = [_range(cell, shown, ranges) for cell in said.parts]
    least, most = sum(part[0] for part in parts), sum(part[1] for part in parts)
    if least > high or most < low:
        return
    low, high = max(low, least), min(high, most)
    if said.total in ranges:
        ranges[said.total] = (low, high)
    for cell, (fewest, greatest) in zip(said.parts, parts, strict=True):
        if cell in ranges:
            ranges[cell] = (max(fewest, low - (most - greatest)), min(greatest, high - (least - fewest)))


def _range(cell: Cell, shown: Mapping[Cell, int], ranges: dict[Cell, Range]) -> Range:
    return ranges[cell] if cell in ranges else (shown.get(cell, 0), shown.get(cell, 0))
