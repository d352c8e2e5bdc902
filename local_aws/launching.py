"""The local AWS as a thing to start and stop: the emulator's process, and what a program needs to speak to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config

from local_aws import deploying
from local_aws.account import HOST, REGION, root_environment
from local_aws.settings import PluginSettings
from onecrown.errors import SettingsError, StorageError, UsageError

CHECKOUT = Path(__file__).parents[1]
FOLDER = CHECKOUT / ".local-aws"
EMULATOR_PYTHON = CHECKOUT / ".venv-local-aws" / "bin" / "python"
_START_SECONDS, _STOP_SECONDS, _POLL_SECONDS = 60.0, 3.0, 0.1
_DESCRIPTIONS = botocore.loaders.create_loader()  # of the services: read once for all sessions, as each takes its time
_CLIENTS = Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"})


class LocalAws:
    """One emulator on the loopback interface, with a folder of its own; a context manager that starts and stops it.

    `port` None is any that is free. Nothing outlives a stop.
    """

    def __init__(self, port: int | None = None, folder: Path = FOLDER, job_minute_seconds: float = 60.0) -> None:
        self.port = port or _free_port()
        self.folder = folder.resolve() / str(self.port)
        self._job_minute_seconds = job_minute_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, Any] = {}

    @property
    def endpoint(self) -> str:
        """Where every service answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        """What the emulator says."""
        return self.folder / "emulator.log"

    def environment(self) -> dict[str, str]:
        """Variables with which any AWS client speaks to it as the account's root."""
        return root_environment(self.endpoint)

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises `UsageError` where the port is taken, `SettingsError` where the emulator is not installed, `StorageError`
        where it ends or does not answer in time.
        """
        if not EMULATOR_PYTHON.exists():
            raise SettingsError("the emulator is not installed: run make ready-aws")
        _require_free(self.port)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "tmp").mkdir(parents=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module in the emulator's environment
                [str(EMULATOR_PYTHON), "-m", "local_aws.emulator"],
                cwd=CHECKOUT,
                env=self._emulator_environment(),
                stdin=subprocess.PIPE,  # it ends when this end closes, however we end
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def stop(self) -> None:
        """End the emulator and all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
        _signal(process, signal.SIGKILL)  # also what outlived its parent
        process.wait()
        for held in self.folder.iterdir():
            if held.is_dir():  # the logs stay
                shutil.rmtree(held, ignore_errors=True)
        if process.stdin:
            process.stdin.close()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def deploy(self, app_folder: Path = CHECKOUT, context: Mapping[str, str] | None = None) -> None:
        """Bootstrap, and deploy every stack of a CDK app. Raises `SettingsError` or `StorageError`."""
        deploying.deploy(app_folder, self.environment(), self.folder, context or {"environment": "dev"})

    def deploy_assembly(self, assembly: Path) -> None:
        """Bootstrap, and deploy every stack of an app that was synthesised before. Raises `SettingsError` or `StorageError`."""
        deploying.bootstrap(self.environment(), self.folder)
        deploying.deploy_assembly(assembly, self.environment(), self.folder)

    def client(self, service: str) -> Any:
        """A client of a service, as the account's root."""
        if service not in self._clients:
            self._clients[service] = self.session().client(service, config=_CLIENTS)
        return self._clients[service]

    def session(self, role_arn: str = "") -> boto3.Session:
        """A session as a role, which must let the account take it; as the root where none is named."""
        said = root_environment(self.endpoint)
        key, secret, token = said["AWS_ACCESS_KEY_ID"], said["AWS_SECRET_ACCESS_KEY"], None
        if role_arn:
            taken = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="local")["Credentials"]
            key, secret, token = taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"]
        return _Session(self.endpoint, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)

    def outputs(self, stack: str) -> dict[str, str]:
        """The outputs of a stack."""
        found = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}

    def recorded(self) -> list[dict[str, Any]]:
        """The resources that were asked for and are only recorded: type, stack, logical_id, properties."""
        found: list[dict[str, Any]] = json.loads((self.folder / "recorded.json").read_text(encoding="utf-8"))
        return found

    def _emulator_environment(self) -> dict[str, str]:
        """Nothing of the user's own environment, so that nothing of it reaches a function or a job."""
        settings = PluginSettings(CHECKOUT, self.folder, Path(sys.executable), self.endpoint, self._job_minute_seconds)
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "BIND_HOST": HOST,  # its own default is every interface
            "GATEWAY_PORT": str(self.port),
            "AUTH": "true",
            "MINISTACK_REGION": REGION,
            "S3_DATA_DIR": str(self.folder / "s3"),
            "LAMBDA_STRICT": "0",
            **root_environment(self.endpoint),
            **settings.environment(),
        }

    def _wait(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                raise StorageError(f"the local AWS ended at its start: {_last_line(self.log)} (see {self.log})")
            if self._answers():
                return
            time.sleep(_POLL_SECONDS)
        raise StorageError(f"the local AWS did not answer within {_START_SECONDS:.0f} seconds; see {self.log}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2) as answer:  # noqa: S310 - http
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


class _Session(boto3.Session):  # type: ignore[misc]  # boto3 ships no types
    """A session whose clients all speak to one endpoint, also those that others make of it (awswrangler)."""

    def __init__(self, endpoint: str, **named: Any) -> None:
        core = botocore.session.Session()
        core.register_component("data_loader", _DESCRIPTIONS)
        super().__init__(botocore_session=core, region_name=REGION, **named)
        self._endpoint = endpoint

    def client(self, *said: Any, **named: Any) -> Any:
        return super().client(*said, **{**named, "endpoint_url": named.get("endpoint_url") or self._endpoint})


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal the group that the process leads, which only it and what it started are in."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise UsageError(f"port {port} is in use: stop what uses it, or choose another with --port")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
