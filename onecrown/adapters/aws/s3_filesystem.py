"""S3 as DuckDB reads it: its wheel has no httpfs, and asks a registered file system for ranges of bytes instead.

DuckDB asks for a Parquet file's footer in one range, then for the columns that it needs, neighbours joined, each thread
by a handle of its own; and it keeps what it read. So a range is one request, and nothing is kept here but sizes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fsspec.spec import AbstractFileSystem

from onecrown.adapters.aws.bucket import Bucket, place_of


class S3FileSystem(AbstractFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """Reads objects by their URI. What is written once and never changed needs to be asked about once."""

    protocol = "s3"
    cachable = False  # as another client may serve the next

    def __init__(self, client: Any) -> None:
        super().__init__()
        self._client = client
        self._known: dict[str, tuple[int, datetime]] = {}

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        """A path as it is given: the name that DuckDB tells of a file is the one that position deletes have."""
        return path

    def glob(self, path: str, **_: Any) -> list[str]:
        """The path itself: files are named one by one, and a listing would find nothing more."""
        return [path]

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Name, size and kind of a file."""
        return {"name": path, "size": self.size(path), "type": "file"}

    def size(self, path: str) -> int:
        """The bytes of a file."""
        return self._asked(path)[0]

    def modified(self, path: str) -> datetime:
        """When a file was written."""
        return self._asked(path)[1]

    def open(self, path: str, mode: str = "rb", **_: Any) -> S3Reader:
        """A file to read. Raises `OSError` where it is to be written."""
        if mode != "rb":
            raise OSError(f"files on S3 are read here, and not opened for {mode}")
        return S3Reader(self._bucket(path), place_of(path)[1], self.size(path))

    def _asked(self, path: str) -> tuple[int, datetime]:
        if path not in self._known:
            found = self._bucket(path).head(place_of(path)[1])
            if found is None:
                raise FileNotFoundError(path)
            self._known[path] = (found["ContentLength"], found["LastModified"])
        return self._known[path]

    def _bucket(self, path: str) -> Bucket:
        return Bucket(self._client, place_of(path)[0], "the warehouse bucket")


class S3Reader:
    """One handle: each reading is one request for a range."""

    def __init__(self, bucket: Bucket, key: str, size: int) -> None:
        self._bucket = bucket
        self._key = key
        self._size = size
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place, counted from the beginning, from here (1) or from the end (2)."""
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        """Where the next reading begins."""
        return self._at

    def read(self, count: int = -1) -> bytes:
        """Up to so many bytes, or all that follow."""
        left = self._size - self._at
        wanted = left if count < 0 else min(count, left)
        if wanted <= 0:
            return b""
        data = self._bucket.read(self._key, self._at, wanted)
        self._at += len(data)
        return data

    def flush(self) -> None:
        """Nothing is written."""

    def close(self) -> None:
        """Nothing is held."""
