"""A bucket as every one of ours is: under a customer key, over TLS alone, closed to the public, its access logged."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.parts.reasons import excuse

_UNFINISHED = s3.LifecycleRule(id="unfinished-uploads", abort_incomplete_multipart_upload_after=cdk.Duration.days(7))
_OLD_LOGS = s3.LifecycleRule(id="old-logs", expiration=cdk.Duration.days(400))


def closed_bucket(
    scope: Construct,
    thing: str,
    *,
    name: str,
    key: kms.IKey,
    logs: s3.IBucket,
    removal: cdk.RemovalPolicy,
    rules: Sequence[s3.LifecycleRule] = (),
) -> s3.Bucket:
    """The bucket of a thing."""
    return s3.Bucket(
        scope,
        thing.capitalize(),
        bucket_name=name,
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        server_access_logs_bucket=logs,
        server_access_logs_prefix=f"{thing}/",
        lifecycle_rules=[_UNFINISHED, *rules],
        removal_policy=removal,
    )


def access_logs_bucket(scope: Construct, *, name: str, removal: cdk.RemovalPolicy) -> s3.Bucket:
    """Who read or changed what in the other buckets. S3 delivers access logs only into a bucket under its own key."""
    bucket = s3.Bucket(
        scope,
        "AccessLogs",
        bucket_name=name,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        lifecycle_rules=[_UNFINISHED, _OLD_LOGS],
        removal_policy=removal,
    )
    excuse(bucket, "AwsSolutions-S1", "This is where access logs go: logging its own access would never end.")
    return bucket


def keep_versions(bucket: s3.Bucket) -> None:
    """A second body under one key is another version, never a replacement."""
    resource_of(bucket).versioning_configuration = s3.CfnBucket.VersioningConfigurationProperty(status="Enabled")


def resource_of(bucket: s3.Bucket) -> s3.CfnBucket:
    """What CloudFormation is told of a bucket."""
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError(f"{bucket.node.path} has no resource of its own")
    return resource
