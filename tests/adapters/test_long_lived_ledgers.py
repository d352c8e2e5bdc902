"""What is asked of a ledger all the time costs as much after ten years as on the first day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from onecrown.adapters.ledger_forms import dumped, loaded_batch, loaded_drop
from onecrown.ports import Ledger

from .ledgers import NOW, TABLE, batch, brought, delivery_of, drop, ledger_table


def finished(ledger: Ledger, count: int) -> None:
    """So many batches, one after another."""
    for number in range(count):
        last = ledger.newest_batches(1)
        ledger.open_batch(batch(f"b{number}"), (), last[0].batch_id if last else "")
        ledger.save_batch(batch(f"b{number}", state="finished"))


def test_the_last_batches_come_in_the_order_in_which_they_were_opened(ledger: Ledger) -> None:
    assert ledger.newest_batches(3) == []
    finished(ledger, 4)
    ledger.open_batch(replace(batch("open"), started_at=NOW - timedelta(days=900)), (), "b3")
    for count in (1, 3, 5, 9):
        assert ledger.newest_batches(count) == ledger.batches()[-count:]


def test_the_last_arrival_of_each_dataset_is_known_whatever_the_order_in_which_they_are_noted(ledger: Ledger) -> None:
    assert ledger.latest_arrivals() == {}
    late, early, other = drop(9), drop(1), replace(drop(5), source="libra", dataset="resulted_case")
    brought(ledger, late)
    brought(ledger, early, other)
    assert ledger.latest_arrivals() == {
        "xhibit/extract": late.received_at,
        "libra/resulted_case": other.received_at,
    }


def test_a_second_delivery_of_known_content_is_a_sign_of_life_too(ledger: Ledger) -> None:
    brought(ledger, drop(1))
    again = delivery_of(drop(1), version="2", minutes=60)
    ledger.record_deliveries([again], [drop(1)])
    assert ledger.latest_arrivals() == {"xhibit/extract": again.arrived_at}


def test_what_a_later_version_wrote_beside_what_is_known_is_read_by_the_version_before() -> None:
    """A deployment that was rolled back finds the items of the one that it came from."""
    for said, load in ((drop(1), loaded_drop), (batch("one"), loaded_batch)):
        assert load(json.dumps({**json.loads(dumped(said)), "of_tomorrow": 7})) == said


@dataclass
class CountingClient:
    """A client of DynamoDB that counts the items that its calls give: what AWS bills for."""

    client: Any
    items: int = 0

    def __getattr__(self, name: str) -> Any:
        def call(**said: Any) -> Any:
            answer = getattr(self.client, name)(**said)
            self.items += len(answer.get("Items", ())) + bool(answer.get("Item"))
            return answer

        return call


@pytest.fixture
def counting() -> Iterator[CountingClient]:
    with ledger_table() as client:
        yield CountingClient(client)


@pytest.mark.aws
def test_in_dynamodb_no_batch_is_read_but_those_that_are_asked_for(counting: CountingClient) -> None:
    from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger

    ledger, read = DynamodbLedger(counting, TABLE), {}
    finished(ledger, 12)
    for count in (1, 3):
        counting.items = 0
        assert len(ledger.newest_batches(count)) == count
        read[count] = counting.items
    assert read == {1: 1, 3: 3}


@pytest.mark.aws
def test_in_dynamodb_opening_and_finishing_a_batch_reads_as_much_after_many_as_after_one(
    counting: CountingClient,
) -> None:
    from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger

    ledger, read = DynamodbLedger(counting, TABLE), []
    for number in range(8):
        counting.items = 0
        last = ledger.newest_batches(1)
        ledger.open_batch(batch(f"b{number}"), (), last[0].batch_id if last else "")
        ledger.save_batch(batch(f"b{number}", state="finished"))
        read.append(counting.items)
    assert set(read[1:]) == {read[1]}


@pytest.mark.aws
def test_in_dynamodb_the_last_arrivals_are_an_item_for_each_dataset(counting: CountingClient) -> None:
    from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger

    ledger = DynamodbLedger(counting, TABLE)
    brought(ledger, *(drop(number) for number in range(30)))
    counting.items = 0
    assert len(ledger.latest_arrivals()) == counting.items == 1
