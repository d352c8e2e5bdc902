"""Permissions boundaries of roles that CloudFormation makes.

The emulator asks a role's boundary, but its CloudFormation forgets to set it, so that a role could do what its boundary
denies.
"""

from __future__ import annotations

from typing import Any

from ministack.services import iam
from ministack.services.cloudformation import provisioners

from local_aws.plugins.pinned import entry, function, value

_TYPE = "AWS::IAM::Role"
Made = tuple[str, dict[str, Any]]


def install() -> None:
    """Wrap the type's handlers. Raises `ChangedEmulator`."""
    function(provisioners, "_iam_role_create", "logical_id", "props", "stack_name")
    function(provisioners, "_iam_role_update", "physical_id", "old_props", "new_props", "stack_name", "logical_id")
    value(iam, "_roles", "get")
    own = dict(entry(provisioners, "_RESOURCE_HANDLERS", _TYPE))

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> Made:
        return _bounded(own["create"](logical_id, properties, stack), properties)

    def update(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str) -> Made:
        return _bounded(own["update"](physical_id, old, new, stack, logical_id), new)

    provisioners._RESOURCE_HANDLERS[_TYPE] = {**own, "create": create, "update": update}


def _bounded(made: Made, properties: dict[str, Any]) -> Made:
    iam._roles[made[0]]["PermissionsBoundary"] = properties.get("PermissionsBoundary")
    return made
