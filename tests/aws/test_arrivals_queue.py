"""What the sweep announces reaches the function as the arrival's own event would have, a scan's verdict with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onecrown.adapters.aws.arrivals_queue import SCAN_TAG, ArrivalEvent, ArrivalsQueue, read_event
from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.s3_landing import S3Landing
from onecrown.ports import Arrival

from .environment import bucket, cloud

pytestmark = pytest.mark.aws


@pytest.fixture
def arrival(tmp_path: Path) -> Iterator[Arrival]:
    with cloud():
        yield S3Landing(client("s3"), bucket("landing"), tmp_path).deliver("invented/colours/a b.json", None, [b"red"])


def announced(arrival: Arrival) -> ArrivalEvent:
    url = client("sqs").create_queue(QueueName="arrivals")["QueueUrl"]
    ArrivalsQueue(client("sqs"), client("s3"), url, bucket("landing")).announce(arrival)
    (message,) = client("sqs").receive_message(QueueUrl=url)["Messages"]
    return read_event(message["Body"])


def test_an_arrival_that_nothing_scanned_is_announced_by_key_and_version(arrival: Arrival) -> None:
    said = announced(arrival)
    assert (said.key, said.version, said.scan, said.is_unsafe) == (arrival.key, arrival.version, "", False)


@pytest.mark.parametrize(("verdict", "is_unsafe"), [("THREATS_FOUND", True), ("NO_THREATS_FOUND", False)])
def test_the_verdict_whose_event_was_lost_is_told_by_the_objects_tag(
    arrival: Arrival, verdict: str, is_unsafe: bool
) -> None:
    client("s3").put_object_tagging(
        Bucket=bucket("landing"),
        Key=arrival.key,
        VersionId=arrival.version,
        Tagging={"TagSet": [{"Key": "other", "Value": "x"}, {"Key": SCAN_TAG, "Value": verdict}]},
    )
    said = announced(arrival)
    assert (said.scan, said.is_unsafe) == (verdict, is_unsafe)
