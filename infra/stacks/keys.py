"""Customer keys, one for what arrives, one for the lake and one for what people and logs see; and the pseudonyms' key.

A key's policy names the services that use it on their own behalf, each bound to the resources of this environment. People
and roles get their use of a key from their own policies.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config import Environment
from infra.parts.environment_stack import EnvironmentStack
from infra.parts.reasons import excuse

NO_HEX_DIGITS = string.ascii_uppercase + "ghijklmnopqrstuvwxyz" + string.punctuation
PSEUDONYM_KEY_DIGITS = 64


class Keys(EnvironmentStack):
    """`landing`, `lake` and `results`, and the secret `pseudonym_key`."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(scope, "keys", environment=environment, description="Customer keys and the pseudonyms' key.")
        self.landing = self._key("landing", "What suppliers put and what they are told.")
        self.lake = self._key("lake", "Validated and quarantined records, the warehouse, the ledger.")
        self.results = self._key("results", "Athena's results, logs, queues and topics.")
        self.pseudonym_key = self._pseudonym_key()
        self._let_services_use_results()
        self.say("LandingKey", self.landing.key_arn, "Key of the landing and outbox buckets")
        self.say("LakeKey", self.lake.key_arn, "Key of the lake and the ledger")
        self.say("ResultsKey", self.results.key_arn, "Key of results, logs, queues and topics")
        self.say("PseudonymSecret", self.pseudonym_key.secret_arn, "Secret that holds the pseudonyms' key")

    def _key(self, thing: str, description: str) -> kms.Key:
        return kms.Key(
            self,
            thing.capitalize(),
            alias=self.addresses.name(thing),
            description=description,
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(30),
            removal_policy=self.removal,
        )

    def _pseudonym_key(self) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            "PseudonymKey",
            secret_name=self.addresses.name("pseudonym-key"),
            description="64 hex digits: with another key every id of every table would be another.",
            encryption_key=self.lake,
            removal_policy=self.removal,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=PSEUDONYM_KEY_DIGITS,
                exclude_characters=NO_HEX_DIGITS,
                exclude_punctuation=True,
                exclude_uppercase=True,
                require_each_included_type=False,
            ),
        )
        excuse(secret, "AwsSolutions-SMG4", "Ids of rows are made with this key: rotating it would rename every row.")
        return secret

    def _let_services_use_results(self) -> None:
        """Queues, topics and logs are written by services on their own behalf."""
        here, use = self.addresses, ["kms:Decrypt", "kms:GenerateDataKey"]
        self._allow("events", use, {"ArnLike": {"aws:SourceArn": here.arn("events", f"rule/{here.name('')}*")}})
        self._allow(
            "cloudwatch", use, {"ArnLike": {"aws:SourceArn": here.arn("cloudwatch", f"alarm:{here.name('')}*")}}
        )
        self._allow("budgets", use, {"StringEquals": {"aws:SourceAccount": self.account}})
        groups = [
            here.arn("logs", f"log-group:{prefix}")
            for prefix in (f"/aws/lambda/{here.name('')}*", f"/aws/vendedlogs/{here.name('')}*", "/aws-glue/*")
        ]
        self._allow(
            f"logs.{self.region}",
            [
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:GenerateDataKey",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:DescribeKey",
            ],
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        )

    def _allow(self, service: str, actions: Sequence[str], condition: Mapping[str, object]) -> None:
        self.results.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                actions=list(actions),
                resources=["*"],
                conditions=condition,
            )
        )
