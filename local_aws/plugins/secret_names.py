"""A secret is referred to by its ARN.

In CloudFormation the reference to a secret is its ARN; in the emulator it is its name, so that a policy that names a
secret by reference allows nothing. Source: "Return values" of AWS::SecretsManager::Secret.
"""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import provisioners

from local_aws.plugins.pinned import entry, function

_TYPE = "AWS::SecretsManager::Secret"
Made = tuple[str, dict[str, Any]]


def install() -> None:
    """Wrap the type's handlers. Raises `ChangedEmulator`."""
    function(provisioners, "_sm_secret_create", "logical_id", "props", "stack_name")
    function(provisioners, "_sm_secret_update", "physical_id", "old_props", "new_props", "stack_name", "logical_id")
    function(provisioners, "_sm_secret_delete", "physical_id", "props")
    own = dict(entry(provisioners, "_RESOURCE_HANDLERS", _TYPE))

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> Made:
        return _by_arn(own["create"](logical_id, properties, stack))

    def update(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str) -> Made:
        return _by_arn(own["update"](_name(physical_id), old, new, stack, logical_id))

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        own["delete"](_name(physical_id), properties)

    own_way = {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}
    provisioners._RESOURCE_HANDLERS[_TYPE] = {**own, **own_way}


def _by_arn(made: Made) -> Made:
    return made[1]["Arn"], made[1]


def _name(arn: str) -> str:
    """The name in an ARN, which ends with a dash and six letters of its own."""
    return arn.rpartition(":")[2].rpartition("-")[0]
