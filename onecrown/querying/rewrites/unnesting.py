"""UNNEST of maps and of several lists, each entry a row."""

from __future__ import annotations

from sqlglot import exp

from onecrown.querying.athena_types import kind
from onecrown.querying.rewrites import Rewrite, call


def _rows_of_entries(node: exp.Unnest) -> exp.Expr | None:
    """Lists side by side as rows, the shorter ones filled with NULL; a map is its keys beside its values."""
    lists = [part for argument in node.expressions for part in _lists(argument)]
    names = [column.name for column in node.args["alias"].columns] if node.args.get("alias") else []
    ordinal = node.args.get("offset")
    if len(lists) == 1 or len(names) != len(lists):
        return None
    columns = [exp.alias_(call("unnest", part), name) for part, name in zip(lists, names, strict=True)]
    if isinstance(ordinal, exp.Identifier):
        longest = call("greatest", *(call("len", part) for part in lists))
        columns.append(exp.alias_(call("unnest", call("generate_series", 1, longest)), ordinal.name))
    return exp.select(*columns).subquery(node.args["alias"].name)


def _lists(argument: exp.Expr) -> list[exp.Expr]:
    if kind(argument) == exp.DType.MAP:
        return [call("map_keys", argument), call("map_values", argument)]
    return [argument]


UNNESTING = (Rewrite((exp.Unnest,), _rows_of_entries, "DuckDB's UNNEST takes one list"),)
