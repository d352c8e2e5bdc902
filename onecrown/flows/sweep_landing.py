"""What events did not bring is found: files that nobody received, drops that a worker left, a merge that nobody woke; and
what has not come at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from onecrown.arrival_ports import Arrivals, Merge
from onecrown.flows.missing_deliveries import Missing, missing_deliveries
from onecrown.flows.pending_drops import pending_drops
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import FAILED, RECEIVED, Arrival

SETTLED = timedelta(minutes=10)  # what is younger may still be on its way through the queue
DAYS_BACK = timedelta(days=3)  # how far the sweeps between two whole ones look
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: arrivals that nobody knew, drops left half received, drops that wait for the merge.

    `oldest_pending_at` is when the first of those was judged. `missing` are the datasets of which the next delivery is late.
    """

    lost: int
    left: int
    pending: int
    oldest_pending_at: datetime | None = None
    missing: tuple[Missing, ...] = ()


def sweep_landing(
    home: Surroundings,
    arrivals: Arrivals,
    merge: Merge,
    settled: timedelta = SETTLED,
    reaching_back: timedelta | None = None,
) -> Swept:
    """Announce again what was lost or left for so long, and wake the merge where something waits for it.

    With `reaching_back` the ledger is asked about no older arrivals: what it knows of them a whole sweep has asked before.
    """
    until = home.now() - settled
    since = home.now() - reaching_back if reaching_back is not None else None
    lost = _announce(arrivals, _unknown(home, since, until))
    left = _announce(arrivals, _left(home, until))
    pending = pending_drops(home)
    if pending:
        merge.wake()
    judged = [drop.validated_at for drop in pending if drop.validated_at is not None]
    return Swept(lost, left, len(pending), min(judged, default=None), missing_deliveries(home))


def _announce(arrivals: Arrivals, found: Iterator[Arrival]) -> int:
    count = 0
    for arrival in found:
        arrivals.announce(arrival)
        count += 1
    return count


def _unknown(home: Surroundings, since: datetime | None, until: datetime) -> Iterator[Arrival]:
    """Arrivals that the ledger does not know, asked for page by page."""
    page: list[Arrival] = []
    for arrival in home.landing.arrivals():
        if arrival.arrived_at <= until and (since is None or arrival.arrived_at >= since):
            page.append(arrival)
        if len(page) == _PAGE:
            yield from _unknown_of(home, page)
            page = []
    yield from _unknown_of(home, page)


def _unknown_of(home: Surroundings, page: list[Arrival]) -> Iterator[Arrival]:
    known = home.ledger.known_deliveries([arrival.delivery_id for arrival in page])
    return (arrival for arrival in page if arrival.delivery_id not in known)


def _left(home: Surroundings, until: datetime) -> Iterator[Arrival]:
    """First deliveries of drops whose worker is gone: its claim has lapsed, or it never claimed them."""
    now = home.now()
    for drop in home.ledger.drops([RECEIVED, FAILED]):
        is_claimed = drop.claim_expires_at is not None and drop.claim_expires_at > now
        if not is_claimed and drop.received_at <= until:
            for delivery in home.ledger.deliveries_of(drop.drop_id)[:1]:
                yield home.landing.arrival(delivery.key, delivery.version)
