"""The project's own queries, translated once: when the package is built, in memory, and in a folder for the next process.

Reading and translating a text takes some 50 milliseconds, and a batch asks nearly a hundred. What is kept goes by a digest of the text, of
the types of its tables, of sqlglot's version and of this package, so that a change of any of them translates anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

from onecrown.errors import UsageError
from onecrown.querying.athena_dialect import translate_tree
from onecrown.querying.table_references import Query, TableReference, read_statement

Schemas = Mapping[str, Mapping[str, str]]
SHIPPED = Path(__file__).with_name("translated.json")
"""What a built package brings with it: one JSON object, what is kept by its digest."""


class Translations:
    """Which tables a SELECT of Athena's reads, and the same SELECT for DuckDB."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._queries: dict[str, Query] = {}
        self._kept: dict[str, Any] = {}

    def references(self, sql: str) -> tuple[TableReference, ...]:
        """The tables that it reads, each with the name that stands for it in `translated`. Raises `UsageError` as reading does."""
        digest = _digest("references", sql)
        if (known := self._known(digest)) is None:
            known = self._keep(digest, [[r.database, r.table, r.relation] for r in self._read(sql).references])
        return tuple(TableReference(database, table, relation=relation) for database, table, relation in known)

    def translated(self, sql: str, schemas: Schemas) -> str:
        """DuckDB's SQL. `schemas` gives the columns of each relation with their Athena types."""
        digest = _digest("translated", sql, {name: list(columns.items()) for name, columns in schemas.items()})
        known = self._known(digest)
        return str(
            known if known is not None else self._keep(digest, translate_tree(self._read(sql).tree, schemas).sql)
        )

    def write(self, path: Path) -> None:
        """Write all that is kept in memory as what a package ships."""
        path.write_text(json.dumps(self._kept, sort_keys=True), encoding="utf-8")

    def _read(self, sql: str) -> Query:
        if sql not in self._queries:
            statement = read_statement(sql)
            if not isinstance(statement, Query):
                raise UsageError("only a SELECT can be kept as a table")
            self._queries[sql] = statement
        return self._queries[sql]

    def _known(self, digest: str) -> Any:
        if digest in _shipped():
            self._kept[digest] = _shipped()[digest]
        if digest not in self._kept and self._folder is not None:
            with suppress(OSError, ValueError):  # not kept yet, or half a file of a process that was stopped
                self._kept[digest] = json.loads((self._folder / digest).read_text(encoding="utf-8"))
        return self._kept.get(digest)

    def _keep(self, digest: str, said: Any) -> Any:
        self._kept[digest] = said
        if self._folder is not None:
            with suppress(OSError):  # kept for speed alone
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                made = self._folder / f"{digest}.{uuid4().hex}"
                made.write_text(json.dumps(said), encoding="utf-8")
                os.replace(made, self._folder / digest)
        return said


@cache
def translations_in(folder: Path | None) -> Translations:
    """The translations of a folder, one for each process; without a folder those in memory alone."""
    return Translations(folder)


@cache
def _shipped() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    except FileNotFoundError:  # a checkout in which no package was built
        return {}
    return found


def _digest(*said: object) -> str:
    return sha256(json.dumps([_version(), *said]).encode()).hexdigest()


@cache
def _version() -> str:
    """What translates: sqlglot and this package."""
    own = sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        own.update(path.read_bytes())
    return f"{version('sqlglot')} {own.hexdigest()}"
