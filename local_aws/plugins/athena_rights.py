"""What the caller of a query may read: by IAM on Glue's tables, by Lake Formation's tags where a database has some."""

from __future__ import annotations

from collections.abc import Iterable

from ministack.core import iam_evaluator

from local_aws.account import ACCOUNT
from local_aws.plugins.athena_worker_link import QueryRefused, Table
from local_aws.plugins.glue_rights import is_allowed, table_resources
from local_aws.plugins.lake_formation import is_governed, may_select


def columns_for(access_key: str, tables: Iterable[Table]) -> dict[str, list[str]]:
    """The columns that a caller sees, by `database.table`. Raises `QueryRefused` where it sees none of a table."""
    seen = {}
    for table in tables:
        _ask_iam(access_key, table)
        columns = _selectable(_role_of(access_key), table)
        if not columns:
            raise QueryRefused(
                f"COLUMN_NOT_FOUND: Insufficient permissions: no column of {table.database}.{table.name} may be selected"
            )
        seen[f"{table.database}.{table.name}"] = columns
    return seen


def result_refusal(access_key: str, location: str) -> str:
    """Why a caller may not write a result; '' where it may. Athena writes results with the caller's rights."""
    if is_allowed(access_key, "s3:PutObject", "s3", f"arn:aws:s3:::{location.removeprefix('s3://')}"):
        return ""
    return f"Access denied when writing output to url: {location}"


def _ask_iam(access_key: str, table: Table) -> None:
    for resource in table_resources(table.database, table.name):
        if not is_allowed(access_key, "glue:GetTable", "glue", resource):
            raise QueryRefused(
                f"Insufficient permissions to execute the query. User is not authorized to perform: glue:GetTable on {resource}"
            )


def _selectable(role_arn: str, table: Table) -> list[str]:
    if not role_arn or not is_governed(table.database):
        return list(table.columns)
    return [column for column in table.columns if may_select(role_arn, table.database, table.name, column)]


def _role_of(access_key: str) -> str:
    """The role behind a key; '' where it is the account's root."""
    caller = iam_evaluator.resolve_caller_identity(access_key) or {}
    kind, _, name = str(caller.get("userArn", "")).rpartition(":")[2].partition("/")
    return f"arn:aws:iam::{ACCOUNT}:role/{name.split('/')[0]}" if kind == "assumed-role" else ""
