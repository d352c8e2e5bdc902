"""Two homes that are told the same: one works on DuckDB alone, the other batch by batch on the executor that it is given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from onecrown.adapters.spark.engine import SparkEngine
from onecrown.adapters.spark.executor import SparkExecutor
from onecrown.adapters.spark.session import session_of_home
from onecrown.adapters.spark.tables import SparkTables
from onecrown.cli.home import open_home
from onecrown.definitions.model import Model
from onecrown.flows.executors import DISTRIBUTED, EMBEDDED
from tests.merging.homes import PSEUDONYM_KEY, Home

ROOT = Path(__file__).resolve().parents[2]


class Engines:
    """A home of which every batch can be worked out by either executor."""

    def __init__(self, home: Home, folder: Path, spark: Any) -> None:
        self._home = home
        self._folder = folder
        self._spark = spark
        self.executor = SparkExecutor(spark, home.around.tables.opened(), folder)  # type: ignore[attr-defined]

    @property
    def embedded(self) -> Home:
        return Home(replace(self._home.around, executor=EMBEDDED))

    @property
    def distributed(self) -> Home:
        return Home(replace(self._home.around, executor=DISTRIBUTED, distributed=lambda: self.executor))

    def fingerprints(self) -> dict[str, tuple[int, str]]:
        """Rows and their order-free hash by table, as Spark reads them through Iceberg's own library."""
        tables = self._home.around.tables
        tables.refresh()
        with session_of_home(self._spark, self._folder / "catalog.db", self._folder / "warehouse") as own:
            engine = SparkEngine(own)
            reader = SparkTables(engine, tables.opened(), self._folder / "warehouse")  # type: ignore[attr-defined]
            found = {}
            for table in tables.names():
                columns = engine_columns(reader, engine, table)
                found[table] = fingerprint(engine, reader.relation(table), columns)
            engine.close()
        return found


def engine_columns(reader: Any, engine: Any, table: str) -> list[tuple[str, str]]:
    engine.execute(f"DESCRIBE SELECT * FROM {reader.relation(table)}")
    return [(column, kind) for column, kind in engine.fetchall() if column not in ("_file", "_pos")]


def fingerprint(engine: Any, relation: str, columns: list[tuple[str, str]]) -> tuple[int, str]:
    """How many rows, and the digest of their canonical texts in order."""
    said = ", ".join(f"coalesce({_text(column, kind)}, chr(29))" for column, kind in columns)
    rows = engine.execute(f"SELECT sha256(concat_ws(chr(31), {said})) FROM {relation} ORDER BY 1").fetchall()
    return len(rows), hashlib.sha256("".join(row[0] for row in rows).encode()).hexdigest()[:16]


def _text(column: str, kind: str) -> str:
    is_instant = kind.lower().startswith("timestamp")
    return f'CAST(epoch_us("{column}") AS VARCHAR)' if is_instant else f'CAST("{column}" AS VARCHAR)'


def embedded_fingerprints(home: Home) -> dict[str, tuple[int, str]]:
    """The same as DuckDB reads them."""
    home.around.tables.refresh()
    found = {}
    with home.around.engine() as con:
        for table in home.around.tables.names():
            relation = home.around.tables.relation(table)
            described = con.execute(f"DESCRIBE SELECT * EXCLUDE (_file, _pos) FROM {relation}").fetchall()
            found[table] = fingerprint(con, relation, [(row[0], row[1]) for row in described])
    return found


@contextmanager
def home_of_model(folder: Path, model: Model | None = None) -> Iterator[Home]:
    """A home of the whole model, with the shared pseudonym key."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pseudonym.key").write_text(PSEUDONYM_KEY, encoding="ascii")
    with open_home(folder) as around:
        yield Home(replace(around, model=model or around.model))
