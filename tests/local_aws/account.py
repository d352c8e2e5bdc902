"""What the tests put into an empty local AWS: buckets, roles, jobs, tables."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import pyarrow as pa
from pyiceberg.catalog import Catalog

from local_aws.account import ACCOUNT, REGION
from local_aws.athena_worker import open_catalog
from local_aws.launching import LocalAws

JOB_MINUTE_SECONDS = 2.0
WAIT_SECONDS = 20.0
_NUMBERS = itertools.count(1)


class Account:
    """The account of a running local AWS."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws

    def client(self, service: str) -> Any:
        return self.aws.client(service)

    def bucket(self, *, versioned: bool = False) -> str:
        name, s3 = new_name("bucket"), self.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def role(self, *allowed: tuple[str, str], condition: Mapping[str, Any] | None = None) -> str:
        """A role that anybody may take, and that may do these actions on these resources."""
        name, iam = new_name("role"), self.client("iam")
        trust = _policy({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"})
        arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"])
        if allowed:
            under = {"Condition": condition} if condition else {}
            rights = _policy(*({"Action": action, "Resource": resource, **under} for action, resource in allowed))
            iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=rights)
        return arn

    def session(self, *allowed: tuple[str, str], condition: Mapping[str, Any] | None = None) -> boto3.Session:
        return self.aws.session(self.role(*allowed, condition=condition))

    def job(self, script: str | None, *allowed: tuple[str, str], **settings: Any) -> str:
        """A Glue job whose script has this text, or is missing."""
        bucket, name = self.bucket(), new_name("job")
        if script is not None:
            self.client("s3").put_object(Bucket=bucket, Key="script.py", Body=script.encode())
        command = {"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/script.py", "PythonVersion": "3"}
        role = self.role(("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), *allowed)
        self.client("glue").create_job(Name=name, Role=role, Command=command, GlueVersion="5.1", **settings)
        return name

    def started(self, job: str, **said: Any) -> str:
        return str(self.client("glue").start_job_run(JobName=job, **said)["JobRunId"])

    def job_run(self, job: str, run_id: str) -> dict[str, Any]:
        run: dict[str, Any] = self.client("glue").get_job_run(JobName=job, RunId=run_id)["JobRun"]
        return run

    def ended(self, job: str, run_id: str) -> dict[str, Any]:
        """The run at its end."""
        until(lambda: self.job_run(job, run_id)["JobRunState"] not in ("STARTING", "RUNNING", "STOPPING"))
        return self.job_run(job, run_id)

    def said(self, run_id: str, group: str = "/aws-glue/jobs/output") -> list[str]:
        """What a run wrote, from its log."""
        events = self.client("logs").get_log_events(logGroupName=group, logStreamName=run_id)["events"]
        return [event["message"] for event in events]

    def executed(self, states: Mapping[str, Any], rights: str) -> dict[str, Any]:
        """An execution, at its end, of a machine that starts in its first state."""
        machine = self.client("stepfunctions")
        definition = json.dumps({"StartAt": next(iter(states)), "States": states})
        arn = machine.create_state_machine(name=new_name("machine"), definition=definition, roleArn=rights)
        execution = machine.start_execution(stateMachineArn=arn["stateMachineArn"])["executionArn"]
        until(lambda: machine.describe_execution(executionArn=execution)["status"] != "RUNNING")
        found: dict[str, Any] = machine.describe_execution(executionArn=execution)
        return found

    def deployed(self, resources: Mapping[str, Any]) -> str:
        """A stack with these resources."""
        stack, cloudformation = new_name("stack"), self.client("cloudformation")
        body = json.dumps({"Resources": resources})
        cloudformation.create_stack(StackName=stack, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
        cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
        return stack

    def catalog(self) -> Catalog:
        return open_catalog(self.aws.environment())

    def table(self, database: str, rows: pa.Table) -> str:
        """An Iceberg table in Glue's catalogue."""
        name, catalog = new_name("table").replace("-", "_"), self.catalog()
        catalog.create_namespace_if_not_exists(database)
        table = catalog.create_table((database, name), rows.schema, location=f"s3://{self.bucket()}/{name}")
        table.append(rows)
        return name


def new_name(kind: str) -> str:
    """A name that no other test has."""
    return f"{kind}-{next(_NUMBERS)}"


def until(is_so: Callable[[], Any]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)


def _policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]})
