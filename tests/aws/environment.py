"""An environment on AWS in this process: buckets, ledger, catalogue and the pseudonyms' key, as the stacks make them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from merging.homes import PSEUDONYM_KEY, Home
from merging.slices import slice_of_model
from moto import mock_aws

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.settings import AwsSettings
from onecrown.definitions.model import Model
from onecrown.deployed.home import open_aws_home
from onecrown.flows.surroundings import ON_DEMAND
from onecrown.rendering.table_layouts import HISTORY, MEASURES, OPS, UNIFIED

REGION = "eu-west-2"
VERSIONED = ("landing", "warehouse", "releases")
UNVERSIONED = ("validated", "quarantine", "outbox")


def bucket(thing: str) -> str:
    return f"onecrown-test-{thing}"


@contextmanager
def cloud() -> Iterator[AwsSettings]:
    """An environment that nobody has used."""
    with pytest.MonkeyPatch.context() as patched, mock_aws():
        patched.setenv("AWS_DEFAULT_REGION", REGION)
        client.cache_clear()
        for thing in (*VERSIONED, *UNVERSIONED):
            _make_bucket(thing)
        for database in (UNIFIED, HISTORY, OPS, MEASURES):
            client("glue").create_database(DatabaseInput={"Name": database})
        yield _settings(_make_ledger())
    client.cache_clear()


def _make_bucket(thing: str) -> None:
    client("s3").create_bucket(Bucket=bucket(thing), CreateBucketConfiguration={"LocationConstraint": REGION})
    if thing in VERSIONED:
        client("s3").put_bucket_versioning(Bucket=bucket(thing), VersioningConfiguration={"Status": "Enabled"})


def _make_ledger() -> str:
    keys = ("pk", "HASH"), ("sk", "RANGE")
    client("dynamodb").create_table(
        TableName="onecrown-test-ledger",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
    )
    return "onecrown-test-ledger"


def _settings(ledger: str) -> AwsSettings:
    secret = client("secretsmanager").create_secret(Name="onecrown-test-key", SecretString=PSEUDONYM_KEY)["ARN"]
    buckets = {f"{thing}_bucket": bucket(thing) for thing in (*VERSIONED, *UNVERSIONED)}
    return AwsSettings(
        environment="test",
        ledger_table=ledger,
        pseudonym_secret=secret,
        merge_machine="arn:aws:states:eu-west-2:123456789012:stateMachine:invented",
        large_drop_job="invented",
        arrivals_queue="https://invented.invalid/queue",
        **buckets,
    )


@contextmanager
def home_on_aws(settings: AwsSettings, scratch: Path, model: Model | None = None) -> Iterator[Home]:
    """The environment as a home, over a slice of the model."""
    with open_aws_home(settings, scratch) as around:
        yield Home(replace(around, model=model or slice_of_model(), measures_when=ON_DEMAND))


def everything(things: tuple[str, ...] = (*VERSIONED, *UNVERSIONED)) -> dict[str, bytes]:
    """Every version of every object, and the ledger's items."""
    found = {"ledger": json.dumps(_ledger(), default=str).encode()}
    for thing in things:
        for one in client("s3").list_object_versions(Bucket=bucket(thing)).get("Versions", ()):
            named = {"Bucket": bucket(thing), "Key": one["Key"], "VersionId": one["VersionId"]}
            found[f"{thing}/{one['Key']}@{one['VersionId']}"] = client("s3").get_object(**named)["Body"].read()
    return found


def _ledger() -> list[Any]:
    items: list[Any] = client("dynamodb").scan(TableName="onecrown-test-ledger")["Items"]
    return items
