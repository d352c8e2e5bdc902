"""Arrival: from a put in the landing bucket to a judged drop, and the sweep that finds what no event brought."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from infra.code_packages import CodePackages
from infra.config import Environment, MalwareScan
from infra.parts.arrivals import Arrivals
from infra.parts.environment_stack import EnvironmentStack
from infra.parts.functions import FunctionSize, PackagedFunction
from infra.parts.job_roles import allow_receiving
from infra.parts.malware_scan import ScanOfLanding
from infra.parts.placement import Placement
from infra.parts.rights import READ, allow_listing, allow_objects
from infra.parts.suppliers import SupplierRole
from infra.stacks.merge import Merge
from infra.stacks.stateful import StatefulStacks

RECEIVING = FunctionSize(timeout=cdk.Duration.minutes(5), memory_megabytes=3008, scratch_gigabytes=4)
SWEEPING = FunctionSize(timeout=cdk.Duration.minutes(5), memory_megabytes=1024, scratch_gigabytes=1)
MESSAGES_AT_ONCE = 5
EVERY_QUARTER = cdk.Duration.minutes(15)


class Ingest(EnvironmentStack):
    """`receive_drop` behind a queue, `sweep` on a schedule, a role for each supplier."""

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        stateful: StatefulStacks,
        merge: Merge,
        packages: CodePackages,
        placement: Placement | None = None,
    ) -> None:
        super().__init__(scope, "ingest", environment=environment, description="Arrival, receiving, the sweep.")
        for needed in (stateful.storage, merge):
            self.add_stack_dependency(needed)
        self._held = stateful.held(self.addresses)
        self._code, self._placement = packages.functions, placement
        self.arrivals = Arrivals(
            self,
            addresses=self.addresses,
            key=self._held.results_key,
            function_timeout=RECEIVING.timeout,
            malware_scan=environment.malware_scan,
        )
        self.receive_drop = self._receive_drop()
        self.sweep = self._sweep()
        self.suppliers = [SupplierRole(self, supplier, held=self._held) for supplier in environment.suppliers]
        if environment.malware_scan is MalwareScan.ON:
            ScanOfLanding(self, held=self._held)
        self._say_all()

    def _function(self, name: str, size: FunctionSize) -> PackagedFunction:
        return PackagedFunction(
            self,
            name,
            held=self._held,
            size=size,
            code=self._code,
            queue_url=self.arrivals.queue.queue_url,
            log_days=self.config.log_days,
            placement=self._placement,
        )

    def _receive_drop(self) -> PackagedFunction:
        made = self._function("receive_drop", RECEIVING)
        allow_receiving(made.role, self._held)
        large = self.addresses.job_arn("receive_large_drop")
        made.role.add_to_policy(iam.PolicyStatement(actions=["glue:StartJobRun"], resources=[large]))
        made.function.add_event_source(
            sources.SqsEventSource(
                self.arrivals.queue,
                batch_size=MESSAGES_AT_ONCE,
                max_concurrency=self.config.receivers_at_once,
                report_batch_item_failures=True,
            )
        )
        return made

    def _sweep(self) -> PackagedFunction:
        made = self._function("sweep", SWEEPING)
        allow_objects(made.role, (*READ, "s3:GetObjectVersionTagging"), self.addresses, "landing")
        allow_listing(made.role, ("s3:ListBucket", "s3:ListBucketVersions"), self.addresses, "landing")
        self.arrivals.queue.grant(made.role, "sqs:SendMessage")
        self._held.results_key.grant(made.role, "kms:Decrypt", "kms:GenerateDataKey")
        events.Rule(
            self,
            "EveryQuarter",
            rule_name=self.addresses.name("sweep"),
            description="Every quarter of an hour.",
            schedule=events.Schedule.rate(EVERY_QUARTER),
            targets=[targets.LambdaFunction(made.function)],
        )
        return made

    def _say_all(self) -> None:
        self.say("ArrivalsQueue", self.arrivals.queue.queue_url, "What has arrived and is to be received")
        self.say("DeadLetters", self.arrivals.dead_letters.queue_url, "Arrivals that could not be received")
        self.say("Undeliverable", self.arrivals.undeliverable.queue_url, "Events that never reached the queue")
        self.say("ReceiveDropRole", self.receive_drop.role.role_arn, "The role of the function receive_drop")
        for supplier in self.suppliers:
            self.say(f"{supplier.node.id}Role", supplier.role.role_arn, f"Delivers {supplier.source}")
