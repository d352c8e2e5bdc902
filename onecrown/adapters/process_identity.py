"""Who a worker is: its machine, process and the process's start, so that another can see that it is gone for good."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

_STATE, _STARTED = 0, 19  # places after the name in /proc/PID/stat: `state` and `starttime`
_GONE = ("Z", "X")  # killed, and not yet collected by its parent


def this_worker() -> str:
    """A name for this process's work: machine, process id, its start and a random part, with colons between."""
    started = _started(os.getpid()) or ""
    return f"{_machine()}:{os.getpid()}:{started}:{uuid.uuid4().hex}"


def is_gone(worker: str) -> bool:
    """Whether the process of a worker of this machine has certainly ended; of another machine nobody can know."""
    machine, _, rest = worker.partition(":")
    number, _, rest = rest.partition(":")
    started = rest.partition(":")[0]
    if not machine or machine != _machine() or not number.isdigit() or not started:
        return False
    try:
        os.kill(int(number), 0)  # asks, and signals nothing
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(int(number)) not in (started, None)


def _machine() -> str:
    """This boot of this machine and its space of process ids; '' where the system does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}{space}".encode()).hexdigest()[:12]


def _started(process_id: int) -> str | None:
    """When a process began, in ticks since boot; '' where it was killed, None where the system does not say."""
    try:
        said = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = said.rpartition(")")[2].split()
    return "" if fields[_STATE] in _GONE else fields[_STARTED]
