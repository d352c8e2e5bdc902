"""An environment on AWS, from a terminal: where its resources are is read from one parameter, under the caller's own rights."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onecrown.errors import SettingsError, UsageError
from onecrown.flows.surroundings import Surroundings
from onecrown.rendering.table_layouts import UNIFIED

DEFAULT_ENVIRONMENT = "dev"


def environment_named(said: str | None) -> str:
    """The environment that was said, or that `ONECROWN_ENVIRONMENT` says."""
    return said or os.environ.get("ONECROWN_ENVIRONMENT") or DEFAULT_ENVIRONMENT


def client(service: str) -> Any:
    """A client of AWS. Raises `SettingsError` where its library is not installed."""
    try:
        from onecrown.adapters.aws.clients import client as made
    except ImportError as error:
        raise SettingsError("boto3 is not installed; make ready-aws, or pip install 'onecrown[aws]'") from error
    return made(service)


def outputs_of(environment: str) -> Mapping[str, Any]:
    """What the environment's stacks say of themselves. Raises `UsageError` where there is no such environment."""
    from botocore.exceptions import BotoCoreError, ClientError

    name = f"/onecrown/{environment}/settings"
    try:
        said = client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise UsageError(f"{name} cannot be read ({code}); name another with --environment, or deploy it") from error
    except BotoCoreError as error:
        raise _unreached(error) from error
    found: dict[str, Any] = json.loads(said)
    return found


def _unreached(error: Exception) -> UsageError:
    return UsageError(f"AWS cannot be reached ({type(error).__name__}); set AWS_PROFILE and AWS_REGION")


def landing_bucket(environment: str) -> str:
    """Where suppliers deliver. A supplier, who may not read the parameter, says it by `ONECROWN_LANDING_BUCKET`."""
    return os.environ.get("ONECROWN_LANDING_BUCKET") or str(outputs_of(environment)["landing_bucket"])


@contextmanager
def aws_landing(environment: str) -> Iterator[Any]:
    """The landing zone of an environment."""
    from tempfile import TemporaryDirectory

    from onecrown.adapters.aws.s3_landing import S3Landing

    with TemporaryDirectory(prefix="onecrown-") as scratch:
        yield S3Landing(client("s3"), landing_bucket(environment), Path(scratch))


@contextmanager
def aws_home(environment: str) -> Iterator[Surroundings]:
    """The environment as a home: people act on its drops by the same commands."""
    client("s3")  # says what to install
    from onecrown.adapters.aws.settings import AwsSettings
    from onecrown.deployed.place import open_place

    said = {
        f"ONECROWN_{name.upper()}": value for name, value in outputs_of(environment).items() if isinstance(value, str)
    }
    place = open_place(AwsSettings.read(said))
    try:
        yield place.home
    finally:
        place.close()


def ask_athena(environment: str, audience: str, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of Athena's answer, in an audience's workgroup. Raises `UsageError` with Athena's own reason."""
    client("athena")
    import awswrangler
    import boto3
    import pyarrow as pa
    from awswrangler.exceptions import QueryFailed
    from botocore.exceptions import BotoCoreError, ClientError

    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    try:
        found = awswrangler.athena.read_sql_query(
            sql,
            database=UNIFIED,
            workgroup=f"onecrown-{environment}-{audience}",
            ctas_approach=False,
            athena_query_wait_polling_delay=0.25,  # in seconds
            dtype_backend="pyarrow",
            boto3_session=session,
        )
    except QueryFailed as error:
        raise UsageError(f"Athena refused the query: {error}") from error
    except ClientError as error:
        raise UsageError(f"Athena refused the query ({error.response['Error']['Code']}); see --audience") from error
    except BotoCoreError as error:
        raise _unreached(error) from error
    answer = pa.Table.from_pandas(found, preserve_index=False)
    return answer.column_names, list(zip(*(column.to_pylist() for column in answer.columns), strict=True))
