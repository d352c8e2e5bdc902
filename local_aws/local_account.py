"""The environment in the local AWS, asked as one in any account is: at its own endpoint, and without long waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import boto3

from infra.proving.account import Account
from local_aws.launching import LocalAws


@dataclass(frozen=True)
class LocalAccount(Account):
    """The environment `dev` of the local AWS."""

    aws: LocalAws
    patience_seconds: ClassVar[float] = 240.0
    pause_seconds: ClassVar[float] = 0.2

    @classmethod
    def of(cls, aws: LocalAws) -> Self:
        """The account, spoken to as its root."""
        return cls(aws.session(), aws)

    def as_role(self, thing: str) -> boto3.Session:
        """A session in one of the environment's roles."""
        return self.aws.session(self.role(thing))
