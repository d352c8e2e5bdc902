"""`python -m local_aws.athena_worker`: answers the local Athena's queries, a line of JSON for each line of JSON.

It runs in the checkout's own Python and reads as the local account's root: whoever asks it has asked for the caller's
rights before.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from pyiceberg.catalog import Catalog, load_catalog
from sqlglot import exp

from local_aws.athena_text import athena_text
from local_aws.glue_tables import GlueTables
from onecrown.errors import OneCrownError, UsageError
from onecrown.querying.athena_dialect import parse
from onecrown.querying.athena_types import DEFAULT_DATABASE
from onecrown.querying.queries import AthenaQueries
from onecrown.querying.table_references import Describe, Query, read_statement
from onecrown.sql.connection import Resources, connection


def main() -> None:
    """Answer until the other end closes."""
    catalog = open_catalog(os.environ)
    for line in sys.stdin:
        print(json.dumps(answered(catalog, json.loads(line))), flush=True)  # noqa: T201 - this is the answer


def open_catalog(said: Mapping[str, str]) -> Catalog:
    """Glue's catalogue, and the files of its tables, at the local AWS."""
    place = {
        "endpoint": said["AWS_ENDPOINT_URL"],
        "region": said["AWS_REGION"],
        "access-key-id": said["AWS_ACCESS_KEY_ID"],
        "secret-access-key": said["AWS_SECRET_ACCESS_KEY"],
    }
    properties = {f"{service}.{key}": text for service in ("glue", "s3") for key, text in place.items()}
    return load_catalog("athena", type="glue", **properties)


def answered(catalog: Catalog, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a request: tables, rows, or why there are none."""
    try:
        if "tables_of" in request:
            return {"tables": _tables(catalog, request["tables_of"], request["database"])}
        return _rows(catalog, request)
    except OneCrownError as error:
        return {"refused": str(error)}


def _tables(catalog: Catalog, sql: str, database: str) -> list[dict[str, Any]]:
    """The tables that a query reads, with their columns. Raises `UsageError`."""
    with _tables_of(catalog, {}) as source:
        named = _with_views(source, _named(sql, database))
        found = {(of, name): source.columns(of, name) for of, name in named}
    there = {at: columns for at, columns in found.items() if columns is not None}  # the query itself says what is not
    return [{"database": of, "name": name, "columns": list(columns)} for (of, name), columns in there.items()]


def _with_views(source: GlueTables, named: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same, and what views among them read: who asks a view needs the rights on that too."""
    below = {read for of, name in named for read in source.read_by_view(of, name)} - {*named}
    return _with_views(source, sorted({*named, *below})) if below else named


def _named(sql: str, database: str) -> list[tuple[str, str]]:
    """Database and table of all that a query names. Raises `UsageError`."""
    statement = read_statement(sql)
    if isinstance(statement, Query):
        _require_databases(parse(sql), database)
        return sorted({(of.database, of.table) for of in statement.references})
    return [(statement.database, statement.table)] if isinstance(statement, Describe) else []


def _require_databases(tree: exp.Expr, database: str) -> None:
    """The query engine has one default database. Raises `UsageError` where another is set and a table is named without."""
    if database in ("", "default", DEFAULT_DATABASE):
        return
    own = {query.alias.lower() for query in tree.find_all(exp.CTE)}
    if bare := sorted({of.name for of in tree.find_all(exp.Table) if not of.db and of.name.lower() not in own}):
        raise UsageError(
            f"write {database}.{bare[0]}: the local Athena's default database is always {DEFAULT_DATABASE}"
        )


def _rows(catalog: Catalog, request: Mapping[str, Any]) -> dict[str, Any]:
    with _tables_of(catalog, request["columns"]) as source:
        answer = AthenaQueries(source.con, source).run(request["query"])
        return {
            "columns": list(zip(answer.columns, answer.types, strict=True)),
            "rows": [[athena_text(value) for value in row] for row in answer.rows],
            "scanned_bytes": source.scanned_bytes,
        }


@contextmanager
def _tables_of(catalog: Catalog, visible: Mapping[str, list[str]]) -> Iterator[GlueTables]:
    with connection(Resources(memory="1GB"), Path(gettempdir())) as con:
        yield GlueTables(catalog, con, visible)


if __name__ == "__main__":
    main()
