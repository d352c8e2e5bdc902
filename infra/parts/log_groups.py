"""Log groups of our own making: under our key, and forgotten after the environment's days."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config import LogDays

_RETENTION = {
    LogDays.A_MONTH: logs.RetentionDays.ONE_MONTH,
    LogDays.A_QUARTER: logs.RetentionDays.THREE_MONTHS,
    LogDays.A_YEAR_AND_A_MONTH: logs.RetentionDays.THIRTEEN_MONTHS,
}


def log_group(scope: Construct, construct_id: str, *, name: str, key: kms.IKey, days: LogDays) -> logs.LogGroup:
    """A log group. Logs hold names and counts, never a value of a record; they may go with their stack."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        encryption_key=key,
        retention=_RETENTION[days],
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
