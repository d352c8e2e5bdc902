"""An environment on AWS as a home: the flows run over S3, DynamoDB and Glue's catalogue as they run over a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from onecrown.adapters.aws.bucket import Bucket
from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.refusals import refusals
from onecrown.adapters.aws.release_views import ReleaseViews
from onecrown.adapters.aws.s3_filesystem import S3FileSystem
from onecrown.adapters.aws.s3_folders import S3Folders
from onecrown.adapters.aws.s3_landing import S3Landing
from onecrown.adapters.aws.s3_releases import S3Releases
from onecrown.adapters.aws.settings import AwsSettings
from onecrown.adapters.tables_when_needed import TablesWhenNeeded
from onecrown.definitions.model import Model, load_model
from onecrown.errors import SettingsError
from onecrown.flows.surroundings import Progress, Surroundings, silent
from onecrown.ports import Tables
from onecrown.rendering.table_layouts import table_layouts
from onecrown.sql.connection import Resources

_KEY_DIGITS = 64
_SHARE_OF_MEMORY = 0.6  # DuckDB's; the rest is Python's, Arrow's and the file system's


@contextmanager
def open_aws_home(settings: AwsSettings, scratch: Path, progress: Progress = silent) -> Iterator[Surroundings]:
    """Open an environment; `scratch` is a folder of this process alone. Tables, and their libraries, wait for their first use."""
    from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger

    model = load_model()
    files = client("s3")
    landing = S3Landing(files, settings.landing_bucket, scratch / "landing")
    tables = TablesWhenNeeded(lambda: _tables(settings, model, scratch / "warehouse"))
    filesystem = S3FileSystem(files)
    try:
        yield Surroundings(
            model=model,
            landing=landing,
            ledger=DynamodbLedger(client("dynamodb"), settings.ledger_table),
            tables=cast(Tables, tables),
            validated=_folders(settings.validated_bucket, "validated", scratch),
            quarantine=_folders(settings.quarantine_bucket, "quarantine", scratch),
            releases=S3Releases(
                Bucket(files, settings.releases_bucket, "the bucket of releases"), scratch / "releases"
            ),
            views=ReleaseViews(client, settings.environment),
            scratch=scratch / "work",
            pseudonym_key=pseudonym_key(settings.pseudonym_secret),
            resources=_resources(),
            progress=progress,
            equip=lambda con: con.register_filesystem(filesystem),
        )
    finally:
        tables.close()
        landing.close()


def pseudonym_key(secret: str) -> bytes:
    """The environment's key for pseudonyms. Raises `SettingsError` where the secret holds none."""
    with refusals("the secret of the pseudonyms' key"):
        said = str(client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]).strip()
    if len(said) != _KEY_DIGITS or set(said) - set("0123456789abcdef"):
        raise SettingsError(
            f"the pseudonyms' key is not {_KEY_DIGITS} hexadecimal digits; put the environment's own back"
        )
    return bytes.fromhex(said)


def _folders(bucket: str, store: str, scratch: Path) -> S3Folders:
    return S3Folders(Bucket(client("s3"), bucket, f"the {store} bucket"), scratch / store)


def _tables(settings: AwsSettings, model: Model, scratch: Path) -> Any:
    """The tables in Glue's catalogue, their files in the warehouse bucket."""
    from onecrown.adapters.aws.glue_catalogue import GlueCatalogue
    from onecrown.adapters.aws.s3_file_io import S3FileIO
    from onecrown.adapters.aws.s3_warehouse import S3Warehouse
    from onecrown.adapters.iceberg_tables import IcebergTables

    layouts, files = table_layouts(model), client("s3")
    databases = {layout.database for layout in layouts.values()}
    warehouse = S3Warehouse(Bucket(files, settings.warehouse_bucket, "the warehouse bucket"), scratch)
    return IcebergTables(GlueCatalogue(client("glue"), databases, S3FileIO(files)), warehouse, layouts)


def _resources() -> Resources:
    """Most of what the machine has, or what `ONECROWN_MEMORY` says."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 20)
    function = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")  # a Lambda function sees more than it may use
    memory = int((float(function) if function else megabytes) * _SHARE_OF_MEMORY)
    return Resources(os.environ.get("ONECROWN_MEMORY", f"{memory}MB"), os.cpu_count() or 2)
