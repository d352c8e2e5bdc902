"""One S3 bucket: files up and down, whole or in ranges, listings and removal. Errors are said in our words here."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from onecrown.adapters.aws.refusals import code_of, refusals
from onecrown.errors import StorageError

SCHEME = "s3://"
_IN_PARTS_FROM_BYTES = 32 << 20
_REMOVED_TOGETHER = 1000
_CHUNK_BYTES = 1 << 20
_MOST_READINGS = 3  # boto3 tries a request again, and not the reading of its answer
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed"})  # the last two: a delete marker
_THERE = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})  # the second pair: a put at work

_Taken = TypeVar("_Taken")


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing has it."""

    key: str
    bytes: int
    touched_at: datetime


def place_of(uri: str) -> tuple[str, str]:
    """Bucket and key of a URI."""
    bucket, _, key = uri.removeprefix(SCHEME).partition("/")
    return bucket, key


class Bucket:
    """A bucket by its name; `said` is what messages call it. What is put is encrypted as the bucket says."""

    def __init__(self, client: Any, name: str, said: str) -> None:
        self._client = client
        self.name = name
        self._said = said

    def head(self, key: str, version: str = "") -> dict[str, Any] | None:
        """What S3 knows of an object; None where it is gone."""
        with refusals(self._said):
            try:
                found: dict[str, Any] = self._client.head_object(**self._named(key, version))
            except ClientError as error:
                if code_of(error) in _GONE:
                    return None
                raise
            return found

    def put(self, key: str, body: Any, **said: Any) -> dict[str, Any]:
        """Put bytes, or what an open file holds, in one piece; give S3's answer."""
        with refusals(self._said):
            done: dict[str, Any] = self._client.put_object(Bucket=self.name, Key=key, Body=body, **said)
            return done

    def put_new(self, key: str, body: bytes) -> None:
        """Put an object where there is none, in one piece. Raises `FileExistsError` where one is there."""
        with refusals(self._said):
            try:
                self._client.put_object(Bucket=self.name, Key=key, Body=body, IfNoneMatch="*")
            except ClientError as error:
                if code_of(error) in _THERE:
                    raise FileExistsError(f"{SCHEME}{self.name}/{key}") from error
                raise

    def upload(self, path: Path, key: str) -> None:
        """Put a file, a large one in parts."""
        with path.open("rb") as stream:
            if path.stat().st_size < _IN_PARTS_FROM_BYTES:
                self.put(key, stream)
                return
            with refusals(self._said):
                self._client.upload_fileobj(stream, self.name, key)

    def download(self, key: str, target: Path, version: str = "") -> bool:
        """Fetch an object into a file, which is whole or not there; false where the object is gone."""
        part = target.with_name(f"{target.name}.part")

        def write(body: Any) -> bool:
            with part.open("wb") as out:
                shutil.copyfileobj(body, out, _CHUNK_BYTES)
            part.rename(target)
            return True

        return self._taken(self._named(key, version), write) is not None

    def read(self, key: str, start: int | None = None, count: int = 0) -> bytes:
        """The bytes of an object, or `count` of them from `start`. Raises `FileNotFoundError` where it is gone."""
        where = self._named(key, "")
        if start is not None:
            where["Range"] = f"bytes={start}-{start + count - 1}"
        data: bytes | None = self._taken(where, lambda body: body.read())
        if data is None:
            raise FileNotFoundError(f"{SCHEME}{self.name}/{key}")
        return data

    def _taken(self, where: dict[str, Any], take: Callable[[Any], _Taken]) -> _Taken | None:
        """What is made of an object's bytes, which are asked for anew where they break off; None where it is gone."""
        for reading in range(1, _MOST_READINGS + 1):
            with refusals(self._said):
                try:
                    return take(self._client.get_object(**where)["Body"])
                except ClientError as error:
                    if code_of(error) in _GONE:
                        return None
                    raise
                except BotoCoreError:  # before OSError: some are both
                    if reading == _MOST_READINGS:
                        raise
                except OSError as error:
                    raise StorageError(f"no room for a file of {self._said} here ({error.strerror})") from error
        raise AssertionError("the last reading returns or raises")

    def listed(self, prefix: str = "") -> Iterator[Listed]:
        """Every object under a prefix."""
        for page in self._pages("list_objects_v2", prefix):
            for one in page.get("Contents", ()):
                yield Listed(one["Key"], one["Size"], one["LastModified"])

    def versions(self, prefix: str = "") -> Iterator[dict[str, Any]]:
        """Every version of every object under a prefix, the newest of a key first; no delete markers."""
        for page in self._pages("list_object_versions", prefix):
            yield from page.get("Versions", ())

    def remove(self, keys: Iterable[str]) -> None:
        """Remove objects, of which a versioned bucket keeps what they were."""
        self._remove([{"Key": key} for key in keys])

    def remove_for_good(self, keys: Iterable[str]) -> None:
        """Remove every version of some objects, and the marks that they were removed."""
        for key in keys:
            pages = self._pages("list_object_versions", key)
            every = (one for page in pages for kind in ("Versions", "DeleteMarkers") for one in page.get(kind, ()))
            self._remove([_version_of(one) for one in every if one["Key"] == key])

    def remove_version(self, key: str, version: str) -> None:
        """Remove one version of an object for good."""
        self._remove([{"Key": key, "VersionId": version}])

    def _remove(self, objects: Iterable[dict[str, str]]) -> None:
        rest = iter(objects)
        while some := list(islice(rest, _REMOVED_TOGETHER)):
            with refusals(self._said):
                done = self._client.delete_objects(Bucket=self.name, Delete={"Objects": some, "Quiet": True})
            if refused := done.get("Errors"):
                code = refused[0].get("Code", "")
                raise StorageError(f"{self._said} kept {len(refused)} objects that were to go ({code}); run it again")

    def _named(self, key: str, version: str) -> dict[str, Any]:
        return {"Bucket": self.name, "Key": key, **({"VersionId": version} if version else {})}

    def _pages(self, operation: str, prefix: str) -> Iterator[dict[str, Any]]:
        with refusals(self._said):
            yield from self._client.get_paginator(operation).paginate(Bucket=self.name, Prefix=prefix)


def _version_of(one: dict[str, Any]) -> dict[str, str]:
    return {"Key": one["Key"], "VersionId": one["VersionId"]}
