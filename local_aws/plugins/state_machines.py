"""Glue jobs as tasks of a state machine.

The emulator's Step Functions have no `glue:startJobRun`. Here it starts a run and, with `.sync`, waits for its end: a run
that ends in any other state than SUCCEEDED fails the task as `States.TaskFailed` with the run as the cause; what Glue
itself refuses has Glue's name (`Glue.ConcurrentRunsExceededException`). DynamoDB's tasks the emulator has, with
DynamoDB's names of errors (`DynamoDB.ConditionalCheckFailedException`).
"""

from __future__ import annotations

import json
import time
from typing import Any

from ministack.services import glue, stepfunctions

from local_aws.plugins.pinned import entry, function

_TASK = "arn:aws:states:::glue:startJobRun"
_POLL_SECONDS = 0.1
_UNDER_WAY = ("STARTING", "RUNNING", "STOPPING", "WAITING")


def install() -> None:
    """Add the task. Raises `ChangedEmulator`."""
    for task in ("dynamodb:getItem", "dynamodb:updateItem"):
        entry(stepfunctions, "_SERVICE_DISPATCH", f"arn:aws:states:::{task}")
    function(stepfunctions, "_ExecutionError", "error", "cause")
    function(glue, "_get_job_run", "data")
    stepfunctions._SERVICE_DISPATCH[_TASK] = start_job_run


def start_job_run(resource: str, data: dict[str, Any]) -> dict[str, Any]:
    """The task: the run's id, or with `.sync` the run at its end. Raises the emulator's `_ExecutionError`."""
    started = {**_called(glue._start_job_run, data), "JobName": data["JobName"]}
    return _awaited(started) if resource.endswith(".sync") else started


def _awaited(started: dict[str, Any]) -> dict[str, Any]:
    asked = {"JobName": started["JobName"], "RunId": started["JobRunId"]}
    while True:
        run: dict[str, Any] = _called(glue._get_job_run, asked)["JobRun"]
        if run["JobRunState"] == "SUCCEEDED":
            return run
        if run["JobRunState"] not in _UNDER_WAY:
            raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(run))
        time.sleep(_POLL_SECONDS)


def _called(function: Any, data: dict[str, Any]) -> dict[str, Any]:
    status, _, body = function(data)
    answer: dict[str, Any] = json.loads(body or b"{}")
    if status >= 400:
        raise stepfunctions._ExecutionError(
            f"Glue.{answer.get('__type', 'AWSGlueException')}", answer.get("message", "")
        )
    return answer
