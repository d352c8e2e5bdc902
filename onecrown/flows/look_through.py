"""Delivered files are looked through for those who were erased, and scrubbed: each file once for each erasure.

A file's drop keeps its id, the digest of what was delivered, and notes how many records of which type went. What a crash
left half done is done again: a scrubbed file holds nothing more to scrub.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from onecrown.erasure_ports import BEGUN
from onecrown.errors import UnreadableDrop
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Delivery
from onecrown.receiving.erasure_marks import Marks
from onecrown.receiving.landing_key import meaning_of, parse_landing_key
from onecrown.receiving.scrubbing import scrubbed
from onecrown.receiving.sent import Sent


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look for in the files of a dataset, as of its newest erasure."""

    number: int
    marks: Marks


@dataclass(frozen=True, slots=True)
class Found:
    """How many records, by type, a delivered file holds of those who were erased."""

    delivery: Delivery
    counts: dict[str, int]


def wanted_by_dataset(home: Surroundings) -> dict[str, Wanted]:
    """What the ledger's erasures ask for; empty, after one look, where there are none."""
    marks: dict[str, set[str]] = {}
    newest: dict[str, int] = {}
    for erasure in home.ledger.erasures():
        marks.setdefault(erasure.dataset, set()).update(erasure.marks)
        newest[erasure.dataset] = erasure.number
    return {
        dataset: Wanted(newest[dataset], Marks(home.model.contracts[dataset], home.pseudonym_key, said))
        for dataset, said in marks.items()
        if dataset in home.model.contracts
    }


def look_through(home: Surroundings) -> None:
    """Scrub every delivered file that was not looked through for the newest erasure of its dataset."""
    wanted = wanted_by_dataset(home)
    if wanted:
        _look_through(home, home.ledger.deliveries(), wanted)


def look_through_drops(home: Surroundings, drop_ids: Collection[str]) -> None:
    """Scrub the delivered files of some drops in the same way, and look at no others."""
    wanted = wanted_by_dataset(home)
    if wanted:
        _look_through(home, [said for drop_id in drop_ids for said in home.ledger.deliveries_of(drop_id)], wanted)


def _look_through(home: Surroundings, deliveries: Sequence[Delivery], wanted: dict[str, Wanted]) -> None:
    clean: dict[int, list[str]] = {}
    with home.engine() as con:
        for delivery, dataset in _waiting(home, deliveries, wanted):
            if not _scrub(con, home, delivery, dataset, wanted[dataset]):
                clean.setdefault(wanted[dataset].number, []).append(delivery.delivery_id)
    for number, delivery_ids in clean.items():
        home.ledger.note_looked(delivery_ids, number)


def found_in_landing(home: Surroundings, dataset: str, marks: Marks) -> Iterator[Found]:
    """The delivered files of a dataset that hold something of those with some marks. Nothing is changed."""
    with home.engine() as con:
        for delivery in home.ledger.deliveries():
            if parse_landing_key(delivery.key).dataset_name == dataset:
                with home.scratch_folder() as scratch:
                    found = _scrubbed(con, home, delivery, dataset, marks, scratch)
                    if found is not None:
                        yield Found(delivery, found[1])


def _waiting(
    home: Surroundings, deliveries: Sequence[Delivery], wanted: dict[str, Wanted]
) -> Iterator[tuple[Delivery, str]]:
    of_dataset = [(delivery, parse_landing_key(delivery.key).dataset_name) for delivery in deliveries]
    waiting = [(d, dataset) for d, dataset in of_dataset if dataset in wanted and d.looked < wanted[dataset].number]
    for done, (delivery, dataset) in enumerate(waiting, 1):
        home.progress("look through", done, len(waiting))
        yield delivery, dataset


def _scrubbed(
    con: duckdb.DuckDBPyConnection, home: Surroundings, delivery: Delivery, dataset: str, marks: Marks, scratch: Path
) -> tuple[Path, dict[str, int]] | None:
    """What is to replace a delivered file, and the counts of what goes; None where it stays as it is."""
    if not delivery.bytes:
        return None  # empty; or set aside whole by a scan, and never read: landing refuses it to everybody
    path = home.landing.fetch(delivery.path)
    contract, key = home.model.contracts[dataset], parse_landing_key(delivery.key)
    if path is None:
        return None
    try:
        drop = Sent(delivery.drop_id, key, meaning_of(key, contract), path)
    except UnreadableDrop:
        return None  # set aside whole for its name, and never read
    found = scrubbed(con, contract, drop, marks, scratch, home.pseudonym_key)
    return (found.path, found.counts) if found else None


def _scrub(
    con: duckdb.DuckDBPyConnection, home: Surroundings, delivery: Delivery, dataset: str, wanted: Wanted
) -> bool:
    """Scrub a file; false where there is nothing to scrub. Its drop knows before the file changes."""
    with home.scratch_folder() as scratch:
        found = _scrubbed(con, home, delivery, dataset, wanted.marks, scratch)
        if found is None:
            return False
        path, counts = found
        _note(home, delivery, dataset, wanted.number, counts)
        home.landing.put_instead(delivery.path, path)
    home.ledger.note_looked([delivery.delivery_id], wanted.number)
    return True


def _note(home: Surroundings, delivery: Delivery, dataset: str, number: int, counts: dict[str, int]) -> None:
    """Tell the drop what went. A copy that was never looked through holds all that any erasure takes from it."""
    drop = home.ledger.drop(delivery.drop_id)
    assert drop is not None, "a delivery's drop is recorded with it"
    erased = {**(drop.erased if delivery.looked else {}), str(number): counts}
    noted = replace(drop, erased=erased)
    if noted.erased_counts == drop.erased_counts:
        return  # another copy of the same bytes
    leftovers = sorted({*drop.leftovers, drop.prefix, drop.standing} - {""})
    if leftovers:
        _begin_again(home, dataset)
    home.ledger.move(drop, drop.state, erased=erased, leftovers=leftovers)


def _begin_again(home: Surroundings, dataset: str) -> None:
    """What was judged before still holds them: the dataset's newest erasure is not done."""
    newest = [erasure for erasure in home.ledger.erasures() if erasure.dataset == dataset][-1]
    if newest.state != BEGUN:
        home.ledger.save_erasure(replace(newest, state=BEGUN, done_at=None))
