"""The line to the process that answers queries: one request and one answer at a time, as lines of JSON."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_aws.account import root_environment
from local_aws.settings import PluginSettings


class QueryRefused(Exception):
    """A query that cannot be answered, with the reason as its caller is told it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a query reads, with all its columns."""

    database: str
    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A query's answer: names and Athena's types of its columns, its rows as text."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str | None, ...], ...]
    scanned_bytes: int


class WorkerLink:
    """Starts the process, and starts it again where it ended."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the process, which takes seconds to load what it needs."""
        settings = PluginSettings.read()
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(settings.folder),
            "TMPDIR": str(settings.folder / "tmp"),
            "LANG": "C.UTF-8",
            **root_environment(settings.endpoint),
        }
        with (settings.folder / "athena.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the checkout's own interpreter
                [str(settings.python), "-m", "local_aws.athena_worker"],
                cwd=settings.checkout,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def tables(self, sql: str, database: str) -> list[Table]:
        """The tables that a query reads. Raises `QueryRefused`."""
        found = self._asked({"tables_of": sql, "database": database})["tables"]
        return [Table(of["database"], of["name"], tuple(of["columns"])) for of in found]

    def answer(self, sql: str, database: str, columns: Mapping[str, Sequence[str]]) -> Result:
        """Answer a query that sees only these columns of each `database.table`. Raises `QueryRefused`."""
        said = self._asked({"query": sql, "database": database, "columns": dict(columns)})
        return Result(
            tuple((name, kind) for name, kind in said["columns"]),
            tuple(tuple(row) for row in said["rows"]),
            said["scanned_bytes"],
        )

    def _asked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        with self._turn:
            if self._process is None or self._process.poll() is not None:
                self.start()
            line = self._exchanged(json.dumps(request))
        if not line:
            raise QueryRefused("the process that answers queries ended; see athena.log in the local AWS's folder")
        said: dict[str, Any] = json.loads(line)
        if "refused" in said:
            raise QueryRefused(said["refused"])
        return said

    def _exchanged(self, line: str) -> str:
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return ""
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except OSError:
            return ""
