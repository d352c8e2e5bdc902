"""What receiving needs of other workers of one machine. Adapters keep these promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from onecrown.ports import Arrival, Drop

Group = Sequence[tuple[Arrival, Drop]]
"""Drops that are received together, each with a delivery of it."""


class Crew(Protocol):
    """Workers that receive groups of drops beside one another."""

    def receive(self, groups: Sequence[Group]) -> Iterator[tuple[Group, list[Drop] | None]]:
        """Every group with its drops as they moved on, as they are done; None where its worker ended over it.

        What is left so is received by whoever asked. No worker outlives the iterator, however it ends.
        """
        ...
