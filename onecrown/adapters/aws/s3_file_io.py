"""Iceberg's metadata in S3 through boto3, as everything else here: pyarrow's own client knows neither our waits nor our errors."""

from __future__ import annotations

from io import BytesIO
from threading import Lock
from typing import Any

from cachetools import LRUCache
from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile, OutputStream

from onecrown.adapters.aws.bucket import Bucket, place_of

_MANIFEST = ".avro"
_MOST_KEPT_BYTES = 64 << 20


class S3FileIO(FileIO):
    """Reads, writes and removes objects whole: metadata and manifests are small.

    Manifests are kept in memory: a batch plans the same tables before and after its commits, and no manifest ever changes.
    """

    def __init__(self, client: Any) -> None:
        super().__init__({})
        self._client = client
        self._manifests = KeptObjects()

    def new_input(self, location: str) -> S3InputFile:
        """An object to read."""
        return S3InputFile(self._bucket(location), location, self._kept(location))

    def new_output(self, location: str) -> S3OutputFile:
        """An object to write."""
        return S3OutputFile(self._bucket(location), location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Remove an object."""
        where = location if isinstance(location, str) else location.location
        self._manifests.forget(where)
        self._bucket(where).remove([place_of(where)[1]])

    def _kept(self, location: str) -> KeptObjects | None:
        return self._manifests if location.endswith(_MANIFEST) else None

    def _bucket(self, location: str) -> Bucket:
        return Bucket(self._client, place_of(location)[0], "the warehouse bucket")


class KeptObjects:
    """Objects that were read, up to so many bytes; those asked for last are kept longest. pyiceberg reads from several threads."""

    def __init__(self, most_bytes: int = _MOST_KEPT_BYTES) -> None:
        self._objects: LRUCache[str, bytes] = LRUCache(most_bytes, getsizeof=len)
        self._lock = Lock()

    def get(self, location: str) -> bytes | None:
        """An object, where it is kept."""
        with self._lock:
            return self._objects.get(location)

    def keep(self, location: str, body: bytes) -> None:
        """Keep an object; one that is larger than all that may be kept is not."""
        with self._lock:
            if len(body) <= self._objects.maxsize:
                self._objects[location] = body

    def forget(self, location: str) -> None:
        """Keep it no longer."""
        with self._lock:
            self._objects.pop(location, None)


class S3InputFile(InputFile):
    """An object to read; `kept` is where those lie that need not be read again."""

    def __init__(self, bucket: Bucket, location: str, kept: KeptObjects | None = None) -> None:
        super().__init__(location)
        self._bucket = bucket
        self._kept = kept

    def __len__(self) -> int:
        found = self._bucket.head(place_of(self.location)[1])
        if found is None:
            raise FileNotFoundError(self.location)
        return int(found["ContentLength"])

    def exists(self) -> bool:
        """Whether it is there."""
        return self._bucket.head(place_of(self.location)[1]) is not None

    def open(self, seekable: bool = True) -> InputStream:  # noqa: ARG002 - pyiceberg's
        """All of it. Raises `FileNotFoundError`."""
        body = self._kept.get(self.location) if self._kept else None
        if body is None:
            body = self._bucket.read(place_of(self.location)[1])
            if self._kept:
                self._kept.keep(self.location, body)
        return BytesIO(body)


class S3OutputFile(OutputFile):
    """An object to write. Its name is random, as all of Iceberg's are: nothing is there that it could overwrite."""

    def __init__(self, bucket: Bucket, location: str) -> None:
        super().__init__(location)
        self._bucket = bucket
        self._written: int | None = None

    def __len__(self) -> int:
        return self._written if self._written is not None else len(self.to_input_file())

    def exists(self) -> bool:
        """Whether it is there."""
        return self.to_input_file().exists()

    def to_input_file(self) -> S3InputFile:
        """The same object, to read."""
        return S3InputFile(self._bucket, self.location)

    def create(self, overwrite: bool = False) -> OutputStream:  # noqa: ARG002 - pyiceberg's
        """A stream that is put when it is closed."""
        return _Upload(self)

    def put(self, data: bytes) -> None:
        """Put the object."""
        self._bucket.put(place_of(self.location)[1], data)
        self._written = len(data)


class _Upload(BytesIO):
    """Bytes in memory until they are closed."""

    def __init__(self, target: S3OutputFile) -> None:
        super().__init__()
        self._target = target

    def close(self) -> None:
        """Put what was written, once."""
        if not self.closed:
            self._target.put(self.getvalue())
        super().close()
