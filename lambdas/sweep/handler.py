"""Every quarter of an hour: arrivals that no event brought are announced, a merge that nobody woke is woken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from onecrown.adapters.aws.job_metrics import NAMESPACE
from onecrown.deployed.place import Place, warm_place
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
    settled = timedelta(seconds=float(event.get("settled_seconds", SETTLED.total_seconds())))
    whole = bool(event.get("whole", here.home.now().hour == WHOLE_AT_HOUR))
    done = sweep_landing(here.home, here.arrivals, here.destinations.merge, settled, None if whole else DAYS_BACK)
    _tell(done, here)
    return {"lost": done.lost, "left": done.left, "pending": done.pending}


def _tell(done: Swept, here: Place) -> None:
    logger.info("swept", extra={"lost": done.lost, "left": done.left, "pending": done.pending})
    now, merge = here.home.now(), here.destinations.merge
    metrics.add_metric("SweepHeartbeat", MetricUnit.Count, 1)
    metrics.add_metric("LostArrivals", MetricUnit.Count, done.lost)
    metrics.add_metric("OldestPendingSeconds", MetricUnit.Seconds, _seconds(done.oldest_pending_at, now))
    metrics.add_metric("LeaseHeldSeconds", MetricUnit.Seconds, _seconds(merge.held_since(), now))


def _seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0
