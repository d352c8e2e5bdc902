"""DuckDB's types under Athena's names."""

from __future__ import annotations

import re

_NAMES = {
    **{"TINYINT": "tinyint", "SMALLINT": "smallint", "INTEGER": "integer", "BIGINT": "bigint", "HUGEINT": "bigint"},
    **{"UTINYINT": "smallint", "USMALLINT": "integer", "UINTEGER": "bigint", "UBIGINT": "bigint", "UHUGEINT": "bigint"},
    **{"FLOAT": "real", "DOUBLE": "double", "BOOLEAN": "boolean", "VARCHAR": "varchar", "BLOB": "varbinary"},
    **{"DATE": "date", "TIME": "time", "JSON": "json", "UUID": "uuid", "INTERVAL": "interval day to second"},
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}
_NESTED = re.compile(r"(MAP|STRUCT)\((.*)\)", re.DOTALL)


def athena_type(said: str) -> str:
    """Athena's name of a DuckDB type; what Athena does not have is text."""
    if said.endswith("]"):
        return f"array({athena_type(said[: said.rindex('[')])})"
    if said.startswith("DECIMAL"):
        return said.lower()
    if nested := _NESTED.fullmatch(said):
        parts = _parts(nested[2])
        if nested[1] == "MAP":
            return f"map({', '.join(athena_type(part) for part in parts)})"
        return f"row({', '.join(_field(part) for part in parts)})"
    return _NAMES.get(said, "varchar")


def _field(part: str) -> str:
    name, _, kind = part.partition(" ")
    return f"{name} {athena_type(kind)}"


def _parts(text: str) -> list[str]:
    """The parts between the outermost commas."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
