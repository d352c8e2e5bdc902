"""DuckDB connections that never load an extension from the network and spill to a folder of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb


@dataclass(frozen=True, slots=True)
class Resources:
    """How much of the machine one connection may use."""

    memory: str = "400MB"
    threads: int = 2


@contextmanager
def connection(resources: Resources, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database in UTC, closed and swept at the end."""
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": resources.memory,
            "threads": str(resources.threads),
            "temp_directory": spill,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        con = duckdb.connect(config=config)
        try:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET enable_progress_bar = false")
            yield con
        finally:
            con.close()
