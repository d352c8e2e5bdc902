"""The items of batches: the head, each batch, and the moves that it decides."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from onecrown.adapters.aws.dynamodb_items import Pair, put, update
from onecrown.adapters.aws.dynamodb_table import Item, key
from onecrown.adapters.ledger_forms import dumped, loaded_batch, loaded_drop
from onecrown.ports import Batch

OPENING, OPEN, ABANDONING, SETTLING, FINISHED = "opening", "open", "abandoning", "settling", "finished"
BATCHES, HEAD = "batches", "head"
PAIRS_IN_ITEM = 200  # an item holds 400 KB; packed, a pair is some 150 bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The number of the batch opened last; the ids of the last that stands, and of the one that is not finished ('' for none)."""

    number: int
    last: str
    unfinished: str


@dataclass(frozen=True, slots=True)
class Record:
    """A batch as it lies in the table. `opened_by` and `settled_by` name the moves that were decided."""

    number: int
    phase: str
    batch: Batch
    previous: str
    opened_by: str
    settled_by: str

    @property
    def batch_id(self) -> str:
        """Its id."""
        return self.batch.batch_id


def opened(head: Head, record: Record) -> Item:
    """The head names the new batch, on condition that no other came since: numbers only grow, those of abandoned ones too."""
    said: Item = {
        "opened_count": {"N": str(record.number)},
        "last_id": {"S": record.batch_id},
        "unfinished": {"S": record.batch_id},
    }
    item = {**key(BATCHES, HEAD), **said}
    if not head.number:
        return put(item, "attribute_not_exists(pk)")
    return put(item, "opened_count = :number", {":number": {"N": str(head.number)}})


def turned(record: Record, phase: str) -> Item:
    """A batch goes on to another phase, on condition that it is as it was read."""
    said: Item = {":phase": {"S": record.phase}, ":next": {"S": phase}}
    return update(batch_key(record.number), "SET phase = :next", "phase = :phase", said)


def still(record: Record) -> Item:
    """The condition that a batch is in the phase in which it was read."""
    said = {":phase": {"S": record.phase}}
    condition = {"ConditionExpression": "phase = :phase", "ExpressionAttributeValues": said}
    return {"ConditionCheck": {"Key": batch_key(record.number), **condition}}


def batch_item(record: Record) -> Item:
    """A batch as an item."""
    return {
        **batch_key(record.number),
        "phase": {"S": record.phase},
        "said": {"B": _packed(dumped(record.batch))},  # the ids of 5,000 drops alone are 340 KB
        "previous": {"S": record.previous},
        "opened_by": {"S": record.opened_by},
        "settled_by": {"S": record.settled_by},
    }


def loaded_record(item: Item) -> Record:
    """A batch from its item."""
    texts = {name: item[name]["S"] for name in ("phase", "previous", "opened_by", "settled_by")}
    return Record(int(item["sk"]["S"]), batch=loaded_batch(_unpacked(item["said"]["B"])), **texts)


def batch_key(number: int) -> Item:
    """Where a batch lies."""
    return key(BATCHES, sort_key(number))


def sort_key(number: int) -> str:
    """The place of a batch in the order in which they were opened."""
    return f"{number:010}"


def moves_of(batch_id: str) -> str:
    """The partition of a batch's moves."""
    return f"batch#{batch_id}"


def moves_item(batch_id: str, token: str, number: int, pairs: Sequence[Pair]) -> Item:
    """Some of the moves that are decided, or not, under one token."""
    said = json.dumps([(dumped(before), dumped(after)) for before, after in pairs])
    return {**key(moves_of(batch_id), f"{token}#{number:04}"), "pairs": {"B": _packed(said)}}


def loaded_moves(item: Item) -> list[Pair]:
    """Moves from their item."""
    said = json.loads(_unpacked(item["pairs"]["B"]))
    return [(loaded_drop(before), loaded_drop(after)) for before, after in said]


def loaded_head(item: Item) -> Head:
    """The head from its item."""
    return Head(int(item["opened_count"]["N"]), item["last_id"]["S"], item.get("unfinished", {}).get("S", ""))


def left_out(record: Record) -> Item:
    """The head forgets a batch that was abandoned: the one before it is the last."""
    said: Item = {":previous": {"S": record.previous}, ":batch": {"S": record.batch_id}}
    return update(key(BATCHES, HEAD), "SET last_id = :previous REMOVE unfinished", "unfinished = :batch", said)


def freed(record: Record) -> Item:
    """The head is free for the next batch."""
    return update(key(BATCHES, HEAD), "REMOVE unfinished", "unfinished = :batch", {":batch": {"S": record.batch_id}})


def _packed(said: str) -> bytes:
    return zlib.compress(said.encode())


def _unpacked(said: bytes) -> str:
    return zlib.decompress(said).decode()
