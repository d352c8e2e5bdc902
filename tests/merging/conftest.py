"""A home of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .homes import Home, home_in_memory


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home, its tables in memory."""
    with home_in_memory(tmp_path / "home") as opened:
        yield opened
