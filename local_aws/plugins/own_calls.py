"""Calls of the plug-ins to the emulator itself, over its own door: as root, or with a role's credentials."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.config import Config
from ministack.core import lambda_runtime

from local_aws.account import ACCOUNT, REGION, root_environment
from local_aws.plugins.pinned import function
from local_aws.settings import PluginSettings

_SESSION = botocore.session.get_session()  # one for all: it reads the services' descriptions once
_MAKING = threading.Lock()  # a session makes one client at a time
_CONFIG = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})


def client(service: str, credentials: Mapping[str, str] | None = None) -> Any:
    """A client of a service. Never to be used where requests are answered: it would wait for itself; use a thread."""
    endpoint = PluginSettings.read().endpoint
    said = credentials or root_environment(endpoint)
    with _MAKING:
        return _SESSION.create_client(
            service,
            region_name=REGION,
            endpoint_url=endpoint,
            aws_access_key_id=said["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=said.get("AWS_SESSION_TOKEN"),
            config=_CONFIG,
        )


def role_credentials(role: str, session: str) -> dict[str, str]:
    """Credentials of a role, as environment variables, under which what is allowed is what the role allows."""
    credentials: dict[str, str] = lambda_runtime.execution_credentials(
        {
            "Role": role,
            "FunctionName": session,
            "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{session}",
        }
    )
    return credentials


def install() -> None:
    """Check the name used here. Raises `ChangedEmulator`."""
    function(lambda_runtime, "execution_credentials", "config")
