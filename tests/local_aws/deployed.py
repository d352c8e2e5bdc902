"""The deployed environment as a test uses it: put files, wait, look at drops, tables, queues and executions, as any role."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_aws.launching import LocalAws
from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger
from onecrown.ports import MERGED, Drop
from tests.merging.builders import File

ACCOUNT = "000000000000"
PATIENCE_SECONDS = 240.0


@dataclass(frozen=True)
class Deployed:
    """One environment in the local AWS."""

    aws: LocalAws
    environment: str = "dev"

    def name(self, thing: str) -> str:
        return f"onecrown-{self.environment}-{thing}"

    def bucket(self, thing: str) -> str:
        return f"{self.name(thing)}-{ACCOUNT}"

    def role(self, thing: str) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{self.name(thing)}"

    def as_role(self, thing: str, service: str) -> Any:
        """A client of a service in somebody's role."""
        return self.aws.session(self.role(thing)).client(service)

    # --- delivering

    def put(self, file: File, key: str = "") -> str:
        """Put a file into the landing bucket, and nothing else; its version."""
        done = self.aws.client("s3").put_object(Bucket=self.bucket("landing"), Key=key or file.key, Body=file.data)
        return str(done["VersionId"])

    # --- looking

    @property
    def ledger(self) -> DynamodbLedger:
        return DynamodbLedger(self.aws.client("dynamodb"), self.name("ledger"))

    def drop_of(self, key: str, version: str) -> Drop | None:
        delivery = self.ledger.delivery(f"{key}@{version}")
        return self.ledger.drop(delivery.drop_id) if delivery else None

    def ask(self, sql: str, audience: str = "analyst") -> list[dict[str, Any]]:
        """Rows by awswrangler, as an analyst's role."""
        import awswrangler

        found = awswrangler.athena.read_sql_query(
            sql,
            database="onecrown",
            workgroup=self.name(audience),
            ctas_approach=False,
            athena_query_wait_polling_delay=0.1,
            boto3_session=self.aws.session(self.role(audience)),
        )
        return list(found.to_dict("records"))

    def messages(self, queue: str) -> int:
        """How many messages a queue holds, in flight or not."""
        sqs = self.aws.client("sqs")
        url = sqs.get_queue_url(QueueName=self.name(queue))["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(said[name]) for name in names)

    def executions(self) -> list[dict[str, Any]]:
        machine = f"arn:aws:states:eu-west-2:{ACCOUNT}:stateMachine:{self.name('merge')}"
        found = self.aws.client("stepfunctions").list_executions(stateMachineArn=machine)
        return list(found["executions"])

    def running_jobs(self) -> list[dict[str, Any]]:
        runs = self.aws.client("glue").get_job_runs(JobName=self.name("merge_drops"))["JobRuns"]
        return [run for run in runs if run["JobRunState"] in ("STARTING", "RUNNING")]

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Call a function as Lambda's own service would."""
        done = self.aws.client("lambda").invoke(FunctionName=self.name(function), Payload=json.dumps(event).encode())
        return dict(json.loads(done["Payload"].read() or b"{}"))

    def run_job(self, job: str, **arguments: str) -> dict[str, Any]:
        """Run a job to its end; the run as Glue tells it."""
        glue, name = self.aws.client("glue"), self.name(job)
        said = {f"--{key}": value for key, value in arguments.items()}
        run_id = glue.start_job_run(JobName=name, Arguments=said)["JobRunId"]
        active = ("STARTING", "RUNNING", "STOPPING")

        def ended() -> dict[str, Any] | None:
            run = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
            return run if run["JobRunState"] not in active else None

        return dict(self.until(f"the job {job} has ended", ended, seconds=240))

    # --- waiting

    def until(self, said: str, condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        """What a condition gives once it gives something. Fails with `said` after so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(f"not within {seconds:.0f} s: {said}")

    def until_merged(self, *arrivals: tuple[str, str]) -> list[Drop]:
        """The drops of some arrivals (key, version), once they are all merged."""

        def merged() -> list[Drop]:
            drops = [drop for key, version in arrivals if (drop := self.drop_of(key, version))]
            return drops if [drop.state for drop in drops] == [MERGED] * len(arrivals) else []

        return list(self.until(f"{len(arrivals)} drops merged", merged))

    def until_idle(self) -> None:
        """Nothing in the queue and nobody at work."""
        self.until("the queue is empty", lambda: self.messages("arrivals") == 0)
        running = "RUNNING"
        self.until("no execution runs", lambda: all(said["status"] != running for said in self.executions()))
