"""The buckets. Nothing in them that is data of record ever expires by age: only what can be made again does."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import Environment, MalwareScan
from infra.parts.environment_stack import EnvironmentStack
from infra.parts.job_roles import SCRUBBED
from infra.parts.reasons import excuse
from infra.stacks.keys import Keys

_UNFINISHED = s3.LifecycleRule(id="unfinished-uploads", abort_incomplete_multipart_upload_after=cdk.Duration.days(7))
_RESULTS = s3.LifecycleRule(id="results-of-queries", expiration=cdk.Duration.days(30))


class Storage(EnvironmentStack):
    """One bucket for each kind of file: `landing`, `validated`, `quarantine`, `warehouse`, `results`, `outbox`.

    Only landing keeps versions: elsewhere an erasure would leave the old ones behind, and tables have snapshots of their own.
    """

    def __init__(self, scope: Construct, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, "storage", environment=environment, description="The buckets.")
        self.add_stack_dependency(keys)
        self.access_logs = self._access_logs()
        self.landing = self._bucket("landing", keys.landing)
        self.validated = self._bucket("validated", keys.lake)
        self.quarantine = self._bucket("quarantine", keys.lake)
        self.warehouse = self._bucket("warehouse", keys.lake)
        self.results = self._bucket("results", keys.results, rules=[_RESULTS])
        self.outbox = self._bucket("outbox", keys.landing)
        _keep_versions(self.landing)
        _announce(self.landing)
        if environment.malware_scan is MalwareScan.ON:
            self._close_until_scanned()
        for bucket in (self.landing, self.validated, self.quarantine, self.warehouse, self.results, self.outbox):
            self.say(f"{bucket.node.id}Bucket", bucket.bucket_name, f"The {bucket.node.id.lower()} bucket")

    def _bucket(self, thing: str, key: kms.IKey, *, rules: Sequence[s3.LifecycleRule] = ()) -> s3.Bucket:
        return s3.Bucket(
            self,
            thing.capitalize(),
            bucket_name=self.addresses.bucket(thing),
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{thing}/",
            lifecycle_rules=[_UNFINISHED, *rules],
            removal_policy=self.removal,
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

    def _access_logs(self) -> s3.Bucket:
        """S3 delivers access logs only into a bucket under its own key."""
        bucket = s3.Bucket(
            self,
            "AccessLogs",
            bucket_name=self.addresses.bucket("access-logs"),
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[_UNFINISHED, s3.LifecycleRule(id="old-logs", expiration=cdk.Duration.days(400))],
            removal_policy=self.removal,
        )
        excuse(bucket, "AwsSolutions-S1", "This is where access logs go: logging its own access would never end.")
        return bucket


def _keep_versions(landing: s3.Bucket) -> None:
    """A second body under one key is another version, never a replacement."""
    enabled = s3.CfnBucket.VersioningConfigurationProperty(status="Enabled")
    _resource(landing).versioning_configuration = enabled


def _announce(landing: s3.Bucket) -> None:
    """Send the bucket's events to EventBridge: CDK's own switch would add a function of its own to the stack."""
    switch = "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled"
    _resource(landing).add_property_override(switch, True)


def _resource(bucket: s3.Bucket) -> s3.CfnBucket:
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError(f"{bucket.node.path} has no resource of its own")
    return resource
