"""Batches in the ledger's table: thousands of drops move as one, though a transaction holds a hundred items.

What is to be done is written first, then one transaction decides it, then it is carried out, by whoever comes:

    opening ──▶ open ──▶ settling ──▶ finished
       └──▶ abandoning ──▶ gone: a drop of it was moved on by another worker; those that were moved are moved back

A drop that a batch took names it (`in_batch`) and is moved by nobody else until the batch lets it go, so nothing can stand
in the way of a batch that is settling. The head item names the one batch that is not at rest.

`all` and `newest` show no batch that is opening, abandoning or settling: it brings it to rest first, and the merge that asks takes it
from there. One that is opening shown as open would have its drops planned before they are the batch's own; left out, the
next batch would be planned over it. One that is settling is published already: shown as open it would be planned a second
time over tables that hold it, for a row that is decided. Drops that are read meanwhile without asking for the batches, as
people's lists are, may show half of a batch moved.

A crash before the first decision leaves items under `batch#…` that nothing names; they hold states and counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from onecrown.adapters.aws.dynamodb_batch_items import (
    ABANDONING,
    BATCHES,
    FINISHED,
    HEAD,
    OPEN,
    OPENING,
    PAIRS_IN_ITEM,
    SETTLING,
    Head,
    Record,
    batch_item,
    batch_key,
    freed,
    left_out,
    loaded_head,
    loaded_moves,
    loaded_record,
    moves_item,
    moves_of,
    opened,
    sort_key,
    still,
    turned,
)
from onecrown.adapters.aws.dynamodb_items import (
    DROPS_IN_TRANSACTION,
    Pair,
    Stored,
    drop_key,
    in_slices,
    moved_drop,
    put,
    remove,
    stored_drop,
)
from onecrown.adapters.aws.dynamodb_table import Item, LedgerTable
from onecrown.errors import CommitConflict
from onecrown.ports import Batch

_AT_REST = (OPEN, FINISHED)


class _Overtaken(CommitConflict):
    """A drop of a batch that is opening was moved on by another worker."""


class LedgerBatches:
    """The batches in a ledger's table."""

    def __init__(self, table: LedgerTable) -> None:
        self._table = table

    def all(self) -> list[Batch]:
        """All batches in the order in which they were opened, each of them open or finished."""
        return self._at_rest(lambda: (item for item in self._table.query(BATCHES) if item["sk"]["S"] != HEAD))

    def newest(self, count: int) -> list[Batch]:
        """The last so many batches in the order in which they were opened, each of them open or finished."""
        return self._at_rest(lambda: self._table.last(BATCHES, HEAD, count))

    def _at_rest(self, read: Callable[[], Iterable[Item]]) -> list[Batch]:
        """What is read of the last batches once the very last is at rest: no other is on its way."""
        records = [loaded_record(item) for item in read()]
        while records and records[-1].phase not in _AT_REST:
            self._bring_to_rest(records[-1].number)
            records = [loaded_record(item) for item in read()]
        return [record.batch for record in records]

    def open(self, batch: Batch, pairs: Sequence[Pair], after: str) -> None:
        """Open a batch after another, and take its drops. Raises `CommitConflict` with nothing moved."""
        head = self._head()
        if head.unfinished or head.last != after:
            raise CommitConflict("another worker opened a batch first; run again")
        number = head.number + 1
        token = self._write_ahead(batch, pairs)
        record = Record(number, OPENING, batch, after, token, "")
        self._decide(record, token, put(batch_item(record), "attribute_not_exists(pk)"), opened(head, record))
        if self._bring_to_rest(number) is None:
            raise CommitConflict("a drop of the batch was moved on by another worker; run again")

    def finish(self, batch: Batch, pairs: Sequence[Pair]) -> None:
        """Finish an open batch and let all its drops go. Raises `CommitConflict` with nothing moved."""
        head = self._head()
        record = self._record(head.number) if head.unfinished == batch.batch_id else None
        if record is None or record.phase != OPEN:
            raise CommitConflict(f"batch {batch.batch_id} is not open any more; run again")
        pairs = self._of_every_drop(record, pairs)
        token = self._write_ahead(batch, pairs)
        settling = replace(record, phase=SETTLING, batch=batch, settled_by=token)
        self._decide(settling, token, put(batch_item(settling), "phase = :phase", {":phase": {"S": OPEN}}))
        self._bring_to_rest(record.number)

    def _of_every_drop(self, record: Record, pairs: Sequence[Pair]) -> list[Pair]:
        """The moves, with those of drops that only leave the batch. Raises `CommitConflict` for what it did not take."""
        taken = {after.drop_id: after for _, after in self._moves(record.batch_id, record.opened_by)}
        for before, _ in pairs:
            if before.drop_id not in taken or taken[before.drop_id].rev != before.rev:
                raise CommitConflict(f"drop {before.drop_id[:12]} is not as batch {record.batch_id} took it; run again")
        moved = {before.drop_id for before, _ in pairs}
        return [*pairs, *((drop, drop) for drop_id, drop in taken.items() if drop_id not in moved)]

    def _decide(self, record: Record, token: str, *writes: Item) -> None:
        """The moment from which what was written ahead is carried out; where another was first, it is forgotten."""
        try:
            self._table.together(*writes)
        except CommitConflict:
            self._forget(record.batch_id, token)
            raise

    def _bring_to_rest(self, number: int) -> Record | None:
        """Carry out what was decided of a batch, as far as it was not; None where it was abandoned.

        Several may be at it. No batch is twice in one phase, so a step that fails and finds the phase as it was has met
        others who are quicker all the time. Raises `CommitConflict` then.
        """
        steps: dict[str, Callable[[Record], None]] = {
            OPENING: self._take_drops,
            ABANDONING: self._give_up,
            SETTLING: self._settle,
        }
        seen = ""
        while (record := self._record(number)) is not None and record.phase not in _AT_REST:
            if record.phase == seen:
                raise CommitConflict(f"others are at batch {record.batch_id}; run again")
            seen = record.phase
            with suppress(CommitConflict):  # another did the same, and the next look says how far it is
                steps[record.phase](record)
        return record

    def _take_drops(self, record: Record) -> None:
        still_opening = still(record)

        def take(pairs: Sequence[Pair]) -> None:
            writes = [write for pair in pairs for write in moved_drop(pair, becomes_in_batch=record.batch_id)]
            self._table.together(still_opening, *writes)

        try:
            self._carry_out(record, self._moves(record.batch_id, record.opened_by), take, _still_to_take)
        except _Overtaken:
            self._table.together(turned(record, ABANDONING))
        else:
            self._table.together(turned(record, OPEN))

    def _give_up(self, record: Record) -> None:
        """Move back what was moved, and forget the batch. A rev goes on all the same: nobody who is late takes it again."""
        moves = self._moves(record.batch_id, record.opened_by)
        self._let_go(record, [(after, replace(before, rev=after.rev + 1)) for before, after in moves])
        self._forget(record.batch_id)
        of_phase = {":phase": {"S": ABANDONING}}
        self._table.together(
            remove(batch_key(record.number), "phase = :phase", of_phase),
            left_out(record),
        )

    def _settle(self, record: Record) -> None:
        self._let_go(record, self._moves(record.batch_id, record.settled_by))
        self._forget(record.batch_id)
        self._table.together(turned(record, FINISHED), freed(record))

    def _let_go(self, record: Record, pairs: Sequence[Pair]) -> None:
        def let_go(some: Sequence[Pair]) -> None:
            self._table.together(*(write for pair in some for write in moved_drop(pair, in_batch=record.batch_id)))

        self._carry_out(record, pairs, let_go, _still_to_let_go)

    def _carry_out(
        self,
        record: Record,
        pairs: Sequence[Pair],
        move: Callable[[Sequence[Pair]], None],
        still_to_do: Callable[[Record, Pair, Stored | None], bool],
    ) -> None:
        """Move drops, some at a time, but for those that are moved already. Raises `CommitConflict` where that is not why."""
        for some in in_slices(pairs, DROPS_IN_TRANSACTION):
            left = some
            while left:
                try:
                    move(left)
                    break
                except CommitConflict:
                    stored = self._stored(left)
                    less = [pair for pair in left if still_to_do(record, pair, stored.get(pair[0].drop_id))]
                    if len(less) == len(left):
                        raise
                    left = less

    def _stored(self, pairs: Sequence[Pair]) -> dict[str, Stored]:
        found = map(stored_drop, self._table.get_each([drop_key(before.drop_id) for before, _ in pairs]))
        return {stored.drop.drop_id: stored for stored in found}

    def _write_ahead(self, batch: Batch, pairs: Sequence[Pair]) -> str:
        """Write moves that nobody carries out before they are decided; give the name by which they are decided."""
        token = uuid.uuid4().hex
        for number, some in enumerate(in_slices(pairs, PAIRS_IN_ITEM)):
            self._table.together(put(moves_item(batch.batch_id, token, number, some)))
        return token

    def _moves(self, batch_id: str, token: str) -> list[Pair]:
        return [pair for item in self._table.query(moves_of(batch_id), token) for pair in loaded_moves(item)]

    def _forget(self, batch_id: str, token: str = "") -> None:
        """Remove moves that are carried out or were never decided."""
        for item in list(self._table.query(moves_of(batch_id), token)):
            self._table.together(remove({"pk": item["pk"], "sk": item["sk"]}))

    def _head(self) -> Head:
        item = self._table.get(BATCHES, HEAD)
        return loaded_head(item) if item else Head(0, "", "")

    def _record(self, number: int) -> Record | None:
        item = self._table.get(BATCHES, sort_key(number))
        return loaded_record(item) if item else None


def _still_to_take(record: Record, pair: Pair, stored: Stored | None) -> bool:
    """Raises `_Overtaken` where the drop is neither the batch's already nor as it was planned."""
    if stored is not None and stored.in_batch == record.batch_id:
        return False
    if stored is None or stored.in_batch or stored.drop.rev != pair[0].rev:
        raise _Overtaken(f"drop {pair[0].drop_id[:12]} was moved on by another worker; run again")
    return True


def _still_to_let_go(record: Record, _pair: Pair, stored: Stored | None) -> bool:
    return stored is not None and stored.in_batch == record.batch_id
