"""The merge is woken once for everything that is pending, and by nobody twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from onecrown.adapters.aws.merge_wake import LONGEST_EXECUTION, MOST_STILLBORN, MergeWake
from onecrown.errors import StorageError
from tests.adapters.ledgers import TABLE, ledger_table

pytestmark = pytest.mark.aws
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
KEY = {"pk": {"S": "lease"}, "sk": {"S": "merge-execution"}}
MACHINE = "invented-machine"


class Executions:
    """Step Functions as it starts executions: one of a name and input; the name of one that has ended is refused."""

    def __init__(self) -> None:
        self.running: dict[str, str] = {}
        self.ended: set[str] = set()
        self.asked = 0

    def start_execution(self, **said: str) -> dict[str, str]:
        assert said["stateMachineArn"] == MACHINE
        self.asked += 1
        name = said["name"]
        if name in self.ended or self.running.get(name, said["input"]) != said["input"]:
            raise ClientError({"Error": {"Code": "ExecutionAlreadyExists"}}, "StartExecution")
        self.running[name] = said["input"]
        return {"executionArn": name}

    def end(self, name: str) -> None:
        self.running.pop(name, None)
        self.ended.add(name)


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with ledger_table() as client:
        yield client


@pytest.fixture
def executions() -> Executions:
    return Executions()


def wake(dynamodb: Any, executions: Any) -> None:
    MergeWake(dynamodb, executions, TABLE, MACHINE, lambda: NOW).wake()


def lease(dynamodb: Any, epoch: int, owner: str, taken_at: datetime, dirty: bool = False) -> None:
    """Write the lease as the state machine leaves it."""
    entered_at = taken_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said = {"epoch": {"N": str(epoch)}, "owner": {"S": owner}, "taken_at": {"S": entered_at}, "dirty": {"BOOL": dirty}}
    dynamodb.put_item(TableName=TABLE, Item={**KEY, **said})


def is_dirty(dynamodb: Any) -> bool:
    return bool(dynamodb.get_item(TableName=TABLE, Key=KEY)["Item"]["dirty"]["BOOL"])


def test_the_first_wake_starts_the_first_execution(dynamodb: Any, executions: Executions) -> None:
    wake(dynamodb, executions)
    assert executions.running == {"merge-1": json.dumps({"epoch": 1})}
    assert is_dirty(dynamodb)


def test_while_the_lease_is_held_its_holder_is_told_and_nothing_starts(dynamodb: Any, executions: Executions) -> None:
    lease(dynamodb, 4, "merge-4", NOW - LONGEST_EXECUTION)
    wake(dynamodb, executions)
    assert (executions.asked, is_dirty(dynamodb)) == (0, True)


def test_a_free_lease_starts_the_next_execution(dynamodb: Any, executions: Executions) -> None:
    lease(dynamodb, 4, "", NOW)
    wake(dynamodb, executions)
    assert executions.running == {"merge-5": json.dumps({"epoch": 5})}
    assert is_dirty(dynamodb)


def test_a_lapsed_lease_starts_the_next_execution(dynamodb: Any, executions: Executions) -> None:
    lease(dynamodb, 4, "merge-4", NOW - LONGEST_EXECUTION - timedelta(seconds=1))
    wake(dynamodb, executions)
    assert list(executions.running) == ["merge-5"]


def test_two_wakes_before_the_execution_takes_the_lease_start_one(dynamodb: Any, executions: Executions) -> None:
    wake(dynamodb, executions)
    wake(dynamodb, executions)
    assert list(executions.running) == ["merge-1"]


def test_a_wake_is_content_with_an_execution_that_took_the_lease_and_ended_meanwhile(
    dynamodb: Any, executions: Executions
) -> None:
    """It took the lease after it was set dirty, so it saw everything."""

    class Quick(Executions):
        def start_execution(self, **said: str) -> dict[str, str]:
            lease(dynamodb, 5, "", NOW)
            self.end("merge-5")
            return super().start_execution(**said)

    lease(dynamodb, 4, "", NOW)
    quick = Quick()
    wake(dynamodb, quick)
    assert (quick.asked, quick.running) == (1, {})


def test_an_execution_that_ended_before_it_took_the_lease_does_not_stop_the_merge_for_good(
    dynamodb: Any, executions: Executions
) -> None:
    for name in ("merge-1", "merge-2"):
        executions.end(name)
    wake(dynamodb, executions)
    assert executions.running == {"merge-3": json.dumps({"epoch": 3})}


def test_when_every_execution_ends_before_it_takes_the_lease_somebody_is_told(
    dynamodb: Any, executions: Executions
) -> None:
    for epoch in range(1, MOST_STILLBORN + 1):
        executions.end(f"merge-{epoch}")
    with pytest.raises(StorageError, match="ended before they took"):
        wake(dynamodb, executions)


def test_a_role_that_may_not_start_executions_is_told_so(dynamodb: Any) -> None:
    class Denied(Executions):
        def start_execution(self, **said: str) -> dict[str, str]:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "StartExecution")

    with pytest.raises(StorageError, match="grant for StartExecution on the merge's state machine"):
        wake(dynamodb, Denied())
