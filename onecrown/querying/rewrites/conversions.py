"""Casts: what Athena reads as a number, a date or a time, and how it writes them."""

from __future__ import annotations

import re

from sqlglot import exp

from onecrown.errors import UsageError
from onecrown.querying.athena_macros import BOOLEAN, ISO_DATE, SQL_TIMESTAMP, WHOLE_NUMBER
from onecrown.querying.athena_types import FLOATS, INSTANTS, INTEGER_DIGITS, TEXTS, TIMESTAMPS, kind
from onecrown.querying.rewrites import Rewrite, call, call_by_type, text_of

_SECONDS = "%Y-%m-%d %H:%M:%S"
_READERS: dict[exp.DType, tuple[str, str]] = {
    **dict.fromkeys(INTEGER_DIGITS, ("athena_whole", WHOLE_NUMBER)),
    **dict.fromkeys((*TIMESTAMPS, *INSTANTS), ("athena_time", SQL_TIMESTAMP)),
    exp.DType.DATE: ("athena_date", ISO_DATE),
    exp.DType.BOOLEAN: ("athena_truth", BOOLEAN),
}


def _read_text(node: exp.Cast) -> exp.Expr | None:
    macro, pattern = _READERS.get(node.to.this, ("", ""))
    if not macro or not _may_be_read(node):
        return None
    said = text_of(node.this)
    if said is not None and re.fullmatch(pattern, said):
        return None
    changed = node.copy()
    name = f"{macro}_or_null" if isinstance(node, exp.TryCast) else macro
    changed.set("this", call_by_type(name, kind(node.this), node.this))
    return changed


def _may_be_read(node: exp.Cast) -> bool:
    """Whether the value may be a text, or a double that is to be rounded."""
    said = kind(node.this)
    if isinstance(node.this, (exp.JSONExtract, exp.ParseJSON)) or node.this.name.lower() == "athena_json_part":
        return False
    rounded = said in FLOATS and node.to.this in INTEGER_DIGITS
    return said == exp.DType.UNKNOWN or said in TEXTS or rounded


def _date_of(node: exp.Date) -> exp.Expr | None:
    if node.this is None or node.expressions:
        return None
    if kind(node.this) not in (*TEXTS, exp.DType.UNKNOWN):
        return exp.cast(node.this.copy(), exp.DType.DATE)
    return exp.cast(call_by_type("athena_date", kind(node.this), node.this), exp.DType.DATE)


def _write_text(node: exp.Cast) -> exp.Expr | None:
    if node.to.this not in TEXTS:
        return None
    written = _written(node)
    length = node.to.expressions[0].this.copy() if node.to.expressions else None
    return written if length is None else call("left", written or exp.cast(node.this.copy(), "TEXT"), length)


def _written(node: exp.Cast) -> exp.Expr | None:
    said = kind(node.this)
    if said in FLOATS:
        raise UsageError("Athena writes a double as 1.5E0; cast it to a decimal before you cast it to a text")
    if said not in (*TIMESTAMPS, *INSTANTS) or isinstance(node.this.unnest(), exp.Cast):
        return None
    return call("strftime", node.this, f"{_SECONDS}.{_fraction(node.this)}{_zone(node.this)}")


def _zone(node: exp.Expr) -> str:
    shown = node.unnest()
    if isinstance(shown, exp.Anonymous) and shown.name.startswith("athena_at_zone"):
        return f" {text_of(shown.expressions[1]) or ''}".rstrip()
    return " UTC" if kind(node) in INSTANTS else ""


def _fraction(node: exp.Expr) -> str:
    """Iceberg's columns have microseconds; what functions give has milliseconds."""
    of_column = any(kind(column) in (*TIMESTAMPS, *INSTANTS) for column in node.find_all(exp.Column))
    return "%f" if of_column else "%g"


def _to_iso8601(node: exp.Anonymous) -> exp.Expr | None:
    if node.name.lower() != "to_iso8601":
        return None
    value = node.expressions[0]
    return call_by_type("athena_iso8601", kind(value), value, _fraction(value))


CONVERSIONS = (
    Rewrite((exp.Cast,), _read_text, "DuckDB reads more texts than Athena, and rounds halves of doubles to even"),
    Rewrite((exp.Date,), _date_of, "date(x) is a cast"),
    Rewrite((exp.Cast,), _write_text, "varchar(n) cuts, and timestamps are written with their fraction"),
    Rewrite((exp.Anonymous,), _to_iso8601, "the fraction is always written"),
)
