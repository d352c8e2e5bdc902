"""What every Glue job begins with: its arguments, the environment opened, a log that names no value."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aws_lambda_powertools import Logger

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.job_metrics import JobMetrics
from onecrown.adapters.aws.settings import AwsSettings
from onecrown.compute_costs import Meter
from onecrown.deployed.meters import job_meter
from onecrown.deployed.place import Place, open_place
from onecrown.errors import OneCrownError, SettingsError
from onecrown.flows.surroundings import utc_now


@dataclass(frozen=True, slots=True)
class Job:
    """A job at work."""

    name: str
    arguments: Mapping[str, str]
    place: Place
    logger: Logger
    metrics: JobMetrics

    def argument(self, name: str) -> str:
        """An argument of this run. Raises `SettingsError` where it was not given."""
        said = self.arguments.get(name, "")
        if not said:
            raise SettingsError(f"the job {self.name} needs --{name}; start it again with that")
        return said


def job_arguments(argv: Sequence[str]) -> dict[str, str]:
    """The arguments of a job by name, without dashes: what Glue adds of its own stands among them."""
    said: dict[str, str] = {}
    for position, word in enumerate(argv):
        if word.startswith("--"):
            following = argv[position + 1] if position + 1 < len(argv) else ""
            name, equals, value = word.removeprefix("--").partition("=")
            said[name] = value if equals else "" if following.startswith("--") else following
    return said


def _set_region(settings: AwsSettings) -> None:
    """Where nothing says which region a job runs in, the environment's own ARNs do: it has but one."""
    if not os.environ.get("AWS_DEFAULT_REGION"):
        os.environ.setdefault("AWS_REGION", settings.merge_machine.split(":")[3])


@contextmanager
def _costed(meter: Meter, metrics: JobMetrics) -> Iterator[None]:
    """Tell at the end, good or bad, what the run costs; nothing where nobody sends a bill."""
    try:
        yield
    finally:
        if dollars := meter.read(utc_now()).dollars():
            metrics.tell({"CostDollars": dollars})


@contextmanager
def job(name: str) -> Iterator[Job]:
    """A job of this process. Errors of ours are logged with their branch, and end it."""
    logger = Logger(service=name)
    arguments = job_arguments(sys.argv[1:])
    try:
        settings = AwsSettings.read(arguments)
        _set_region(settings)
        whole = job_meter(arguments, utc_now())
        place = open_place(settings, job_meter(arguments, utc_now()))
        try:
            metrics = JobMetrics(client("cloudwatch"), place.settings.environment, name)
            with _costed(whole, metrics):
                yield Job(name, arguments, place, logger, metrics)
        finally:
            place.close()
    except OneCrownError as error:
        logger.error("ended", extra={"fault": type(error).__name__, "said": str(error)})
        raise SystemExit(f"{type(error).__name__}: {error}") from error
