"""The steps by which a home changes, announced before and after: a fault can be put exactly there, without waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """One kind of change on disk. What a crash there leaves, and who repairs it, is in `docs/crashes.md`."""

    STAGE_DELIVERY = "stage delivery"
    PLACE_DELIVERY = "place delivery"
    RECORD_DELIVERIES = "record deliveries"
    CLAIM_DROPS = "claim drops"
    JUDGE_RECORDS = "judge records"
    KEEP_FINDINGS = "keep findings"
    MOVE_DROPS = "move drops"
    TAKE_LEASE = "take lease"
    WRITE_ROWS = "write rows"
    WRITE_DELETES = "write deletes"
    OPEN_BATCH = "open batch"
    FIRST_METADATA = "write first metadata"
    REGISTER_TABLE = "register table"
    WRITE_MANIFESTS = "write manifests"
    WRITE_METADATA = "write metadata"
    SWAP_CATALOGUE = "swap catalogue"
    DROP_OLD_METADATA = "drop old metadata"
    FINISH_BATCH = "finish batch"
    RELEASE_LEASE = "release lease"
    EXPORT_RELEASE = "export release"
    KEEP_RELEASE = "keep release"


OF_PUBLICATION = frozenset({Step.EXPORT_RELEASE, Step.KEEP_RELEASE})
"""The steps that only a publication has; it also commits tags by those of a merge."""


class Steps(Protocol):
    """Told of every step; `of` says of what: a table, a record type, a state."""

    def before(self, step: Step, of: str) -> None:
        """Nothing of the step is done."""
        ...

    def after(self, step: Step, of: str) -> None:
        """All of the step is done, and nobody has been told."""
        ...


class Unwatched:
    """Nobody listens."""

    def before(self, step: Step, of: str) -> None:
        """Go on."""

    def after(self, step: Step, of: str) -> None:
        """Go on."""


UNWATCHED = Unwatched()


@contextmanager
def announced(steps: Steps, step: Step, of: str = "") -> Iterator[None]:
    """Announce what is done within."""
    steps.before(step, of)
    yield
    steps.after(step, of)
