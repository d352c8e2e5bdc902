"""The loopback interface counts as TLS.

The emulator speaks plain HTTP, so that every bucket policy that asks for TLS (all of ours do) would refuse every
request. Nothing between a program and itself can be listened to; requests over the loopback interface count as secure,
and the policies of the template stay as they are.
"""

from __future__ import annotations

from ministack import app
from ministack.core import iam_evaluator

from local_aws.plugins.pinned import function, replace

_LOOPBACK = ("127.0.0.1", "::1")


def install() -> None:
    """Replace what remembers how a request came in. Raises `ChangedEmulator`."""
    remember = function(iam_evaluator, "pin_request_origin", "source_ip", "secure_transport")

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:
        remember(source_ip, secure_transport or source_ip in _LOOPBACK)

    replace(iam_evaluator, "pin_request_origin", pin_request_origin)
    replace(app, "pin_request_origin", pin_request_origin)
