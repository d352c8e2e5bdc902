"""Rules on who may do what, as functions of a system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.infra.system import Resource, System, as_list, statements

SHORTEST_REASON = 40
POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")


def unreasoned_wildcards(system: System) -> Iterator[str]:
    """Allowed actions and resources by pattern that have no written reason on their policy."""
    for policy in system.resources(*POLICIES):
        for finding in _patterns(system, policy):
            if len(policy.reasons.get(f"AwsSolutions-IAM5[{finding}]", "")) < SHORTEST_REASON:
                yield f"{policy.label}: {finding}"


def _patterns(system: System, policy: Resource) -> Iterator[str]:
    for statement in statements(policy):
        if statement["Effect"] == "Allow":
            yield from (f"Action::{action}" for action in as_list(statement["Action"]) if "*" in action)
            texts = (system.text(resource) for resource in as_list(statement["Resource"]))
            yield from (f"Resource::{text}" for text in texts if "*" in text)


def open_to_anybody(system: System) -> Iterator[str]:
    """Roles that anybody may take on, and policies of resources that allow anybody."""
    for resource in system.resources():
        trust = resource.properties.get("AssumeRolePolicyDocument", {}).get("Statement", [])
        for statement in (*trust, *statements(resource)):
            is_anybody = statement.get("Principal") in ("*", {"AWS": "*"}, {"Service": "*"})
            if statement["Effect"] == "Allow" and is_anybody:
                yield resource.label


def role(system: System, name: str) -> Resource:
    """A role by the end of its name."""
    return system.one("AWS::IAM::Role", RoleName=f"onecrown-{system.environment.name}-{name}")


def allowed(system: System, name: str) -> Iterator[tuple[str, str]]:
    """Every action that a role's own policies allow, with the resource."""
    holder = role(system, name)
    assert not holder.properties.get("ManagedPolicyArns"), f"{name} holds a policy that is not ours"
    for policy in system.resources("AWS::IAM::Policy"):
        if (policy.stack, holder.logical_id) in [system.origin(policy.stack, r) for r in policy.properties["Roles"]]:
            for statement in statements(policy):
                yield from _pairs(system, statement)


def _pairs(system: System, statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if statement["Effect"] == "Allow":
        for action in as_list(statement["Action"]):
            for resource in as_list(statement["Resource"]):
                yield action, system.text(resource)


def denied(system: System, policy_name: str) -> dict[str, set[str]]:
    """What a managed policy denies: resources by action."""
    name = f"onecrown-{system.environment.name}-{policy_name}"
    policy = system.one("AWS::IAM::ManagedPolicy", ManagedPolicyName=name)
    said: dict[str, set[str]] = {}
    for statement in statements(policy):
        if statement["Effect"] == "Deny":
            for action in as_list(statement["Action"]):
                said.setdefault(action, set()).update(map(system.text, as_list(statement["Resource"])))
    return said
