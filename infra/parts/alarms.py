"""The alarms as a table: what is measured, when it is too much, and whether it pages somebody or sends mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.addresses import Addresses
from infra.code_packages import FUNCTIONS, JOBS
from infra.config import Environment
from onecrown.definitions.contracts import Contract
from onecrown.definitions.rhythm import rhythm_in_words

NAMESPACE = "OneCrown"
QUARTER, HOUR, DAY = 15, 60, 24 * 60
DAYS_OF_MONTH = 30


class Urgency(StrEnum):
    """Whom an alarm reaches."""

    PAGE = "page"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A metric: `service` is the function or job that emits one of our own, '' of AWS's."""

    name: str
    service: str = ""
    namespace: str = NAMESPACE
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str = "Maximum"

    def metric(self, environment: str, minutes: int) -> cloudwatch.Metric:
        """The metric of an environment, over periods of so many minutes."""
        own = {"environment": environment, "service": self.service} if self.service else {}
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=self.name,
            dimensions_map={**own, **self.dimensions},
            statistic=self.statistic,
            period=cdk.Duration.minutes(minutes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """One alarm: `figure` over `minutes` above `above`. With `share_of` it is the share of that figure, with `plus` the sum.

    `needs_data` is for a heartbeat: silence is the fault.
    """

    name: str
    says: str
    figure: Figure
    above: float
    urgency: Urgency
    minutes: int = QUARTER
    share_of: Figure | None = None
    plus: tuple[Figure, ...] = ()
    needs_data: bool = False


_SHARE_QUARANTINED = 0.05


def alarm_rules(
    environment: Environment, addresses: Addresses, workgroups: Mapping[str, str], contracts: Iterable[Contract]
) -> tuple[AlarmRule, ...]:
    """Every alarm of an environment."""
    mails = (*_mails(addresses), *_missing(contracts), _costly(environment), *_cutoffs(workgroups))
    return (*_pages(environment, addresses), *mails)


def _pages(environment: Environment, addresses: Addresses) -> Iterator[AlarmRule]:
    for queue in ("arrivals-dead-letters", "arrivals-undeliverable"):
        letters = Figure(
            name="ApproximateNumberOfMessagesVisible",
            namespace="AWS/SQS",
            dimensions={"QueueName": addresses.name(queue)},
        )
        yield _page(
            queue,
            "Letters are dead: our bug or an outage. docs/how-to/dead-letter.md says what to do.",
            letters,
            0,
            minutes=5,
        )
    patience = 2 * environment.merge_window_seconds + 30 * 60
    pending = Figure(name="OldestPendingSeconds", service="sweep")
    yield _page("pending-too-long", "A judged drop has waited over two windows and half an hour.", pending, patience)
    lease = Figure(name="LeaseHeldSeconds", service="sweep")
    yield _page("lease-held-too-long", "One merge has held the lease for over an hour.", lease, 3600)
    books = Figure(name="BooksUnbalanced", service="merge_drops", statistic="Sum")
    yield _page("books-unbalanced", "A merged drop's books do not balance: trust no figure from it.", books, 0)
    yield AlarmRule(
        name="sweep-silent",
        says="The sweep has not ended for three quarters of an hour.",
        figure=Figure(name="SweepHeartbeat", service="sweep", statistic="Sum"),
        above=0,
        urgency=Urgency.PAGE,
        minutes=45,
        needs_data=True,
    )


def _mails(addresses: Addresses) -> Iterator[AlarmRule]:
    yield _quarantined("quarantine-share", "receive_drop", "Over a twentieth of an hour's records were set aside.")
    large = "Over a twentieth of the records of an hour's large drops were set aside."
    yield _quarantined("quarantine-share-of-large-drops", "receive_large_drop", large)
    lost = Figure(name="LostArrivals", service="sweep", statistic="Sum")
    yield _mail("arrivals-lost", "The sweep found arrivals that no event had brought.", lost, 0)
    redone = Figure(name="MergesRedone", service="merge_drops", statistic="Sum")
    yield _mail("merges-redone", "Merges are redone over and over: two writers?", redone, 10, minutes=HOUR)
    refused = Figure(name="MaintenanceRefused", service="maintain_tables", statistic="Sum")
    yield _mail("expiry-overdue", "Maintenance refused to expire what was due.", refused, 0, minutes=DAY)
    failed = Figure(
        name="ExecutionsFailed",
        namespace="AWS/States",
        dimensions={"StateMachineArn": addresses.merge_machine},
        statistic="Sum",
    )
    yield _mail("merges-failed", "A merge failed for good; the sweep wakes the next.", failed, 0)
    yield from _throttles(addresses)


def _missing(contracts: Iterable[Contract]) -> Iterator[AlarmRule]:
    """An alarm for each dataset that has a rhythm: its mail names it, and its figure says for how long."""
    for contract in contracts:
        if contract.late_after_hours:
            named = {"dataset": contract.name}
            silent = Figure(name="HoursWithoutDelivery", service="sweep", dimensions=named)
            yield _mail(
                f"missing-{contract.name.replace('/', '-')}",
                f"Nothing of {contract.name} has come for longer than its contract allows ({rhythm_in_words(contract)}). "
                "The figure is the hours since the last delivery. docs/how-to/missing-delivery.md says what to do.",
                silent,
                0,
                minutes=HOUR,
            )


def _costly(environment: Environment) -> AlarmRule:
    """The pipeline's own cost: each function and job tells what it itself is billed for."""
    first, *others = (Figure(name="CostDollars", service=service, statistic="Sum") for service in (*FUNCTIONS, *JOBS))
    return AlarmRule(
        name="costly-day",
        says="Functions and jobs have cost more in a day than a day's part of the monthly budget.",
        figure=first,
        plus=tuple(others),
        above=environment.monthly_budget / DAYS_OF_MONTH,
        urgency=Urgency.MAIL,
        minutes=DAY,
    )


def _throttles(addresses: Addresses) -> Iterator[AlarmRule]:
    table = {"TableName": addresses.name("ledger")}
    for kind in ("ReadThrottleEvents", "WriteThrottleEvents"):
        figure = Figure(name=kind, namespace="AWS/DynamoDB", dimensions=table, statistic="Sum")
        yield _mail(f"ledger-{kind.split('T')[0].lower()}-throttled", "The ledger's table throttles.", figure, 0)
    for function in FUNCTIONS:
        named = {"FunctionName": addresses.name(function)}
        figure = Figure(name="Throttles", namespace="AWS/Lambda", dimensions=named, statistic="Sum")
        yield _mail(f"{function}-throttled", "The account's functions are at their limit.", figure, 0)


def _cutoffs(workgroups: Mapping[str, str]) -> Iterator[AlarmRule]:
    """Athena cancels a query that passes its workgroup's limit; people cancel too, so more than a few are needed."""
    for audience, name in workgroups.items():
        figure = Figure(
            name="TotalExecutionTime",
            namespace="AWS/Athena",
            dimensions={"WorkGroup": name, "QueryState": "CANCELLED", "QueryType": "DML"},
            statistic="SampleCount",
        )
        yield _mail(
            f"{audience}-queries-cut-off",
            "Many queries were cancelled: is the scan limit met?",
            figure,
            5,
            minutes=HOUR,
        )


def _quarantined(name: str, service: str, says: str) -> AlarmRule:
    return AlarmRule(
        name=name,
        says=says,
        figure=Figure(name="RecordsQuarantined", service=service, statistic="Sum"),
        share_of=Figure(name="RecordsRead", service=service, statistic="Sum"),
        above=_SHARE_QUARANTINED,
        urgency=Urgency.MAIL,
        minutes=HOUR,
    )


def _page(name: str, says: str, figure: Figure, above: float, minutes: int = QUARTER) -> AlarmRule:
    return AlarmRule(name=name, says=says, figure=figure, above=above, urgency=Urgency.PAGE, minutes=minutes)


def _mail(name: str, says: str, figure: Figure, above: float, minutes: int = QUARTER) -> AlarmRule:
    return AlarmRule(name=name, says=says, figure=figure, above=above, urgency=Urgency.MAIL, minutes=minutes)
