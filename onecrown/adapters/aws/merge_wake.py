"""Wakes the merge: sets the execution lease dirty and starts the next execution where none is at work.

What is pending was written before the lease is set dirty, and an execution clears that before it looks at what is pending;
so whoever finds the lease held has told its holder to go round again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from onecrown.adapters.aws.dynamodb_table import LEDGER_TABLE, LedgerTable, key
from onecrown.adapters.aws.refusals import code_of, refusals
from onecrown.errors import StorageError

LONGEST_EXECUTION = timedelta(hours=3)  # a window and three tries of the job take less
MOST_STILLBORN = 20  # executions that ended before they took the lease: each has used up its name for 90 days
_KEY = "lease", "merge-execution"
_MACHINE = "the merge's state machine"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Lease:
    """The lease of the execution that merges; its owner is '' where it is free."""

    epoch: int
    owner: str
    taken_at: datetime | None

    def is_held(self, now: datetime) -> bool:
        return bool(self.owner) and self.taken_at is not None and now - self.taken_at <= LONGEST_EXECUTION


class MergeWake:
    """Wakes the merge of one environment."""

    def __init__(
        self, dynamodb: Any, stepfunctions: Any, table: str, machine: str, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._dynamodb = dynamodb
        self._stepfunctions = stepfunctions
        self._table = table
        self._machine = machine
        self._now = now

    def wake(self) -> None:
        """See to it that what is pending now is merged. Raises `StorageError` where AWS refuses.

        Of one name and input, `StartExecution` starts one execution, however many ask. It refuses the name of one that
        has ended: either that one took the lease after it was set dirty, and saw all, or it ended before it could, and
        the next number is tried: no name would ever start again otherwise.
        """
        lease = self._dirtied()
        if lease.is_held(self._now()):
            return
        for epoch in range(lease.epoch + 1, lease.epoch + 1 + MOST_STILLBORN):
            if self._is_running(epoch) or self._lease_now().epoch >= epoch:
                return
        raise StorageError(f"{MOST_STILLBORN} executions ended before they took the merge's lease; look at the first")

    def held_since(self) -> datetime | None:
        """Since when an execution is at work; None where none is."""
        lease = self._lease_now()
        return lease.taken_at if lease.owner else None

    def _dirtied(self) -> _Lease:
        with refusals(LEDGER_TABLE):
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=key(*_KEY),
                UpdateExpression="SET dirty = :true",
                ExpressionAttributeValues={":true": {"BOOL": True}},
                ReturnValues="ALL_NEW",
            )
        return _lease(answer["Attributes"])

    def _lease_now(self) -> _Lease:
        return _lease(LedgerTable(self._dynamodb, self._table).get(*_KEY) or {})

    def _is_running(self, epoch: int) -> bool:
        """Start an execution, if it is not at work already; false where it has ended."""
        with refusals(_MACHINE):
            try:
                self._stepfunctions.start_execution(
                    stateMachineArn=self._machine, name=f"merge-{epoch}", input=json.dumps({"epoch": epoch})
                )
            except ClientError as error:
                if code_of(error) != "ExecutionAlreadyExists":
                    raise
                return False
        return True


def _lease(item: dict[str, Any]) -> _Lease:
    taken_at = item.get("taken_at", {}).get("S")
    return _Lease(
        int(item.get("epoch", {}).get("N", "0")),
        item.get("owner", {}).get("S", ""),
        datetime.fromisoformat(taken_at) if taken_at else None,
    )
