"""The queue of arrivals in SQS, and the events in it: S3's own, as EventBridge passes them on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onecrown.adapters.aws.refusals import refusals
from onecrown.errors import StorageError
from onecrown.ports import Arrival

NO_THREATS = "NO_THREATS_FOUND"
SCAN_TAG = "GuardDutyMalwareScanStatus"
"""The tag in which GuardDuty leaves what it found in an object."""


@dataclass(frozen=True, slots=True)
class ArrivalEvent:
    """What an event says of an object. Its version is '' where the event names none, `scan` where nothing scanned it."""

    key: str
    version: str
    size: int
    scan: str = ""

    @property
    def is_unsafe(self) -> bool:
        """Whether a scan found anything but no threat."""
        return self.scan not in ("", NO_THREATS)


def read_event(body: str) -> ArrivalEvent:
    """The event in a message. Raises `StorageError` where it is none of S3's: that is ours to mend."""
    try:
        detail: Mapping[str, Any] = json.loads(body)["detail"]
        said = detail["object"]
        version, size = str(said.get("version-id") or ""), int(said.get("size") or 0)
        return ArrivalEvent(str(said["key"]), version, size, str(detail.get("scan") or ""))
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError("a message in the arrivals queue is no event of S3's; look at who sends there") from error


class ArrivalsQueue:
    """Announces arrivals as their own events would have, with what a scan said of them."""

    def __init__(self, queue: Any, files: Any, url: str, bucket: str) -> None:
        self._queue = queue
        self._files = files
        self._url = url
        self._bucket = bucket

    def announce(self, arrival: Arrival) -> None:
        """Put an arrival into the queue."""
        said = {"key": arrival.key, "version-id": arrival.version}
        detail = {"bucket": {"name": self._bucket}, "object": said, "scan": self._scan(arrival)}
        with refusals("the arrivals queue"):
            self._queue.send_message(QueueUrl=self._url, MessageBody=json.dumps({"detail": detail}))

    def _scan(self, arrival: Arrival) -> str:
        """What a scan said, '' where none has: the event that told it may be the one that was lost."""
        with refusals("the tags of the landing bucket's objects"):
            found = self._files.get_object_tagging(Bucket=self._bucket, Key=arrival.key, VersionId=arrival.version)
        return next((str(tag["Value"]) for tag in found["TagSet"] if tag["Key"] == SCAN_TAG), "")
