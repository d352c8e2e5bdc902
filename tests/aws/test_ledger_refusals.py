"""What AWS refuses of the ledger is said in our words, and what is only crowded is tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger
from onecrown.adapters.aws.dynamodb_table import MOST_TRIES
from onecrown.errors import CommitConflict, StorageError
from onecrown.ports import VALIDATED, Ledger
from tests.adapters.ledgers import NOW, TABLE, batch, brought, delivery_of, drop, known, ledger_table

pytestmark = pytest.mark.aws
Work = Callable[[Ledger], object]


class Refusing:
    """A client that refuses its first calls, each with the same error."""

    def __init__(self, error: Exception, client: Any = None, times: int = 1000) -> None:
        self.error, self.client, self.times, self.calls = error, client, times, 0

    def __getattr__(self, name: str) -> Any:
        def call(**said: Any) -> Any:
            self.calls += 1
            if self.calls <= self.times:
                raise self.error
            return getattr(self.client, name)(**said)

        return call


def error(code: str, *reasons: str) -> ClientError:
    said = {"Error": {"Code": code}, "CancellationReasons": [{"Code": reason} for reason in reasons]}
    return ClientError(said, "TransactWriteItems")


def cancelled(*reasons: str) -> ClientError:
    return error("TransactionCanceledException", *reasons)


def ledger_over(client: Any, pauses: list[float] | None = None) -> DynamodbLedger:
    return DynamodbLedger(client, TABLE, pause=(pauses if pauses is not None else []).append)


@pytest.mark.parametrize(
    "work",
    [
        lambda ledger: ledger.drop("d"),
        lambda ledger: ledger.drops(),
        lambda ledger: ledger.drops([VALIDATED]),
        lambda ledger: ledger.known_deliveries(["d"]),
        lambda ledger: ledger.record_deliveries([delivery_of(drop(1))], [drop(1)]),
        lambda ledger: ledger.claim(["d"], "worker", NOW, 60),
        lambda ledger: ledger.move(drop(1), VALIDATED),
        lambda ledger: ledger.batches(),
        lambda ledger: ledger.open_batch(batch("one"), (), ""),
        lambda ledger: ledger.take_lease("merge", "worker", NOW, 60),
        lambda ledger: ledger.release_lease("merge", "worker"),
    ],
)
def test_a_role_without_its_grant_is_told_so(work: Work) -> None:
    with pytest.raises(StorageError, match="role lacks the grant for TransactWriteItems on the ledger table"):
        work(ledger_over(Refusing(error("AccessDeniedException"))))


def test_a_table_that_cannot_be_reached_is_no_conflict() -> None:
    with pytest.raises(StorageError, match="the ledger table cannot be reached"):
        ledger_over(Refusing(EndpointConnectionError(endpoint_url="https://invented"))).move(drop(1), VALIDATED)


def test_a_transaction_that_is_refused_for_what_it_says_is_no_conflict() -> None:
    with pytest.raises(StorageError, match="TransactionCanceledException"):
        ledger_over(Refusing(cancelled("None", "ValidationError"))).move(drop(1), VALIDATED)


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_crowded_transaction_is_tried_again_after_a_pause(reason: str) -> None:
    pauses: list[float] = []
    with ledger_table() as client:
        brought(ledger_over(client), drop(1))
        ledger_over(Refusing(cancelled("None", reason), client, times=3), pauses).move(drop(1), VALIDATED)
        assert known(ledger_over(client), 1).state == VALIDATED
    assert len(pauses) == 3


def test_a_transaction_that_stays_crowded_is_a_conflict() -> None:
    with ledger_table() as client:
        brought(ledger_over(client), drop(1))
        crowded = Refusing(cancelled("TransactionConflict"), client, times=MOST_TRIES)
        with pytest.raises(CommitConflict):
            ledger_over(crowded).move(drop(1), VALIDATED)
        assert known(ledger_over(client), 1) == drop(1)


def test_a_condition_that_does_not_hold_is_not_tried_again() -> None:
    pauses: list[float] = []
    with ledger_table() as client:
        refusing = Refusing(cancelled("TransactionConflict", "ConditionalCheckFailed"), client, times=1)
        with pytest.raises(CommitConflict):
            ledger_over(refusing, pauses).move(drop(1), VALIDATED)
    assert pauses == []


def test_keys_that_a_read_left_over_are_asked_for_again() -> None:
    with ledger_table() as client:
        drops = [drop(number) for number in range(3)]
        brought(ledger_over(client), *drops)
        assert ledger_over(OneKeyAtATime(client)).drops(["received"]) == drops


class OneKeyAtATime:
    """A client that answers one key of a BatchGetItem and leaves the others unprocessed, as a busy table does."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - boto3's name
        asked = RequestItems[TABLE]
        first, rest = asked["Keys"][:1], asked["Keys"][1:]
        answer = self._client.batch_get_item(RequestItems={TABLE: {**asked, "Keys": first}})
        return {**answer, "UnprocessedKeys": {TABLE: {**asked, "Keys": rest}} if rest else {}}
