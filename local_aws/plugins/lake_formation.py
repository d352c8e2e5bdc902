"""Lake Formation's tags: kept, read back, and asked where a table is queried through Athena; nowhere else.

The emulator has no Lake Formation. Here its calls on tags are answered (the others are refused by name), from the tag
keys and the databases' tags that the template recorded. Grants by tag expression decide what a role may select in a
query, column by column. What is not here: strict mode (whoever has IAM's rights on S3 or Glue needs no grant), vended
credentials, grants of anything but SELECT by an expression, data filters.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import error_response_json, json_response

from local_aws.plugins.pinned import value
from local_aws.plugins.recorded_resources import recorded

Answer = tuple[int, dict[str, str], bytes]
Place = tuple[str, str, str]
"""A database, a table or '', a column or ''."""
_SERVICE = "lakeformation"
_TAGS: dict[Place, dict[str, str]] = {}


def install() -> None:
    """Answer the service's calls. Raises `ChangedEmulator`."""
    value(app, "SERVICE_HANDLERS", "keys")
    value(router, "SERVICE_PATTERNS", "keys")
    value(iam_actions, "SERVICE_TO_IAM_NAMESPACE", "keys")
    value(iam_actions, "_BOTOCORE_SERVICE_MAP", "keys")
    if _SERVICE in app.SERVICE_HANDLERS:
        raise RuntimeError("the emulator has Lake Formation by now: see what is left for this plug-in")
    app.SERVICE_HANDLERS[_SERVICE] = _handle
    router.SERVICE_PATTERNS[_SERVICE] = {"credential_scope": _SERVICE}  # else it looks through every service there is
    iam_actions.SERVICE_TO_IAM_NAMESPACE[_SERVICE] = _SERVICE
    iam_actions._BOTOCORE_SERVICE_MAP[_SERVICE] = [_SERVICE]


def is_governed(database: str) -> bool:
    """Whether grants decide who reads the tables of a database: it has tags."""
    return bool(_tags_at((database, "", "")))


def may_select(role_arn: str, database: str, table: str, column: str) -> bool:
    """Whether a grant by tags lets a role select a column."""
    tags = {**_tags_at((database, "", "")), **_tags_at((database, table, "")), **_tags_at((database, table, column))}
    return any(_fits(expression, tags) for expression in _expressions(role_arn))


def _expressions(role_arn: str) -> Iterator[list[dict[str, Any]]]:
    """The tag expressions under which a role may select."""
    for grant in recorded("AWS::LakeFormation::PrincipalPermissions"):
        policy = (grant.get("Resource") or {}).get("LFTagPolicy") or {}
        to = (grant.get("Principal") or {}).get("DataLakePrincipalIdentifier")
        if to == role_arn and policy.get("ResourceType") == "TABLE" and _SELECT & set(grant.get("Permissions") or ()):
            yield policy["Expression"]


_SELECT = {"SELECT", "ALL", "SUPER"}


def _fits(expression: list[dict[str, Any]], tags: Mapping[str, str]) -> bool:
    return all(tags.get(wanted["TagKey"]) in wanted["TagValues"] for wanted in expression)


def _tags_at(place: Place) -> dict[str, str]:
    """The tags put on one place itself: by the template on databases, by calls on anything."""
    found: dict[str, str] = {}
    for association in recorded("AWS::LakeFormation::TagAssociation"):
        if _places(association["Resource"]) == [place]:
            found |= _pairs(association["LFTags"])
    return found | _TAGS.get(place, {})


def _places(resource: Mapping[str, Any]) -> list[Place]:
    if of := resource.get("TableWithColumns"):
        return [(of["DatabaseName"], of["Name"], column) for column in of.get("ColumnNames") or ()]
    if of := resource.get("Table"):
        return [(of["DatabaseName"], of["Name"], "")]
    return [(resource["Database"]["Name"], "", "")]


def _pairs(tags: list[dict[str, Any]]) -> dict[str, str]:
    return {tag["TagKey"]: tag["TagValues"][0] for tag in tags}


def _listed(tags: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"TagKey": key, "TagValues": [said]} for key, said in sorted(tags.items())]


async def _handle(_method: str, path: str, _headers: Any, body: bytes, _query_params: Any) -> Answer:
    operation = path.strip("/")
    if operation not in _OPERATIONS:
        return _error("InvalidInputException", f"the local AWS has no lakeformation:{operation}; see docs/local-aws.md")
    return await _OPERATIONS[operation](json.loads(body or b"{}"))


async def _add(said: dict[str, Any]) -> Answer:
    known = {tag["TagKey"]: tag["TagValues"] for tag in recorded("AWS::LakeFormation::Tag")}
    pairs = _pairs(said["LFTags"])
    if unknown := [key for key, text in pairs.items() if text not in known.get(key, ())]:
        return _error("EntityNotFoundException", f"Tag key or value does not exist: {', '.join(unknown)}")
    for place in _places(said["Resource"]):
        _TAGS.setdefault(place, {}).update(pairs)
    return _answer({"Failures": []})


async def _remove(said: dict[str, Any]) -> Answer:
    for place in _places(said["Resource"]):
        for key in _pairs(said["LFTags"]):
            _TAGS.get(place, {}).pop(key, None)
    return _answer({"Failures": []})


async def _get(said: dict[str, Any]) -> Answer:
    """Tags of a database, a table or columns; what a place inherits stands at its own level unless it is left out."""
    resource, assigned = said["Resource"], said.get("ShowAssignedLFTags", False)
    places = _places(resource) or [
        (resource["TableWithColumns"]["DatabaseName"], resource["TableWithColumns"]["Name"], "")
    ]
    database, table, _ = places[0]
    answer: dict[str, Any] = {"LFTagOnDatabase": _listed(_tags_at((database, "", "")))}
    if table:
        above = {} if assigned else _tags_at((database, "", ""))
        answer["LFTagsOnTable"] = _listed({**above, **_tags_at((database, table, ""))})
        columns = [column for *_, column in places if column] or _tagged_columns(database, table)
        answer["LFTagsOnColumns"] = [
            {"Name": column, "LFTags": _listed(_TAGS.get((database, table, column), {}))} for column in columns
        ]
    return _answer(answer)


def _tagged_columns(database: str, table: str) -> list[str]:
    return sorted(column for at, of, column in _TAGS if (at, of) == (database, table) and column)


_OPERATIONS: dict[str, Callable[[dict[str, Any]], Awaitable[Answer]]] = {
    "AddLFTagsToResource": _add,
    "RemoveLFTagsFromResource": _remove,
    "GetResourceLFTags": _get,
}


def _answer(said: dict[str, Any]) -> Answer:
    answer: Answer = json_response(said, content_type="application/json")
    return answer


def _error(code: str, message: str) -> Answer:
    answer: Answer = error_response_json(code, message, 400, content_type="application/json")
    return answer
