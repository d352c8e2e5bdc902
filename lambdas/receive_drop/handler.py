"""Messages of the arrivals queue, received together where they are small; what fails is sent again, alone, and stops no other."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
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
from onecrown.deployed.meters import function_meter
from onecrown.deployed.place import Place, warm_place
from onecrown.errors import OneCrownError, StorageError
from onecrown.flows.receive_drop import Outcome, Received, receive_drop, receive_together, refuse_unsafe
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Arrival, Drop

logger = Logger(service="receive_drop")
metrics = Metrics(namespace=NAMESPACE, service="receive_drop")
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
_COUNTED = ("read", "accepted", "quarantined", "flagged")


class TimeIsShort(OneCrownError):
    """Less than a third of the function's time is left: the message goes back to the queue."""


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Receive a batch of messages; give those that are to be sent again.

    Its worker is new: a drop that this very process failed on before may be tried again.
    """
    here, whole = warm_place(), context.get_remaining_time_in_millis()
    metrics.set_default_dimensions(environment=here.settings.environment)
    meter = function_meter(here.home.now())
    home = replace(here.home, worker=uuid.uuid4().hex, meter=function_meter(here.home.now()))
    received = _received_together(event, home, here, context)

    def receive(record: SQSRecord) -> None:
        logger.set_correlation_id(record.message_id)
        if record.body in received:
            _settle(received.pop(record.body))  # the same event once more is received alone, and is a duplicate
            return
        if context.get_remaining_time_in_millis() * 3 < whole:
            raise TimeIsShort("too little time is left for another message; it is sent again")
        _receive(record, home, here)

    answer = process_partial_response(event, receive, processor, context)
    metrics.add_metric("CostDollars", MetricUnit.NoUnit, meter.read(here.home.now()).dollars())
    return answer


def _received_together(
    event: dict[str, Any], home: Surroundings, here: Place, context: LambdaContext
) -> dict[str, Received]:
    """What became of small arrivals that were received in one go, by their messages' bodies.

    Where that fails, whatever the reason, nothing is given, and each is received alone: so one that is poison fails alone.
    """
    done: dict[str, Received] = {}

    def receive_all(record: SQSRecord) -> None:  # noqa: ARG001 - Powertools passes it by this name
        arrivals = _arrivals(event["Records"], home)
        received = receive_together(home, list(arrivals.values()), here.destinations)
        done.update((body, received[one.delivery_id]) for body, one in arrivals.items() if one.delivery_id in received)

    if len(event["Records"]) > 1:
        process_partial_response({"Records": event["Records"][:1]}, receive_all, processor, context)
    return done


def _arrivals(records: Sequence[dict[str, Any]], home: Surroundings) -> dict[str, Arrival]:
    """The arrivals that messages tell of by their bodies, each arrival once: what is unsafe, or no event, is received alone."""
    found: dict[str, Arrival] = {}
    for record in records:
        try:
            event = read_event(record["body"])
        except StorageError:
            continue
        if not (event.is_unsafe or _is_no_arrival(event)):
            arrival = home.landing.arrival(event.key, event.version)
            arrival = replace(arrival, bytes=event.size or arrival.bytes)  # a scan's event tells no size
            if arrival.delivery_id not in {one.delivery_id for one in found.values()}:
                found[record["body"]] = arrival
    return found


def _is_no_arrival(event: ArrivalEvent) -> bool:
    """A folder marker, or what an erasure left of a file."""
    return event.key.endswith("/") or event.key.startswith(SCRUBBED)


def _settle(received: Received) -> None:
    if received.fault:
        logger.error("not received", extra={"fault": StorageError.__name__, "said": received.fault})
        raise StorageError(received.fault)
    _tell(received.outcome, received.drop)


def _receive(record: SQSRecord, home: Surroundings, here: Place) -> None:
    """One message alone."""
    event = read_event(record.body)
    if _is_no_arrival(event):
        return
    try:
        outcome, drop = _received(event, home, here)
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
    return receive_drop(home, arrival, event.size or arrival.bytes, here.destinations)


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
