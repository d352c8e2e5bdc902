"""The deployed environment as a test uses it: put files, wait, look at drops, tables, queues and executions, as any role."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local_aws.account import ACCOUNT
from local_aws.local_account import LocalAccount
from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger
from onecrown.ports import MERGED, MERGING, RECEIVED, VALIDATED, Drop
from tests.merging.builders import File


@dataclass(frozen=True)
class Deployed(LocalAccount):
    """One environment in the local AWS."""

    def bucket(self, thing: str) -> str:
        return f"{self.name(thing)}-{ACCOUNT}"

    # --- delivering

    def put(self, file: File, key: str = "") -> str:
        """Put a file into the landing bucket, and nothing else; its version."""
        done = self.client("s3").put_object(Bucket=self.bucket("landing"), Key=key or file.key, Body=file.data)
        return str(done["VersionId"])

    # --- looking

    @property
    def ledger(self) -> DynamodbLedger:
        return DynamodbLedger(self.client("dynamodb"), self.name("ledger"))

    def drop_of(self, key: str, version: str) -> Drop | None:
        delivery = self.ledger.delivery(f"{key}@{version}")
        return self.ledger.drop(delivery.drop_id) if delivery else None

    def messages(self, queue: str) -> int:
        """How many messages a queue holds, in flight or not."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=self.name(queue))["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(said[name]) for name in names)

    def executions(self) -> list[dict[str, Any]]:
        machine = f"arn:aws:states:eu-west-2:{ACCOUNT}:stateMachine:{self.name('merge')}"
        found = self.client("stepfunctions").list_executions(stateMachineArn=machine)
        return list(found["executions"])

    def running_jobs(self) -> list[dict[str, Any]]:
        runs = self.client("glue").get_job_runs(JobName=self.name("merge_drops"))["JobRuns"]
        return [run for run in runs if run["JobRunState"] in ("STARTING", "RUNNING")]

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Call a function as Lambda's own service would."""
        done = self.client("lambda").invoke(FunctionName=self.name(function), Payload=json.dumps(event).encode())
        return dict(json.loads(done["Payload"].read() or b"{}"))

    # --- waiting

    def until_merged(self, *arrivals: tuple[str, str]) -> list[Drop]:
        """The drops of some arrivals (key, version), once they are all merged."""

        def merged() -> list[Drop]:
            drops = [drop for key, version in arrivals if (drop := self.drop_of(key, version))]
            return drops if [drop.state for drop in drops] == [MERGED] * len(arrivals) else []

        return list(self.until(f"{len(arrivals)} drops merged", merged))

    def until_settled(self, arrivals: Sequence[tuple[str, str]]) -> None:
        """Many arrivals are known, and none of them waits. The ledger is asked only when nobody is at work."""
        ids, ledger = [f"{key}@{version}" for key, version in arrivals], self.ledger

        def known() -> bool:
            return self.messages("arrivals") == 0 and len(ledger.known_deliveries(ids)) == len(ids)

        def merged() -> bool:
            return not self.is_merging() and not ledger.drops((RECEIVED, VALIDATED, MERGING))

        self.until("every arrival is known", known, seconds=900)
        self.until("nothing waits", merged, seconds=900)

    def until_idle(self) -> None:
        """Nothing in the queue and nobody at work."""
        self.until("the queue is empty", lambda: self.messages("arrivals") == 0)
        self.until("no execution runs", lambda: not self.is_merging())

    def is_merging(self) -> bool:
        """Whether an execution is at work."""
        return any(said["status"] == "RUNNING" for said in self.executions())
