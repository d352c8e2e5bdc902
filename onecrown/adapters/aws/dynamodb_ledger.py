"""The ledger in DynamoDB: one table, transitions conditional on the item's `rev`, every read strongly consistent.

A worker of another machine is never held to have ended: its lease and its claims lapse.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from onecrown.adapters.aws.dynamodb_batches import LedgerBatches
from onecrown.adapters.aws.dynamodb_items import (
    ARRIVED,
    DECISION,
    DELIVERIES_IN_TRANSACTION,
    DELIVERY,
    DROP,
    DROPS_IN_TRANSACTION,
    ERASURE,
    LEASE,
    UNTOLD,
    WAITING,
    Pair,
    Stored,
    by_arrival,
    delivery_key,
    drop_key,
    in_slices,
    moved_drop,
    new_delivery,
    new_drop,
    put,
    remove,
    stored_delivery,
    stored_drop,
    untold_key,
    update,
)
from onecrown.adapters.aws.dynamodb_table import MOST_ITEMS, Item, LedgerTable, key
from onecrown.adapters.claiming import claimed
from onecrown.adapters.ledger_forms import dumped, instant_text, loaded_erasure, loaded_person_decision
from onecrown.decision_ports import PersonDecision
from onecrown.erasure_ports import Erasure
from onecrown.errors import CommitConflict
from onecrown.ports import MOVED_TOGETHER, Batch, Delivery, Drop
from onecrown.steps import UNWATCHED, Step, Steps, announced

Moves = Sequence[tuple[Drop, str, Mapping[str, Any]]]


class DynamodbLedger:
    """The ledger of an environment on AWS.

    Every method raises `StorageError` where AWS refuses, and says which grant the role lacks where that is why.
    """

    def __init__(
        self, client: Any, table: str, steps: Steps = UNWATCHED, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = LedgerTable(client, table, pause)
        self._batches = LedgerBatches(self._table)
        self._steps = steps

    def known_deliveries(self, delivery_ids: Collection[str]) -> set[str]:
        """Those of the ids that are known."""
        return {said.delivery_id for said in self._deliveries(delivery_ids)}

    def delivery(self, delivery_id: str) -> Delivery | None:
        """One delivery."""
        found = self._deliveries([delivery_id])
        return found[0] if found else None

    def deliveries(self) -> list[Delivery]:
        """All deliveries in order of arrival: reads the whole table."""
        return _in_order(map(stored_delivery, self._table.scan(DELIVERY)))

    def deliveries_of(self, drop_id: str) -> list[Delivery]:
        """The deliveries of a drop in order of arrival."""
        return self._pointed_to(self._table.query(f"{DROP}#{drop_id}", f"{DELIVERY}#"))

    def latest_arrivals(self) -> dict[str, datetime]:
        """When the last delivery of each dataset arrived: an item for each dataset, whatever its deliveries."""
        items = self._table.query(ARRIVED)
        return {item["sk"]["S"]: datetime.fromisoformat(item["arrived_at"]["S"]) for item in items}

    def untold_deliveries(self) -> list[Delivery]:
        """The deliveries that were not noted as told, in order of arrival."""
        return self._pointed_to(self._table.query(UNTOLD))

    def note_told(self, delivery_ids: Collection[str]) -> None:
        """Note that deliveries are told in the operations tables."""
        with announced(self._steps, Step.MOVE_DROPS, "told"):
            for some in in_slices(list(dict.fromkeys(delivery_ids)), MOST_ITEMS):
                self._table.together(*(remove(untold_key(delivery_id)) for delivery_id in some))

    def _pointed_to(self, pointers: Iterator[Item]) -> list[Delivery]:
        return self._deliveries([item["delivery_id"]["S"] for item in pointers])

    def _deliveries(self, delivery_ids: Collection[str]) -> list[Delivery]:
        keys = [delivery_key(delivery_id) for delivery_id in dict.fromkeys(delivery_ids)]
        return _in_order(map(stored_delivery, self._table.get_each(keys)))

    def record_deliveries(self, deliveries: Sequence[Delivery], drops: Sequence[Drop]) -> list[Drop]:
        """Note deliveries and the drops that they bring, each with its drop; give those drops that were not known before.

        That something came is noted first, and alone: many at once would wait for each other in transactions over one item.
        """
        with announced(self._steps, Step.RECORD_DELIVERIES):
            arrived = list(zip(deliveries, drops, strict=True))
            for dataset, arrived_at in _latest(arrived).items():
                self._table.raise_text(key(ARRIVED, dataset), "arrived_at", instant_text(arrived_at))
            return [new for some in in_slices(arrived, DELIVERIES_IN_TRANSACTION) for new in self._recorded(some)]

    def _recorded(self, arrived: Sequence[tuple[Delivery, Drop]]) -> list[Drop]:
        """Record deliveries that are all new in one transaction, and where they are not, each alone; give the new drops."""
        drops = {drop.drop_id: drop for _, drop in arrived}
        if 1 < len(arrived) == len(drops):
            with suppress(CommitConflict):
                each = ([*new_drop(drop), *new_delivery(replace(said, outcome="new"))] for said, drop in arrived)
                self._table.together(*(write for writes in each for write in writes))
                return list(drops.values())
        return [drop for said, drop in arrived if self._is_new_with(said, drop)]

    def _is_new_with(self, delivery: Delivery, drop: Drop) -> bool:
        """Record one delivery and its drop, at first as if neither were known; give whether the drop was not."""
        has_drop = has_delivery = False
        while not (has_drop and has_delivery):
            said = replace(delivery, outcome="duplicate" if has_drop else "new")
            writes = [*([] if has_drop else new_drop(drop)), *([] if has_delivery else new_delivery(said))]
            try:
                self._table.together(*writes)
            except CommitConflict:
                had = (has_drop, has_delivery)
                has_drop, has_delivery = (
                    self.drop(drop.drop_id) is not None,
                    self.delivery(delivery.delivery_id) is not None,
                )
                if (has_drop, has_delivery) == had:
                    raise
            else:
                return not has_drop
        return False

    def drop(self, drop_id: str) -> Drop | None:
        """One drop."""
        item = self._table.get(f"{DROP}#{drop_id}", DROP)
        return stored_drop(item).drop if item else None

    def drops(self, states: Sequence[str] = ()) -> list[Drop]:
        """Drops in some states, or all, in order of arrival. All drops, and those merged, read the whole table."""
        if not states or not set(states) <= set(WAITING):
            items = self._table.scan(DROP)
        else:
            pointers = [item for state in dict.fromkeys(states) for item in self._table.query(f"state#{state}")]
            drop_ids = dict.fromkeys(item["drop_id"]["S"] for item in pointers)
            items = iter(self._table.get_each([drop_key(drop_id) for drop_id in drop_ids]))
        found = (stored_drop(item).drop for item in items)
        return by_arrival(drop for drop in found if not states or drop.state in states)

    def claim(self, drop_ids: Sequence[str], owner: str, now: datetime, seconds: int) -> list[Drop]:
        """Lease received, failed or lapsed drops to a worker; give those that were got."""
        with announced(self._steps, Step.CLAIM_DROPS):
            stored = self._stored(drop_ids)
            drops = [stored[drop_id].drop for drop_id in dict.fromkeys(drop_ids) if drop_id in stored]
            wanted = [(drop, mine) for drop in drops if (mine := claimed(drop, owner, now, seconds)) is not None]
            return [mine for some in in_slices(wanted, DROPS_IN_TRANSACTION) for mine in self._got(some)]

    def _got(self, wanted: Sequence[Pair]) -> list[Drop]:
        """Claim all of some drops; where another has one of them by now, each alone."""
        try:
            self._write(wanted)
        except CommitConflict:
            return [got for pair in wanted for got in self._got([pair])] if len(wanted) > 1 else []
        return [mine for _, mine in wanted]

    def move(self, drop: Drop, to_state: str, **changes: Any) -> Drop:
        """Move a drop on, on condition that nobody else did and that no open batch has it."""
        with announced(self._steps, Step.MOVE_DROPS, to_state):
            ((_, moved),) = pairs = _pairs([(drop, to_state, changes)])
            self._move(pairs)
            return moved

    def move_all(self, moves: Moves) -> None:
        """Move several drops on, `MOVED_TOGETHER` in each transaction.

        Raises `CommitConflict` for the first transaction in which a drop was moved by another or is an open batch's: those
        before it stand, and nothing of it or after it is done.
        """
        with announced(self._steps, Step.MOVE_DROPS):
            for some in in_slices(_pairs(moves), MOVED_TOGETHER):
                self._move(some)

    def _move(self, pairs: Sequence[Pair]) -> None:
        try:
            self._write(pairs)
        except CommitConflict as conflict:
            stored = self._stored([before.drop_id for before, _ in pairs])
            batches = sorted({said.in_batch for said in stored.values()} - {""})
            if not batches:
                raise
            raise CommitConflict(
                f"a drop is in batch {batches[0]}, which is not finished; merge to the end, then again"
            ) from conflict

    def _write(self, pairs: Sequence[Pair]) -> None:
        self._table.together(*(write for pair in pairs for write in moved_drop(pair)))

    def _stored(self, drop_ids: Sequence[str]) -> dict[str, Stored]:
        found = map(stored_drop, self._table.get_each([drop_key(drop_id) for drop_id in dict.fromkeys(drop_ids)]))
        return {stored.drop.drop_id: stored for stored in found}

    def batches(self) -> list[Batch]:
        """All batches in the order in which they were opened; what a crash left half opened or half settled is ended first."""
        return self._batches.all()

    def newest_batches(self, count: int) -> list[Batch]:
        """The last so many batches in the order in which they were opened, each of them at rest: no others are read."""
        return self._batches.newest(count)

    def open_batch(self, batch: Batch, moves: Moves, after: str) -> None:
        """Open a batch and move its drops on, on condition that no other came since it was planned."""
        with announced(self._steps, Step.OPEN_BATCH):
            self._batches.open(batch, _pairs(moves), after)

    def save_batch(self, batch: Batch, moves: Moves = ()) -> None:
        """Finish an open batch and move its drops on; those that it took and that are not moved are free again."""
        with announced(self._steps, Step.FINISH_BATCH):
            self._batches.finish(batch, _pairs(moves))

    def erasures(self) -> list[Erasure]:
        """All erasures, the first of them first."""
        return [loaded_erasure(item["said"]["S"]) for item in self._table.query(ERASURE)]

    def save_erasure(self, erasure: Erasure) -> None:
        """Write an erasure, new or anew."""
        with announced(self._steps, Step.MOVE_DROPS, "erasure"):
            self._table.together(put({**key(ERASURE, f"{erasure.number:010}"), "said": {"S": dumped(erasure)}}))

    def person_decisions(self) -> list[PersonDecision]:
        """All decisions on persons, the first of them first."""
        return [loaded_person_decision(item["said"]["S"]) for item in self._table.query(DECISION)]

    def save_person_decision(self, decision: PersonDecision) -> None:
        """Add a decision on persons."""
        place = key(DECISION, f"{instant_text(decision.decided_at)}#{decision.link_id}")
        with announced(self._steps, Step.MOVE_DROPS, "decision"):
            self._table.together(put({**place, "said": {"S": dumped(decision)}}))

    def note_looked(self, delivery_ids: Sequence[str], number: int) -> None:
        """Note that the files of deliveries were looked through for the erasures up to a number."""
        said: Item = {":number": {"N": str(number)}}
        with announced(self._steps, Step.MOVE_DROPS, "looked"):
            for some in in_slices(list(dict.fromkeys(delivery_ids)), MOST_ITEMS):
                keys = (delivery_key(delivery_id) for delivery_id in some)
                self._table.together(*(update(of, "SET looked = :number", "attribute_exists(pk)", said) for of in keys))

    def shrink(self) -> None:
        """Nothing: a table keeps nothing of what was overwritten. Its point-in-time backups do, for 35 days."""

    def take_lease(self, name: str, owner: str, now: datetime, seconds: int) -> bool:
        """Take or renew a lease; false where somebody else holds it."""
        item: Item = {
            **key(LEASE, name),
            "owner": {"S": owner},
            "expires_at": {"S": instant_text(now + timedelta(seconds=seconds))},
        }
        said: Item = {":owner": item["owner"], ":now": {"S": instant_text(now)}}
        condition = "attribute_not_exists(pk) OR #owner = :owner OR expires_at <= :now"
        with announced(self._steps, Step.TAKE_LEASE, name):
            return self._is_written(_naming_owner(put(item, condition, said)))

    def release_lease(self, name: str, owner: str) -> None:
        """Give a lease back."""
        with announced(self._steps, Step.RELEASE_LEASE, name):
            self._is_written(_naming_owner(remove(key(LEASE, name), "#owner = :owner", {":owner": {"S": owner}})))

    def _is_written(self, write: Item) -> bool:
        with suppress(CommitConflict):
            self._table.together(write)
            return True
        return False


def _pairs(moves: Moves) -> list[Pair]:
    return [(drop, replace(drop, state=state, rev=drop.rev + 1, **changes)) for drop, state, changes in moves]


def _latest(arrived: Sequence[tuple[Delivery, Drop]]) -> dict[str, datetime]:
    """The last arrival of each dataset."""
    in_order = sorted((said.arrived_at, drop.dataset_name) for said, drop in arrived)
    return {dataset: arrived_at for arrived_at, dataset in in_order}


def _in_order(deliveries: Iterator[Delivery]) -> list[Delivery]:
    return sorted(deliveries, key=lambda said: (said.arrived_at, said.delivery_id))


def _naming_owner(write: Item) -> Item:
    """`owner` is a reserved word of DynamoDB's expressions."""
    return {kind: {**said, "ExpressionAttributeNames": {"#owner": "owner"}} for kind, said in write.items()}
