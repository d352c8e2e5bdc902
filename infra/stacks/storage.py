"""The buckets. Nothing in them that is data of record ever expires by age: only what can be made again does."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import Environment, MalwareScan
from infra.parts.buckets import access_logs_bucket, closed_bucket, keep_versions, resource_of
from infra.parts.copies import CopiedBuckets, copy_addresses
from infra.parts.environment_stack import EnvironmentStack
from infra.parts.job_roles import SCRUBBED
from infra.stacks.keys import Keys

_RESULTS = s3.LifecycleRule(id="results-of-queries", expiration=cdk.Duration.days(30))


class Storage(EnvironmentStack):
    """One bucket for each kind of file: `landing`, `validated`, `quarantine`, `warehouse`, `results`, `outbox`, `releases`.

    Landing and releases keep versions: elsewhere an erasure would leave the old ones behind, and tables have snapshots of their own.
    """

    def __init__(self, scope: Construct, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, "storage", environment=environment, description="The buckets.")
        self.add_stack_dependency(keys)
        self.access_logs = access_logs_bucket(self, name=self.addresses.bucket("access-logs"), removal=self.removal)
        self.landing = self._bucket("landing", keys.landing)
        self.validated = self._bucket("validated", keys.lake)
        self.quarantine = self._bucket("quarantine", keys.lake)
        self.warehouse = self._bucket("warehouse", keys.lake)
        self.results = self._bucket("results", keys.results, rules=[_RESULTS])
        self.outbox = self._bucket("outbox", keys.landing)
        self.releases = self._bucket("releases", keys.results)  # whom they are for may use no other key
        for bucket in (self.landing, self.releases):
            keep_versions(bucket)
        _announce(self.landing)
        if environment.malware_scan is MalwareScan.ON:
            self._close_until_scanned()
        if environment.copies_to:
            self._copy(keys)
        held = (self.landing, self.validated, self.quarantine, self.warehouse, self.results, self.outbox, self.releases)
        for bucket in held:
            self.say(f"{bucket.node.id}Bucket", bucket.bucket_name, f"The {bucket.node.id.lower()} bucket")

    def _bucket(self, thing: str, key: kms.IKey, *, rules: Sequence[s3.LifecycleRule] = ()) -> s3.Bucket:
        return closed_bucket(
            self,
            thing,
            name=self.addresses.bucket(thing),
            key=key,
            logs=self.access_logs,
            removal=self.removal,
            rules=rules,
        )

    def _copy(self, keys: Keys) -> None:
        CopiedBuckets(
            self,
            buckets={"landing": self.landing, "releases": self.releases},
            keys=[keys.landing, keys.results],
            here=self.addresses,
            to=copy_addresses(self.config),
        )

    def _close_until_scanned(self) -> None:
        """Nobody reads what GuardDuty has not found clean, whatever brings them there.

        What an erasure leaves of a clean file is read at once, before anything has scanned it: only our own roles put there.
        """
        clean = {"s3:ExistingObjectTag/GuardDutyMalwareScanStatus": "NO_THREATS_FOUND"}
        scanner = f"arn:aws:iam::{self.account}:role/{self.addresses.name('malware-scan')}"
        self.landing.add_to_resource_policy(
            iam.PolicyStatement(
                sid="NotBeforeItIsScanned",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                not_resources=[self.landing.arn_for_objects(f"{SCRUBBED}*")],
                conditions={"StringNotEquals": clean, "ArnNotEquals": {"aws:PrincipalArn": scanner}},
            )
        )


def _announce(landing: s3.Bucket) -> None:
    """Send the bucket's events to EventBridge: CDK's own switch would add a function of its own to the stack."""
    switch = "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled"
    resource_of(landing).add_property_override(switch, True)
