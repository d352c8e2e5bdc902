"""Texts, regular expressions and JSON."""

from __future__ import annotations

import re

from sqlglot import exp

from onecrown.errors import UsageError
from onecrown.querying.rewrites import Rewrite, call, text_of

_REPLACEMENT_PIECE = re.compile(r"\\(.)|\$(\d+)|(\$)|\\$", re.DOTALL)


def _extract_match(node: exp.RegexpExtract) -> exp.Expr:
    return call("athena_regexp_extract", node.this, node.expression, node.args.get("group") or 0)


def _replacement_groups(node: exp.RegexpReplace) -> exp.Expr | None:
    replacement = node.args.get("replacement")
    if replacement is None:
        return None
    if isinstance(replacement, exp.Lambda):
        raise UsageError("the embedded engine has no regexp_replace with a function; write a replacement text")
    said = text_of(replacement)
    if said is None:
        raise UsageError("the replacement of regexp_replace must be a text in quotes")
    changed = node.copy()
    changed.set("replacement", exp.Literal.string(_with_backslashes(said)))
    return changed


def _with_backslashes(replacement: str) -> str:
    """Groups as `\\1`, as RE2 writes them; a `$` or a backslash that was escaped stands for itself."""

    def piece(found: re.Match[str]) -> str:
        escaped, group, _ = found.groups()
        if group is not None:
            return f"\\{group}"
        if escaped is not None:
            return "\\\\" if escaped == "\\" else str(escaped)
        raise UsageError("a replacement of regexp_replace has a `$` without a group; write `\\$` for the sign itself")

    return _REPLACEMENT_PIECE.sub(piece, replacement)


def _split_part(node: exp.SplitPart) -> exp.Expr:
    return call("athena_split_part", node.this, node.args["delimiter"], node.args["part_index"])


def _split_to_limit(node: exp.Split) -> exp.Expr | None:
    limit = node.args.get("limit")
    return call("athena_split", node.this, node.expression, limit) if limit is not None else None


def _substring(node: exp.Substring) -> exp.Expr | None:
    start, length = node.args.get("start"), node.args.get("length")
    if start is None or (isinstance(start, exp.Literal) and start.name != "0"):
        return None
    return call("athena_substr", node.this, start, *([length] if length is not None else []))


def _nth_position(node: exp.StrPosition) -> exp.Expr | None:
    occurrence = node.args.get("occurrence")
    return call("athena_strpos", node.this, node.args["substr"], occurrence) if occurrence is not None else None


def _json_scalar(node: exp.JSONExtractScalar) -> exp.Expr:
    return call("athena_json_scalar", node.this, _path(node))


def _json_part(node: exp.JSONExtract) -> exp.Expr | None:
    if node.args.get("json_query"):
        raise UsageError("the embedded engine has no json_query; write json_extract")
    return call("athena_json_part", node.this, _path(node))


def _path(node: exp.JSONExtract | exp.JSONExtractScalar) -> exp.Expr:
    path = node.expression
    return exp.Literal.string(path.sql("duckdb").strip("'")) if isinstance(path, exp.JSONPath) else path


def _no_sql_json(_: exp.Expr) -> exp.Expr | None:
    raise UsageError("the embedded engine has no json_value or json_exists; write json_extract_scalar")


def _no_format(_: exp.Format) -> exp.Expr | None:
    raise UsageError("the embedded engine has no format(); write || and lpad, or date_format")


def _normal_form(node: exp.Normalize) -> exp.Expr:
    form = node.args.get("form")
    if form is not None and form.name.upper() != "NFC":
        raise UsageError("the embedded engine normalises to NFC only")
    return call("nfc_normalize", node.this)


def _split_to_map(node: exp.StrToMap) -> exp.Expr:
    return call("athena_split_to_map", node.this, node.args["pair_delim"], node.args["key_value_delim"])


TEXTS = (
    Rewrite((exp.RegexpExtract,), _extract_match, "no match is NULL, not an empty text"),
    Rewrite((exp.RegexpReplace,), _replacement_groups, "a replacement names groups as $1, RE2 as \\1"),
    Rewrite((exp.SplitPart,), _split_part, "a part that is not there is NULL, not an empty text"),
    Rewrite((exp.Split,), _split_to_limit, "the last part of a limited split holds the rest"),
    Rewrite((exp.Substring,), _substring, "a start before the first character gives an empty text"),
    Rewrite((exp.StrPosition,), _nth_position, "strpos can look for the nth appearance"),
    Rewrite((exp.JSONExtractScalar,), _json_scalar, "a scalar of an object, a list or of no JSON is NULL"),
    Rewrite((exp.JSONExtract,), _json_part, "a part of what is no JSON is NULL, not an error"),
    Rewrite((exp.JSONValue, exp.JSONExists), _no_sql_json, "SQL/JSON paths have no counterpart"),
    Rewrite((exp.Format,), _no_format, "format() means something else in DuckDB"),
    Rewrite((exp.Normalize,), _normal_form, "normalize() has another name, and one form"),
    Rewrite((exp.StrToMap,), _split_to_map, "split_to_map is missing in DuckDB"),
)
