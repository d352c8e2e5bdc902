"""Athena, answered by the project's own query engine over the tables of Glue's catalogue.

The emulator answers queries with invented rows, or with an engine that reads no Iceberg. Here a query is read, its
caller's rights are asked, and it is run by a process of the checkout's own Python (`athena_worker`); the result lies in
the workgroup's location, as Athena leaves it, and is given page by page. The workgroup's settings are enforced where it
says so; its limit of scanned bytes ends a query.
"""

from __future__ import annotations

import contextvars
import threading
import time
import uuid
from typing import Any

from ministack.core import router
from ministack.core.responses import error_response_json, json_response
from ministack.services import athena

from local_aws.plugins.athena_results import page_of, result_text
from local_aws.plugins.athena_rights import columns_for, result_refusal
from local_aws.plugins.athena_worker_link import QueryRefused, WorkerLink
from local_aws.plugins.own_calls import client
from local_aws.plugins.pinned import function, replace, value

Answer = tuple[int, dict[str, str], bytes]
_CALLER: contextvars.ContextVar[str] = contextvars.ContextVar("caller", default="")
_WORKER = WorkerLink()
_NO_LOCATION = (
    "No output location provided. An output location is required either through the Workgroup result configuration "
    "setting or as an API input."
)


def install() -> None:
    """Replace the running of queries and the giving of results. Raises `ChangedEmulator`."""
    value(athena, "_executions", "get")
    value(athena, "_workgroups", "get")
    function(athena, "_detect_statement_type", "query")
    handle = function(athena, "handle_request", "method", "path", "headers", "body", "query_params")

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:
        _CALLER.set(router.extract_access_key_id(headers, query_params))
        return await handle(method, path, headers, body, query_params)

    replace(athena, "handle_request", handle_request)
    replace(athena, "_start_query_execution", start_query_execution)
    replace(athena, "_get_query_results", get_query_results)
    _WORKER.start()


def start_query_execution(data: dict[str, Any]) -> Answer:
    """Athena's StartQueryExecution."""
    workgroup = athena._workgroups.get(data.get("WorkGroup") or "primary")
    if workgroup is None:
        return _error(f"WorkGroup {data.get('WorkGroup')} is not found.")
    settings = workgroup.get("Configuration") or {}
    if not (location := _location(data, settings)):
        return _error(_NO_LOCATION)
    query = _new_query(data, workgroup["Name"], location)
    athena._executions[query["QueryExecutionId"]] = query
    context = contextvars.copy_context()  # the caller, the account and the region
    limit = settings.get("BytesScannedCutoffPerQuery")
    threading.Thread(target=context.run, args=(_carried_out, query, limit), daemon=True).start()
    return _answer({"QueryExecutionId": query["QueryExecutionId"]})


def get_query_results(data: dict[str, Any]) -> Answer:
    """Athena's GetQueryResults."""
    query = athena._executions.get(data.get("QueryExecutionId"))
    if query is None:
        return _error(f"QueryExecution {data.get('QueryExecutionId')} was not found")
    state = query["Status"]["State"]
    if state != "SUCCEEDED":
        return _error(f"Query did not finish successfully. Final query state: {state}")
    return _answer(page_of(query, int(data.get("NextToken") or 0), data.get("MaxResults") or 1000))


def _location(data: dict[str, Any], settings: dict[str, Any]) -> str:
    """Where the result goes: the workgroup's place where it is enforced or nothing else is said.

    A setting that came from a template may be a text.
    """
    asked = (data.get("ResultConfiguration") or {}).get("OutputLocation") or ""
    own = (settings.get("ResultConfiguration") or {}).get("OutputLocation") or ""
    is_enforced = str(settings.get("EnforceWorkGroupConfiguration", True)).lower() == "true"
    return own if own and (is_enforced or not asked) else asked


def _new_query(data: dict[str, Any], workgroup: str, location: str) -> dict[str, Any]:
    query_id, kind = str(uuid.uuid4()), athena._detect_statement_type(data["QueryString"])
    ending = "csv" if kind == "DML" else "txt"
    return {
        "QueryExecutionId": query_id,
        "Query": data["QueryString"],
        "StatementType": kind,
        "ResultConfiguration": {"OutputLocation": f"{location.rstrip('/')}/{query_id}.{ending}"},
        "QueryExecutionContext": data.get("QueryExecutionContext") or {},
        "Status": {"State": "QUEUED", "SubmissionDateTime": time.time()},
        "Statistics": {"DataScannedInBytes": 0, "EngineExecutionTimeInMillis": 0, "TotalExecutionTimeInMillis": 0},
        "WorkGroup": workgroup,
        "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"},
        "_results": None,
    }


def _carried_out(query: dict[str, Any], limit: int | None) -> None:
    started, status = time.time(), query["Status"]
    status["State"] = "RUNNING"
    try:
        _answered(query, limit)
        end, reason = "SUCCEEDED", ""
    except QueryRefused as refusal:
        end, reason = "FAILED", str(refusal)
    taken = int((time.time() - started) * 1000)
    query["Statistics"] |= {"EngineExecutionTimeInMillis": taken, "TotalExecutionTimeInMillis": taken}
    if status["State"] == "RUNNING":  # nobody stopped it
        status |= {"State": end, "StateChangeReason": reason, "CompletionDateTime": time.time()}


def _answered(query: dict[str, Any], limit: int | None) -> None:
    """Run a query and leave its result. Raises `QueryRefused`."""
    sql, caller = query["Query"], _CALLER.get()
    target = query["ResultConfiguration"]["OutputLocation"]
    columns = columns_for(caller, _WORKER.tables(sql, _database(query)))
    if refusal := result_refusal(caller, target):
        raise QueryRefused(refusal)
    result = _WORKER.answer(sql, _database(query), columns)
    query["Statistics"]["DataScannedInBytes"] = result.scanned_bytes
    if limit and result.scanned_bytes > int(limit):
        raise QueryRefused("Query exhausted resources: Bytes scanned limit was exceeded")
    bucket, _, key = target.removeprefix("s3://").partition("/")
    text = result_text(result, query["StatementType"])
    client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
    query["_results"] = result


def _database(query: dict[str, Any]) -> str:
    return str(query["QueryExecutionContext"].get("Database") or "default").lower()


def _answer(said: dict[str, Any]) -> Answer:
    answer: Answer = json_response(said)
    return answer


def _error(message: str) -> Answer:
    answer: Answer = error_response_json("InvalidRequestException", message, 400)
    return answer
