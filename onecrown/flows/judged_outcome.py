"""The state of a drop after judging: validated, held or quarantined, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onecrown.definitions.contracts import Contract
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import HELD, QUARANTINED, VALIDATED, Counts
from onecrown.receiving.tallies import UNREADABLE, Tally


def outcome(
    home: Surroundings, contract: Contract, tallies: dict[str, Tally], broken_promise: str, prefix: str
) -> tuple[str, Mapping[str, Any]]:
    """The state of a drop after judging, and why."""
    counts: Counts = {
        kind: {
            "read": tally.read,
            "accepted": tally.accepted,
            "quarantined": tally.quarantined,
            "flagged": tally.flagged,
        }
        for kind, tally in tallies.items()
        if tally.read or kind != UNREADABLE
    }
    read = sum(said["read"] for said in counts.values())
    quarantined = sum(said["quarantined"] for said in counts.values())
    changes = {"counts": counts, "prefix": prefix, "validated_at": home.now(), "contract_version": contract.version}
    if broken_promise:
        return HELD, {**changes, "reason": broken_promise}
    if read and quarantined == read:
        return QUARANTINED, {**changes, "reason": "every record was set aside: see `onecrown rejects`"}
    erased = sum(tally.erased for tally in tallies.values())
    if contract.tolerance.passed_by(quarantined - erased, read - erased):
        return HELD, {**changes, "reason": f"too_many_rejects: {quarantined} of {read} records were set aside"}
    return VALIDATED, changes
