"""Copies of what cannot be made again, in a second account of the same region: what copies it, as the first account has it.

Objects are copied by S3 as they come, versions too, and never deleted there by us; the ledger, with the manifest of every
batch in it, is backed up every day and the backup copied. What is on the other side is `stacks/copies.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.addresses import Addresses, addresses_of
from infra.config import Environment
from infra.parts.buckets import resource_of
from infra.parts.reasons import excuse, excuse_double_dependency, excuse_wildcards

COPIED = ("landing", "releases")
"""The buckets that are copied. Each keeps versions: S3 copies no other."""
COPIES = "copies"
REPLICATE = ("s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner")
"""What the role that copies may do to a bucket of copies: nothing is taken away there."""
KEPT_DAYS = 35  # a backup of the ledger, here and there; S3's copies are kept without end
_FROM = ("s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging")
_BY_KEY = "Objects are copied under the keys that they came with: the bucket is fixed, the keys cannot be."
_BY_ALIAS = "A key's id is not known before the other account has made it: the condition names it by its alias."
_SERVICE_POLICY = "AWS Backup's own policy for a backup: what one takes of each service changes with the service."


@dataclass(frozen=True, slots=True)
class CopyAddresses:
    """Where copies are: the second account's own addresses, of which both sides work out the same names."""

    there: Addresses

    def bucket(self, thing: str) -> str:
        """The bucket with the copies of another."""
        return self.there.bucket(f"{thing}-copy")

    def objects(self, thing: str) -> str:
        """All objects of it."""
        return f"arn:aws:s3:::{self.bucket(thing)}/*"

    @property
    def key_alias(self) -> str:
        """What the key of all copies is called."""
        return f"alias/{self.there.name(COPIES)}"

    @property
    def vault(self) -> str:
        """The vault with the copies of backups."""
        return self.there.arn("backup", f"backup-vault:{self.there.name(COPIES)}")


def copy_addresses(environment: Environment) -> CopyAddresses:
    """Where an environment's copies are."""
    return CopyAddresses(addresses_of(environment, environment.copies_to))


def copying_role_arn(environment: Environment) -> str:
    """The role under which S3 copies, as the second account lets it in."""
    here = addresses_of(environment, environment.account)
    return f"arn:aws:iam::{environment.account}:role/{here.name(COPIES)}"


class CopiedBuckets(Construct):
    """The role under which S3 copies, and for each bucket the rule by which it does."""

    def __init__(
        self,
        scope: Construct,
        *,
        buckets: Mapping[str, s3.Bucket],
        keys: Sequence[kms.IKey],
        here: Addresses,
        to: CopyAddresses,
    ) -> None:
        super().__init__(scope, "CopiedBuckets")
        self._to = to
        self.role = iam.Role(
            self,
            "Role",
            role_name=here.name(COPIES),
            assumed_by=iam.ServicePrincipal("s3.amazonaws.com"),
            description="S3 copies objects to the second account.",
        )
        for key in keys:
            key.grant(self.role, "kms:Decrypt")
        self._allow_key_there()
        for thing, bucket in buckets.items():
            self._allow(thing, here)
            self._copy(thing, bucket)

    def _allow_key_there(self) -> None:
        keys = self._to.there.arn("kms", "key/*")
        named = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": self._to.key_alias}}
        actions = ["kms:Encrypt", "kms:GenerateDataKey"]
        self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[keys], conditions=named))
        excuse_wildcards(self.role, [keys], _BY_ALIAS)

    def _allow(self, thing: str, here: Addresses) -> None:
        look = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        statements = (
            (look, here.bucket_arn(thing)),
            (list(_FROM), here.objects(thing)),
            (list(REPLICATE), self._to.objects(thing)),
        )
        for actions, resource in statements:
            self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
        excuse_wildcards(self.role, [here.shown.objects(thing), self._to.objects(thing)], _BY_KEY)

    def _copy(self, thing: str, bucket: s3.Bucket) -> None:
        """Every object of the bucket. A marker that deletes one is not copied: nothing here can take a copy away."""
        rule = s3.CfnBucket.ReplicationRuleProperty(
            id="to-the-second-account",
            status="Enabled",
            priority=1,
            filter=s3.CfnBucket.ReplicationRuleFilterProperty(prefix=""),
            delete_marker_replication=s3.CfnBucket.DeleteMarkerReplicationProperty(status="Disabled"),
            source_selection_criteria=s3.CfnBucket.SourceSelectionCriteriaProperty(
                sse_kms_encrypted_objects=s3.CfnBucket.SseKmsEncryptedObjectsProperty(status="Enabled")
            ),
            destination=self._destination(thing),
        )
        resource = resource_of(bucket)
        resource.replication_configuration = s3.CfnBucket.ReplicationConfigurationProperty(
            role=self.role.role_arn, rules=[rule]
        )
        resource.node.add_dependency(self.role)  # and its policy: without that the rule could not be made
        excuse_double_dependency(resource)

    def _destination(self, thing: str) -> s3.CfnBucket.ReplicationDestinationProperty:
        return s3.CfnBucket.ReplicationDestinationProperty(
            account=self._to.there.account,
            bucket=f"arn:aws:s3:::{self._to.bucket(thing)}",
            access_control_translation=s3.CfnBucket.AccessControlTranslationProperty(owner="Destination"),
            encryption_configuration=s3.CfnBucket.EncryptionConfigurationProperty(
                replica_kms_key_id=self._to.there.arn("kms", self._to.key_alias)
            ),
        )


class CopiedLedger(Construct):
    """A vault for the ledger's backups, and the plan by which one is made every day and copied."""

    def __init__(
        self,
        scope: Construct,
        *,
        table: dynamodb.ITable,
        key: kms.IKey,
        here: Addresses,
        to: CopyAddresses,
        removal: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(scope, "CopiedLedger")
        vault = backup.BackupVault(
            self, "Vault", backup_vault_name=here.name("ledger"), encryption_key=key, removal_policy=removal
        )
        there = backup.BackupVault.from_backup_vault_arn(self, "There", to.vault)
        kept = cdk.Duration.days(KEPT_DAYS)
        copied = backup.BackupPlanCopyActionProps(destination_backup_vault=there, delete_after=kept)
        rule = backup.BackupPlanRule(
            rule_name="every-day",
            schedule_expression=events.Schedule.cron(hour="0", minute="30"),
            delete_after=kept,
            copy_actions=[copied],
        )
        plan = backup.BackupPlan(
            self, "Plan", backup_plan_name=here.name("ledger"), backup_vault=vault, backup_plan_rules=[rule]
        )
        resources = [backup.BackupResource.from_dynamo_db_table(table)]
        plan.add_selection("Ledger", resources=resources, role=self._role(here, key))

    def _role(self, here: Addresses, key: kms.IKey) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            role_name=here.name("ledger-backup"),
            assumed_by=iam.ServicePrincipal("backup.amazonaws.com"),
            description="AWS Backup copies the ledger.",
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AWSBackupServiceRolePolicyForBackup")
            ],
        )
        policy = "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
        excuse(role, f"AwsSolutions-IAM4[{policy}]", _SERVICE_POLICY)  # on the role: it has no policy of its own yet
        key.grant(role, "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant")
        return role
