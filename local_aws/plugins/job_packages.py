"""The packages of a job: the archive of wheels that the job names, unpacked once; nothing else can be imported.

Glue installs the wheels of `--additional-python-modules` beside its own packages. Here they stand alone, over a bare
Python, so that a package that the archive lacks is missed. The wheels are for Linux on x86_64: on any other machine,
and for a job that names no archive, a job runs with the packages of the checkout.
"""

from __future__ import annotations

import io
import os
import platform
import shutil
import threading
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.plugins.bare_python import bare_python
from local_aws.plugins.own_calls import client
from local_aws.settings import PluginSettings

_MODULES, _ARCHIVE = "--additional-python-modules", ".gluewheels.zip"
_WHEELS_FIT = (platform.system(), platform.machine()) == ("Linux", "x86_64")
_KEPT_SECONDS = 86_400
_UNPACKING = threading.Lock()


class PackagesMissing(Exception):
    """The archive cannot be read with the rights of the job's role."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What runs a script: a program, and the folder of packages that it sees beside its own, if any."""

    program: Path
    packages: Path | None = None

    def environment(self) -> dict[str, str]:
        """The variables that it needs."""
        return {"PYTHONPATH": str(self.packages)} if self.packages else {}


def interpreter_for(arguments: Mapping[str, Any], credentials: Mapping[str, str]) -> Interpreter:
    """The interpreter of a run with these arguments. Raises `PackagesMissing`."""
    settings, named = PluginSettings.read(), str(arguments.get(_MODULES, ""))
    archives = [each.strip() for each in named.split(",") if each.strip().endswith(_ARCHIVE)]
    if not archives or not _WHEELS_FIT:
        return Interpreter(settings.python)
    return Interpreter(
        bare_python(settings.folder), _unpacked(archives[0], credentials, settings.folder.parent / "packages")
    )


def _unpacked(archive: str, credentials: Mapping[str, str], store: Path) -> Path:
    """The folder of an archive's packages; unpacked at its first use, and kept for the next local AWS."""
    bucket, _, key = archive.removeprefix("s3://").partition("/")
    s3 = client("s3", credentials)
    with _UNPACKING:
        try:
            folder = store / str(s3.head_object(Bucket=bucket, Key=key)["ETag"]).strip('"')
            if not folder.exists():
                store.mkdir(parents=True, exist_ok=True)
                _sweep(store)
                _unpack(s3.get_object(Bucket=bucket, Key=key)["Body"].read(), folder)
            os.utime(folder)
        except ClientError as error:
            raise PackagesMissing(f"{archive} cannot be read: {error.response['Error']['Code']}") from error
    return folder


def _unpack(body: bytes, folder: Path) -> None:
    """A wheel is an archive of what is to be importable; the folder appears when all is in it."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            if name.endswith(".whl"):
                with zipfile.ZipFile(io.BytesIO(archive.read(name))) as wheel:
                    wheel.extractall(part)
    try:
        part.rename(folder)
    except OSError:  # another local AWS was first
        shutil.rmtree(part, ignore_errors=True)


def _sweep(store: Path) -> None:
    """Remove what no run has used for a day."""
    for folder in store.iterdir():
        if folder.stat().st_mtime < time.time() - _KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
