"""Lambda functions that see nothing but their bundle, and errors that carry their class.

The emulator runs Python handlers in a warm process of its own interpreter, where its own packages could stand in for
one that the bundle lacks; here they run in a bare interpreter. It reports every exception as `Runtime.HandlerError`;
Step Functions' Retry and Catch, and people, need the exception's class, as AWS gives it.
"""

from __future__ import annotations

import re
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local_aws.plugins.bare_python import bare_python
from local_aws.plugins.pinned import function, replace
from local_aws.settings import PluginSettings

_LAST_LINE = re.compile(r"([A-Za-z_][\w.]*)(?::|$)")


def install() -> None:
    """Replace the interpreter, and wrap the execution. Raises `ChangedEmulator`."""
    detect = function(lambda_runtime, "_detect_runtime_binary", "runtime")
    execute = function(lambda_svc, "_execute_function_warm", "func", "event", "request_id")
    bare = str(bare_python(PluginSettings.read().folder))

    def detect_runtime_binary(runtime: str) -> tuple[str, str]:
        binary, script = detect(runtime)
        return (bare if runtime.startswith("python") else binary), script

    def execute_function_warm(func: dict[str, Any], event: Any, request_id: str) -> Any:
        return _with_class(execute(func, event, request_id))

    replace(lambda_runtime, "_detect_runtime_binary", detect_runtime_binary)
    replace(lambda_svc, "_execute_function_warm", execute_function_warm)


def _with_class(result: Any) -> Any:
    """The answer of a function with the class of its exception in place of the emulator's general one."""
    body = result.get("body") if isinstance(result, dict) and result.get("error") else None
    if isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
        lines = (result.get("log") or "").strip().splitlines()
        if found := _LAST_LINE.match(lines[-1] if lines else ""):
            body["errorType"] = found[1].rsplit(".", 1)[-1]
    return result
