"""What the review of persons needs of the ledger: who decided what of which pair. Adapters keep these promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """Somebody's word on two exact persons: one person (`accepted`) or not, by whom, when and why.

    `link_id` is a keyed digest of both ids: the ledger names nobody, and holds what only the home's key can make.
    """

    link_id: str
    accepted: bool
    reason: str
    worker: str
    decided_at: datetime


class PersonDecisions(Protocol):
    """The ledger's memory of decisions; nothing is ever taken from it."""

    def person_decisions(self) -> list[PersonDecision]:
        """All decisions, the first of them first. Of several on one pair the last holds."""
        ...

    def save_person_decision(self, decision: PersonDecision) -> None:
        """Add a decision."""
        ...
