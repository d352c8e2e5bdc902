"""Calls on the ledger's DynamoDB table: consistent reads, transactions, and what was refused in our words."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from onecrown.adapters.aws.refusals import code_of, refusals
from onecrown.errors import CommitConflict

Item = dict[str, dict[str, Any]]
"""An item as DynamoDB's client takes and gives it: each value under the letter of its type."""

MOST_ITEMS = 100  # of one transaction, and of one BatchGetItem
MOST_TRIES = 6  # 3 s altogether, on top of what the client itself tries
LEDGER_TABLE = "the ledger table"
_NOT_SO = "ConditionalCheckFailedException"
_CANCELLED = "TransactionCanceledException"
_OVERTAKEN = "ConditionalCheckFailed"
_CROWDED = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class LedgerTable:
    """The table behind the ledger.

    Every method raises `StorageError` where AWS refuses: the message names the call, never a value.
    """

    def __init__(self, client: Any, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._pause = pause

    def get(self, pk: str, sk: str) -> Item | None:
        """One item, as it is now."""
        with refusals(LEDGER_TABLE):
            answer = self._client.get_item(TableName=self._name, Key=key(pk, sk), ConsistentRead=True)
        found: Item | None = answer.get("Item")
        return found

    def get_each(self, keys: Sequence[Item]) -> list[Item]:
        """Those of some items that are there, as they are now, in no order."""
        found: list[Item] = []
        for start in range(0, len(keys), MOST_ITEMS):
            found += self._get_up_to_100(list(keys[start : start + MOST_ITEMS]))
        return found

    def _get_up_to_100(self, keys: list[Item]) -> list[Item]:
        found: list[Item] = []
        asked: dict[str, Any] = {self._name: {"Keys": keys, "ConsistentRead": True}}
        while asked:
            with refusals(LEDGER_TABLE):
                answer = self._client.batch_get_item(RequestItems=asked)
            found += answer["Responses"].get(self._name, [])
            asked = answer.get("UnprocessedKeys", {})
        return found

    def query(self, pk: str, beginning: str = "") -> Iterator[Item]:
        """The items of a partition whose sort key begins so, in order of the sort key, as they are now."""
        return self._pages(self._client.query, **_within(pk, "begins_with(#sk, :sk)" if beginning else "", beginning))

    def last(self, pk: str, before: str, count: int) -> list[Item]:
        """The last so many items of a partition whose sort key stands before one, in order, as they are now."""
        said = {**_within(pk, "#sk < :sk", before), "ScanIndexForward": False, "Limit": count}
        return list(islice(self._pages(self._client.query, **said), count))[::-1]

    def scan(self, sk: str) -> Iterator[Item]:
        """The items of one sort key in the whole table, in no order. Reads everything: for people and maintenance."""
        said = {"FilterExpression": "#sk = :sk", "ExpressionAttributeNames": {"#sk": "sk"}}
        return self._pages(self._client.scan, **said, ExpressionAttributeValues={":sk": {"S": sk}})

    def _pages(self, call: Callable[..., Any], **said: Any) -> Iterator[Item]:
        said |= {"TableName": self._name, "ConsistentRead": True}
        while True:
            with refusals(LEDGER_TABLE):
                answer = call(**said)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            said["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def together(self, *writes: Item) -> None:
        """All of some writes, each under its condition, or none.

        Raises `CommitConflict` where a condition does not hold, and where others kept writing to the same items. boto3
        gives each transaction a token: one that was carried out before its answer was lost is not carried out twice.
        """
        named = [{kind: {**said, "TableName": self._name}} for write in writes for kind, said in write.items()]
        for tried in range(MOST_TRIES):
            if self._carried_out(named):
                return
            self._pause(random.uniform(0, 0.1 * 2**tried))
        raise CommitConflict("others kept writing to the same items of the ledger table; run again")

    def raise_text(self, of: Item, name: str, text: str) -> None:
        """Set an attribute of one item where it is not there or stands before a text; a greater one stays."""
        said = {
            "UpdateExpression": "SET #name = :text",
            "ConditionExpression": "attribute_not_exists(#name) OR #name < :text",
            "ExpressionAttributeNames": {"#name": name},
            "ExpressionAttributeValues": {":text": {"S": text}},
        }
        with refusals(LEDGER_TABLE):
            try:
                self._client.update_item(TableName=self._name, Key=of, **said)
            except ClientError as error:
                if code_of(error) != _NOT_SO:
                    raise

    def _carried_out(self, writes: Sequence[Item]) -> bool:
        """Whether a transaction went through; false where it is worth another try."""
        with refusals(LEDGER_TABLE):
            try:
                self._client.transact_write_items(TransactItems=writes)
            except ClientError as error:
                reasons = _cancellation_reasons(error)
                if _OVERTAKEN in reasons:
                    raise CommitConflict("another worker wrote to the ledger first; run again") from error
                if reasons & _CROWDED:
                    return False
                raise
        return True


def key(pk: str, sk: str) -> Item:
    """The key of an item."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _within(pk: str, condition: str, sk: str) -> dict[str, Any]:
    """What a query says of the items of a partition, or of those whose sort key meets a condition."""
    keys = {"pk": pk, **({"sk": sk} if condition else {})}
    return {
        "KeyConditionExpression": " AND ".join(filter(None, ("#pk = :pk", condition))),
        "ExpressionAttributeNames": {f"#{name}": name for name in keys},
        "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in keys.items()},
    }


def _cancellation_reasons(error: ClientError) -> set[str]:
    """Why a transaction was cancelled; empty where the error is another."""
    if code_of(error) != _CANCELLED:
        return set()
    return {reason.get("Code", "") for reason in error.response.get("CancellationReasons", [])} - {"None", ""}
