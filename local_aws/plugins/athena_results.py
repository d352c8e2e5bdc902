"""A query's answer as Athena gives it: the file in S3, and pages of rows with the types of the columns."""

from __future__ import annotations

import re
from typing import Any

from local_aws.plugins.athena_worker_link import Result

_PRECISIONS = {"varchar": 2147483647, "bigint": 19, "integer": 10, "smallint": 5, "tinyint": 3, "double": 17, "real": 7}
_SIZED = re.compile(r"decimal\((\d+),\s*(\d+)\)")


def result_text(result: Result, statement_type: str) -> str:
    """The file: quoted CSV with a header for a query, tabbed lines for SHOW and DESCRIBE."""
    if statement_type != "DML":
        return "\n".join("\t".join(text or "" for text in row) for row in result.rows)
    header = tuple(name for name, _ in result.columns)
    return "".join(f"{','.join(map(_quoted, row))}\n" for row in (header, *result.rows))


def page_of(query: dict[str, Any], start: int, count: int) -> dict[str, Any]:
    """A page of a query's rows, the first of which are the columns' names where it is a query."""
    result: Result = query["_results"]
    header = [tuple(name for name, _ in result.columns)] if query["StatementType"] == "DML" else []
    rows = [*header, *result.rows]
    page: dict[str, Any] = {
        "UpdateCount": 0,
        "ResultSet": {
            "Rows": [{"Data": [_datum(text) for text in row]} for row in rows[start : start + count]],
            "ResultSetMetadata": {"ColumnInfo": [_column(name, kind) for name, kind in result.columns]},
        },
    }
    return {**page, "NextToken": str(start + count)} if start + count < len(rows) else page


def _quoted(text: str | None) -> str:
    return "" if text is None else '"' + text.replace('"', '""') + '"'


def _datum(text: str | None) -> dict[str, str]:
    return {} if text is None else {"VarCharValue": text}


def _column(name: str, kind: str) -> dict[str, Any]:
    """What Athena says of a column: its type without sizes, which stand beside it."""
    sized = _SIZED.match(kind)
    bare = "timestamp with time zone" if kind.startswith("timestamp") and "zone" in kind else kind.partition("(")[0]
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": bare,
        "Precision": int(sized[1]) if sized else _PRECISIONS.get(bare, 0),
        "Scale": int(sized[2]) if sized else 0,
        "Nullable": "UNKNOWN",
        "CaseSensitive": bare == "varchar",
    }
