"""What the road of a drop needs beyond a home, where nobody runs it by hand: somebody to hand things to. Adapters keep these promises."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from onecrown.ports import Arrival


class Arrivals(Protocol):
    """The queue of what has arrived."""

    def announce(self, arrival: Arrival) -> None:
        """Put an arrival into the queue, as its own event would have."""
        ...


class LargeDrops(Protocol):
    """Where drops go that are too large to be received here."""

    def hand_over(self, arrival: Arrival) -> None:
        """Have an arrival received there. One that is handed over twice is received once."""
        ...


class Merge(Protocol):
    """The merge, somewhere else."""

    def wake(self) -> None:
        """See to it that what is pending now is merged. May be called any number of times."""
        ...

    def held_since(self) -> datetime | None:
        """Since when one is at work; None where none is."""
        ...


class Outbox(Protocol):
    """Where suppliers find what became of their files."""

    def put(self, source: str, name: str, content: bytes, content_type: str) -> None:
        """Put a file for a source; one of the same name is replaced."""
        ...
