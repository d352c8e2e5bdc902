"""A deployed environment in the caller's account, as the checks ask it. Everything is asked of AWS itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import boto3

ENVIRONMENT = "dev"


@dataclass(frozen=True)
class Account:
    """The environment `dev` of one account."""

    session: boto3.Session
    patience_seconds: ClassVar[float] = 1200.0
    pause_seconds: ClassVar[float] = 2.0

    def client(self, service: str) -> Any:
        """A client in the caller's own rights."""
        return self.session.client(service)

    @cached_property
    def number(self) -> str:
        """The account."""
        return str(self.client("sts").get_caller_identity()["Account"])

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """What the environment says of itself."""
        found = self.client("ssm").get_parameter(Name=f"/onecrown/{ENVIRONMENT}/settings")
        return dict(json.loads(found["Parameter"]["Value"]))

    def name(self, thing: str) -> str:
        """`onecrown-dev-<thing>`."""
        return f"onecrown-{ENVIRONMENT}-{thing}"

    def role(self, thing: str) -> str:
        """The ARN of one of the environment's roles."""
        return f"arn:aws:iam::{self.number}:role/{self.name(thing)}"

    def as_role(self, thing: str) -> boto3.Session:
        """A session in one of the environment's roles."""
        taken = self.client("sts").assume_role(RoleArn=self.role(thing), RoleSessionName="proving")["Credentials"]
        return boto3.Session(
            taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"], region_name=self.session.region_name
        )

    def ask(self, sql: str, audience: str = "analyst") -> list[dict[str, Any]]:
        """Rows by awswrangler, in an audience's role and workgroup."""
        import awswrangler

        found = awswrangler.athena.read_sql_query(
            sql,
            database="onecrown",
            workgroup=self.name(audience),
            ctas_approach=False,
            athena_query_wait_polling_delay=0.1,
            boto3_session=self.as_role(audience),
        )
        return list(found.to_dict("records"))

    def run_job(self, job: str, **arguments: str) -> dict[str, Any]:
        """Run a job to its end; the run as Glue tells it."""
        glue, name = self.client("glue"), self.name(job)
        said = {f"--{key}": value for key, value in arguments.items()}
        run_id = glue.start_job_run(JobName=name, Arguments=said)["JobRunId"]

        def ended() -> dict[str, Any] | None:
            run: dict[str, Any] = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
            return run if run["JobRunState"] not in ("STARTING", "RUNNING", "WAITING", "STOPPING") else None

        return dict(self.until(f"the job {job} has ended", ended))

    def until(self, said: str, condition: Callable[[], Any], seconds: float | None = None) -> Any:
        """What a condition gives once it gives something. Raises `TimeoutError` after so long."""
        seconds = seconds or self.patience_seconds
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(self.pause_seconds)
        raise TimeoutError(f"not within {seconds:.0f} s: {said}")
