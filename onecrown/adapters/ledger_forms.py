"""How a ledger writes down what it remembers: JSON text, the same in every ledger."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from onecrown.decision_ports import PersonDecision
from onecrown.erasure_ports import Erasure
from onecrown.ports import Batch, Delivery, Drop

_TIMES = {
    "received_at",
    "validated_at",
    "merged_at",
    "claim_expires_at",
    "arrived_at",
    "started_at",
    "finished_at",
    "begun_at",
    "done_at",
    "decided_at",
}


def instant_text(moment: datetime) -> str:
    """An instant in UTC, to the microsecond: texts stand in the order of the instants."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def dumped(said: Drop | Delivery | Batch | Erasure | PersonDecision) -> str:
    """What is remembered, as JSON."""
    values = {f.name: getattr(said, f.name) for f in fields(said)}
    return json.dumps(
        {key: instant_text(value) if isinstance(value, datetime) else value for key, value in values.items()}
    )


def loaded_drop(said: str) -> Drop:
    """A drop from its JSON."""
    return Drop(**_known(Drop, _loaded(said)))


def loaded_delivery(said: str) -> Delivery:
    """A delivery from its JSON."""
    return Delivery(**_loaded(said))


def loaded_batch(said: str) -> Batch:
    """A batch from its JSON."""
    values = _known(Batch, _loaded(said))
    return Batch(**{**values, "drop_ids": tuple(values["drop_ids"])})


def loaded_erasure(said: str) -> Erasure:
    """An erasure from its JSON."""
    values = _loaded(said)
    return Erasure(**{**values, "marks": tuple(values["marks"])})


def loaded_person_decision(said: str) -> PersonDecision:
    """A decision on two persons from its JSON."""
    return PersonDecision(**_loaded(said))


def _known(kind: type[Drop | Batch], values: dict[str, Any]) -> dict[str, Any]:
    """Without what a later version wrote: after a deployment was rolled back its items are read by the one before."""
    names = {f.name for f in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def _loaded(said: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(said)
    return {
        key: datetime.fromisoformat(value) if key in _TIMES and value is not None else value
        for key, value in values.items()
    }
