"""What every stack of an environment has: its name, where it is deployed, its tags and the addresses of everything else."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import Construct

from infra.addresses import addresses_of
from infra.config import Environment


class EnvironmentStack(cdk.Stack):
    """A stack of one environment, in its account unless another is named. CDK refuses callers from any but a pinned one."""

    def __init__(
        self, scope: Construct, thing: str, *, environment: Environment, description: str, account: str = ""
    ) -> None:
        super().__init__(
            scope,
            f"onecrown-{environment.name}-{thing}",
            env=cdk.Environment(account=account or environment.account or None, region=environment.region),
            description=description,
            termination_protection=environment.is_protected,
            tags={"application": "onecrown", "environment": environment.name},
        )
        self.config = environment
        self.addresses = addresses_of(environment, self.account)

    @property
    def removal(self) -> cdk.RemovalPolicy:
        """What becomes of this stack's data when the stack goes."""
        return cdk.RemovalPolicy.RETAIN if self.config.is_protected else cdk.RemovalPolicy.DESTROY

    def say(self, name: str, value: str, description: str) -> None:
        """An output of the stack."""
        cdk.CfnOutput(self, name, value=value, description=description)
