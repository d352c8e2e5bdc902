"""What publication needs: a place for releases, written once, and a database of views for each. Adapters keep these promises."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from onecrown.publishing.manifest import Manifest


class ReleaseStore(Protocol):
    """Folders of files by release. A release is there when its manifest is; then nothing of it changes any more."""

    def names(self) -> list[str]:
        """The releases that are there, in the order of their names."""
        ...

    def manifest(self, name: str) -> bytes | None:
        """A release's manifest; None where there is no such release."""
        ...

    def begin(self, name: str) -> Path:
        """An empty folder of this machine for the files of a new release. Nobody else sees them before `keep`."""
        ...

    def keep(self, name: str) -> None:
        """Let others see the files that were begun, the manifest last. Raises `CommitConflict` where the release is there."""
        ...

    def file(self, name: str, path: str) -> Path:
        """A file of a release, on this machine, to read. Raises `StorageError` where it is not there."""
        ...


class PinnedViews(Protocol):
    """Databases of views, one for each release."""

    def put(self, release: Manifest) -> None:
        """Make a release's database and views, or make them again as they should be."""
        ...

    def lacking(self, release: Manifest) -> list[str]:
        """The views of a release that are not there, or are not as they should be."""
        ...
