"""Which drop an arrival is: by its meaning and content, whatever its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onecrown.errors import StorageError, UnreadableDrop
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import RECEIVED, Arrival, Drop
from onecrown.receiving.expansion import CHUNK_BYTES
from onecrown.receiving.landing_key import LandingKey, drop_hash, meaning_of, parse_landing_key


@dataclass(frozen=True, slots=True)
class Identified:
    """An arrival, the drop that it is, and why it cannot be read, if so."""

    arrival: Arrival
    key: LandingKey
    drop: Drop
    fault: UnreadableDrop | None


def identify(home: Surroundings, arrival: Arrival) -> Identified:
    """An arrival by its content."""
    return identified(home, arrival, by_content)


def identified(
    home: Surroundings, arrival: Arrival, hashed: Callable[[Surroundings, Arrival, Any], tuple[str, int]]
) -> Identified:
    """An arrival whose drop id is worked out in a given way, with what may be wrong with its key."""
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
    drop_id, size = hashed(home, arrival, drop_hash(key.dataset_name, meaning, parts))
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


def fetched(home: Surroundings, arrival: Arrival) -> Path:
    """A file of this machine with what arrived."""
    path = home.landing.fetch(arrival.path)
    if path is None:
        raise StorageError("a delivered file is gone; deliver it again, or check who may remove files from landing")
    return path


def by_content(home: Surroundings, arrival: Arrival, digest: Any) -> tuple[str, int]:
    """A drop's id and bytes."""
    size = 0
    try:
        with fetched(home, arrival).open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise StorageError(f"a delivered file cannot be read: {error.strerror}; check the home's rights") from error
    return digest.hexdigest(), size


def by_place(_home: Surroundings, arrival: Arrival, digest: Any) -> tuple[str, int]:
    """A drop's id by its key and version alone, where its bytes must not be read."""
    digest.update(arrival.delivery_id.encode())
    return digest.hexdigest(), 0
