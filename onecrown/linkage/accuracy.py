"""How right a resolution is, by pairs: of the pairs that it joins, how many are one person; of those that are, how many it joins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PairAccuracy:
    """Pairs of records joined rightly, joined wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of the joined pairs that are one person; 1 where none is joined."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of the pairs of one person that are joined; 1 where there is none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def pair_accuracy(truth: Mapping[str, str], found: Mapping[str, str]) -> PairAccuracy:
    """Compare a resolution with the truth: both give the person of a record, such as a defendant, by its id.

    Records that only one of the two knows are left out. Ids of persons need not be the same ids.
    """
    both = truth.keys() & found.keys()
    true_pairs = _pairs(truth[record] for record in both)
    found_pairs = _pairs(found[record] for record in both)
    right = _pairs((truth[record], found[record]) for record in both)
    return PairAccuracy(right, found_pairs - right, true_pairs - right)


def _pairs(groups: Iterable[object]) -> int:
    """Pairs within groups, from the group of each record."""
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())
