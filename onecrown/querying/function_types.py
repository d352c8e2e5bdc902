"""The types of Athena's functions where sqlglot does not know them, or has another engine in mind.

Source: the signatures in Trino's documentation of functions and operators.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.optimizer.annotate_types import TypeAnnotator

_WHOLE = (
    *(exp.DateDiff, exp.Extract, exp.Year, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Second, exp.Quarter),
    *(exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfMonth, exp.DayOfYear, exp.WeekOfYear, exp.YearOfWeek),
    *(exp.ArrayPosition, exp.RegexpCount),
)
_DOUBLES = (exp.TimeToUnix, exp.Corr)
_TEXTS = (exp.SplitPart, exp.RegexpExtract, exp.JSONExtractScalar, exp.Hex)
_INSTANTS = (exp.CurrentTimestamp, exp.FromISO8601Timestamp, exp.ParseDatetime, exp.UnixToTime)
_AS_ARGUMENT = (exp.Try, exp.ArrayDistinct, exp.ArrayFilter, exp.Reverse, exp.ArgMax, exp.ArgMin, exp.ApproxQuantile)
_ELEMENTS = (exp.ArrayMax, exp.ArrayMin)
_NAMED = {
    **dict.fromkeys(("format_datetime", "to_iso8601", "current_timezone", "normalize"), "VARCHAR"),
    **dict.fromkeys(
        ("millisecond", "yow", "codepoint", "hamming_distance", "json_size", "json_array_length"), "BIGINT"
    ),
    **dict.fromkeys(("nan", "infinity", "e", "geometric_mean", "regr_slope", "regr_intercept"), "DOUBLE"),
    **dict.fromkeys(("any_match", "all_match", "none_match", "every", "arrays_overlap"), "BOOLEAN"),
    **{"with_timezone": "TIMESTAMPTZ", "at_timezone": "TIMESTAMP"},
}


def _annotate_as_argument(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    """The type of the first argument, or a list of it where several results are asked for."""
    said = node.this.type
    several = node.args.get("count") is not None or isinstance(node.args.get("quantile"), exp.Array)
    return annotator._set_type(node, _list_of(said) if said is not None and several else said)


def _list_of(said: exp.DataType) -> exp.DataType:
    return exp.DataType(this=exp.DType.ARRAY, expressions=[said.copy()], nested=True)


def _annotate_as_element(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    return annotator._set_type(node, _part(node.this.type, -1))


def _annotate_subscript(annotator: TypeAnnotator, node: exp.Bracket) -> exp.Expr:
    return annotator._set_type(node, _part(node.this.type, -1))


def _part(said: exp.DataType | None, position: int) -> exp.DataType | None:
    """The type of a list's elements, of a map's keys (0) or of its values (-1)."""
    if said is None or said.this not in (exp.DType.ARRAY, exp.DType.LIST, exp.DType.MAP) or not said.expressions:
        return None
    part = said.expressions[position]
    return part if isinstance(part, exp.DataType) else None


def _annotate_map_keys(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    part = _part(node.this.type, 0)
    return annotator._set_type(node, _list_of(part) if part is not None else None)


def _annotate_named(annotator: TypeAnnotator, node: exp.Anonymous) -> exp.Expr:
    name = node.name.lower()
    said = exp.DataType.build(_NAMED[name]) if name in _NAMED else None
    return annotator._set_type(node, said)


def _annotate_joined(annotator: TypeAnnotator, node: exp.DPipe) -> exp.Expr:
    """`||` of a list and anything is that list."""
    for side in (node.left, node.right):
        if side.type is not None and side.type.this == exp.DType.ARRAY:
            return annotator._set_type(node, side.type)
    return annotator._set_type(node, exp.DType.VARCHAR)


def _all(nodes: tuple[type[exp.Expr], ...], annotator: Callable[[TypeAnnotator, Any], exp.Expr]) -> dict[Any, Any]:
    return {node: {"annotator": annotator} for node in nodes}


FUNCTION_TYPES: dict[Any, Any] = {
    **{node: {"returns": exp.DType.BIGINT} for node in _WHOLE},
    **{node: {"returns": exp.DType.DOUBLE} for node in _DOUBLES},
    **{node: {"returns": exp.DType.VARCHAR} for node in _TEXTS},
    **{node: {"returns": exp.DType.TIMESTAMPTZ} for node in _INSTANTS},
    **_all(_AS_ARGUMENT, _annotate_as_argument),
    **_all(_ELEMENTS, _annotate_as_element),
    **_all((exp.Bracket,), _annotate_subscript),
    **_all((exp.MapKeys,), _annotate_map_keys),
    **_all((exp.Anonymous,), _annotate_named),
    **_all((exp.DPipe,), _annotate_joined),
    exp.Interval: {"returns": exp.DType.INTERVAL},
    exp.Localtimestamp: {"returns": exp.DType.TIMESTAMP},
    exp.FromISO8601Date: {"returns": exp.DType.DATE},
    exp.JSONExtract: {"returns": exp.DType.JSON},
    exp.Split: {"returns": exp.DataType.build("ARRAY<VARCHAR>")},
    # An instant shown at a zone is the wall-clock time there: see `rewrites.times._wall_clock_at_zone`.
    exp.AtTimeZone: {"returns": exp.DType.TIMESTAMP},
}
