"""Arrivals, where events brought them: received here, or handed over if they are large; then the merge is woken.

A bad file and a known duplicate are states and never errors: what is raised is ours, and the event is sent again. Several
small arrivals are received together, as one pass of the judge takes no longer for all of them than for one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from onecrown.arrival_ports import LargeDrops, Merge, Outbox
from onecrown.errors import OneCrownError, StorageError, UnreadableDrop
from onecrown.flows.receive_drops import receive_only, set_aside_whole
from onecrown.flows.received_together import TOGETHER_BYTES
from onecrown.flows.report_to_supplier import report_to_supplier
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import FAILED, VALIDATED, Arrival, Drop
from onecrown.receiving.expansion import expands_beyond, expected_bytes
from onecrown.receiving.landing_key import parse_landing_key
from onecrown.rendering.supplier_page import supplier_page

LARGEST_BYTES = 256 << 20  # expanded: what one function receives within its time and memory


class Outcome(StrEnum):
    """What became of an arrival here."""

    RECEIVED = "received"
    DUPLICATE = "duplicate"
    HANDED_OVER = "handed over"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one of several arrivals: `fault` says where the failure is ours."""

    outcome: Outcome
    drop: Drop | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where things go from here."""

    large_drops: LargeDrops
    merge: Merge
    outbox: Outbox


def receive_drop(home: Surroundings, arrival: Arrival, size: int, to: Destinations) -> tuple[Outcome, Drop | None]:
    """Receive an arrival of `size` bytes, or hand it over. Raises `StorageError` where the failure is ours."""
    if _is_large(home, arrival, size):
        to.large_drops.hand_over(arrival)
        return Outcome.HANDED_OVER, None
    return receive_here(home, arrival, to)


def refuse_unsafe(home: Surroundings, arrival: Arrival, to: Destinations) -> tuple[Outcome, Drop | None]:
    """Set an arrival aside whole that a scan did not find safe. None of its bytes is read."""
    received = set_aside_whole(home, arrival, UnreadableDrop("not_safe", "a file in which a scan finds no threat"))
    for drop in received:
        tell_supplier(home, drop, to.outbox)
    return (Outcome.RECEIVED, received[0]) if received else (Outcome.DUPLICATE, None)


def _is_large(home: Surroundings, arrival: Arrival, size: int) -> bool:
    """By what its contract expects; what is not large by that is looked at, as a little gzip file can hold much."""
    contract = home.model.contracts.get(parse_landing_key(arrival.key).dataset_name)
    if expected_bytes(contract, arrival.key, size) > LARGEST_BYTES:
        return True
    path = home.landing.fetch(arrival.path)
    return path is not None and expands_beyond(path, LARGEST_BYTES)


def receive_together(home: Surroundings, arrivals: Sequence[Arrival], to: Destinations) -> dict[str, Received]:
    """Receive small arrivals in one go; give what became of each that was taken, by the delivery's id.

    What is large, and what would make the whole large, is left to be received alone. Raises what any of them raises, with
    nothing told of them: whoever asks receives each of them alone then, as the same worker, whose claims they are.
    """
    taken = list(_small(home, arrivals))
    drops = {drop.drop_id: drop for drop in receive_only(home, taken)}
    if any(drop.state == VALIDATED for drop in drops.values()):
        to.merge.wake()
    received: dict[str, Received] = {}
    for arrival in taken:
        delivery = home.ledger.delivery(arrival.delivery_id)
        drop = drops.pop(delivery.drop_id, None) if delivery else None
        received[arrival.delivery_id] = _told(home, drop, to) if drop else Received(Outcome.DUPLICATE)
    return received


def _small(home: Surroundings, arrivals: Sequence[Arrival]) -> Iterator[Arrival]:
    """Those that are small, as many as are small together."""
    whole = 0.0
    for arrival in arrivals:
        contract = home.model.contracts.get(parse_landing_key(arrival.key).dataset_name)
        expected = expected_bytes(contract, arrival.key, arrival.bytes)
        if whole + expected <= TOGETHER_BYTES and not _is_large(home, arrival, arrival.bytes):
            whole += expected
            yield arrival


def _told(home: Surroundings, drop: Drop, to: Destinations) -> Received:
    """A supplier who cannot be told fails its own arrival, and no other."""
    if drop.state == FAILED:
        return Received(Outcome.RECEIVED, drop, drop.reason)
    try:
        tell_supplier(home, drop, to.outbox)
    except OneCrownError as error:
        return Received(Outcome.RECEIVED, drop, str(error))
    return Received(Outcome.RECEIVED, drop)


def receive_here(home: Surroundings, arrival: Arrival, to: Destinations) -> tuple[Outcome, Drop | None]:
    """Receive an arrival whatever its size, tell its supplier, and wake the merge."""
    received = receive_only(home, [arrival])
    if not received:
        return Outcome.DUPLICATE, None
    drop = received[0]
    if drop.state == FAILED:
        raise StorageError(drop.reason)
    if drop.state == VALIDATED:
        to.merge.wake()
    tell_supplier(home, drop, to.outbox)
    return Outcome.RECEIVED, drop


def tell_supplier(home: Surroundings, drop: Drop, outbox: Outbox) -> None:
    """The receipt of a drop, and the page that says what was wrong with it: no value of a record in either."""
    receipt = {
        "drop_id": drop.drop_id,
        "name": drop.name,
        "dataset": drop.dataset_name,
        "state": drop.state,
        "reason": drop.reason,
        "counts": drop.counts,
    }
    outbox.put(drop.source, f"{drop.drop_id}.json", json.dumps(receipt, indent=1).encode(), "application/json")
    page = supplier_page(report_to_supplier(home, drop))
    outbox.put(drop.source, f"{drop.drop_id}.html", page.encode(), "text/html; charset=utf-8")
