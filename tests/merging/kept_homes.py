"""A home that is loaded once for several tests: each of them opens it as it stood at a moment that was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import copytree, rmtree

from .homes import Home, home_in


class KeptHome:
    """A home and copies of it. Its tables name their files by whole paths, so a copy is put back where it was made."""

    def __init__(self, folder: Path, opening: Callable[[Path], AbstractContextManager[Home]] = home_in) -> None:
        self.folder, self._copies, self._opening = folder / "home", folder / "copies", opening

    @contextmanager
    def until(self, moment: str) -> Iterator[Home]:
        """The home as it stands; it is kept under the moment's name once it is closed."""
        with self._opening(self.folder) as home:
            yield home
        copytree(self.folder, self._copies / moment)

    @contextmanager
    def at(self, moment: str) -> Iterator[Home]:
        """The home as it stood at a moment, whatever was done to it since."""
        rmtree(self.folder)
        copytree(self._copies / moment, self.folder)
        with self._opening(self.folder) as home:
            yield home
