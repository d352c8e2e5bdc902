"""The files of tables in a folder: written where they stay."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from onecrown.adapters.warehouse import new_place
from onecrown.upkeep_ports import StoredFile


class FolderWarehouse:
    """The warehouse of an embedded home."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True)

    @property
    def uri(self) -> str:
        """The folder as a URI."""
        return f"file://{self._folder}"

    def new_file(self, full_name: str) -> Path:
        """A new file in the table's own folder."""
        return new_place(self._folder, full_name, f"{uuid.uuid4()}.parquet")

    def keep(self, path: Path) -> str:
        """The URI of a file, which lies where it stays."""
        return f"file://{path}"

    def files(self) -> Iterator[StoredFile]:
        """Every file in the folder, by its path."""
        for path in sorted(self._folder.rglob("*")):
            if path.is_file():
                said = path.stat()
                yield StoredFile(str(path), said.st_size, datetime.fromtimestamp(said.st_mtime, UTC))

    def remove(self, names: Iterable[str]) -> None:
        """Remove files."""
        for name in names:
            Path(name).unlink(missing_ok=True)
