"""An engine over a Spark session: statements in DuckDB's dialect, one after another, on views of that session.

A table that a statement makes is worked out at once, so that no later statement works it out again: kept by the driver
while it is small, by the executors where it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StringType, StructField, StructType
from sqlglot.errors import SqlglotError

from onecrown.adapters.spark.keyed_digests import register_keyed
from onecrown.adapters.spark.parquet_files import column_names, read_files
from onecrown.adapters.spark.quoting import quoted
from onecrown.adapters.spark.statements import Statements
from onecrown.errors import StorageError

MOST_ROWS_ON_DRIVER = 20_000


class SparkEngine:
    """Runs statements; gives the rows of the last."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._columns: dict[str, list[str]] = {}
        self._schemas: dict[str, StructType] = {}
        self._files: dict[tuple[str, ...], str] = {}
        self._pads: dict[str, bytes] = {}
        self._result: DataFrame | None = None
        self._rows: list[tuple[Any, ...]] | None = None
        self._statements = Statements(self)
        self.statement_count = 0

    def execute(self, query: str, parameters: Any = None, /) -> SparkEngine:
        """Run a statement, with `?` for each parameter. Raises `StorageError` where Spark refuses it."""
        self._result, self._rows = None, None
        self.statement_count += 1
        with _refusals():
            self._statements.run(query, list(parameters or ()))
        return self

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row of the last result."""
        rows = self._fetched()
        return rows.pop(0) if rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows of the last result."""
        rows = self._fetched()
        self._rows = []
        return rows

    def _fetched(self) -> list[tuple[Any, ...]]:
        if self._rows is None:
            self._rows = [tuple(row) for row in self._result.collect()] if self._result is not None else []
        return self._rows

    def close(self) -> None:
        """Let go of every table."""
        for name in list(self._columns):
            self.session.catalog.dropTempView(name)

    def rows_of(self, select: str) -> DataFrame:
        """The rows of a query in DuckDB's dialect. Raises `StorageError` where Spark refuses it."""
        with _refusals():
            return self._statements.query(select)

    # what a statement asks

    def query(self, text: str, parameters: Sequence[Any] = ()) -> DataFrame:
        """A query in Spark's own words."""
        return self.session.sql(text, args=list(parameters)) if parameters else self.session.sql(text)

    def answer(self, frame: DataFrame) -> None:
        """Leave rows to be fetched."""
        self._result = frame

    def answer_rows(self, rows: list[tuple[Any, ...]]) -> None:
        """Leave rows that are known already."""
        self._rows = rows

    def keep(self, name: str, frame: DataFrame) -> None:
        """Work a table out and put it under a name."""
        self.show(name, self.worked_out(frame))

    def show(self, name: str, frame: DataFrame) -> None:
        """Put a relation under a name without working it out."""
        frame.createOrReplaceTempView(quoted(name))
        self._columns[name.lower()] = frame.columns
        self._schemas[name.lower()] = frame.schema

    def forget(self, name: str) -> None:
        """Drop a table, if it is there."""
        self.session.catalog.dropTempView(name)
        self._columns.pop(name.lower(), None)

    def holds(self, name: str) -> bool:
        """Whether there is a table of a name."""
        return name.lower() in self._columns

    def empty(self, columns: Iterable[tuple[str, str]]) -> DataFrame:
        """A relation without rows, of columns by name and Spark's type."""
        said = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns)
        return self.query(f"SELECT {said} WHERE false")

    def columns_of(self, name: str) -> list[str]:
        """The columns of a table by name."""
        return self._columns[name.lower()]

    def schema_of(self, name: str) -> StructType:
        """The columns of a table by name, with their types."""
        return self._schemas[name.lower()]

    def view_of_files(self, paths: Sequence[str]) -> str:
        """The name of a view of Parquet files."""
        said = tuple(paths)
        if said not in self._files:
            name = f"w_files_{len(self._files)}"
            self.show(name, read_files(self.session, said))
            self._files[said] = name
        return self._files[said]

    def view_of_names(self, path: str) -> str:
        """The name of a view of the column names of a Parquet file."""
        name = "w_names_of_file"
        schema = StructType([StructField("name", StringType())])
        self.show(name, self.session.createDataFrame([(said,) for said in column_names(path)], schema))
        return name

    def set_pad(self, name: str, pad: bytes) -> None:
        """Take one of the two pads of the key; with both, digests can be made."""
        self._pads[name] = pad
        if len(self._pads) == 2:
            register_keyed(self.session, self._pads["inner_pad"], self._pads["outer_pad"])

    def worked_out(self, frame: DataFrame) -> DataFrame:
        """The same rows, of which nothing is worked out again."""
        java = frame._jdf
        rows = java.takeAsList(MOST_ROWS_ON_DRIVER + 1)
        if rows.size() > MOST_ROWS_ON_DRIVER:
            return frame.localCheckpoint()
        return DataFrame(self.session._jsparkSession.createDataFrame(rows, java.schema()), self.session)


@contextmanager
def _refusals() -> Iterator[None]:
    """The text of a refused statement stays out of the message: it may hold values."""
    try:
        yield
    except (PySparkException, Py4JJavaError, SqlglotError) as error:
        raise StorageError(f"Spark refused a statement of the merge ({type(error).__name__}); report it") from error
