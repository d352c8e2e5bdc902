"""Version ids in S3's events on EventBridge.

The emulator leaves out `version-id`, which S3 puts into the detail of every event of a versioned bucket. The id is known
where the event is made and is added where it is dispatched, in the same thread.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge, s3

from local_aws.plugins.pinned import function, replace

_VERSION_ID: ContextVar[str | None] = ContextVar("version_id", default=None)
_PARAMETERS = (
    *("bucket_name", "key", "event_name", "size", "etag", "deletion_type", "restore_event_data", "version_id"),
    *("sequencer", "object_extra", "record_extra"),
)


def install() -> None:
    """Wrap the making and the dispatching of an event. Raises `ChangedEmulator`."""
    make = function(s3, "_fire_s3_event", *_PARAMETERS)
    dispatch = function(eventbridge, "_dispatch_event", "event", "view")

    def fire_s3_event(*said: Any, **named: Any) -> None:
        mark = _VERSION_ID.set(named.get("version_id"))
        try:
            make(*said, **named)
        finally:
            _VERSION_ID.reset(mark)

    def dispatch_event(event: dict[str, Any], view: Any = None) -> Any:
        return dispatch(_with_version(event), view)

    s3._fire_s3_event = fire_s3_event
    replace(eventbridge, "_dispatch_event", dispatch_event)


def _with_version(event: dict[str, Any]) -> dict[str, Any]:
    version_id = _VERSION_ID.get()
    if event.get("Source") != "aws.s3" or not version_id:
        return event
    detail = json.loads(event["Detail"])
    detail["object"]["version-id"] = version_id
    return {**event, "Detail": json.dumps(detail)}
