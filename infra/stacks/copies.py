"""The second account: buckets, a key and a vault that take copies from the first, and give nobody there a right on them.

Whoever reads a copy, after a disaster, is a person of the second account. What the first deletes stays here.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import Environment
from infra.parts.buckets import access_logs_bucket, closed_bucket, keep_versions
from infra.parts.copies import COPIED, COPIES, REPLICATE, copy_addresses, copying_role_arn
from infra.parts.environment_stack import EnvironmentStack
from onecrown.errors import SettingsError


class Copies(EnvironmentStack):
    """Deployed first, with credentials of the second account: the first one's rules name what is here."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        _require_two_accounts(environment)
        super().__init__(
            scope,
            COPIES,
            environment=environment,
            description="Copies, in the second account.",
            account=environment.copies_to,
        )
        self._role_arn = copying_role_arn(environment)
        self._key = self._copies_key()
        logs = access_logs_bucket(self, name=self.addresses.bucket("copies-access-logs"), removal=self.removal)
        for thing in COPIED:
            self._bucket(thing, logs)
        self._vault()

    def _copies_key(self) -> kms.Key:
        key = kms.Key(
            self,
            "Key",
            alias=self.addresses.name(COPIES),
            description="All copies.",
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(30),
            removal_policy=self.removal,
        )
        key.add_to_resource_policy(self._lets_in(["kms:Encrypt", "kms:GenerateDataKey"], ["*"]))
        return key

    def _lets_in(self, actions: list[str], resources: list[str]) -> iam.PolicyStatement:
        """The first account's copying role alone, by condition: as a principal it would have to be there before."""
        return iam.PolicyStatement(
            principals=[iam.AccountPrincipal(self.config.account)],
            actions=actions,
            resources=resources,
            conditions={"ArnEquals": {"aws:PrincipalArn": self._role_arn}},
        )

    def _bucket(self, thing: str, logs: s3.Bucket) -> None:
        name = copy_addresses(self.config).bucket(thing)
        bucket = closed_bucket(self, thing, name=name, key=self._key, logs=logs, removal=self.removal)
        keep_versions(bucket)
        bucket.add_to_resource_policy(self._lets_in(list(REPLICATE), [bucket.arn_for_objects("*")]))

    def _vault(self) -> None:
        vault = backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=self.addresses.name(COPIES),
            encryption_key=self._key,
            removal_policy=self.removal,
        )
        vault.add_to_access_policy(
            iam.PolicyStatement(
                principals=[iam.AccountPrincipal(self.config.account)],
                actions=["backup:CopyIntoBackupVault"],
                resources=["*"],
            )
        )


def _require_two_accounts(environment: Environment) -> None:
    """Raises `SettingsError`: a copy in the same account is lost with it, and a role of no account cannot be let in."""
    if not environment.account or environment.copies_to == environment.account:
        raise SettingsError(
            f"the environment `{environment.name}` copies to another account: name its own in `account`, and another in `copies_to`"
        )
