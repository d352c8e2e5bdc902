"""Names and ARNs, worked out from the environment alone: key policies and audiences name what other stacks make."""

from __future__ import annotations

from dataclasses import dataclass

from infra.config import Environment

SHOWN_ACCOUNT = "<AWS::AccountId>"
"""How cdk-nag writes the account where none is pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where things are in an environment. `account` may be one of CDK's tokens."""

    environment: str
    account: str
    region: str

    def name(self, thing: str) -> str:
        """`onecrown-<environment>-<thing>`."""
        return f"onecrown-{self.environment}-{thing}"

    def bucket(self, thing: str) -> str:
        """A bucket's name: it carries the account, as such names are known all over the world."""
        return f"{self.name(thing)}-{self.account}"

    def bucket_arn(self, thing: str) -> str:
        """A bucket."""
        return f"arn:aws:s3:::{self.bucket(thing)}"

    def objects(self, thing: str, prefix: str = "") -> str:
        """All objects of a bucket under a prefix that ends in `/`."""
        return f"{self.bucket_arn(thing)}/{prefix}*"

    def arn(self, service: str, resource: str) -> str:
        """Anything in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def job_arn(self, job: str) -> str:
        """A Glue job."""
        return self.arn("glue", f"job/{self.name(job)}")

    @property
    def merge_machine(self) -> str:
        """The state machine that merges."""
        return self.arn("states", f"stateMachine:{self.name('merge')}")

    @property
    def arrivals_queue(self) -> str:
        """The URL of the queue of arrivals."""
        return f"https://sqs.{self.region}.amazonaws.com/{self.account}/{self.name('arrivals')}"

    @property
    def shown(self) -> Addresses:
        """The same as cdk-nag writes them in its findings."""
        account = self.account if self.account.isdigit() else SHOWN_ACCOUNT
        return Addresses(environment=self.environment, account=account, region=self.region)


def addresses_of(environment: Environment, account: str) -> Addresses:
    """Addresses of an environment in an account (a number, or CDK's token for the deploying one)."""
    return Addresses(environment=environment.name, account=account, region=environment.region)
