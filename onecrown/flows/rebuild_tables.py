"""After a disaster: catalogue and warehouse are gone, landing, judged drops and the ledger stand. Every drop is merged anew.

Tables are a function of the set of drops, so what comes back is what was there; published books stand as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onecrown.errors import UsageError
from onecrown.flows.last_batch import FINISHED, open_batch_of
from onecrown.flows.merge_drops import Merged, merge_pending
from onecrown.flows.merge_lease import MergeLease
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import MERGED, MERGING, VALIDATED, WITHDRAWN, Drop

_UNTOLD = {"mirrored": False, "told": ""}


def rebuild_tables(home: Surroundings) -> Merged:
    """Have every drop that stood in the tables merged again. Raises `UsageError` where tables are still there."""
    lease = MergeLease(home)
    lease.take()
    try:
        home.tables.refresh()
        if home.tables.names():
            raise UsageError("there are tables; a rebuild is for a home whose catalogue and warehouse are gone")
        home.tables.ensure()
        _give_up_open_batch(home)
        home.ledger.move_all([_pending_again(drop) for drop in home.ledger.drops()])
    finally:
        lease.give_back()
    return merge_pending(home)


def _give_up_open_batch(home: Surroundings) -> None:
    """What a batch had committed is gone: its drops wait again."""
    if batch := open_batch_of(home):
        found = (home.ledger.drop(drop_id) for drop_id in batch.drop_ids)
        moves: list[tuple[Drop, str, Mapping[str, Any]]] = [
            (drop, VALIDATED if drop.state == MERGING else drop.state, {}) for drop in found if drop
        ]
        reason = f"{batch.reason}; given up, as its tables were gone"
        home.ledger.save_batch(replace(batch, state=FINISHED, finished_at=home.now(), reason=reason), moves)


def _pending_again(drop: Drop) -> tuple[Drop, str, Mapping[str, Any]]:
    """What stood in the tables comes in again, through gates that it has passed; what was to leave them has left."""
    if drop.state == MERGED:
        kept = {"standing": "", "standing_version": 0, "released": True, "keeps_books": True}
        return drop, VALIDATED, {**kept, **_UNTOLD}
    if drop.state == WITHDRAWN:
        return drop, WITHDRAWN, {"standing": "", "standing_version": 0, **_UNTOLD}
    return drop, drop.state, {"standing": "", "standing_version": 0, **_UNTOLD}
