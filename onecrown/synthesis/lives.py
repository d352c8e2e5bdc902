"""The life of a case in the stock, before anything else of it is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onecrown.synthesis.courts import FIRST_LIVE


@dataclass(slots=True, eq=False)
class Life:
    """A case's way through the stock; days are ordinals, 0 where there is none. `case` is what is known of it beside."""

    number: int
    received: int
    is_trial: bool
    origin: str  # opening | receipt | severed
    entered: int = 0
    first_disposed: int = 0
    disposed: int = 0
    joined: int = 0
    warrants: list[list[int]] = field(default_factory=list)  # issued, executed (0 while out)
    links: list[tuple[str, Life]] = field(default_factory=list)  # kind, the other case
    events: list[tuple[str, int, int]] = field(default_factory=list)  # kind, day, effect on the open cases
    reopened: int = 0
    case: Any = None

    @property
    def is_open(self) -> bool:
        """Whether it is open when the last quarter ends."""
        return not (self.disposed or self.joined or (self.warrants and not self.warrants[-1][1]))

    @property
    def is_single(self) -> bool:
        """Whether it can be severed or joined: a trial without links that is told by the older system."""
        return self.is_trial and not self.links and self.received < FIRST_LIVE

    def is_out_on(self, day: int) -> bool:
        """Whether it is on a bench warrant on the day."""
        return any(issued <= day and (not executed or executed > day) for issued, executed in self.warrants)


def on(day: int) -> date | None:
    """The date of an ordinal day; None for 0."""
    return date.fromordinal(day) if day > 0 else None
