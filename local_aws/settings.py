"""What the launcher tells the emulator's plug-ins, passed on as environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "LOCAL_AWS_"


@dataclass(frozen=True, slots=True)
class PluginSettings:
    """Where things are on this machine.

    `python` is the checkout's interpreter, which runs jobs and answers queries; `job_minute_seconds` is how long a
    minute of a job's timeout lasts.
    """

    checkout: Path
    folder: Path
    python: Path
    endpoint: str
    job_minute_seconds: float = 60.0

    def environment(self) -> dict[str, str]:
        """The variables from which `read` makes the same settings."""
        return {
            f"{_PREFIX}CHECKOUT": str(self.checkout),
            f"{_PREFIX}FOLDER": str(self.folder),
            f"{_PREFIX}PYTHON": str(self.python),
            f"{_PREFIX}ENDPOINT": self.endpoint,
            f"{_PREFIX}JOB_MINUTE_SECONDS": str(self.job_minute_seconds),
        }

    @classmethod
    def read(cls) -> PluginSettings:
        """The settings of this process. Raises `KeyError` where the launcher did not start it."""
        return cls(
            checkout=Path(os.environ[f"{_PREFIX}CHECKOUT"]),
            folder=Path(os.environ[f"{_PREFIX}FOLDER"]),
            python=Path(os.environ[f"{_PREFIX}PYTHON"]),
            endpoint=os.environ[f"{_PREFIX}ENDPOINT"],
            job_minute_seconds=float(os.environ[f"{_PREFIX}JOB_MINUTE_SECONDS"]),
        )
