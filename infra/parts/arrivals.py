"""From an object in the landing bucket to a message in a queue. What cannot be received, or queued, waits in a dead-letter queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.addresses import Addresses
from infra.config import MalwareScan
from infra.parts.reasons import excuse

LARGEST_RECEIVES = 5
_TWO_WEEKS = cdk.Duration.days(14)
_SCANNED_AS_PUT = (
    """{"detail":{"bucket":{"name":<bucket>},"object":{"key":<key>,"version-id":<version>},"scan":<scan>}}"""
)


class Arrivals(Construct):
    """`queue` with `dead_letters`, and `undeliverable` for events that never reached the queue."""

    def __init__(
        self,
        scope: Construct,
        *,
        addresses: Addresses,
        key: kms.IKey,
        function_timeout: cdk.Duration,
        malware_scan: MalwareScan,
    ) -> None:
        super().__init__(scope, "Arrivals")
        self._addresses, self._key = addresses, key
        self.dead_letters = self._letters("DeadLetters", "arrivals-dead-letters")
        self.undeliverable = self._letters("Undeliverable", "arrivals-undeliverable")
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=addresses.name("arrivals"),
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=_TWO_WEEKS,
            visibility_timeout=cdk.Duration.seconds(6 * function_timeout.to_seconds()),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=LARGEST_RECEIVES),
        )
        self._rule(malware_scan)

    def _letters(self, construct_id: str, thing: str) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            construct_id,
            queue_name=self._addresses.name(thing),
            encryption_master_key=self._key,
            enforce_ssl=True,
            retention_period=_TWO_WEEKS,
        )
        excuse(queue, "AwsSolutions-SQS3", "This is itself a queue of dead letters: an alarm pages when it holds any.")
        return queue

    def _rule(self, malware_scan: MalwareScan) -> None:
        """EventBridge's own construct would let every rule into an encrypted queue: this lets in one."""
        name = self._addresses.name("arrivals")
        is_scanned = malware_scan is MalwareScan.ON
        bucket = self._addresses.bucket("landing")
        events.CfnRule(
            self,
            "Rule",
            name=name,
            description="Objects put into the landing bucket, but for the markers of folders.",
            event_pattern=scanned_pattern(bucket) if is_scanned else put_pattern(bucket),
            targets=[self._target(is_scanned)],
        )
        for queue in (self.queue, self.undeliverable):
            self._let_in(queue, self._addresses.arn("events", f"rule/{name}"))

    def _target(self, is_scanned: bool) -> events.CfnRule.TargetProperty:
        transformed = events.CfnRule.InputTransformerProperty(
            input_paths_map={
                "bucket": "$.detail.s3ObjectDetails.bucketName",
                "key": "$.detail.s3ObjectDetails.objectKey",
                "version": "$.detail.s3ObjectDetails.versionId",
                "scan": "$.detail.scanResultDetails.scanResultStatus",
            },
            input_template=_SCANNED_AS_PUT,
        )
        return events.CfnRule.TargetProperty(
            id="arrivals",
            arn=self.queue.queue_arn,
            dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self.undeliverable.queue_arn),
            retry_policy=events.CfnRule.RetryPolicyProperty(
                maximum_event_age_in_seconds=86400, maximum_retry_attempts=185
            ),
            input_transformer=transformed if is_scanned else None,
        )

    def _let_in(self, queue: sqs.Queue, rule: str) -> None:
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rule}},
            )
        )


_NO_FOLDER = {"anything-but": {"suffix": "/"}}


def put_pattern(bucket: str) -> Mapping[str, Any]:
    """S3's own events. A key that ends in `/` is a folder's marker; an empty file is a delivery like any other."""
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [_NO_FOLDER]}},
    }


def scanned_pattern(bucket: str) -> Mapping[str, Any]:
    """GuardDuty's verdicts, good and bad: what is not clean is set aside whole by whom it reaches."""
    return {
        "source": ["aws.guardduty"],
        "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
        "detail": {"s3ObjectDetails": {"bucketName": [bucket], "objectKey": [_NO_FOLDER]}},
    }
