"""Messages of the arrivals queue, each received on its own: what fails is sent again, alone, and stops no other."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from onecrown.adapters.aws.arrivals_queue import ArrivalEvent, read_event
from onecrown.adapters.aws.job_metrics import NAMESPACE
from onecrown.adapters.aws.s3_landing import SCRUBBED, unread_arrival
from onecrown.deployed.place import Place, warm_place
from onecrown.errors import OneCrownError
from onecrown.flows.receive_drop import Outcome, receive_drop, refuse_unsafe
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Drop

logger = Logger(service="receive_drop")
metrics = Metrics(namespace=NAMESPACE, service="receive_drop")
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
_COUNTED = ("read", "accepted", "quarantined", "flagged")


class TimeIsShort(OneCrownError):
    """Less than a third of the function's time is left: the message goes back to the queue."""


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Receive a batch of messages; give those that are to be sent again."""
    metrics.set_default_dimensions(environment=warm_place().settings.environment)
    whole = context.get_remaining_time_in_millis()

    def receive(record: SQSRecord) -> None:
        if context.get_remaining_time_in_millis() * 3 < whole:
            raise TimeIsShort("too little time is left for another message; it is sent again")
        _receive(record)

    return process_partial_response(event, receive, processor, context)


def _receive(record: SQSRecord) -> None:
    """One message. Its worker is new: a drop that this very process failed on before may be tried again."""
    event = read_event(record.body)
    if event.key.endswith("/") or event.key.startswith(SCRUBBED):
        return  # a folder marker, or what an erasure left of a file
    home = replace(warm_place().home, worker=uuid.uuid4().hex)
    logger.set_correlation_id(record.message_id)
    try:
        outcome, drop = _received(event, home, warm_place())
    except OneCrownError as error:
        logger.error("not received", extra={"fault": type(error).__name__, "said": str(error)})
        raise
    _tell(outcome, drop)


def _received(event: ArrivalEvent, home: Surroundings, here: Place) -> tuple[Outcome, Drop | None]:
    """Landing is not asked about what a scan did not find safe: its policy closes that to everybody, with all about it."""
    if event.is_unsafe:
        unread = unread_arrival(here.settings.landing_bucket, event.key, event.version, home.now())
        return refuse_unsafe(home, unread, here.destinations)
    arrival = home.landing.arrival(event.key, event.version)
    return receive_drop(home, arrival, event.size or arrival.bytes, here.destinations)  # a scan's event tells no size


def _tell(outcome: Outcome, drop: Drop | None) -> None:
    """Names, states and counts; never a value of a record."""
    metrics.add_metric("Arrivals", MetricUnit.Count, 1)
    if drop is None:
        logger.info("arrival", extra={"outcome": outcome.value})
        return
    logger.set_correlation_id(drop.drop_id)
    counts = {name: drop.total(name) for name in _COUNTED}
    logger.info(
        "arrival",
        extra={"outcome": outcome.value, "dataset": drop.dataset_name, "state": drop.state, "counts": counts},
    )
    metrics.add_metric("RecordsRead", MetricUnit.Count, counts["read"])
    metrics.add_metric("RecordsQuarantined", MetricUnit.Count, counts["quarantined"])
