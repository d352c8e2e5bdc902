"""A function's bundle, unpacked once for all processes that run it.

The emulator unpacks the bundle anew for each process: ten that start at once are minutes of unpacking and compiling.
Here a process gets links to one folder, as on Lambda every process finds the same files.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

from local_aws.plugins.bare_python import bare_python
from local_aws.plugins.pinned import ChangedEmulator
from local_aws.settings import PluginSettings

_UNPACKING = threading.Lock()


class _SharedArchive(zipfile.ZipFile):
    """An archive whose files are unpacked into a folder of their own, and linked to where they are asked for."""

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        if path is None or members is not None or self.filename is None:
            super().extractall(path, members, pwd)
            return
        mark = hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
        held = PluginSettings.read().folder / "bundles" / mark
        with _UNPACKING:
            if not held.exists():
                part = held.with_name(f"{mark}.part")
                super().extractall(part)
                part.rename(held)
                _compile(held)
        for entry in held.iterdir():
            os.symlink(entry, Path(path) / entry.name)


def _compile(folder: Path) -> None:
    """Compile the bundle once, before many processes begin to compile it at the same time."""
    command = [str(bare_python(PluginSettings.read().folder)), "-m", "compileall", "-q", str(folder)]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - our own


def install() -> None:
    """Put our archive in the place of the library's, in the module that unpacks. Raises `ChangedEmulator`."""
    if getattr(lambda_runtime, "zipfile", None) is not zipfile:
        raise ChangedEmulator(f"{lambda_runtime.__name__} unpacks bundles in another way")
    lambda_runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": _SharedArchive})
