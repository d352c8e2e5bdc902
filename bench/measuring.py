"""Runs one scenario in a process of its own and measures it: wall, CPU-seconds, peak memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Measured:
    """What one scenario cost. `said` is what the scenario itself reported."""

    name: str
    wall_seconds: float
    cpu_seconds: float
    peak_megabytes: float
    said: dict[str, Any] = field(default_factory=dict)


class Stopwatch:
    """CPU-seconds and wall-clock seconds of a part of a scenario."""

    def __enter__(self) -> Stopwatch:
        self._wall, self._cpu = time.perf_counter(), _cpu()
        return self

    def __exit__(self, *_said: object) -> None:
        self.wall = time.perf_counter() - self._wall
        self.cpu = _cpu() - self._cpu


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, folder: Path, size: float) -> Measured:
    """Run `python -m bench.scenarios NAME FOLDER SIZE`, which ends with a line of JSON."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "bench.scenarios", name, str(folder), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return Measured(name, time.perf_counter() - started, said.pop("cpu"), said.pop("peak"), said)
