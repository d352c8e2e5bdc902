"""A home and a running Trino beside it that reads its tables; rows of both as texts that can be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from onecrown.rendering.table_layouts import table_layouts
from onecrown.sql.quoting import name
from tests.merging.homes import Home

from .trino_server import Trino


@dataclass(frozen=True)
class Both:
    """A home and the engine that reads its tables beside it."""

    home: Home
    trino: Trino
    _registered: dict[str, str] = field(default_factory=dict)

    def register(self) -> list[str]:
        """Show Trino every table as its current metadata says it; gives their names."""
        tables = self.home.around.tables
        tables.refresh()
        for full_name in tables.names():
            metadata = tables.table(full_name).metadata_location  # type: ignore[attr-defined]
            if self._registered.get(full_name) != metadata:
                self._register(full_name, metadata)
        return list(tables.names())

    def _register(self, full_name: str, metadata: str) -> None:
        database, table = full_name.split(".")
        location, file = metadata.split("/metadata/")
        self.trino.run(f"CREATE SCHEMA IF NOT EXISTS {database}")
        if full_name in self._registered:
            self.trino.run(f"CALL system.unregister_table('{database}', '{table}')")
        self.trino.run(f"CALL system.register_table('{database}', '{table}', '{location}', '{file}')")
        self._registered[full_name] = metadata

    def delete_files(self) -> int:
        """How many files of deletes the tables have."""
        tables = self.home.around.tables
        return sum(tables.inspect(table, "files")["content"].to_pylist().count(1) for table in tables.names())

    def rows(self, full_name: str) -> tuple[list[str], list[str]]:
        """A table's rows as texts, sorted: those of the embedded engine, and Trino's."""
        relation = self.home.around.tables.relation(full_name)
        with self.home.around.engine() as con:
            found = con.execute(f"SELECT * EXCLUDE (_file, _pos) FROM {relation}")
            names = [item[0] for item in found.description]
            ours = found.fetchall()
        asked = self.trino.run(f"SELECT {', '.join(map(name, names))} FROM {quoted(full_name)}")
        return sorted(texts(ours)), sorted(texts(asked.rows))


def make_every_table(home: Home) -> None:
    """Make those that nothing was written to: the embedded engine reads them as empty, Trino must find them."""
    tables, layouts = home.around.tables, table_layouts(home.around.model)
    for full_name in layouts.keys() - {*tables.names()}:
        tables.shapes().create(layouts[full_name])
    tables.refresh()


def texts(rows: Iterable[Iterable[Any]]) -> list[str]:
    """Rows as texts that are the same for the same values, whichever engine they come from."""
    return [json.dumps([_cell(cell) for cell in row]) for row in rows]


def _cell(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
    return str(cell) if isinstance(cell, date | Decimal) else cell


def fingerprint(rows: list[str]) -> tuple[int, str]:
    """How many rows, and the digest of their texts."""
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def quoted(full_name: str) -> str:
    """A table's name as both engines take it, a reserved word too."""
    return ".".join(map(name, full_name.split(".")))
