"""What a batch took: how long its drops waited, and for what, and what the compute costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate, pairwise

from onecrown.compute_costs import PRICES, Usage
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import WITHDRAWN, Batch, Drop


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds from a drop's arrival to its rows, by what it waited for: they add up to `whole`.

    Being received; the merge's being asked for (the window); the merge's start, a batch before this one included; its work.
    """

    receive: float
    window: float
    start: float
    work: float

    @property
    def whole(self) -> float:
        """All of it."""
        return self.receive + self.window + self.start + self.work


def delay_of(drop: Drop, asked_at: datetime | None, begun_at: datetime, finished_at: datetime) -> Delay:
    """The delay of one drop in a batch that began and was finished then. Clocks of several machines may differ a little.

    Without `asked_at` nobody waited for a start: all until the batch began was the window.
    """
    judged_at = drop.validated_at or drop.received_at
    moments = accumulate((drop.received_at, judged_at, asked_at or begun_at, begun_at, finished_at), max)
    return Delay(*((later - earlier).total_seconds() for earlier, later in pairwise(moments)))


def with_figures(home: Surroundings, batch: Batch, drops: Sequence[Drop], finished_at: datetime) -> Batch:
    """A batch with what it took until now, for its row and for the ledger. `drops` are as the batch found them."""
    new = list(_first_merged(drops))
    delays = [delay_of(drop, home.meter.asked_at, batch.started_at, finished_at) for drop in new]
    usage = sum((Usage(drop.gigabyte_seconds, drop.dpu_seconds) for drop in new), home.meter.read(finished_at))
    priced = replace(batch, gigabyte_seconds=usage.gigabyte_seconds, dpu_seconds=usage.dpu_seconds)
    if usage != Usage():
        priced = replace(priced, cost_usd=usage.dollars(), priced_on=PRICES.noted_on.isoformat())
    return _delayed(priced, max(delays, key=lambda delay: delay.whole)) if delays else priced


def _first_merged(drops: Sequence[Drop]) -> Iterator[Drop]:
    """Drops that come in for the first time, and that waited for no person."""
    for drop in drops:
        if drop.merged_at is None and not drop.released and drop.state != WITHDRAWN:
            yield drop


def _delayed(batch: Batch, delay: Delay) -> Batch:
    return replace(
        batch,
        delay_seconds=delay.whole,
        receive_seconds=delay.receive,
        window_seconds=delay.window,
        start_seconds=delay.start,
        work_seconds=delay.work,
    )
