"""Which drops wait for the merge: those that are to come into the tables, and those that are to leave them."""

from __future__ import annotations

from onecrown.flows.surroundings import Surroundings
from onecrown.ports import MERGING, VALIDATED, WITHDRAWN, Drop


def leaving_drops(home: Surroundings) -> list[Drop]:
    """Withdrawn drops that still stand in the tables."""
    return [drop for drop in home.ledger.drops([WITHDRAWN]) if drop.standing]


def mergeable_drops(home: Surroundings) -> list[Drop]:
    """What the next batch may take: no batch has them yet."""
    return [*home.ledger.drops([VALIDATED]), *leaving_drops(home)]


def pending_drops(home: Surroundings) -> list[Drop]:
    """Everything that a merge has still to do, those of an unfinished batch too."""
    return [*home.ledger.drops([VALIDATED, MERGING]), *leaving_drops(home)]
