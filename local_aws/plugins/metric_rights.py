"""The namespace of metrics as a condition of rights.

A role may put metrics only under the condition of a namespace, as metrics have no ARN; the emulator does not know the
condition's key, so that such a right allows nothing. Here the key has the value that the request names.
"""

from __future__ import annotations

import json
from typing import Any

import cbor2  # type: ignore[import-not-found]  # the emulator's environment has it, the checkout's has not
from ministack.core import iam_actions

from local_aws.plugins.pinned import function, replace

_KEY = "cloudwatch:namespace"


def install() -> None:
    """Add the key to what conditions are asked of. Raises `ChangedEmulator`."""
    own = function(iam_actions, "request_tag_context", "service", "iam_action", "body", "params")

    def request_tag_context(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = own(service, iam_action, body, params)
        return {**context, _KEY: _namespace(body)} if iam_action == "cloudwatch:PutMetricData" else context

    replace(iam_actions, "request_tag_context", request_tag_context)


def _namespace(body: bytes) -> str:
    """The namespace in a request's body: binary from boto3, text from others."""
    try:
        said = json.loads(body) if body[:1] == b"{" else cbor2.loads(body)
    except (ValueError, cbor2.CBORError):
        return ""
    return str(said.get("Namespace", "")) if isinstance(said, dict) else ""
