"""Who may take a drop, and what a claim changes of it: the same in every ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from onecrown.ports import FAILED, RECEIVED, Drop

MOST_ATTEMPTS = 5


def claimed(
    drop: Drop, owner: str, now: datetime, seconds: int, has_ended: Callable[[str], bool] = lambda _: False
) -> Drop | None:
    """The drop as its new owner's; None where it may not be taken.

    `has_ended` says of a worker whether it has certainly ended: then its claim need not lapse first.
    """
    if drop.state not in (RECEIVED, FAILED) or _is_held(drop, owner, now, has_ended):
        return None
    if drop.state == FAILED and (drop.claim_owner == owner or drop.attempts >= MOST_ATTEMPTS):
        return None  # once a run, and not for ever
    return replace(
        drop,
        state=RECEIVED,
        rev=drop.rev + 1,
        claim_owner=owner,
        claim_epoch=drop.claim_epoch + 1,
        claim_expires_at=now + timedelta(seconds=seconds),
        attempts=drop.attempts + 1,
    )


def _is_held(drop: Drop, owner: str, now: datetime, has_ended: Callable[[str], bool]) -> bool:
    """Whether another worker's claim on it stands."""
    expires = drop.claim_expires_at
    if not drop.claim_owner or drop.claim_owner == owner or expires is None or expires <= now:
        return False
    return not has_ended(drop.claim_owner)
