"""What a state machine's tasks do, they do with the rights of the machine's role.

The emulator asks nobody whether a machine may do what its tasks do. Here a task on DynamoDB or Glue is refused, by the
name that AWS gives the refusal, where the machine's role lacks the right. Waiting for a job needs the right to see its
runs as well. Source: "IAM policies for integrated services" of the Step Functions developer guide.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from ministack.services import stepfunctions

from local_aws.account import ACCOUNT, REGION
from local_aws.plugins.glue_rights import is_allowed
from local_aws.plugins.own_calls import role_credentials
from local_aws.plugins.pinned import function, replace, value

_ROLE: ContextVar[str] = ContextVar("role", default="")
_TASK = "arn:aws:states:::"
_NAMES = {"dynamodb": "DynamoDB", "glue": "Glue"}


def install() -> None:
    """Wrap the execution of a task. Raises `ChangedEmulator`."""
    execute = function(stepfunctions, "_execute_task", "state_def", "raw_input", "execution", "ctx")
    invoke = function(stepfunctions, "_invoke_resource", "resource", "input_data")
    value(stepfunctions, "_state_machines", "get")

    def execute_task(state_def: Any, raw_input: Any, execution: Any, ctx: Any) -> Any:
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
        mark = _ROLE.set(machine.get("roleArn", ""))
        try:
            return execute(state_def, raw_input, execution, ctx)
        finally:
            _ROLE.reset(mark)

    def invoke_resource(resource: str, input_data: Any) -> Any:
        _ask(resource, input_data)
        return invoke(resource, input_data)

    replace(stepfunctions, "_execute_task", execute_task)
    replace(stepfunctions, "_invoke_resource", invoke_resource)


def _ask(task: str, data: Any) -> None:
    """Raises the emulator's `_ExecutionError` where the role lacks a right."""
    service, _, call = task.removeprefix(_TASK).partition(":")
    if not task.startswith(_TASK) or service not in _NAMES:
        return
    key = role_credentials(_ROLE.get(), "state-machine")["AWS_ACCESS_KEY_ID"]
    for action, resource in _rights(service, call, data):
        if not is_allowed(key, action, service, resource):
            said = f"User is not authorized to perform: {action} on resource: {resource}"
            raise stepfunctions._ExecutionError(f"{_NAMES[service]}.AccessDeniedException", said)


def _rights(service: str, call: str, data: Any) -> list[tuple[str, str]]:
    """The actions that a task needs, each with the resource."""
    name, _, pattern = call.partition(".")
    action = f"{service}:{name[0].upper()}{name[1:]}"
    if service == "dynamodb":
        return [(action, f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{data.get('TableName')}")]
    job = f"arn:aws:glue:{REGION}:{ACCOUNT}:job/{data.get('JobName')}"
    return [(action, job), ("glue:GetJobRun", job)] if pattern == "sync" else [(action, job)]
