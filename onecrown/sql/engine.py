"""What the merge asks of an engine: statements in DuckDB's dialect, and their rows."""

from __future__ import annotations

from typing import Any, Protocol


class Engine(Protocol):
    """Runs statements one after another. DuckDB's connection is one; another engine translates.

    `execute` leaves its result to `fetchone` or `fetchall`, which are asked before the next statement.
    """

    def execute(self, query: str, parameters: Any = ..., /) -> Engine:
        """Run a statement, with `?` for each parameter."""
        ...

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row of the last result."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows of the last result."""
        ...
