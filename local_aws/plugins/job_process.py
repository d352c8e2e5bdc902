"""The process of one Glue job run: its script from S3, its arguments, its role's credentials, its logs."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore.exceptions import ClientError

from local_aws.account import REGION
from local_aws.plugins.job_packages import Interpreter, PackagesMissing, interpreter_for
from local_aws.plugins.own_calls import client, role_credentials
from local_aws.settings import PluginSettings

_LOGS, _LOG_KINDS = "/aws-glue/jobs", {"stdout": "output", "stderr": "error"}
_MOST_LINES, _MOST_LETTERS = 5_000, 2_000
_GRACE_SECONDS = 5.0


class ScriptMissing(Exception):
    """The script cannot be read with the rights of the job's role."""


@dataclass(frozen=True, slots=True)
class JobEnd:
    """How a run ended: SUCCEEDED, FAILED or TIMEOUT, and why."""

    state: str
    message: str = ""


class JobProcess:
    """Runs the script of one run, once; another thread may stop it."""

    def __init__(self, job: Mapping[str, Any], run: Mapping[str, Any]) -> None:
        self._job = job
        self._run = run
        self._settings = PluginSettings.read()
        self._guard = threading.Lock()
        self._stopped = False
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> JobEnd:
        """Run to the end."""
        credentials = role_credentials(self._job["Role"], "GlueJobRunnerSession")
        with TemporaryDirectory(prefix="job-", dir=self._settings.folder) as name:
            folder = Path(name)
            try:
                interpreter = interpreter_for(self._run["Arguments"], credentials)
                self._fetch(credentials, folder / "script.py")
            except (PackagesMissing, ScriptMissing) as missing:
                return JobEnd("FAILED", str(missing))
            end = self._execute(interpreter, credentials, folder)
            self._log(folder)
            return end

    def stop(self) -> None:
        """End the process, or keep it from starting."""
        with self._guard:
            self._stopped = True
            if self._process is not None:
                self._process.terminate()

    def _fetch(self, credentials: Mapping[str, str], script: Path) -> None:
        """Write the script, read with the role's rights. Raises `ScriptMissing`."""
        bucket, _, key = str(self._job["Command"].get("ScriptLocation", "")).removeprefix("s3://").partition("/")
        try:
            script.write_bytes(client("s3", credentials).get_object(Bucket=bucket, Key=key)["Body"].read())
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise ScriptMissing(f"the script s3://{bucket}/{key} cannot be read: {code}") from error

    def _execute(self, interpreter: Interpreter, credentials: Mapping[str, str], folder: Path) -> JobEnd:
        command = [str(interpreter.program), "script.py", *_argv(self._job, self._run)]
        environment = {**self._environment(credentials, folder), **interpreter.environment()}
        with (folder / "stdout").open("wb") as output, (folder / "stderr").open("wb") as errors:
            with self._guard:
                if self._stopped:
                    return JobEnd("FAILED")
                self._process = subprocess.Popen(  # noqa: S603 - the checkout's own interpreter and jobs
                    command, cwd=folder, env=environment, stdout=output, stderr=errors
                )
            code = self._waited(self._process)
        if code is None:
            return JobEnd("TIMEOUT", "Job run exceeded its timeout.")
        return JobEnd("SUCCEEDED") if code == 0 else JobEnd("FAILED", _last_line(folder / "stderr", code))

    def _waited(self, process: subprocess.Popen[bytes]) -> int | None:
        """The exit code; None where the time was up. A process that does not heed its end is killed."""
        try:
            code = process.wait(self._run["Timeout"] * self._settings.job_minute_seconds)
        except subprocess.TimeoutExpired:
            code = None
            process.terminate()
        try:
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return code

    def _environment(self, credentials: Mapping[str, str], folder: Path) -> dict[str, str]:
        """What a job finds: no variable of this machine's user."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": self._settings.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **credentials,
        }

    def _log(self, folder: Path) -> None:
        logs = client("logs")
        for stream, kind in _LOG_KINDS.items():
            group = f"{log_prefix(self._job)}/{kind}"
            lines = (folder / stream).read_text(encoding="utf-8", errors="replace").splitlines()[-_MOST_LINES:]
            if events := [{"timestamp": int(time.time() * 1000), "message": line} for line in lines if line]:
                _make(logs.create_log_group, logGroupName=group)
                _make(logs.create_log_stream, logGroupName=group, logStreamName=self._run["Id"])
                logs.put_log_events(logGroupName=group, logStreamName=self._run["Id"], logEvents=events)


def log_prefix(job: Mapping[str, Any]) -> str:
    """Where Glue 5 puts a job's logs: under a security configuration that encrypts them, in groups of their own."""
    security, role = job.get("SecurityConfiguration"), str(job["Role"]).rsplit("/", 1)[-1]
    return f"{_LOGS}/{security}-role/{role}" if security else _LOGS


def _argv(job: Mapping[str, Any], run: Mapping[str, Any]) -> list[str]:
    """The arguments as Glue gives them to a script."""
    said = {"--JOB_NAME": job["Name"], "--JOB_RUN_ID": run["Id"], **run["Arguments"]}
    return [word for name, text in said.items() for word in (f"--{name.removeprefix('--')}", str(text))]


def _last_line(errors: Path, code: int) -> str:
    """Why a script failed: what it said last, which is an exception's class and message."""
    lines = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return (lines[-1] if lines else f"the script ended with {code}")[:_MOST_LETTERS]


def _make(create: Any, **named: str) -> None:
    try:
        create(**named)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
