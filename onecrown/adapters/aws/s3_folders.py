"""Judged files in a bucket, `PREFIX/NAME`: written and read in a folder of this machine, and kept there."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from onecrown.adapters.aws.bucket import Bucket
from onecrown.upkeep_ports import StoredFile

_TOGETHER = 10  # prefixes fetched at a time, each a listing and a few small files: as many as a client has connections


class S3Folders:
    """The judged files of one kind. What is fetched stays on this machine until a new prefix is begun."""

    def __init__(self, bucket: Bucket, scratch: Path) -> None:
        self._bucket = bucket
        self._scratch = scratch
        self._at_hand: set[str] = set()

    def begin(self, prefix: str) -> Path:
        """A new folder. What was at hand goes: a warm function receives drop after drop, and its disk is small."""
        for known in list(self._at_hand):
            self._let_go(known)
        self._at_hand.add(prefix)
        folder = self._scratch / prefix
        folder.mkdir(parents=True)
        return folder

    def keep(self, prefix: str) -> None:
        """Upload the files of a folder."""
        for path in sorted((self._scratch / prefix).iterdir()):
            self._bucket.upload(path, f"{prefix}/{path.name}")

    def fetch(self, prefixes: Collection[str]) -> None:
        """Download folders, some at a time."""
        wanted = set(prefixes) - self._at_hand
        with ThreadPoolExecutor(_TOGETHER) as pool:
            for _ in pool.map(self._download, sorted(wanted)):
                pass  # the first error is raised

    def folder(self, prefix: str) -> Path:
        """The folder of a prefix, downloaded where it is not at hand."""
        if prefix and prefix not in self._at_hand:
            self._download(prefix)
        return self._scratch / (prefix or "none")

    def prefixes(self) -> Iterator[StoredFile]:
        """Every prefix in the bucket."""
        sizes: dict[str, int] = {}
        touched_at: dict[str, datetime] = {}
        for one in self._bucket.listed():
            prefix = one.key.partition("/")[0]
            sizes[prefix] = sizes.get(prefix, 0) + one.bytes
            touched_at[prefix] = max(one.touched_at, touched_at.get(prefix, one.touched_at))
        for prefix, size in sorted(sizes.items()):
            yield StoredFile(prefix, size, touched_at[prefix])

    def remove(self, prefix: str) -> None:
        """Remove a prefix here and in the bucket, which keeps no versions."""
        self._bucket.remove(one.key for one in self._bucket.listed(f"{prefix}/"))
        self._let_go(prefix)

    def _download(self, prefix: str) -> None:
        folder = self._scratch / prefix
        folder.mkdir(parents=True, exist_ok=True)
        for one in self._bucket.listed(f"{prefix}/"):
            self._bucket.download(one.key, folder / one.key.rpartition("/")[2])
        self._at_hand.add(prefix)

    def _let_go(self, prefix: str) -> None:
        shutil.rmtree(self._scratch / prefix, ignore_errors=True)
        self._at_hand.discard(prefix)
