"""IAM on Glue's catalogue, and on Athena, by the resources that AWS asks for.

The emulator asks for rights on a table under an ARN without its database, asks nothing of the database and the
catalogue that a table is in, and asks for rights on no resource at all where a query is named by its id. Here the ARNs
are AWS's own, and a call on a table needs the right on the table, its database and the catalogue, as on AWS.
Source: "Resource ARNs" of the AWS Glue developer guide; "Actions, resources and condition keys for Amazon Athena".
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from ministack.core import iam_actions, iam_evaluator, router
from ministack.services import athena, glue

from local_aws.account import ACCOUNT, REGION
from local_aws.plugins.pinned import function, replace, value

Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Replace the naming of resources, and ask for a table's database and catalogue too. Raises `ChangedEmulator`."""
    parameters = ("service", "method", "path", "headers", "body", "query_params", "region", "account_id")
    named = function(iam_actions, "extract_resource_arn", *parameters)
    handle = function(glue, "_handle_request_sync", "method", "path", "headers", "body", "query_params")
    value(athena, "_executions", "get")
    function(router, "extract_access_key_id", "headers", "query_params")

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, query_params: Any, region: str, account_id: str
    ) -> str:
        ours = _resources(service, headers, body)
        return ours[0] if ours else str(named(service, method, path, headers, body, query_params, region, account_id))

    def handle_request_sync(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:
        access_key = router.extract_access_key_id(headers, query_params)
        for resource in _resources("glue", headers, body)[1:]:
            if refusal := _refusal(access_key, f"glue:{_action(headers)}", resource, headers):
                return refusal
        return handle(method, path, headers, body, query_params)

    replace(iam_actions, "extract_resource_arn", extract_resource_arn)
    replace(glue, "_handle_request_sync", handle_request_sync)


def table_resources(database: str, table: str) -> list[str]:
    """The resources on which a call on a table needs the right: the table, its database, the catalogue."""
    return [_arn(f"table/{database}/{table}"), *database_resources(database)]


def database_resources(database: str) -> list[str]:
    """The resources on which a call on a database needs the right: the database and the catalogue."""
    return [_arn(f"database/{database}"), _arn("catalog")]


def is_allowed(access_key: str, action: str, service: str, resource: str) -> bool:
    """Whether whoever holds a key may do something."""
    return iam_evaluator.enforce(access_key, action, service, REGION, resource_arn=resource) is None


def _refusal(access_key: str, action: str, resource: str, headers: Any) -> Any:
    if is_allowed(access_key, action, "glue", resource):
        return None
    principal = iam_evaluator.caller_arn()
    request_id = str(uuid.uuid4())
    return iam_actions.access_denied_response(
        "glue", action, principal, request_id, headers=headers, resource_arn=resource
    )


def _arn(of: str) -> str:
    return f"arn:aws:glue:{REGION}:{ACCOUNT}:{of}"


def _action(headers: Any) -> str:
    return str(headers.get("x-amz-target", "")).rsplit(".", 1)[-1]


def _resources(service: str, headers: Any, body: bytes) -> list[str]:
    """The resources that a call is about; none where the emulator names them rightly."""
    if service not in ("glue", "athena"):
        return []
    said = _said(body)
    if service == "athena":
        workgroup = (athena._executions.get(said.get("QueryExecutionId")) or {}).get("WorkGroup")
        return [f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{workgroup}"] if workgroup else []
    return _catalogue_resources(_action(headers), said)


def _catalogue_resources(action: str, said: dict[str, Any]) -> list[str]:
    if "Database" in action:
        name = said.get("Name") or (said.get("DatabaseInput") or {}).get("Name")
        return database_resources(name) if name else [_arn("catalog")]
    if "Table" in action or "Partition" in action:
        table = said.get("Name") or said.get("TableName") or (said.get("TableInput") or {}).get("Name") or "*"
        return table_resources(str(said.get("DatabaseName")), str(table))
    return [_arn(f"job/{said['JobName']}")] if "Job" in action and said.get("JobName") else []


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        return {}  # the service itself says what is wrong with it
    return said if isinstance(said, dict) else {}
