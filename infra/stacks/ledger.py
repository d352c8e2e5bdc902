"""The ledger: one table on demand, whose every change can be undone for 35 days."""

from __future__ import annotations

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.config import Environment
from infra.parts.copies import CopiedLedger, copy_addresses
from infra.parts.environment_stack import EnvironmentStack
from infra.stacks.keys import Keys


class Ledger(EnvironmentStack):
    """`table`: what has arrived, what was done with it, who is at work. No item ever expires."""

    def __init__(self, scope: Construct, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, "ledger", environment=environment, description="The ledger.")
        self.add_stack_dependency(keys)
        self.table = dynamodb.Table(
            self,
            "Table",
            table_name=self.addresses.name("ledger"),
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=keys.lake,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=environment.is_protected,
            removal_policy=self.removal,
        )
        if environment.copies_to:
            CopiedLedger(
                self,
                table=self.table,
                key=keys.lake,
                here=self.addresses,
                to=copy_addresses(environment),
                removal=self.removal,
            )
        self.say("LedgerTable", self.table.table_name, "The ledger's table")
