"""The items of the ledger's table, and the writes of a transaction that change them.

A drop's JSON is in its own item alone; the item of a state only points to it. What waits is read a few times, at one read
unit each; JSON in the pointer would cost two or three write units, each five times dearer, at every change. A change that
leaves the state as it is, such as a claim, touches no pointer. A merged drop waits for nothing and has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from onecrown.adapters.aws.dynamodb_table import Item, key
from onecrown.adapters.ledger_forms import dumped, instant_text, loaded_delivery, loaded_drop
from onecrown.ports import MERGED, STATES, Delivery, Drop

WAITING = tuple(state for state in STATES if state != MERGED)
DROPS_IN_TRANSACTION = 33  # each writes three items at most, and a transaction holds 100
DELIVERIES_IN_TRANSACTION = 20  # each writes five, with its drop
DROP, DELIVERY, UNTOLD, ERASURE, LEASE = "drop", "delivery", "untold", "erasure", "lease"
DECISION, ARRIVED = "person_decision", "arrived"

Pair = tuple[Drop, Drop]
"""A drop as it was, and as it becomes."""

_Some = TypeVar("_Some")


@dataclass(frozen=True, slots=True)
class Stored:
    """A drop as it lies in the table. While `in_batch` names a batch, nobody but that batch may move it."""

    drop: Drop
    in_batch: str


def drop_key(drop_id: str) -> Item:
    """Where a drop lies."""
    return key(f"{DROP}#{drop_id}", DROP)


def delivery_key(delivery_id: str) -> Item:
    """Where a delivery lies."""
    return key(f"{DELIVERY}#{delivery_id}", DELIVERY)


def untold_key(delivery_id: str) -> Item:
    """Where it lies that a delivery is not told yet."""
    return key(UNTOLD, _short(delivery_id))


def stored_drop(item: Item) -> Stored:
    """A drop from its item."""
    return Stored(loaded_drop(item["said"]["S"]), item.get("in_batch", {}).get("S", ""))


def stored_delivery(item: Item) -> Delivery:
    """A delivery from its item. How far its file was looked through stands beside it, as it changes alone."""
    return replace(loaded_delivery(item["said"]["S"]), looked=int(item["looked"]["N"]))


def by_arrival(drops: Iterator[Drop]) -> list[Drop]:
    """Drops in order of arrival."""
    return sorted(drops, key=lambda drop: (drop.received_at, drop.drop_id))


def new_drop(drop: Drop) -> list[Item]:
    """The writes of a drop that nobody knows."""
    return [put(_drop_item(drop, ""), "attribute_not_exists(pk)"), *_pointers(None, drop)]


def new_delivery(delivery: Delivery) -> list[Item]:
    """The writes of a delivery that nobody knows: itself, its place among its drop's, and that it is not told."""
    known_as = {"delivery_id": {"S": delivery.delivery_id}}
    itself = {"said": {"S": dumped(delivery)}, "looked": {"N": str(delivery.looked)}}
    place = f"{DELIVERY}#{instant_text(delivery.arrived_at)}#{_short(delivery.delivery_id)}"
    return [
        put({**delivery_key(delivery.delivery_id), **itself}, "attribute_not_exists(pk)"),
        put({**key(f"{DROP}#{delivery.drop_id}", place), **known_as}),
        put({**untold_key(delivery.delivery_id), **known_as}),
    ]


def moved_drop(pair: Pair, in_batch: str = "", becomes_in_batch: str = "") -> list[Item]:
    """The writes by which a drop moves on, where it is as it was and in the batch that is said ('' for none)."""
    before, after = pair
    said: dict[str, Any] = {":rev": {"N": str(before.rev)}}
    condition = "rev = :rev AND attribute_not_exists(in_batch)"
    if in_batch:
        condition, said[":batch"] = "rev = :rev AND in_batch = :batch", {"S": in_batch}
    return [put(_drop_item(after, becomes_in_batch), condition, said), *_pointers(before, after)]


def put(item: Item, condition: str = "", said: Item | None = None) -> Item:
    """Write an item under a condition."""
    return {"Put": {"Item": item, **_condition(condition, said)}}


def remove(of: Item, condition: str = "", said: Item | None = None) -> Item:
    """Remove an item under a condition."""
    return {"Delete": {"Key": of, **_condition(condition, said)}}


def update(of: Item, expression: str, condition: str, said: Item | None = None) -> Item:
    """Change an item under a condition."""
    return {"Update": {"Key": of, "UpdateExpression": expression, **_condition(condition, said)}}


def in_slices(whole: Sequence[_Some], most: int) -> Iterator[Sequence[_Some]]:
    """So many at a time."""
    return (whole[start : start + most] for start in range(0, len(whole), most))


def _condition(condition: str, said: Item | None) -> dict[str, Any]:
    values = {"ExpressionAttributeValues": said} if said else {}
    return {**({"ConditionExpression": condition} if condition else {}), **values}


def _drop_item(drop: Drop, in_batch: str) -> Item:
    batch = {"in_batch": {"S": in_batch}} if in_batch else {}
    said = {"rev": {"N": str(drop.rev)}, "drop_state": {"S": drop.state}, "said": {"S": dumped(drop)}}
    return {**drop_key(drop.drop_id), **said, **batch}


def _pointers(before: Drop | None, after: Drop) -> list[Item]:
    if before is not None and before.state == after.state:
        return []
    left = [remove(_pointer_key(before))] if before is not None and before.state in WAITING else []
    known_as = {"drop_id": {"S": after.drop_id}}
    return [*left, *([put({**_pointer_key(after), **known_as})] if after.state in WAITING else [])]


def _pointer_key(drop: Drop) -> Item:
    return key(f"state#{drop.state}", f"{instant_text(drop.received_at)}#{drop.drop_id}")


def _short(delivery_id: str) -> str:
    """A delivery's id as part of a sort key, which holds 1,024 bytes: as many as the landing key alone may have."""
    return hashlib.sha256(delivery_id.encode()).hexdigest()
