"""Ledgers of every kind over a store of their own, and drops to put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from onecrown.adapters.sqlite_ledger import SqliteLedger
from onecrown.ports import RECEIVED, Batch, Delivery, Drop, Ledger

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TABLE = "invented-ledger"
Opened = Callable[[], Ledger]
"""Opens one more ledger over the same store, as another worker does."""


@contextmanager
def sqlite_ledgers(folder: Path) -> Iterator[Opened]:
    """Ledgers over one SQLite file."""
    opened: list[SqliteLedger] = []

    def open_one() -> Ledger:
        opened.append(SqliteLedger(folder / "ledger.db"))
        return opened[-1]

    yield open_one
    for ledger in opened:
        with closing(ledger):
            pass


class OneCallAtATime:
    """A client whose calls do not overlap: DynamoDB carries out each as if alone, moto's threads do not.

    moto copies the table once for every item of a transaction, so as to go back; of one call all copies are the same.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = Lock()
        self._copies: dict[int, Any] = {}

    def copied(self, table: Any, memo: dict[int, Any]) -> Any:
        """A copy of moto's table, made once a call."""
        if id(table) not in self._copies:
            made = self._copies[id(table)] = object.__new__(type(table))
            made.__dict__ = deepcopy(table.__dict__, memo)
        return self._copies[id(table)]

    def __getattr__(self, name: str) -> Any:
        def call(**said: Any) -> Any:
            with self._lock:
                self._copies.clear()
                return getattr(self._client, name)(**said)

        return call


@contextmanager
def ledger_table() -> Iterator[Any]:
    """A client of DynamoDB, in this process, with an empty ledger table."""
    import boto3
    from moto import mock_aws
    from moto.dynamodb.models.table import Table

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in (("ACCESS_KEY_ID", "testing"), ("SECRET_ACCESS_KEY", "testing")):
            patch.setenv(f"AWS_{name}", value)
        client = boto3.client("dynamodb", region_name="eu-west-2")
        make_table(client)
        one_at_a_time = OneCallAtATime(client)

        def copied(table: Any, memo: dict[int, Any]) -> Any:
            return one_at_a_time.copied(table, memo)

        patch.setattr(Table, "__deepcopy__", copied, raising=False)
        yield one_at_a_time


def make_table(client: Any) -> None:
    """Make the ledger table as the deployed one is keyed."""
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )


@contextmanager
def dynamodb_ledgers() -> Iterator[Opened]:
    """Ledgers over one table in this process's DynamoDB."""
    from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger

    with ledger_table() as client:
        yield lambda: DynamodbLedger(client, TABLE, pause=lambda _: None)


def drop(number: int, state: str = RECEIVED, **said: Any) -> Drop:
    """An invented drop."""
    received_at = NOW + timedelta(minutes=number)
    return Drop(f"{number:064x}", "xhibit", "extract", f"invented-{number}.csv", state, 0, {}, received_at, **said)


def delivery_of(brought: Drop, version: str = "1", minutes: int = 0) -> Delivery:
    """The delivery that brings a drop."""
    key = f"xhibit/extract/{brought.name}"
    arrived_at = brought.received_at + timedelta(minutes=minutes)
    return Delivery(f"{key}@{version}", key, version, "", 7, arrived_at, brought.drop_id, "")


def brought(ledger: Ledger, *drops: Drop) -> list[Drop]:
    """Drops that were delivered once each."""
    return ledger.record_deliveries([delivery_of(one) for one in drops], drops)


def batch(batch_id: str, *drops: Drop, state: str = "open") -> Batch:
    """A batch of some drops."""
    return Batch(batch_id, state, tuple(one.drop_id for one in drops), NOW)


def known(ledger: Ledger, number: int) -> Drop:
    """A drop as the ledger has it now."""
    found = ledger.drop(f"{number:064x}")
    assert found is not None
    return found
