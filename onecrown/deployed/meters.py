"""What a process on AWS is billed for: a function's memory, a job's units."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from onecrown.compute_costs import JOB_LEAST_SECONDS, Machine, Meter
from onecrown.errors import SettingsError

_MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"  # in megabytes, set by Lambda
_MEGABYTES = 1024


def function_meter(now: datetime) -> Meter:
    """A meter of this function from now on."""
    return Meter(Machine(gigabytes=float(os.environ.get(_MEMORY, "0")) / _MEGABYTES), now)


def job_meter(arguments: Mapping[str, str], now: datetime) -> Meter:
    """A meter of this job, which began now: `--dpus` says how large it is, `--asked_at` when it was asked for.

    Raises `SettingsError` where either is not what it should be.
    """
    try:
        dpus, asked_at = float(arguments.get("dpus") or 0), arguments.get("asked_at")
        machine = Machine(dpus=dpus, least_seconds=JOB_LEAST_SECONDS if dpus else 0.0)
        return Meter(machine, now, datetime.fromisoformat(asked_at) if asked_at else None)
    except ValueError as error:
        raise SettingsError("--dpus must be a number and --asked_at an instant; start the job with those") from error
