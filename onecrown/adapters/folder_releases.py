"""Releases in a folder of a home: one folder each, which appears whole by one renaming, and views that need no store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from onecrown.errors import CommitConflict, OneCrownError, StorageError
from onecrown.publishing.manifest import MANIFEST, Manifest
from onecrown.steps import UNWATCHED, Step, Steps, announced

_BEGUN = ".begun"
_READ_ONLY = 0o444


class FolderReleases:
    """The releases of an embedded home: `NAME/manifest.json`, `NAME/data/…`, `NAME/tables/…`."""

    def __init__(self, root: Path, steps: Steps = UNWATCHED) -> None:
        self._root = root
        self._steps = steps

    def names(self) -> list[str]:
        """The releases that are there."""
        return sorted(path.parent.name for path in self._root.glob(f"*/{MANIFEST}") if path.parent.name != _BEGUN)

    def manifest(self, name: str) -> bytes | None:
        """A release's manifest; None where there is no such release."""
        try:
            return (self._root / name / MANIFEST).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def begin(self, name: str) -> Path:
        """An empty folder beside the releases: what a run that stopped had begun there goes."""
        folder = self._root / _BEGUN / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def keep(self, name: str) -> None:
        """Close the files for writing, and give their folder its name."""
        begun = self._root / _BEGUN / name
        for path in begun.rglob("*"):
            if path.is_file():
                path.chmod(_READ_ONLY)
        with announced(self._steps, Step.KEEP_RELEASE, name):
            try:
                os.rename(begun, self._root / name)  # refused where a folder with files has the name
            except OSError as error:
                raise self._refusal(name, error) from error

    def _refusal(self, name: str, error: OSError) -> OneCrownError:
        if (self._root / name).exists():
            return CommitConflict(f"the release {name} was published by another worker; see onecrown releases")
        return StorageError(f"the release {name} cannot be kept: {error.strerror}; publish it again")

    def file(self, name: str, path: str) -> Path:
        """A file of a release, where it lies."""
        found = self._root / name / path
        if not found.is_file():
            raise StorageError(f"{path} of the release {name} is gone; put it back from the copy of the releases")
        return found


class ManifestViews:
    """The views of an embedded home: whoever asks reads the manifest, so that there is nothing to make and nothing to lack."""

    def put(self, release: Manifest) -> None:
        """Nothing to make."""

    def lacking(self, release: Manifest) -> list[str]:  # noqa: ARG002 - the port's
        """Nothing can be lacking."""
        return []
