"""A folder as landing zone: a version folder per delivery, nothing overwritten.

    landing/SOURCE/DATASET/[extract_date=…/]version=…/NAME    what was delivered
    landing/SOURCE/DATASET/[extract_date=…/]NAME              put there by hand: adopted into a version folder

A name that would leave its folder (slashes, `..`, control characters) is percent-encoded on disk; the key keeps it as it
was given.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_letters, digits
from urllib.parse import quote, unquote

from onecrown.errors import StorageError, UsageError
from onecrown.ports import Arrival
from onecrown.steps import UNWATCHED, Step, Steps, announced

_VERSION = "version="
_SETTLED_SECONDS = 1.0
_ABANDONED_SECONDS = 86400
_LONGEST_NAME_BYTES = 240
_LONGEST_ON_DISK_BYTES = 255
_PLAIN = frozenset(ascii_letters + digits + " !#$&'()+,;=@[]{}^~`-._")
_OURS = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}")
_UNFINISHED = re.compile(r"^\.[^.]|\.(part|tmp|partial|crdownload)$|~$")


class FolderLanding:
    """Landing zone in a folder."""

    def __init__(self, folder: Path, steps: Steps = UNWATCHED) -> None:
        self._folder = folder
        self._steps = steps
        self._staging = folder / ".staging"

    def deliver(self, key: str, content: Path | None = None, data: Iterable[bytes] | None = None) -> Arrival:
        """Copy a file or bytes under a key: staged first, then renamed into a version folder of its own."""
        version = _new_version()
        directory, name = self._place(key)
        target = directory / f"{_VERSION}{version}" / name
        staged = self._staging / version
        try:
            self._staging.mkdir(parents=True, exist_ok=True)
            with announced(self._steps, Step.STAGE_DELIVERY):
                _write(staged, content, data)
            target.parent.mkdir(parents=True)
            with announced(self._steps, Step.PLACE_DELIVERY):
                staged.rename(target)
        except OSError as error:
            raise StorageError(
                f"cannot deliver to {self._folder}: {error.strerror}; free some space or check the rights"
            ) from error
        return Arrival(key, version, str(target), _arrived_at(version))

    def arrival(self, key: str, version: str) -> Arrival:
        """One version of a key; the newest where `version` is ''. Raises `StorageError` where there is none."""
        found = [one for one in self.arrivals() if one.key == key and version in ("", one.version)]
        if not found:
            raise StorageError(f"{key} is not in landing; deliver it again")
        return found[-1]

    def fetch(self, path: str) -> Path | None:
        """The file itself."""
        return Path(path) if Path(path).exists() else None

    def arrivals(self) -> Iterator[Arrival]:
        """Every version that has arrived, oldest first; files put by hand are adopted on the way."""
        self._sweep()
        found = []
        for directory, folders, files in os.walk(os.fsencode(self._folder)):
            here = Path(os.fsdecode(directory))
            folders[:] = sorted(folder for folder in folders if folder != b".staging")
            for file in sorted(files):
                arrival = self._arrival(here, os.fsdecode(file))
                if arrival is not None:
                    found.append(arrival)
        yield from sorted(found, key=lambda arrival: (arrival.version, arrival.key))

    def put_instead(self, path: str, content: Path) -> None:
        """Replace a delivered file by what an erasure leaves of it: whole or not at all."""
        staged = self._staging / f"instead-{secrets.token_hex(8)}"
        try:
            self._staging.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(content, staged)
            with announced(self._steps, Step.PLACE_DELIVERY):
                staged.replace(path)
        except OSError as error:
            raise StorageError(
                f"cannot write to {self._folder}: {error.strerror}; free some space or check the rights"
            ) from error

    def _sweep(self) -> None:
        """Remove what a crash left half staged: nobody stages one file for a day."""
        for staged in self._staging.glob("*"):
            with suppress(FileNotFoundError):
                if time.time() - staged.stat().st_mtime > _ABANDONED_SECONDS:
                    staged.unlink()

    def _place(self, key: str) -> tuple[Path, str]:
        """The folder and the file name on disk for a key: known parts are folders, the rest is the name."""
        segments = key.split("/")
        count = 2
        while count < len(segments) - 1 and re.fullmatch(r"(extract_date|court|table|part)=[^/]+", segments[count]):
            count += 1
        name = _on_disk("/".join(segments[count:]))
        if name in (".", ".."):
            name = name.replace(".", "%2E")
        if not name.strip(".") or len(os.fsencode(name)) > _LONGEST_NAME_BYTES:
            raise UsageError(f"the name must have 1 to {_LONGEST_NAME_BYTES} bytes; give a shorter one with --name")
        folders = [_folder_on_disk(part) for part in segments[:count]]
        return self._folder.joinpath(*folders), name

    def _arrival(self, here: Path, file: str) -> Arrival | None:
        version = here.name.removeprefix(_VERSION)
        if here.name.startswith(_VERSION) and _OURS.fullmatch(version):
            return Arrival(self._key(here.parent, file), version, str(here / file), _arrived_at(version))
        if _UNFINISHED.search(file):
            return None
        path = here / file
        if path.is_symlink():
            return None  # a link could point anywhere; only files are deliveries
        try:
            return self._adopted(here, path) if path.is_file() and _is_settled(path) else None
        except FileNotFoundError:
            return None  # another process adopted it first

    def _adopted(self, here: Path, path: Path) -> Arrival:
        """Move a file put by hand into a version folder, so that nothing can overwrite it."""
        version = _new_version()
        directory = self._folder.joinpath(*map(_as_text, here.relative_to(self._folder).parts))
        target = directory / f"{_VERSION}{version}" / _shortened(_as_text(path.name))
        target.parent.mkdir(parents=True)
        with announced(self._steps, Step.PLACE_DELIVERY):
            path.rename(target)
        return Arrival(self._key(directory, target.name), version, str(target), _arrived_at(version))

    def _key(self, directory: Path, file: str) -> str:
        folders = [unquote(part) for part in directory.relative_to(self._folder).parts]
        return "/".join([*folders, unquote(file)])


def _is_settled(path: Path) -> bool:
    """Whether nobody is still writing: a file that has just changed is looked at once more, a second after its change."""
    before = path.stat()
    age = time.time() - before.st_mtime
    if age < _SETTLED_SECONDS:
        time.sleep(min(_SETTLED_SECONDS, _SETTLED_SECONDS - age))
        after = path.stat()
        return (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return True


def _on_disk(name: str) -> str:
    """A name with everything percent-encoded that could leave its folder or hide in a listing."""
    return "".join(
        char
        if char in _PLAIN or (ord(char) > 0xA0 and char.isprintable())
        else quote(char, safe="", errors="surrogatepass")
        for char in name
    )


def _folder_on_disk(part: str) -> str:
    encoded = quote(part, safe="=-_.: +")
    return encoded.replace(".", "%2E") if encoded in (".", "..") else encoded


def _as_text(name: str) -> str:
    """A name found on disk as text, whatever its bytes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _shortened(name: str) -> str:
    """A name that the disk can hold: one that grew in becoming text loses its middle."""
    if len(name.encode()) <= _LONGEST_ON_DISK_BYTES:
        return name
    cut = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name.encode()[:120].decode(errors='ignore')}-{cut}-{name.encode()[-80:].decode(errors='ignore')}"


def _new_version() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"


def _arrived_at(version: str) -> datetime:
    return datetime.strptime(version.split("-", maxsplit=1)[0], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def _write(target: Path, content: Path | None, data: Iterable[bytes] | None) -> None:
    if content is not None:
        shutil.copyfile(content, target)
        return
    with target.open("wb") as out:
        for chunk in data or ():
            out.write(chunk)
