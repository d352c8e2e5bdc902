"""A home of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .homes import Home, made


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with made(tmp_path / "home") as opened:
        yield opened
