"""Alarms over arithmetic of several metrics: recorded.

The emulator refuses them (`Metrics` in place of `MetricName`), and with them their stack. Alarms over one metric it has,
but no service here sends the metrics that they look at: no alarm of the local AWS ever means anything.
"""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import provisioners

from local_aws.account import ACCOUNT, REGION
from local_aws.plugins.pinned import entry
from local_aws.plugins.recorded_resources import recording

_TYPE = "AWS::CloudWatch::Alarm"
_PREFIX = "recorded-"


def install() -> None:
    """Divide the handlers by whether an alarm has arithmetic. Raises `ChangedEmulator`."""
    own, written = entry(provisioners, "_RESOURCE_HANDLERS", _TYPE), recording(_TYPE)

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        if "Metrics" not in properties:
            made: tuple[str, dict[str, Any]] = own["create"](logical_id, properties, stack)
            return made
        physical_id, _ = written["create"](logical_id, properties, stack)
        return physical_id, {"Arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{physical_id}"}

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        (written if physical_id.startswith(_PREFIX) else own)["delete"](physical_id, properties)

    def update(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str
    ) -> tuple[str, dict[str, Any]]:
        if "Metrics" in old or "Metrics" in new:
            delete(physical_id, old)
            return create(logical_id, new, stack)
        changed: tuple[str, dict[str, Any]] = own["update"](physical_id, old, new, stack, logical_id)
        return changed

    handlers = {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}
    provisioners._RESOURCE_HANDLERS[_TYPE] = handlers
