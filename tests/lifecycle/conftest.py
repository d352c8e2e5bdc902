"""Empty unified tables, once, and a life to tell in them for each test."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from .telling import Life, empty_tables


@pytest.fixture(scope="session")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_tables() as con:
        yield con


@pytest.fixture
def life(tables: duckdb.DuckDBPyConnection) -> Iterator[Life]:
    tables.begin()
    yield Life(tables)
    tables.rollback()
