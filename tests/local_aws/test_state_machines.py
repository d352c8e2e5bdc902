"""The plug-in for tasks of state machines, against the pinned emulator."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.local_aws.account import Account, new_name

pytestmark = pytest.mark.aws

_END = {"Type": "Pass", "End": True}


def _run_of(job: str, **more: Any) -> dict[str, Any]:
    parameters = {"JobName": job, "Arguments": {"--colour": "red"}}
    return {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "Parameters": parameters, **more}


def test_a_task_waits_for_its_job_and_gives_the_run(account: Account) -> None:
    job = account.job("import time; time.sleep(0.3)")
    done = account.executed({"Run": _run_of(job, End=True)}, _role(account))
    run = json.loads(done["output"])
    assert done["status"] == "SUCCEEDED"
    assert (run["JobName"], run["JobRunState"], run["Arguments"]) == (job, "SUCCEEDED", {"--colour": "red"})


def test_a_failed_job_is_caught_as_a_failed_task_with_the_run_as_its_cause(account: Account) -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.error", "Next": "Caught"}]
    task = _run_of(account.job("raise ValueError('three wheels')"), Catch=catch, End=True)
    done = account.executed({"Run": task, "Caught": _END}, _role(account))
    error = json.loads(done["output"])["error"]
    assert error["Error"] == "States.TaskFailed"
    assert json.loads(error["Cause"])["ErrorMessage"] == "ValueError: three wheels"


def test_a_failed_job_that_nobody_catches_fails_the_execution(account: Account) -> None:
    done = account.executed({"Run": _run_of(account.job("raise SystemExit(1)"), End=True)}, _role(account))
    assert (done["status"], done["error"]) == ("FAILED", "States.TaskFailed")


def test_what_glue_refuses_has_glues_name(account: Account) -> None:
    job = account.job("import time; time.sleep(60)")
    run_id = account.started(job)
    done = account.executed({"Run": _run_of(job, End=True)}, _role(account))
    account.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert done["error"] == "Glue.ConcurrentRunsExceededException"


def test_a_failed_condition_in_dynamodb_has_dynamodbs_name_and_an_item_is_read(account: Account) -> None:
    table = new_name("table")
    account.client("dynamodb").create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    account.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "lease"}, "epoch": {"N": "7"}})
    named = {"TableName": table, "Key": {"pk": {"S": "lease"}}}
    condition = {
        "ConditionExpression": "epoch < :mine",
        "UpdateExpression": "SET epoch = :mine",
        "ExpressionAttributeValues": {":mine": {"N": "7"}},
    }
    catch = [{"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "Next": "Read"}]
    states = {
        "Take": _dynamodb("updateItem", {**named, **condition}, Catch=catch, End=True),
        "Read": _dynamodb("getItem", {**named, "ConsistentRead": True}, End=True),
    }
    done = account.executed(states, _role(account))
    assert json.loads(done["output"])["Item"]["epoch"] == {"N": "7"}


def test_a_task_has_the_rights_of_its_machines_role_and_no_others(account: Account) -> None:
    task = _run_of(account.job("pass"), End=True)
    for rights in ([], [("glue:StartJobRun", "*")]):  # waiting needs the right to see the run, too
        done = account.executed({"Run": task}, account.role(*rights))
        assert (done["status"], done["error"]) == ("FAILED", "Glue.AccessDeniedException")
    read = _dynamodb("getItem", {"TableName": "ledger", "Key": {"pk": {"S": "x"}}}, End=True)
    done = account.executed({"Read": read}, account.role(("dynamodb:PutItem", "*")))
    assert done["error"] == "DynamoDB.AccessDeniedException"


def _role(account: Account) -> str:
    return account.role(("glue:*", "*"), ("dynamodb:*", "*"))


def _dynamodb(action: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::dynamodb:{action}", "Parameters": parameters, **more}
