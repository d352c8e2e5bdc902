"""Types of resources that the emulator does not have: written down, listed, and otherwise without effect.

CloudFormation fails in the emulator at a type that it does not know, and so it stays for every type that is not named
here. Those that are named are written to `recorded.json` in the local AWS's folder, so that a test can see that they
were asked for; nobody can take them for real. Named queries the emulator has, but not as a type: they are made.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.services import athena, glue
from ministack.services.cloudformation import provisioners

from local_aws.plugins.pinned import entry, function
from local_aws.settings import PluginSettings

RECORDED_TYPES = (
    "AWS::LakeFormation::PrincipalPermissions",
    "AWS::LakeFormation::Resource",
    "AWS::LakeFormation::Tag",
    "AWS::LakeFormation::TagAssociation",
    "AWS::Budgets::Budget",
)
RECORDED = "recorded.json"
_NAMED_QUERY = ("Name", "Database", "QueryString", "WorkGroup", "Description")
Create = Callable[[str, dict[str, Any], str], tuple[str, dict[str, Any]]]
Delete = Callable[[str, dict[str, Any]], None]
_WRITING = threading.Lock()
_RESOURCES: dict[str, Resource] = {}


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that was asked for."""

    type: str
    stack: str
    logical_id: str
    properties: dict[str, Any]


def install() -> None:
    """Add the types. Raises `ChangedEmulator`."""
    entry(provisioners, "_RESOURCE_HANDLERS", "AWS::Glue::Job")
    for module, thing in ((athena, "named_query"), (glue, "security_configuration")):
        function(module, f"_create_{thing}", "data")
        function(module, f"_delete_{thing}", "data")
    handlers = provisioners._RESOURCE_HANDLERS
    for type_name in RECORDED_TYPES:
        if type_name in handlers:
            raise RuntimeError(f"the emulator has {type_name} by now: record it no longer")
        handlers[type_name] = recording(type_name)
    handlers["AWS::Athena::NamedQuery"] = _replaced_at_updates(_create_named_query, _delete_named_query)
    handlers["AWS::Glue::SecurityConfiguration"] = _replaced_at_updates(_create_security, _delete_security)
    _write()


def recorded(type_name: str) -> list[dict[str, Any]]:
    """The properties of all recorded resources of a type."""
    return [resource.properties for resource in list(_RESOURCES.values()) if resource.type == type_name]


def recording(type_name: str) -> dict[str, Any]:
    """CloudFormation's handlers of a type of which each resource is only written down."""

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        physical_id = str(properties.get("TagKey") or f"recorded-{stack}-{logical_id}")
        _RESOURCES[f"{type_name}/{physical_id}"] = Resource(type_name, stack, logical_id, properties)
        _write()
        return physical_id, {}

    def delete(physical_id: str, _properties: dict[str, Any]) -> None:
        _RESOURCES.pop(f"{type_name}/{physical_id}", None)
        _write()

    return _replaced_at_updates(create, delete)


def _write() -> None:
    """All that is recorded, for `LocalAws.recorded`."""
    with _WRITING:
        said = [
            {"type": item.type, "stack": item.stack, "logical_id": item.logical_id, "properties": item.properties}
            for item in list(_RESOURCES.values())
        ]
        path = PluginSettings.read().folder / RECORDED
        path.with_suffix(".part").write_text(json.dumps(said, indent=1), encoding="utf-8")
        path.with_suffix(".part").replace(path)


def _replaced_at_updates(create: Create, delete: Delete) -> dict[str, Any]:
    """Handlers of a type whose every change is a new resource in place of the old."""

    def update(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str
    ) -> tuple[str, dict[str, Any]]:
        delete(physical_id, old)
        return create(logical_id, new, stack)

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _create_named_query(_logical_id: str, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, Any]]:
    made = athena._create_named_query({name: properties[name] for name in _NAMED_QUERY if name in properties})
    query_id = json.loads(made[2])["NamedQueryId"]
    return query_id, {"NamedQueryId": query_id}


def _delete_named_query(physical_id: str, _properties: dict[str, Any]) -> None:
    athena._delete_named_query({"NamedQueryId": physical_id})


def _create_security(_logical_id: str, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, Any]]:
    status, _, body = glue._create_security_configuration(properties)
    if status >= 400:
        raise ValueError(f"AWS::Glue::SecurityConfiguration: {json.loads(body).get('message')}")
    return properties["Name"], {}


def _delete_security(physical_id: str, _properties: dict[str, Any]) -> None:
    glue._delete_security_configuration({"Name": physical_id})
