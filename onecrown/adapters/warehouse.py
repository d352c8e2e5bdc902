"""Where the files of tables lie: a folder, or a bucket. The catalogue is another matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from onecrown.upkeep_ports import StoredFile


class Warehouse(Protocol):
    """New files are written on this machine, and kept before a commit names them."""

    @property
    def uri(self) -> str:
        """What every table's location begins with, without a slash at its end."""
        ...

    def new_file(self, full_name: str) -> Path:
        """Where a new data file of a table is to be written."""
        ...

    def keep(self, path: Path) -> str:
        """Bring a new file to where others can read it; give its URI. It may be gone from this machine then."""
        ...

    def files(self) -> Iterator[StoredFile]:
        """Every file there is."""
        ...

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, as `files` names them, for good."""
        ...


def new_place(root: Path, full_name: str, name: str) -> Path:
    """A data file's place under a root, whose folders are made: `DATABASE/TABLE/data/NAME`."""
    database, _, table = full_name.partition(".")
    folder = root / database / table / "data"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name
