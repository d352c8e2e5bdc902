"""`make prove-aws`: deploys `dev` to a throw-away account, runs ten checks, prints a table, destroys everything.

`ONECROWN_THROW_AWAY_ACCOUNT` must be the number of the caller's account: nobody's other account is touched by mistake.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from infra.proving.account import ENVIRONMENT, Account
from infra.proving.checks import CHECKS, Check, Disproved

ROOT = Path(__file__).parents[2]
CDK = ROOT / "local_aws" / "node_modules" / ".bin" / "cdk"
_NAMED = "ONECROWN_THROW_AWAY_ACCOUNT"


def main() -> int:
    """Deploy, check, destroy. Gives 1 where something was disproved."""
    account = Account(boto3.Session())
    if problem := _refusal(account):
        sys.stderr.write(f"{problem}\n")
        return 2
    _cdk("deploy", "--all", "--require-approval", "never")
    try:
        return _shown(prove(account))
    finally:
        _empty_buckets(account)
        _cdk("destroy", "--all", "--force")


def prove(account: Account) -> list[tuple[str, str, str, float]]:
    """Every check: its name, whether it holds, what was seen, and how long it took."""
    return [_proved(account, check) for check in CHECKS]


def _proved(account: Account, check: Check) -> tuple[str, str, str, float]:
    name, began = check.__name__.replace("_", " "), time.monotonic()
    try:
        holds, saw = "holds", str(check(account))
    except (Disproved, TimeoutError, ClientError, BotoCoreError) as error:
        holds, saw = "DOES NOT", f"{type(error).__name__}: {error}"
    return name, holds, saw, time.monotonic() - began


def _refusal(account: Account) -> str:
    named = os.environ.get(_NAMED, "")
    try:
        number = account.number
    except (ClientError, BotoCoreError) as error:
        return f"there are no credentials to deploy with ({type(error).__name__}); set AWS_PROFILE and AWS_REGION"
    return "" if named == number else f"set {_NAMED} to the caller's account, if everything in it may be destroyed"


def _cdk(*command: str) -> None:
    subprocess.run([str(CDK), *command, "-c", f"environment={ENVIRONMENT}"], cwd=ROOT, check=True)


def _empty_buckets(account: Account) -> None:
    """CloudFormation deletes no bucket that holds something."""
    s3 = account.session.resource("s3")
    for bucket in s3.buckets.all():
        if bucket.name.startswith(f"onecrown-{ENVIRONMENT}-"):
            bucket.object_versions.delete()


def _shown(proved: list[tuple[str, str, str, float]]) -> int:
    table = Table(box=None)
    for column in ("check", "", "seen", "seconds"):
        table.add_column(column)
    for name, holds, saw, seconds in proved:
        table.add_row(name, holds, saw, f"{seconds:.0f}")
    Console(width=140).print(table)
    return int(any(holds != "holds" for _, holds, _, _ in proved))


if __name__ == "__main__":
    sys.exit(main())
