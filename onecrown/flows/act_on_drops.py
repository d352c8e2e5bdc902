"""People act on drops: release or refuse a held one. The same ledger, the same states."""

from __future__ import annotations

from onecrown.errors import UsageError
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import HELD, REFUSED, VALIDATED, Drop


def find_drop(home: Surroundings, prefix: str) -> Drop:
    """The drop whose id begins with a prefix. Raises `UsageError` where there is none or more than one."""
    wanted = prefix.strip().lower()
    found = [drop for drop in home.ledger.drops() if drop.drop_id.startswith(wanted)] if wanted else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"there is no drop `{prefix}`; see `onecrown drops`")
    raise UsageError(f"`{prefix}` is the beginning of {len(found)} drop ids; write more of it")


def release_drop(home: Surroundings, prefix: str, reason: str) -> Drop:
    """Let a held drop go on to the merge."""
    drop = _held(home, prefix, "released")
    return home.ledger.move(drop, VALIDATED, released=True, reason=f"released: {reason}", mirrored=False)


def refuse_drop(home: Surroundings, prefix: str, reason: str) -> Drop:
    """Leave a held drop out for good; the file stays in landing."""
    drop = _held(home, prefix, "refused")
    return home.ledger.move(drop, REFUSED, reason=f"refused: {reason}", mirrored=False)


def _held(home: Surroundings, prefix: str, act: str) -> Drop:
    drop = find_drop(home, prefix)
    if drop.state != HELD:
        raise UsageError(f"drop {drop.drop_id[:12]} is {drop.state}; only a held drop can be {act}")
    return drop
