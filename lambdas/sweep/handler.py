"""Every quarter of an hour: arrivals that no event brought are announced, a merge that nobody woke is woken, datasets that
are late are told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from onecrown.adapters.aws.job_metrics import NAMESPACE
from onecrown.deployed.meters import function_meter
from onecrown.deployed.place import Place, warm_place
from onecrown.flows.missing_deliveries import Missing
from onecrown.flows.sweep_landing import DAYS_BACK, SETTLED, Swept, sweep_landing

logger = Logger(service="sweep")
metrics = Metrics(namespace=NAMESPACE, service="sweep")
WHOLE_AT_HOUR = 2  # UTC, when little arrives


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001 - Lambda passes it
    """Sweep: once a night the whole of landing, else the last days of it.

    In an event that a person sends, `whole` asks for all of it, and `settled_seconds` says how old an arrival has to be.
    """
    here = warm_place()
    metrics.set_default_dimensions(environment=here.settings.environment)
    meter = function_meter(here.home.now())
    settled = timedelta(seconds=float(event.get("settled_seconds", SETTLED.total_seconds())))
    whole = bool(event.get("whole", here.home.now().hour == WHOLE_AT_HOUR))
    done = sweep_landing(here.home, here.arrivals, here.destinations.merge, settled, None if whole else DAYS_BACK)
    _tell(done, here)
    _tell_missing(done.missing, here)
    metrics.add_metric("CostDollars", MetricUnit.NoUnit, meter.read(here.home.now()).dollars())
    return {"lost": done.lost, "left": done.left, "pending": done.pending, "missing": len(done.missing)}


def _tell(done: Swept, here: Place) -> None:
    logger.info("swept", extra={"lost": done.lost, "left": done.left, "pending": done.pending})
    now, merge = here.home.now(), here.destinations.merge
    metrics.add_metric("SweepHeartbeat", MetricUnit.Count, 1)
    metrics.add_metric("LostArrivals", MetricUnit.Count, done.lost)
    metrics.add_metric("OldestPendingSeconds", MetricUnit.Seconds, _seconds(done.oldest_pending_at, now))
    metrics.add_metric("LeaseHeldSeconds", MetricUnit.Seconds, _seconds(merge.held_since(), now))


def _tell_missing(missing: Sequence[Missing], here: Place) -> None:
    """Each dataset has an alarm of its own, so that its mail names it; those in time are silent, as a figure costs by the hour."""
    metrics.add_metric("MissingDeliveries", MetricUnit.Count, len(missing))
    if missing:
        since = {one.dataset: one.last_at.isoformat(timespec="seconds") for one in missing}
        logger.warning("deliveries are missing", extra={"last_delivery_at": since})
    for one in missing:
        hours = _seconds(one.last_at, here.home.now()) / 3600
        with single_metric("HoursWithoutDelivery", MetricUnit.NoUnit, hours, namespace=NAMESPACE) as figure:
            figure.add_dimension("environment", here.settings.environment)
            figure.add_dimension("service", "sweep")
            figure.add_dimension("dataset", one.dataset)


def _seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0
