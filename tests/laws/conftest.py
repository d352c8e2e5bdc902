"""One database for all homes in memory: opening one costs as much as a small merge."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest


@pytest.fixture(scope="session")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """One database for all homes in memory."""
    with duckdb.connect(config={"threads": "1"}) as opened:
        yield opened
