"""The last batch of a home, which alone may be open: no other is read for it, however many there were."""

from __future__ import annotations

from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Batch

OPEN, FINISHED = "open", "finished"


def last_batch_of(home: Surroundings) -> Batch | None:
    """The batch that was opened last; None before the first."""
    newest = home.ledger.newest_batches(1)
    return newest[0] if newest else None


def open_batch_of(home: Surroundings) -> Batch | None:
    """The batch that is not finished; None where there is none. One is open at a time, and none opens after it."""
    last = last_batch_of(home)
    return last if last is not None and last.state == OPEN else None
