"""What erasure needs of the ledger: who was erased, as marks, and which files were looked through. Adapters keep these promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

BEGUN, DONE = "begun", "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody, or a case, erased from one dataset: who did it, when and why, and marks that only the home's key can make.

    `number` counts erasures from 1. While `state` is begun, stores may still hold them.
    """

    number: int
    dataset: str
    kind: str
    reason: str
    worker: str
    begun_at: datetime
    marks: tuple[str, ...]
    state: str = BEGUN
    done_at: datetime | None = None


class Erasures(Protocol):
    """The ledger's memory of erasures."""

    def erasures(self) -> list[Erasure]:
        """All erasures, the first of them first."""
        ...

    def save_erasure(self, erasure: Erasure) -> None:
        """Write an erasure, new or anew."""
        ...

    def note_looked(self, delivery_ids: Sequence[str], number: int) -> None:
        """Note that the files of deliveries were looked through for the erasures up to a number."""
        ...

    def shrink(self) -> None:
        """Leave nothing of what was deleted or overwritten in the ledger's own storage."""
        ...
