"""Everything that has arrived is identified, claimed, parsed, judged and routed.

Small drops of one dataset are received together (one pass of the judge for all); each keeps its own claim, counts and
state. A fault in one never stops another.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from onecrown.compute_costs import Usage
from onecrown.crew_ports import Group
from onecrown.definitions.contracts import Contract
from onecrown.errors import CommitConflict, OneCrownError, UnreadableDrop
from onecrown.flows.identify_arrival import Identified, by_place, fetched, identified, identify
from onecrown.flows.judged_outcome import outcome
from onecrown.flows.look_through import look_through, look_through_drops
from onecrown.flows.received_together import in_groups
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import (
    FAILED,
    MOVED_TOGETHER,
    QUARANTINED,
    RECEIVED,
    Arrival,
    Delivery,
    Drop,
)
from onecrown.receiving.documents import Unreadable
from onecrown.receiving.judging import Judge
from onecrown.receiving.landing_key import parse_landing_key
from onecrown.receiving.receipt import Receipt, receive
from onecrown.receiving.sent import Sent
from onecrown.receiving.tallies import UNREADABLE

CLAIM_SECONDS = 120
SHARED_FROM_BYTES = 8 << 20  # as delivered: a worker takes some seconds to start

Move = tuple[Drop, str, Mapping[str, Any]]
"""A drop, the state that it moves on to, and what else changes."""


def receive_arrivals(home: Surroundings, arrivals: Iterable[Arrival]) -> list[Drop]:
    """Receive every arrival that the ledger does not know, and every drop that was left half done; give those drops."""
    identified, _ = _fresh(home, arrivals)
    look_through(home)
    return _receive(home, identified, home.ledger.drops([RECEIVED, FAILED]))


def receive_only(home: Surroundings, arrivals: Iterable[Arrival]) -> list[Drop]:
    """Receive the drops that these arrivals bring, those too that a worker left half done; no others are looked at."""
    identified, known = _fresh(home, arrivals)
    deliveries = (home.ledger.delivery(delivery_id) for delivery_id in sorted(known))
    drop_ids = {found.drop.drop_id for found in identified} | {said.drop_id for said in deliveries if said}
    look_through_drops(home, sorted(drop_ids))
    drops = (home.ledger.drop(drop_id) for drop_id in drop_ids)
    return _receive(home, identified, [drop for drop in drops if drop and drop.state in (RECEIVED, FAILED)])


def set_aside_whole(home: Surroundings, arrival: Arrival, fault: UnreadableDrop) -> list[Drop]:
    """Set an arrival aside whole for a fault that was found elsewhere; nothing where its drop is known.

    Its bytes may be out of reach, and are not read: the drop's id is of its key and version instead.
    """
    found = replace(identified(home, arrival, by_place), fault=fault)
    return _receive(home, [found], _record(home, [found]))


def _fresh(home: Surroundings, arrivals: Iterable[Arrival]) -> tuple[list[Identified], set[str]]:
    """Identify and record the arrivals that the ledger does not know; give them, and the ids of those that it does."""
    arrived = list(arrivals)
    known = home.ledger.known_deliveries([arrival.delivery_id for arrival in arrived])
    identified = [identify(home, arrival) for arrival in arrived if arrival.delivery_id not in known]
    _record(home, identified)
    return identified, known


def _receive(home: Surroundings, identified: Sequence[Identified], drops: Sequence[Drop]) -> list[Drop]:
    """Receive drops: those that were identified just now, and those that are found again by their deliveries."""
    waiting = {drop.drop_id: drop for drop in drops}
    by_drop = {found.drop.drop_id: found for found in identified if found.drop.drop_id in waiting}
    for drop_id in waiting.keys() - by_drop.keys():
        found = found_again(home, waiting[drop_id])
        if found is not None:
            by_drop[drop_id] = found
    order = sorted(by_drop.values(), key=lambda found: (found.drop.received_at, found.drop.drop_id))
    done: list[Drop] = []
    for received in _received(home, list(in_groups(home, order))):
        done += received
        home.progress("receive", len(done), len(order))
    places = {found.drop.drop_id: place for place, found in enumerate(order)}
    return sorted(done, key=lambda drop: places[drop.drop_id])


def _received(home: Surroundings, groups: Sequence[Sequence[Identified]]) -> Iterator[list[Drop]]:
    """The drops of every group: received here, or beside one another where there is much to receive and others help."""
    left = list(groups)
    if home.crew is not None and sum(one.drop.bytes for group in groups for one in group) >= SHARED_FROM_BYTES:
        left = [group for group in groups if group[0].fault is not None]
        readable = [[(one.arrival, one.drop) for one in group] for group in groups if group[0].fault is None]
        for found, drops in home.crew.receive(readable):
            if drops is None:
                left.append(_identified(found))
            else:
                yield drops
    with home.engine() as con:
        for group in left:
            yield _receive_group(con, home, group)


def receive_group(con: duckdb.DuckDBPyConnection, home: Surroundings, group: Group) -> list[Drop]:
    """Receive drops together, as a worker of a crew; give those that moved on."""
    return _receive_group(con, home, _identified(group))


def _identified(group: Group) -> list[Identified]:
    return [Identified(arrival, parse_landing_key(arrival.key), drop, None) for arrival, drop in group]


def _record(home: Surroundings, identified: Sequence[Identified]) -> list[Drop]:
    deliveries = [
        Delivery(
            found.arrival.delivery_id,
            found.arrival.key,
            found.arrival.version,
            found.arrival.path,
            found.drop.bytes,
            found.arrival.arrived_at,
            found.drop.drop_id,
            "",
        )
        for found in identified
    ]
    return home.ledger.record_deliveries(deliveries, [found.drop for found in identified]) if deliveries else []


def found_again(home: Surroundings, drop: Drop) -> Identified | None:
    """A drop that was left half done, from its first delivery that is still there."""
    for delivery in home.ledger.deliveries_of(drop.drop_id):
        if home.landing.fetch(delivery.path) is not None:
            arrival = Arrival(delivery.key, delivery.version, delivery.path, delivery.arrived_at)
            return replace(identify(home, arrival), drop=drop)
    return None


def _receive_group(con: duckdb.DuckDBPyConnection, home: Surroundings, group: Sequence[Identified]) -> list[Drop]:
    claimed = home.ledger.claim([one.drop.drop_id for one in group], home.worker, home.now(), CLAIM_SECONDS)
    drops = {drop.drop_id: drop for drop in claimed}
    mine = [replace(one, drop=drops[one.drop.drop_id]) for one in group if one.drop.drop_id in drops]
    if not mine:
        return []
    if mine[0].fault is not None:
        set_aside = [_set_aside(con, home, drops[one.drop.drop_id], one.fault) for one in mine if one.fault is not None]
        return _moved(home, _metered(home, set_aside))
    contract = home.model.contracts[mine[0].drop.dataset_name]
    prefix = uuid.uuid4().hex
    try:
        receipt = judge_together(con, home, contract, mine, prefix)
    except (duckdb.Error, OSError, OneCrownError) as error:
        return _failed(con, home, contract, mine, drops, error)
    tallies, promises = receipt.judgement.by_drop(), receipt.broken_promises
    moves = [
        (drop, *outcome(home, contract, tallies.get(drop.drop_id, {}), promises.get(drop.drop_id, ""), prefix))
        for drop in (drops[one.drop.drop_id] for one in mine)
    ]
    return _moved(home, _metered(home, moves))


def _metered(home: Surroundings, moves: Sequence[Move]) -> list[Move]:
    """The moves, each with its part of what the work on them has taken."""
    used = home.meter.read(home.now()).shared(len(moves))
    return [(drop, state, {**changes, **_used(drop, used)}) for drop, state, changes in moves]


def _used(drop: Drop, more: Usage) -> dict[str, float]:
    used = Usage(drop.gigabyte_seconds, drop.dpu_seconds) + more
    return {"gigabyte_seconds": used.gigabyte_seconds, "dpu_seconds": used.dpu_seconds}


def _moved(home: Surroundings, moves: Sequence[Move]) -> list[Drop]:
    """Move drops on; those whose claim lapsed and that another worker took over are its own, and our files are never named."""
    if len(moves) > MOVED_TOGETHER:
        return [done for few in _few(moves) for done in _moved(home, few)]
    try:
        home.ledger.move_all(moves)
    except CommitConflict:
        return [done for move in moves for done in _moved(home, [move])] if len(moves) > 1 else []
    return [replace(drop, state=state, **changes) for drop, state, changes in moves]


def _few(moves: Sequence[Move]) -> Iterator[Sequence[Move]]:
    """As many at a time as all move on or none."""
    return (moves[start : start + MOVED_TOGETHER] for start in range(0, len(moves), MOVED_TOGETHER))


def judge_together(
    con: duckdb.DuckDBPyConnection, home: Surroundings, contract: Contract, mine: Sequence[Identified], prefix: str
) -> Receipt:
    """Parse and judge drops of one dataset into the folders of a new prefix, and keep those."""
    sent = [
        Sent(one.drop.drop_id, one.key, one.drop.meaning, fetched(home, one.arrival), one.drop.erased_counts)
        for one in mine
    ]
    with home.scratch_folder() as scratch, _kept(home, prefix) as folders:
        return receive(con, contract, sent, folders, scratch, home.pseudonym_key, home.steps)


@contextmanager
def _kept(home: Surroundings, prefix: str) -> Iterator[tuple[Path, Path]]:
    """The folders of a new prefix, for judged records and for quarantine; kept before the ledger can name them."""
    yield home.validated.begin(prefix), home.quarantine.begin(prefix)
    home.validated.keep(prefix)
    home.quarantine.keep(prefix)


def _set_aside(con: duckdb.DuckDBPyConnection, home: Surroundings, drop: Drop, fault: UnreadableDrop) -> Move:
    """A drop that cannot be read at all: one unreadable record, with its reason."""
    prefix = uuid.uuid4().hex
    with _kept(home, prefix) as folders:
        judge = Judge(con, None, folders, home.steps)
        judge.set_aside_unreadable(drop.drop_id, Unreadable("", "", fault.rule, fault.expected))
        judge.finish()
    counts = {UNREADABLE: {"read": 1, "accepted": 0, "quarantined": 1, "flagged": 0}}
    reason = f"{fault.rule}: expected {fault.expected}"
    changes = {"counts": counts, "prefix": prefix, "reason": reason, "validated_at": home.now()}
    return drop, QUARANTINED, changes


def _failed(
    con: duckdb.DuckDBPyConnection,
    home: Surroundings,
    contract: Contract,
    mine: Sequence[Identified],
    drops: dict[str, Drop],
    error: Exception,
) -> list[Drop]:
    """Our fault, not the file's: of a group, each drop is tried alone; a single one is left as failed with its attempt."""
    if len(mine) > 1:
        released = _moved(home, [(drop, RECEIVED, {"claim_owner": ""}) for drop in drops.values()])
        still_ours = {drop.drop_id for drop in released}
        alone = [one for one in mine if one.drop.drop_id in still_ours]
        return [done for one in alone for done in _receive_group(con, home, [one])]
    kind = type(error).__name__
    digest = hashlib.sha256(str(error).encode()).hexdigest()[:8]
    drop = drops[mine[0].drop.drop_id]
    reason = f"{kind} ({digest}) while judging {contract.name}: tried {drop.attempts} times; run again, or report this"
    changes = {"reason": reason, "claim_owner": home.worker, "claim_expires_at": None}
    return _moved(home, _metered(home, [(drop, FAILED, changes)]))
