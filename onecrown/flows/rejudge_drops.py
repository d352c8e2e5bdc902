"""Drops judged anew under the newest contract: one drop whose quarantined records may now go on, or a whole dataset.

The originals are read again from landing. A drop that stands in the tables leaves them in its old form and comes in its
new one with the next merge, in one batch.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import duckdb

from onecrown.definitions.contracts import Contract
from onecrown.errors import StorageError, UsageError
from onecrown.flows.act_on_drops import find_drop
from onecrown.flows.identify_arrival import Identified
from onecrown.flows.judged_outcome import outcome
from onecrown.flows.receive_drops import found_again, judge_together
from onecrown.flows.received_together import in_groups
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import (
    FAILED,
    HELD,
    MERGED,
    MERGING,
    QUARANTINED,
    RECEIVED,
    REFUSED,
    VALIDATED,
    WITHDRAWN,
    Drop,
)
from onecrown.sql.quoting import files, value


class Loss(Enum):
    """Whether a new judgement may set aside records that were accepted."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


_JUDGED_AGAIN = (MERGED, VALIDATED, QUARANTINED, HELD, FAILED)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What came of judging anew: drops with their new states, and those left as they were, each with the reason."""

    drops: list[Drop]
    left: list[tuple[Drop, str]]


def replay_drop(home: Surroundings, prefix: str) -> Drop:
    """Judge a drop anew so that its quarantined records go on. Nothing that was accepted may be lost by it."""
    drop = find_drop(home, prefix)
    contract = home.model.contracts.get(drop.dataset_name)
    if contract is None:
        known = ", ".join(sorted(home.model.contracts))
        raise UsageError(
            f"drop {drop.drop_id[:12]} is of no dataset that the model knows; deliver it under one of {known}"
        )
    if drop.state in (MERGING, RECEIVED):
        raise UsageError(f"drop {drop.drop_id[:12]} is {drop.state}; onecrown run to the end, then replay it")
    if drop.state == REFUSED:
        raise UsageError(f"drop {drop.drop_id[:12]} was refused; a refused drop is not replayed")
    done = _rejudged(home, contract, [drop], Loss.REFUSED)
    if done.left:
        raise UsageError(f"drop {drop.drop_id[:12]} stays as it was: {done.left[0][1]}")
    return done.drops[0]


def rejudge_dataset(home: Surroundings, dataset: str) -> Rejudged:
    """Judge every drop of a dataset that an older contract judged. Records that the newest one rejects leave the set."""
    contract = home.model.contracts.get(dataset)
    if contract is None:
        raise UsageError(f"there is no dataset `{dataset}`; it is one of {', '.join(sorted(home.model.contracts))}")
    drops = [drop for drop in home.ledger.drops() if drop.dataset_name == dataset]
    if any(drop.state == MERGING for drop in drops):
        raise UsageError("a batch is half done; onecrown run to the end, then rejudge")
    older = [drop for drop in drops if drop.contract_version < contract.version and drop.state in _JUDGED_AGAIN]
    return _rejudged(home, contract, older, Loss.ACCEPTED)


def _rejudged(home: Surroundings, contract: Contract, drops: Sequence[Drop], loss: Loss) -> Rejudged:
    done = Rejudged([], [])
    found: list[Identified] = []
    for drop in drops:
        one = found_again(home, drop)
        if one is None:
            done.left.append((drop, "its file is no longer in landing; deliver it again"))
        elif one.fault is not None:
            done.left.append((drop, f"{one.fault.rule}: expected {one.fault.expected}"))
        else:
            found.append(one)
    with home.engine() as con:
        for group in in_groups(home, found):
            _judge_group(con, home, contract, group, loss, done)
            home.progress("rejudge", len(done.drops) + len(done.left), len(drops))
    return done


def _judge_group(
    con: duckdb.DuckDBPyConnection,
    home: Surroundings,
    contract: Contract,
    group: Sequence[Identified],
    loss: Loss,
    done: Rejudged,
) -> None:
    prefix = uuid.uuid4().hex
    try:
        receipt = judge_together(con, home, contract, group, prefix)
    except (duckdb.Error, OSError) as error:
        raise StorageError(f"judging {contract.name} anew failed ({type(error).__name__}); run it again") from error
    tallies = receipt.judgement.by_drop()
    for one in group:
        drop = one.drop
        promise = receipt.broken_promises.get(drop.drop_id, "")
        state, changes = outcome(home, contract, tallies.get(drop.drop_id, {}), promise, prefix)
        reason = _reason_to_stay(con, home, drop, state, changes, loss)
        if reason:
            done.left.append((drop, reason))
        else:
            done.drops.append(_moved(home, drop, state, changes))


def _moved(home: Surroundings, drop: Drop, state: str, changes: Mapping[str, Any]) -> Drop:
    """A drop that stands in the tables, or that a person had released, needs no second release."""
    released = drop.released or bool(drop.standing)
    settled = VALIDATED if state == HELD and drop.released else state
    return home.ledger.move(drop, settled, **{"reason": "", **changes, "released": released, "mirrored": False})


def _reason_to_stay(
    con: duckdb.DuckDBPyConnection,
    home: Surroundings,
    drop: Drop,
    state: str,
    changes: Mapping[str, Any],
    loss: Loss,
) -> str:
    """Why a drop keeps its old judgement; '' where it takes the new one."""
    if drop.standing and state != VALIDATED and not drop.released:
        return f"it would be {state} now ({changes.get('reason', '')}); withdraw it if that is right"
    if loss is Loss.ACCEPTED or not drop.prefix or drop.state in (QUARANTINED, WITHDRAWN):
        return ""
    lost = _lost(con, home.validated.folder(drop.prefix), home.validated.folder(changes["prefix"]), drop.drop_id)
    if lost:
        return f"{lost} records that were accepted would be set aside now; onecrown rejudge {drop.dataset_name} to accept that"
    return ""


def _lost(con: duckdb.DuckDBPyConnection, old: Path, new: Path, drop_id: str) -> int:
    """How many accepted records of a drop its new judgement does not accept."""
    lost = 0
    for path in sorted(old.glob("*.parquet")):
        if path.stem in ("snapshots", "flags", "drift", "shifts"):
            continue
        said = f"WHERE _drop = {value(drop_id)} AND _rejects = ''"
        before = f"SELECT DISTINCT _key, _hash FROM read_parquet({files([path])}) {said}"
        after = new / path.name
        query = f"SELECT count(*) FROM ({before})"
        if after.exists():
            query = (
                f"SELECT count(*) FROM ({before} EXCEPT SELECT _key, _hash FROM read_parquet({files([after])}) {said})"
            )
        lost += int((con.execute(query).fetchone() or (0,))[0])
    return lost
