"""A view as Athena keeps it in Glue's catalogue: its SQL and the types of its columns, as JSON in base 64 in a comment."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

VIRTUAL_VIEW = "VIRTUAL_VIEW"
_BEFORE, _AFTER = "/* Presto View: ", " */"
_HIVE = {"varchar": "string", "integer": "int"}


def view_input(database: str, name: str, columns: Mapping[str, str], sql: str) -> dict[str, Any]:
    """The `TableInput` of a view. `columns` have Athena's types; `sql` is a SELECT that gives them in that order."""
    return {
        "Name": name,
        "TableType": VIRTUAL_VIEW,
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "ViewOriginalText": f"{_BEFORE}{_encoded(database, columns, sql)}{_AFTER}",
        "ViewExpandedText": "/* Presto View */",
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": _hive_type(kind)} for column, kind in columns.items()],
            "SerdeInfo": {"Name": "-", "SerializationLibrary": "-"},
        },
    }


def is_view(table: Mapping[str, Any]) -> bool:
    """Whether a table of the catalogue is a view of Athena's."""
    return table.get("TableType") == VIRTUAL_VIEW and str(table.get("ViewOriginalText", "")).startswith(_BEFORE)


def sql_of_view(table: Mapping[str, Any]) -> str:
    """The SELECT of a view of the catalogue."""
    return str(_decoded(table)["originalSql"])


def columns_of_view(table: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a view of the catalogue with Athena's types, in order."""
    return {column["name"]: column["type"] for column in _decoded(table)["columns"]}


def _encoded(database: str, columns: Mapping[str, str], sql: str) -> str:
    said = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": column, "type": kind} for column, kind in columns.items()],
    }
    return b64encode(json.dumps(said).encode()).decode()


def _decoded(table: Mapping[str, Any]) -> Any:
    return json.loads(b64decode(str(table["ViewOriginalText"]).removeprefix(_BEFORE).removesuffix(_AFTER)))


def _hive_type(kind: str) -> str:
    return "timestamp" if kind.startswith("timestamp") else _HIVE.get(kind, kind)
