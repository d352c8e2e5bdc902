"""The files of tables in a bucket: DuckDB writes them to this machine, and a commit uploads those that it names."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from onecrown.adapters.aws.bucket import SCHEME, Bucket, place_of
from onecrown.adapters.warehouse import new_place
from onecrown.upkeep_ports import StoredFile


class S3Warehouse:
    """The warehouse of one environment: `DATABASE/TABLE/data/…` and `DATABASE/TABLE/metadata/…`."""

    def __init__(self, bucket: Bucket, scratch: Path) -> None:
        self._bucket = bucket
        self._scratch = scratch

    @property
    def uri(self) -> str:
        """The bucket as a URI."""
        return f"{SCHEME}{self._bucket.name}"

    def new_file(self, full_name: str) -> Path:
        """A new file on this machine."""
        return new_place(self._scratch, full_name, f"{uuid.uuid4()}.parquet")

    def keep(self, path: Path) -> str:
        """Upload a new file, and leave nothing of it here."""
        key = path.relative_to(self._scratch).as_posix()
        self._bucket.upload(path, key)
        path.unlink()
        return f"{self.uri}/{key}"

    def files(self) -> Iterator[StoredFile]:
        """Every file in the bucket, by its URI."""
        for one in self._bucket.listed():
            yield StoredFile(f"{self.uri}/{one.key}", one.bytes, one.touched_at)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files with every version that the bucket keeps of them."""
        self._bucket.remove_for_good(place_of(name)[1] for name in names)
