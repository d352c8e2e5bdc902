"""Lambda functions: the same code package, a role and a log group each, and the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config import LogDays
from infra.parts.held import Held
from infra.parts.job_roles import allow_upkeep_of_ledger, allow_waking
from infra.parts.log_groups import log_group
from infra.parts.placement import Placement, allow_inside
from infra.parts.reasons import excuse, excuse_double_dependency, excuse_wildcards
from infra.parts.settings import settings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSize:
    """What a function may take."""

    timeout: cdk.Duration
    memory_megabytes: int
    scratch_gigabytes: int


class PackagedFunction(Construct):
    """`lambdas/<name>/handler.py`, and the role it runs under: the ledger, the merge's waking, its log."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        held: Held,
        size: FunctionSize,
        code: Path,
        queue_url: str,
        log_days: LogDays,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, "".join(word.capitalize() for word in name.split("_")))
        called = held.addresses.name(name)
        group = log_group(self, "Logs", name=f"/aws/lambda/{called}", key=held.results_key, days=log_days)
        self.role = iam.Role(
            self,
            "Role",
            role_name=called,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What the function {name} may do.",
        )
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[held.addresses.arn("logs", f"log-group:/aws/lambda/{called}:log-stream:*")],
            )
        )
        shown = held.addresses.shown.arn("logs", f"log-group:/aws/lambda/{called}:log-stream:*")
        excuse_wildcards(self.role, [shown], "Lambda names a stream of this one log group after each of its processes.")
        allow_upkeep_of_ledger(self.role, held)
        allow_waking(self.role, held)
        if placement:
            allow_inside(self.role)
        self.function = self._function(name, called, held, size, code, queue_url, placement)
        self.function.node.add_dependency(group)

    def _function(
        self,
        name: str,
        called: str,
        held: Held,
        size: FunctionSize,
        code: Path,
        queue_url: str,
        placement: Placement | None,
    ) -> lambda_.Function:
        function = lambda_.Function(
            self,
            "Function",
            function_name=called,
            runtime=lambda_.Runtime.PYTHON_3_11,
            architecture=lambda_.Architecture.X86_64,
            handler=f"lambdas.{name}.handler.handler",
            code=lambda_.Code.from_asset(str(code)),
            role=self.role,
            timeout=size.timeout,
            memory_size=size.memory_megabytes,
            ephemeral_storage_size=cdk.Size.gibibytes(size.scratch_gigabytes),
            environment={**settings_of(held), "ONECROWN_ARRIVALS_QUEUE": queue_url},
            vpc=placement.vpc if placement else None,
            security_groups=[placement.group] if placement else None,
        )
        excuse(
            function, "AwsSolutions-L1", "Python 3.11 is what Glue 5.1 runs: one wheel and one lock file serve both."
        )
        excuse_double_dependency(function)
        return function
