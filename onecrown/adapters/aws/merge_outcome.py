"""What a merge job says of itself: the state machine reads it, as a failed run tells it nothing but that it failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from onecrown.adapters.aws.dynamodb_table import LEDGER_TABLE, key
from onecrown.adapters.aws.refusals import refusals
from onecrown.errors import CommitConflict, OneCrownError

BEGUN, DONE = "begun", "done"


class MergeOutcome:
    """Writes the outcome of one execution's job to the ledger table."""

    def __init__(self, client: Any, table: str, execution: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._execution = execution
        self._now = now

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell what becomes of the work within. A conflict is worth another try; what else fails would fail again.

        That it has begun is told too: a run that is killed must not be taken for the one before it.
        """
        self._write(BEGUN, False)
        try:
            yield
        except OneCrownError as error:
            self._write(type(error).__name__, isinstance(error, CommitConflict))
            raise
        self._write(DONE, False)

    def _write(self, code: str, retryable: bool) -> None:
        item = {
            **key("outcome", self._execution),
            "code": {"S": code},
            "retryable": {"BOOL": retryable},
            "at": {"S": self._now().isoformat(timespec="seconds")},
        }
        with refusals(LEDGER_TABLE):
            self._client.put_item(TableName=self._table, Item=item)
