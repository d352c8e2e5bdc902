"""boto3's clients, with bounded waits: one of each for as long as a process lives. None is made at import."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import NoRegionError

from onecrown.errors import SettingsError

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "max_attempts": 5},
    s3={"addressing_style": "path"},  # names of buckets hold no dots, but the local AWS has one host name
)


@cache
def client(service: str) -> Any:
    """A client of a service, by boto3's name for it. Raises `SettingsError` where no region is set."""
    try:
        return boto3.client(service, region_name=os.environ.get("AWS_REGION"), config=_CONFIG)
    except NoRegionError as error:
        raise SettingsError("no region of AWS is set; set AWS_REGION, for example eu-west-2") from error
