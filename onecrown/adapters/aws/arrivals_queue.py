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
    """Announces arrivals as their own events would have."""

    def __init__(self, client: Any, url: str, bucket: str) -> None:
        self._client = client
        self._url = url
        self._bucket = bucket

    def announce(self, arrival: Arrival) -> None:
        """Put an arrival into the queue."""
        said = {"key": arrival.key, "version-id": arrival.version}
        body = json.dumps({"detail": {"bucket": {"name": self._bucket}, "object": said}})
        with refusals("the arrivals queue"):
            self._client.send_message(QueueUrl=self._url, MessageBody=body)
