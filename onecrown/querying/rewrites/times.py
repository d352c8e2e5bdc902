"""Dates, timestamps, instants and intervals."""

from __future__ import annotations

from sqlglot import exp

from onecrown.errors import UsageError
from onecrown.querying.athena_types import INSTANTS, kind
from onecrown.querying.rewrites import Rewrite, call, call_by_type, text_of
from onecrown.querying.time_patterns import from_joda, from_strftime

_FIELDS = {
    **{"DOW": "isodow", "DAY_OF_WEEK": "isodow", "DAYOFWEEK": "isodow", "DOY": "dayofyear", "DAY_OF_YEAR": "dayofyear"},
    **{"DAY_OF_MONTH": "day", "YOW": "isoyear", "YEAR_OF_WEEK": "isoyear", "WEEK": "week"},
}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Sub)


def _complete_units(node: exp.DateDiff) -> exp.Expr:
    return call("datesub", _unit(node), node.expression, node.this)


def _unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    return unit.name.lower() if unit is not None else "day"


def _move(node: exp.Add | exp.Sub) -> exp.Expr | None:
    left, right = node.this, node.expression
    if isinstance(node, exp.Add) and kind(left) == exp.DType.INTERVAL and kind(right) != exp.DType.INTERVAL:
        left, right = right, left
    if kind(right) != exp.DType.INTERVAL:
        return None
    by = exp.Neg(this=exp.paren(right.copy())) if isinstance(node, exp.Sub) else right
    return call_by_type("athena_move", kind(left), left, by)


def _days_between(node: exp.Sub) -> exp.Expr | None:
    if not kind(node.this) == kind(node.expression) == exp.DType.DATE:
        return None
    return call("to_days", exp.cast(exp.paren(node.copy()), "INTEGER"))


def _add_units(node: exp.DateAdd) -> exp.Expr:
    return call_by_type("athena_move", kind(node.this), node.this, _interval(node.expression, _unit(node)))


def _interval(count: exp.Expr, unit: str) -> exp.Expr:
    """An interval of a number of units that may be an expression."""
    months = {"month": 1, "quarter": 3, "year": 12}
    if unit in months:
        return call("to_months", exp.cast(_times(count, months[unit]), "INTEGER"))
    if unit in ("day", "week"):
        return call("to_days", exp.cast(_times(count, 7 if unit == "week" else 1), "INTEGER"))
    return call(f"to_{unit}s", count)


def _times(count: exp.Expr, factor: int) -> exp.Expr:
    inner = exp.paren(count.copy())
    return inner if factor == 1 else exp.Mul(this=inner, expression=exp.Literal.number(factor))


def _truncate(node: exp.TimestampTrunc | exp.DateTrunc) -> exp.Expr:
    return call_by_type("athena_truncate", kind(node.this), node.this, _unit(node))


def _field(node: exp.Extract) -> exp.Expr | None:
    name = _FIELDS.get(node.this.name.upper())
    return call(name, node.expression) if name else None


def _format_by_specifiers(node: exp.TimeToStr | exp.StrToTime) -> exp.Expr | None:
    pattern = text_of(node.args.get("format"))
    if pattern is None:
        raise UsageError("the pattern of date_format and date_parse must be a text in quotes")
    changed = node.copy()
    changed.set("format", exp.Literal.string(from_strftime(pattern)))
    return changed


def _format_by_letters(node: exp.Anonymous) -> exp.Expr | None:
    if node.name.lower() != "format_datetime":
        return None
    return call("strftime", node.expressions[0], from_joda(_letters(node.expressions[1])))


def _parse_by_letters(node: exp.ParseDatetime) -> exp.Expr:
    pattern = from_joda(_letters(node.args.get("format")))
    parsed = call("strptime", node.this, pattern)
    return parsed if "%z" in pattern else call("timezone", "UTC", parsed)


def _letters(node: exp.Expr | None) -> str:
    pattern = text_of(node)
    if pattern is None:
        raise UsageError("the pattern of format_datetime and parse_datetime must be a text in quotes")
    return pattern


def _wall_clock_at_zone(node: exp.AtTimeZone) -> exp.Expr:
    """The wall-clock time at a zone; the instant itself where it is only compared with other instants."""
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    if isinstance(parent, _COMPARISONS):
        return node.this.copy() if kind(node.this) in INSTANTS else call("timezone", "UTC", node.this)
    return call_by_type("athena_at_zone", kind(node.this), node.this, node.args["zone"])


def _at_zone(node: exp.Anonymous) -> exp.Expr | None:
    if node.name.lower() != "at_timezone":
        return None
    return call_by_type("athena_at_zone", kind(node.expressions[0]), *node.expressions)


def _from_epoch(node: exp.UnixToTime) -> exp.Expr | None:
    zone = node.args.get("zone")
    return call("athena_at_zone_instant", call("to_timestamp", node.this), zone) if zone is not None else None


def _now(node: exp.CurrentTimestamp) -> exp.Expr | None:
    return exp.CurrentTimestamp() if node.this is not None else None


def _millisecond(node: exp.Anonymous) -> exp.Expr | None:
    return call("athena_millisecond", *node.expressions) if node.name.lower() == "millisecond" else None


def _from_iso8601(node: exp.FromISO8601Timestamp) -> exp.Expr:
    return call("from_iso8601_timestamp", node.this)


TIMES = (
    Rewrite((exp.DateDiff,), _complete_units, "date_diff counts complete units; DuckDB counts boundaries"),
    Rewrite((exp.Add, exp.Sub), _move, "a date moved by an interval stays a date"),
    Rewrite((exp.Sub,), _days_between, "a date less a date is an interval, not a number"),
    Rewrite((exp.DateAdd,), _add_units, "date_add keeps the type of what it moves"),
    Rewrite((exp.TimestampTrunc, exp.DateTrunc), _truncate, "a truncated date stays a date"),
    Rewrite((exp.Extract,), _field, "weeks begin on Monday, day 1; DuckDB's dow begins on Sunday, day 0"),
    Rewrite((exp.TimeToStr, exp.StrToTime), _format_by_specifiers, "MySQL's specifiers that sqlglot leaves alone"),
    Rewrite((exp.Anonymous,), _format_by_letters, "Joda's letters"),
    Rewrite((exp.ParseDatetime,), _parse_by_letters, "Joda's letters; the result is an instant"),
    Rewrite((exp.AtTimeZone,), _wall_clock_at_zone, "DuckDB takes a timestamp to be local, Athena takes it to be UTC"),
    Rewrite((exp.Anonymous,), _at_zone, "at_timezone is AT TIME ZONE as a function"),
    Rewrite((exp.UnixToTime,), _from_epoch, "from_unixtime may name a zone"),
    Rewrite((exp.CurrentTimestamp,), _now, "DuckDB's clock takes no precision"),
    Rewrite((exp.Anonymous,), _millisecond, "DuckDB's milliseconds include the seconds"),
    Rewrite((exp.FromISO8601Timestamp,), _from_iso8601, "only ISO 8601, and without a zone it is UTC"),
)
