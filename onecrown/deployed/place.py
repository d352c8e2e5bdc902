"""One environment on AWS, opened: its home, and where things go from there."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from onecrown.adapters.aws.arrivals_queue import ArrivalsQueue
from onecrown.adapters.aws.bucket import Bucket
from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.large_drop_job import LargeDropJob
from onecrown.adapters.aws.merge_wake import MergeWake
from onecrown.adapters.aws.s3_outbox import S3Outbox
from onecrown.adapters.aws.settings import AwsSettings
from onecrown.arrival_ports import Arrivals
from onecrown.compute_costs import Meter
from onecrown.deployed.home import open_aws_home
from onecrown.flows.receive_drop import Destinations
from onecrown.flows.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Place:
    """An environment as its functions and jobs use it."""

    settings: AwsSettings
    home: Surroundings
    destinations: Destinations
    arrivals: Arrivals
    opened: ExitStack

    def close(self) -> None:
        """Close what was opened."""
        self.opened.close()


def open_place(settings: AwsSettings, meter: Meter | None = None) -> Place:
    """Open an environment. Nothing is asked of AWS but the pseudonyms' key. `meter` is of a process that opens it once."""
    opened = ExitStack()
    scratch = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="onecrown-")))
    home = opened.enter_context(open_aws_home(settings, scratch))
    home = replace(home, meter=meter) if meter else home
    return Place(settings, home, destinations(settings), _arrivals(settings), opened)


@cache
def warm_place() -> Place:
    """The environment of this process's variables, opened once for as long as a function is warm."""
    return open_place(AwsSettings.read(os.environ))


def destinations(settings: AwsSettings) -> Destinations:
    """Where a received drop's news go."""
    return Destinations(
        LargeDropJob(client("glue"), settings.large_drop_job),
        MergeWake(client("dynamodb"), client("stepfunctions"), settings.ledger_table, settings.merge_machine),
        S3Outbox(Bucket(client("s3"), settings.outbox_bucket, "the outbox bucket")),
    )


def _arrivals(settings: AwsSettings) -> ArrivalsQueue:
    return ArrivalsQueue(client("sqs"), client("s3"), settings.arrivals_queue, settings.landing_bucket)
