"""Which datasets have sent nothing for longer than their contracts allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from onecrown.definitions.rhythm import late_at
from onecrown.flows.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Missing:
    """A dataset whose next delivery is late: when the last one came, and since when it is late."""

    dataset: str
    last_at: datetime
    late_at: datetime


def missing_deliveries(home: Surroundings) -> tuple[Missing, ...]:
    """Every dataset that is late now, by name. One that has never sent anything is not missed yet."""
    return tuple(sorted(_missing(home), key=lambda missing: missing.dataset))


def _missing(home: Surroundings) -> Iterator[Missing]:
    now = home.now()
    for dataset, last_at in home.ledger.latest_arrivals().items():
        contract = home.model.contracts.get(dataset)
        late = late_at(contract, last_at) if contract else None
        if late is not None and late < now:
            yield Missing(dataset, last_at, late)
