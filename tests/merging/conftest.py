"""A home of its own for every test, and one for a module whose tests only look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .homes import Home, home_in


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home."""
    with home_in(tmp_path / "home") as opened:
        yield opened
