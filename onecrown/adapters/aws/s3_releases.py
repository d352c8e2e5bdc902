"""Releases in a bucket, `NAME/…`: files first, the manifest last and only where there is none, so that each is written once."""

from __future__ import annotations

import shutil
from pathlib import Path

from onecrown.adapters.aws.bucket import Bucket
from onecrown.errors import CommitConflict, StorageError
from onecrown.publishing.manifest import MANIFEST


class S3Releases:
    """The releases of an environment. What is read of one is fetched to this machine once."""

    def __init__(self, bucket: Bucket, scratch: Path) -> None:
        self._bucket = bucket
        self._scratch = scratch

    def names(self) -> list[str]:
        """The releases that are there."""
        ending = f"/{MANIFEST}"
        return sorted(one.key.removesuffix(ending) for one in self._bucket.listed() if one.key.endswith(ending))

    def manifest(self, name: str) -> bytes | None:
        """A release's manifest; None where there is no such release."""
        try:
            return self._bucket.read(f"{name}/{MANIFEST}")
        except FileNotFoundError:
            return None

    def begin(self, name: str) -> Path:
        """An empty folder of this machine."""
        folder = self._scratch / "begun" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def keep(self, name: str) -> None:
        """Upload the files, then the manifest on condition that there is none: only what it names is the release's."""
        folder = self._scratch / "begun" / name
        self._require_new(name)
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path != folder / MANIFEST:
                self._bucket.upload(path, f"{name}/{path.relative_to(folder).as_posix()}")
        self._put_manifest(name, (folder / MANIFEST).read_bytes())

    def _put_manifest(self, name: str, manifest: bytes) -> None:
        """Where an answer was lost boto3 asks again, and is refused what it has put already: then ours is there."""
        try:
            self._bucket.put_new(f"{name}/{MANIFEST}", manifest)
        except FileExistsError as error:
            if self.manifest(name) != manifest:
                raise CommitConflict(_published(name)) from error

    def _require_new(self, name: str) -> None:
        """Files of a release that is there are never put again. Raises `CommitConflict`."""
        if self._bucket.head(f"{name}/{MANIFEST}") is not None:
            raise CommitConflict(_published(name))

    def file(self, name: str, path: str) -> Path:
        """A file of a release, fetched where it is not at hand."""
        target = self._scratch / "read" / name / path
        if target.is_file():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        if not self._bucket.download(f"{name}/{path}", target):
            raise StorageError(f"{path} of the release {name} is gone; put it back from the copy of the releases")
        return target


def _published(name: str) -> str:
    return f"the release {name} was published by another worker; see onecrown releases"
