"""Everything that has arrived is identified, claimed, parsed, judged and routed.

Small drops of one dataset are received together (one pass of the judge for all); each keeps its own claim, counts and
state. A fault in one never stops another.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from onecrown.definitions.contracts import Contract
from onecrown.errors import CommitConflict, OneCrownError, StorageError, UnreadableDrop
from onecrown.flows.look_through import look_through
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import FAILED, HELD, QUARANTINED, RECEIVED, VALIDATED, Arrival, Counts, Delivery, Drop
from onecrown.receiving.documents import Unreadable
from onecrown.receiving.expansion import CHUNK_BYTES
from onecrown.receiving.judging import UNREADABLE, Judge, Tally
from onecrown.receiving.landing_key import LandingKey, drop_hash, meaning_of, parse_landing_key
from onecrown.receiving.receipt import Receipt, receive
from onecrown.receiving.sent import Sent

TOGETHER_BYTES = 64 << 20
TOGETHER_DROPS = 2000
CLAIM_SECONDS = 120

Move = tuple[Drop, str, Mapping[str, Any]]
"""A drop, the state that it moves on to, and what else changes."""


@dataclass(frozen=True, slots=True)
class Identified:
    """An arrival, the drop that it is, and why it cannot be read, if so."""

    arrival: Arrival
    key: LandingKey
    drop: Drop
    fault: UnreadableDrop | None


def receive_arrivals(home: Surroundings, arrivals: Iterable[Arrival]) -> list[Drop]:
    """Receive every arrival that the ledger does not know, and every drop that was left half done; give those drops."""
    known = home.ledger.known_deliveries()
    fresh = [arrival for arrival in arrivals if arrival.delivery_id not in known]
    identified = [_identify(home, arrival) for arrival in fresh]
    _record(home, identified)
    look_through(home)
    waiting = {drop.drop_id: drop for drop in home.ledger.drops([RECEIVED, FAILED])}
    by_drop = {found.drop.drop_id: found for found in identified if found.drop.drop_id in waiting}
    for drop_id in waiting.keys() - by_drop.keys():
        found = found_again(home, waiting[drop_id])
        if found is not None:
            by_drop[drop_id] = found
    done: list[Drop] = []
    order = sorted(by_drop.values(), key=lambda found: (found.drop.received_at, found.drop.drop_id))
    total = len(order)
    with home.engine() as con:
        for group in in_groups(home, order):
            done += _receive_group(con, home, group)
            home.progress("receive", len(done), total)
    return done


def _identify(home: Surroundings, arrival: Arrival) -> Identified:
    key = parse_landing_key(arrival.key)
    contract = home.model.contracts.get(key.dataset_name)
    meaning: dict[str, str] = {}
    fault: UnreadableDrop | None = None
    if contract is None:
        known = ", ".join(sorted(home.model.contracts))
        fault = UnreadableDrop("unknown_dataset", f"a file under one of {known}")
    else:
        try:
            meaning = meaning_of(key, contract)
        except UnreadableDrop as error:
            fault = error
    parts = contract.meaning_parts if contract else ()
    drop_id, size = _hashed(arrival.path, drop_hash(key.dataset_name, meaning, parts))
    drop = Drop(
        drop_id,
        key.source,
        key.dataset,
        key.name,
        RECEIVED,
        0,
        meaning,
        arrival.arrived_at,
        size,
        contract_version=contract.version if contract else 0,
    )
    return Identified(arrival, key, drop, fault)


def _hashed(path: Path, digest: Any) -> tuple[str, int]:
    size = 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise StorageError(f"a delivered file cannot be read: {error.strerror}; check the home's rights") from error
    return digest.hexdigest(), size


def _record(home: Surroundings, identified: Sequence[Identified]) -> list[Drop]:
    deliveries = [
        Delivery(
            found.arrival.delivery_id,
            found.arrival.key,
            found.arrival.version,
            str(found.arrival.path),
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
    for delivery in home.ledger.deliveries():
        if delivery.drop_id == drop.drop_id and Path(delivery.path).exists():
            arrival = Arrival(delivery.key, delivery.version, Path(delivery.path), delivery.arrived_at)
            return replace(_identify(home, arrival), drop=drop)
    return None


def in_groups(home: Surroundings, found: Sequence[Identified]) -> Iterator[list[Identified]]:
    """Drops that can be received together: of one dataset, small, not CSV. Order within a dataset is kept."""
    open_groups: dict[str, list[Identified]] = {}
    sizes: dict[str, int] = {}
    for one in found:
        contract = home.model.contracts.get(one.drop.dataset_name)
        expanded = int(
            one.drop.bytes * (contract.format.expansion if contract and one.arrival.key.endswith(".gz") else 1)
        )
        if one.fault is not None or contract is None or contract.format.kind == "csv" or expanded > TOGETHER_BYTES:
            yield [one]
            continue
        group = open_groups.setdefault(contract.name, [])
        if group and (sizes[contract.name] + expanded > TOGETHER_BYTES or len(group) >= TOGETHER_DROPS):
            yield group
            group = open_groups[contract.name] = []
            sizes[contract.name] = 0
        group.append(one)
        sizes[contract.name] = sizes.get(contract.name, 0) + expanded
    yield from (group for group in open_groups.values() if group)


def _receive_group(con: duckdb.DuckDBPyConnection, home: Surroundings, group: Sequence[Identified]) -> list[Drop]:
    claimed = home.ledger.claim([one.drop.drop_id for one in group], home.worker, home.now(), CLAIM_SECONDS)
    drops = {drop.drop_id: drop for drop in claimed}
    mine = [replace(one, drop=drops[one.drop.drop_id]) for one in group if one.drop.drop_id in drops]
    if not mine:
        return []
    if mine[0].fault is not None:
        set_aside = [_set_aside(con, home, drops[one.drop.drop_id], one.fault) for one in mine if one.fault is not None]
        return _moved(home, set_aside)
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
    return _moved(home, moves)


def _moved(home: Surroundings, moves: Sequence[Move]) -> list[Drop]:
    """Move drops on; those whose claim lapsed and that another worker took over are its own, and our files are never named."""
    try:
        home.ledger.move_all(moves)
    except CommitConflict:
        return [done for move in moves for done in _moved(home, [move])] if len(moves) > 1 else []
    return [replace(drop, state=state, **changes) for drop, state, changes in moves]


def judge_together(
    con: duckdb.DuckDBPyConnection, home: Surroundings, contract: Contract, mine: Sequence[Identified], prefix: str
) -> Receipt:
    """Parse and judge drops of one dataset into the folders of a new prefix."""
    sent = [Sent(one.drop.drop_id, one.key, one.drop.meaning, one.arrival.path, one.drop.erased_counts) for one in mine]
    with home.scratch_folder() as scratch:
        folders = (home.validated / prefix, home.quarantine / prefix)
        return receive(con, contract, sent, folders, scratch, home.pseudonym_key, home.steps)


def outcome(
    home: Surroundings, contract: Contract, tallies: dict[str, Tally], broken_promise: str, prefix: str
) -> tuple[str, Mapping[str, Any]]:
    """The state of a drop after judging, and why."""
    counts: Counts = {
        kind: {
            "read": tally.read,
            "accepted": tally.accepted,
            "quarantined": tally.quarantined,
            "flagged": tally.flagged,
        }
        for kind, tally in tallies.items()
        if tally.read or kind != UNREADABLE
    }
    read = sum(said["read"] for said in counts.values())
    quarantined = sum(said["quarantined"] for said in counts.values())
    changes = {"counts": counts, "prefix": prefix, "validated_at": home.now(), "contract_version": contract.version}
    if broken_promise:
        return HELD, {**changes, "reason": broken_promise}
    if read and quarantined == read:
        return QUARANTINED, {**changes, "reason": "every record was set aside: see `onecrown rejects`"}
    erased = sum(tally.erased for tally in tallies.values())
    if contract.tolerance.passed_by(quarantined - erased, read - erased):
        return HELD, {**changes, "reason": f"too_many_rejects: {quarantined} of {read} records were set aside"}
    return VALIDATED, changes


def _set_aside(con: duckdb.DuckDBPyConnection, home: Surroundings, drop: Drop, fault: UnreadableDrop) -> Move:
    """A drop that cannot be read at all: one unreadable record, with its reason."""
    prefix = uuid.uuid4().hex
    judge = Judge(con, None, (home.validated / prefix, home.quarantine / prefix), home.steps)
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
    return _moved(home, [(drop, FAILED, {"reason": reason, "claim_owner": home.worker, "claim_expires_at": None})])
