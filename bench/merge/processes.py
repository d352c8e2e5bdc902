"""CPU-seconds and memory of this process and of those that it started and that still run."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def tree_cpu() -> float:
    """CPU-seconds of this process and its descendants, those that ended included."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in _tree()) / _TICKS


def tree_peak_megabytes() -> float:
    """The sum of the most memory that each of them has held."""
    lines = (line for pid in _tree() for line in (Path("/proc") / pid / "status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _tree() -> list[str]:
    parents = {
        path.name: _stat(path.name)[1] for path in Path("/proc").iterdir() if path.name.isdigit() and _stat(path.name)
    }
    found = [str(os.getpid())]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _stat(pid: str) -> list[str]:
    """What the kernel says of a process, from its state on; nothing of one that has ended."""
    try:
        return (Path("/proc") / pid / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
