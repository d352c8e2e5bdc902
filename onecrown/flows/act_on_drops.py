"""People act on drops: release or refuse a held one, withdraw a wrong one. The same ledger, the same states."""

from __future__ import annotations

from onecrown.errors import UsageError
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import HELD, MERGING, REFUSED, VALIDATED, WITHDRAWN, Drop


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
    """Let a held drop, or one that was withdrawn after it was judged, go on to the merge."""
    drop = find_drop(home, prefix)
    if drop.state == WITHDRAWN and not drop.prefix:
        raise UsageError(f"drop {drop.drop_id[:12]} was withdrawn before it was judged; onecrown replay it")
    if drop.dataset_name not in home.model.contracts:
        raise UsageError(
            f"drop {drop.drop_id[:12]} is of no dataset that the model knows; deliver it under one that it does"
        )
    if drop.state == WITHDRAWN and drop.total("read") and not drop.total("accepted"):
        raise UsageError(f"every record of drop {drop.drop_id[:12]} was set aside; onecrown replay it")
    if drop.state not in (HELD, WITHDRAWN):
        raise UsageError(f"drop {drop.drop_id[:12]} is {drop.state}; only a held or withdrawn drop can be released")
    return home.ledger.move(drop, VALIDATED, released=True, reason=f"released: {reason}", mirrored=False)


def refuse_drop(home: Surroundings, prefix: str, reason: str) -> Drop:
    """Leave a held drop out for good; the file stays in landing."""
    drop = find_drop(home, prefix)
    if drop.state != HELD:
        raise UsageError(f"drop {drop.drop_id[:12]} is {drop.state}; only a held drop can be refused")
    return home.ledger.move(drop, REFUSED, reason=f"refused: {reason}", mirrored=False)


def withdraw_drop(home: Surroundings, prefix: str, reason: str) -> Drop:
    """Take a wrong drop out of the set: the next merge takes its records out and works out again what they touched.

    The file stays in landing, and a second delivery of it is a duplicate of a withdrawn drop.
    """
    drop = find_drop(home, prefix)
    if drop.state == WITHDRAWN:
        raise UsageError(f"drop {drop.drop_id[:12]} is withdrawn already")
    if drop.state == REFUSED:
        raise UsageError(f"drop {drop.drop_id[:12]} was refused: it is out already, for good")
    if drop.state == MERGING:
        raise UsageError(f"drop {drop.drop_id[:12]} is being merged; onecrown run to the end, then withdraw it")
    return home.ledger.move(drop, WITHDRAWN, reason=f"withdrawn: {reason}", mirrored=False)
