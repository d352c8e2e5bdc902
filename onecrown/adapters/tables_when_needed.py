"""The tables, opened at first use: the catalogue's libraries take a second to load, and listing drops needs none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class TablesWhenNeeded:
    """Stands for the tables until somebody asks them something."""

    def __init__(self, opening: Callable[[], Any]) -> None:
        self._opening = opening
        self._opened: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.opened(), name)

    def opened(self) -> Any:
        """The tables themselves."""
        if self._opened is None:
            self._opened = self._opening()
        return self._opened

    def close(self) -> None:
        """Close what was opened."""
        if self._opened is not None:
            self._opened.close()
