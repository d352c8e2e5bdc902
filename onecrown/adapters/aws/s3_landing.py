"""A versioned bucket as landing zone: the unit of arrival is a key and a version.

What an erasure leaves of a file lies under `.scrubbed/` with the digest of its key and version: no key of a supplier, so
that a listing alone tells arrivals, and the place of a delivery stays the one that the ledger knows.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import quote, unquote

from onecrown.adapters.aws.bucket import SCHEME, Bucket, place_of
from onecrown.errors import StorageError, UsageError
from onecrown.ports import Arrival

SCRUBBED = ".scrubbed/"
KEPT_BYTES = 128 << 20  # of files on this machine; more than drops that are received together
_LONGEST_KEY_BYTES = 1024
_LARGEST_BYTES = 5 << 30  # of one put: S3 gives a version for a whole object only
_NO_VERSION = "null"
_VERSION = "?versionId="


def unread_arrival(bucket: str, key: str, version: str, at: datetime) -> Arrival:
    """An arrival as its event tells it: S3 says nothing, not even how large it is, of what a bucket's policy closes."""
    return Arrival(key, version, f"{SCHEME}{bucket}/{quote(key)}{_VERSION}{version}", at)


class S3Landing:
    """The landing zone of one environment. Files are fetched once, and the longest unused go first."""

    def __init__(self, client: Any, bucket: str, scratch: Path) -> None:
        self._bucket = Bucket(client, bucket, "the landing bucket")
        self._scratch = scratch
        self._held: OrderedDict[str, int] = OrderedDict()

    def deliver(self, key: str, content: Path | None = None, data: Iterable[bytes] | None = None) -> Arrival:
        """Put a copy of a file, or of bytes, under a key as a new version."""
        if len(key.encode()) > _LONGEST_KEY_BYTES or key.endswith("/"):
            raise UsageError(f"a landing key has at most {_LONGEST_KEY_BYTES} bytes and ends in a name; see --name")
        with _opened(content, data) as stream:
            done = self._bucket.put(key, stream)
        version = self._version(done)
        said = done.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        return self._arrived(key, version, parsedate_to_datetime(said) if said else datetime.now(UTC))

    def arrivals(self) -> Iterator[Arrival]:
        """Every version that has arrived, oldest first; nothing of folder markers and of what erasures left."""
        found = [
            (one["LastModified"], -newer, one["Key"], one["VersionId"], one["Size"])
            for newer, one in enumerate(self._bucket.versions())
            if not one["Key"].endswith("/") and not one["Key"].startswith(SCRUBBED)
        ]
        for arrived_at, _, key, version, size in sorted(found):
            yield self._arrived(key, version, arrived_at, size)

    def arrival(self, key: str, version: str) -> Arrival:
        """One version of a key; the newest where `version` is ''. Raises `StorageError` where there is none."""
        found = None if key.startswith(SCRUBBED) else self._bucket.head(key, version)
        if found is None:
            raise StorageError("what arrived is not in the landing bucket any more; deliver it again")
        return self._arrived(key, version or self._version(found), found["LastModified"], found["ContentLength"])

    def fetch(self, path: str) -> Path | None:
        """A file of this machine with exactly the version of a place, or what an erasure left of it."""
        target = self._target(path)
        if path in self._held:
            self._held.move_to_end(path)
            return target
        key, version = _key_and_version(path)
        self._scratch.mkdir(parents=True, exist_ok=True)
        if not self._bucket.download(key, target, version) and not self._bucket.download(_instead(path), target):
            return None
        self._held[path] = target.stat().st_size
        self._make_room()
        return target

    def put_instead(self, path: str, content: Path) -> None:
        """Put what an erasure leaves of a delivery, then remove what was delivered, and what earlier ones left, for good."""
        key, version = _key_and_version(path)
        with content.open("rb") as stream:
            done = self._bucket.put(_instead(path), stream, Metadata={"replaces-version": version})
        self._bucket.remove_version(key, version)
        for one in list(self._bucket.versions(_instead(path))):
            if one["VersionId"] != done.get("VersionId"):
                self._bucket.remove_version(one["Key"], one["VersionId"])
        self._let_go(path)

    def close(self) -> None:
        """Leave nothing on this machine."""
        for path in list(self._held):
            self._let_go(path)

    def _arrived(self, key: str, version: str, at: datetime, size: int = 0) -> Arrival:
        return replace(unread_arrival(self._bucket.name, key, version, at), bytes=size)

    def _version(self, answer: dict[str, Any]) -> str:
        version = str(answer.get("VersionId", _NO_VERSION))
        if version == _NO_VERSION:
            raise StorageError(
                "the landing bucket keeps no versions; deploy the storage stack again, then deliver anew"
            )
        return version

    def _target(self, path: str) -> Path:
        return self._scratch / hashlib.sha256(path.encode()).hexdigest()

    def _make_room(self) -> None:
        while len(self._held) > 1 and sum(self._held.values()) > KEPT_BYTES:
            self._let_go(next(iter(self._held)))

    def _let_go(self, path: str) -> None:
        self._held.pop(path, None)
        self._target(path).unlink(missing_ok=True)


def _key_and_version(path: str) -> tuple[str, str]:
    place, _, version = path.rpartition(_VERSION)
    return unquote(place_of(place)[1]), version


def _instead(path: str) -> str:
    return f"{SCRUBBED}{hashlib.sha256(path.encode()).hexdigest()}"


@contextmanager
def _opened(content: Path | None, data: Iterable[bytes] | None) -> Iterator[IO[bytes]]:
    """A file, or bytes gathered in one: S3 wants to know how many there are. Raises `UsageError` where it takes no more."""
    with content.open("rb") if content is not None else TemporaryFile() as stream:
        for chunk in data or ():
            stream.write(chunk)
        size = stream.seek(0, 2)
        if size > _LARGEST_BYTES:
            raise UsageError("a delivery has at most 5 GB; compress it, or deliver it in parts")
        stream.seek(0)
        yield stream
