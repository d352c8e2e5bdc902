"""What the flows need of the places for judged files: `validated` and `quarantine`. Adapters keep these promises."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Protocol

from onecrown.upkeep_ports import StoredFile


class JudgedFiles(Protocol):
    """Folders of files by prefix. Each is written once, and kept before the ledger names it."""

    def begin(self, prefix: str) -> Path:
        """Where the files of a new prefix are to be written. Nobody else sees them before `keep`."""
        ...

    def keep(self, prefix: str) -> None:
        """Let others read the files of a prefix as they lie in its folder here: new ones, or ones that were changed."""
        ...

    def fetch(self, prefixes: Collection[str]) -> None:
        """Have the files of some prefixes at hand: faster than one after another."""
        ...

    def folder(self, prefix: str) -> Path:
        """A folder with the files of a prefix, ready to be read; without any where there are none."""
        ...

    def prefixes(self) -> Iterator[StoredFile]:
        """Every prefix, with its bytes and when it was last written."""
        ...

    def remove(self, prefix: str) -> None:
        """Remove the files of a prefix for good."""
        ...
