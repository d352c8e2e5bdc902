"""One writer at a time: the state machine that holds the merge's lease, waits out the window and runs the job.

    Acquire ── somebody newer has it ──▶ Overtaken
       ▼
    FirstTry ▶ Window ▶ MergeDrops ── failed ──▶ ReadOutcome ▶ WorthAnotherTry ── yes, under 3 tries ──▶ NextTry ▶ MergeDrops
       ▲                   ▼                                        └── no ──▶ GiveBack ▶ Failed
       │                Release ──▶ Merged
       └──── Again ◀── dirty ┘ ── somebody newer has it ──▶ Overtaken

The lease is one item of the ledger. Whoever wants a merge sets `dirty` on it, so what is validated while the job is at work
is never forgotten: Release fails on it, and the machine goes round again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

LARGEST_TRIES = 3
CONDITION_FAILED = "DynamoDB.ConditionalCheckFailedException"
_LEDGER_FAULTS = [
    "DynamoDB.InternalServerError",
    "DynamoDB.ProvisionedThroughputExceededException",
    "DynamoDB.RequestLimitExceeded",
    "DynamoDB.ThrottlingException",
    "DynamoDB.TransactionConflictException",
]
_GLUE_FAULTS = [
    "Glue.InternalServiceException",
    "Glue.OperationTimeoutException",
    "Glue.ResourceNumberLimitExceededException",
    "Glue.ConcurrentRunsExceededException",
    "Glue.ThrottlingException",
]
_MINE = {
    ":mine": tasks.DynamoAttributeValue.number_from_string(sfn.JsonPath.format("{}", sfn.JsonPath.string_at("$.epoch")))
}
_CLEAN = {":false": tasks.DynamoAttributeValue.from_boolean(False)}
_NOW = {":now": tasks.DynamoAttributeValue.from_string(sfn.JsonPath.state_entered_time)}
_NOBODY = {":nobody": tasks.DynamoAttributeValue.from_string("")}
_OWNER = {":owner": tasks.DynamoAttributeValue.from_string(sfn.JsonPath.execution_name)}
_NAMES = {"#owner": "owner"}  # a word of DynamoDB's

_Task = TypeVar("_Task", bound=sfn.TaskStateBase)


class MergeDefinition(Construct):
    """The states, from `first` on."""

    def __init__(self, scope: Construct, *, ledger: dynamodb.ITable, job_name: str, window: cdk.Duration) -> None:
        super().__init__(scope, "MergeDefinition")
        self._ledger = ledger
        merged = sfn.Succeed(self, "Merged")
        overtaken = sfn.Succeed(self, "Overtaken", comment="Somebody newer has the lease and merges what is pending.")
        work = self._first_try()
        run = self._merge_drops(job_name)
        again = self._again()
        release = self._release()
        work.next(sfn.Wait(self, "Window", time=sfn.WaitTime.duration(window))).next(run).next(release).next(merged)
        release.add_catch(again, errors=[CONDITION_FAILED], result_path=sfn.JsonPath.DISCARD)
        again.add_catch(overtaken, errors=[CONDITION_FAILED], result_path=sfn.JsonPath.DISCARD)
        again.next(work)
        run.add_catch(self._after_failure(run), errors=["States.TaskFailed"], result_path=sfn.JsonPath.DISCARD)
        self.first = self._acquire()
        self.first.add_catch(overtaken, errors=[CONDITION_FAILED], result_path=sfn.JsonPath.DISCARD)
        self.first.next(work)

    def _lease(
        self, state: str, update: str, condition: str, values: Mapping[str, tasks.DynamoAttributeValue]
    ) -> tasks.DynamoUpdateItem:
        task = tasks.DynamoUpdateItem(
            self,
            state,
            table=self._ledger,
            key=_key("lease", "merge-execution"),
            update_expression=update,
            condition_expression=condition,
            expression_attribute_names=_NAMES if "#owner" in update else None,
            expression_attribute_values=dict(values),
            result_path=sfn.JsonPath.DISCARD,
        )
        return _retried(task, _LEDGER_FAULTS)

    def _acquire(self) -> tasks.DynamoUpdateItem:
        return self._lease(
            "Acquire",
            "SET epoch = :mine, #owner = :owner, dirty = :false, taken_at = :now",
            "attribute_not_exists(epoch) OR epoch < :mine",
            _MINE | _OWNER | _CLEAN | _NOW,
        )

    def _release(self) -> tasks.DynamoUpdateItem:
        return self._lease(
            "Release", "SET #owner = :nobody", "dirty = :false AND epoch = :mine", _MINE | _CLEAN | _NOBODY
        )

    def _again(self) -> tasks.DynamoUpdateItem:
        return self._lease("Again", "SET dirty = :false, taken_at = :now", "epoch = :mine", _MINE | _CLEAN | _NOW)

    def _give_back(self) -> tasks.DynamoUpdateItem:
        return self._lease("GiveBack", "SET #owner = :nobody", "epoch = :mine", _MINE | _NOBODY)

    def _first_try(self) -> sfn.Pass:
        return sfn.Pass(self, "FirstTry", result=sfn.Result.from_number(1), result_path="$.tries")

    def _merge_drops(self, job_name: str) -> tasks.GlueStartJobRun:
        task = tasks.GlueStartJobRun(
            self,
            "MergeDrops",
            glue_job_name=job_name,
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            arguments=sfn.TaskInput.from_object(
                {"--execution": sfn.JsonPath.execution_name, "--asked_at": sfn.JsonPath.state_entered_time}
            ),
            result_path=sfn.JsonPath.DISCARD,
        )
        task.add_retry(errors=_GLUE_FAULTS, interval=cdk.Duration.seconds(30), max_attempts=5, backoff_rate=2)
        return task

    def _after_failure(self, run: tasks.GlueStartJobRun) -> sfn.IChainable:
        """Every failure of a run arrives under one name: what the job wrote of itself says whether to try again."""
        read = tasks.DynamoGetItem(
            self,
            "ReadOutcome",
            table=self._ledger,
            key=_key("outcome", sfn.JsonPath.execution_name),
            consistent_read=True,
            result_path="$.outcome",
        )
        next_try = sfn.Pass(
            self,
            "NextTry",
            parameters={
                "epoch": sfn.JsonPath.number_at("$.epoch"),
                "tries": sfn.JsonPath.math_add(sfn.JsonPath.number_at("$.tries"), 1),
            },
        )
        worth_it = sfn.Condition.and_(
            sfn.Condition.is_present("$.outcome.Item.retryable.BOOL"),
            sfn.Condition.boolean_equals("$.outcome.Item.retryable.BOOL", True),
            sfn.Condition.number_less_than("$.tries", LARGEST_TRIES),
        )
        choice = sfn.Choice(self, "WorthAnotherTry").when(worth_it, next_try.next(run)).otherwise(self._fail())
        return _retried(read, _LEDGER_FAULTS).next(choice)

    def _fail(self) -> sfn.IChainable:
        failed = sfn.Fail(
            self,
            "Failed",
            error="MergeFailed",
            cause="The job merge_drops failed for good; its log says why. What is pending stays pending, the sweep wakes.",
        )
        give_back = self._give_back()
        give_back.add_catch(failed, errors=[CONDITION_FAILED], result_path=sfn.JsonPath.DISCARD)
        return give_back.next(failed)


def _key(pk: str, sk: str) -> dict[str, tasks.DynamoAttributeValue]:
    return {"pk": tasks.DynamoAttributeValue.from_string(pk), "sk": tasks.DynamoAttributeValue.from_string(sk)}


def _retried(task: _Task, faults: list[str]) -> _Task:
    task.add_retry(errors=faults, interval=cdk.Duration.seconds(1), max_attempts=6, backoff_rate=2)
    return task
