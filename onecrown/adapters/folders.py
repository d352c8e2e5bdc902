"""Judged files in a folder of this machine: where they are written is where they are read."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from onecrown.upkeep_ports import StoredFile


class Folders:
    """One folder, with a folder for each prefix."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def begin(self, prefix: str) -> Path:
        """The folder of a prefix."""
        return self._root / prefix

    def keep(self, prefix: str) -> None:
        """Everybody reads the same folder."""

    def fetch(self, prefixes: Collection[str]) -> None:
        """All of them are here."""

    def folder(self, prefix: str) -> Path:
        """The folder of a prefix."""
        return self._root / prefix

    def prefixes(self) -> Iterator[StoredFile]:
        """Every folder there is."""
        for path in sorted(self._root.iterdir()) if self._root.is_dir() else ():
            if (stored := stored_at(path)) is not None:
                yield stored

    def remove(self, prefix: str) -> None:
        """Remove a folder."""
        remove_path(self._root / prefix)


def stored_at(path: Path) -> StoredFile | None:
    """A file, or a folder with all that is in it; None where it has just gone."""
    try:
        inside = [(one, one.stat()) for one in (path, *path.rglob("*"))]
    except FileNotFoundError:
        return None
    size = sum(said.st_size for one, said in inside if one.is_file())
    touched_at = max(said.st_mtime for _, said in inside)
    return StoredFile(path.name, size, datetime.fromtimestamp(touched_at, UTC))


def remove_path(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
