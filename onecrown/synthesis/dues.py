"""Shares that are kept from case to case, so that few cases have them as well as many."""

from __future__ import annotations

from collections import defaultdict


class Dues:
    """Whose turn it is: of `n` that ask for one thing, the whole part of the sum of their shares."""

    def __init__(self) -> None:
        self._due: defaultdict[str, float] = defaultdict(float)

    def falls(self, of: str, share: float) -> bool:
        """Whether it is this one's turn, whose share is from 0 to 1; less than 0 where it was given besides."""
        self._due[of] += share
        if self._due[of] < 1:
            return False
        self._due[of] -= 1
        return True
