"""What a mapping may say: only what both executors are proved to answer alike.

`tests/engines` holds every function of the list to equal answers on DuckDB and Spark, NULLs and edges included. A new
one is added here and there together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from onecrown.definitions.model import Model
from onecrown.definitions.reading import nearest
from onecrown.errors import Problem

FUNCTIONS = {
    "case": exp.Case,
    "cast": exp.Cast,
    "coalesce": exp.Coalesce,
    "concat_ws": exp.ConcatWs,
    "count": exp.Count,
    "day": exp.Day,
    "extract": exp.Extract,
    "floor": exp.Floor,
    "length": exp.Length,
    "lower": exp.Lower,
    "lpad": exp.Pad,
    "max": exp.Max,
    "max_by": exp.ArgMax,
    "min": exp.Min,
    "min_by": exp.ArgMin,
    "month": exp.Month,
    "nullif": exp.Nullif,
    "regexp_extract": exp.RegexpExtract,
    "regexp_matches": exp.RegexpLike,
    "regexp_replace": exp.RegexpReplace,
    "replace": exp.Replace,
    "row_number": exp.RowNumber,
    "substr": exp.Substring,
    "sum": exp.Sum,
    "trim": exp.Trim,
    "try_cast": exp.TryCast,
    "upper": exp.Upper,
    "year": exp.Year,
}
"""Functions that a mapping may call, as it writes them, and what sqlglot makes of them."""

NAMED = ("entity_id", "keyed")
"""Functions of ours."""

_OPERATORS = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.DPipe, exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Like),
    *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Paren, exp.Exists),
    *(exp.AtTimeZone, exp.If, exp.Window, exp.WindowSpec),
)
_STATEMENT = (
    *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.With, exp.CTE),
    *(exp.Subquery, exp.Union, exp.Distinct, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier),
    *(exp.Literal, exp.Null, exp.Boolean, exp.Star, exp.IgnoreNulls, exp.DataType, exp.DataTypeParam, exp.Var),
)
_ALLOWED = frozenset((*FUNCTIONS.values(), *_OPERATORS, *_STATEMENT))
_INSTEAD: dict[type[exp.Expr], str] = {
    exp.Div: "`/` divides in another way on each engine; multiply, or count in whole units",
    exp.ILike: "write `lower(…) LIKE`",
    exp.CurrentDate: "a mapping knows no clock; take the time of the record",
    exp.CurrentTimestamp: "a mapping knows no clock; take the time of the record",
    exp.First: "write `min_by(…)`, which says which is the first",
    exp.AnyValue: "write `min(…)` or `min_by(…)`, which say which one",
    exp.ArrayAgg: "a column holds one value; write `min_by(…)`",
}


def mapping_problems(model: Model) -> list[Problem]:
    """Everything in the mappings that one of the executors would answer in its own way."""
    return [
        problem
        for contract in model.contracts.values()
        for entity, sql in contract.mappings.items()
        for problem in problems_of(f"sources/{contract.name}/{entity}.sql", sql)
    ]


def problems_of(file: str, sql: str) -> Iterator[Problem]:
    """What a mapping says that is not vetted, with its line and what to write instead."""
    try:
        tree = parse_one(sql, read="duckdb")
    except SqlglotError:
        yield Problem(file, 1, "cannot be read as one SELECT of DuckDB's dialect")
        return
    for node in tree.walk():
        said = _unvetted(node) or _unsafe(node)
        if said:
            yield Problem(file, _line(node, sql), said)


def _unvetted(node: exp.Expr) -> str:
    if type(node) in _ALLOWED:
        return ""
    if isinstance(node, exp.Anonymous):
        written = node.name.lower()
        return "" if written in NAMED else f"`{written}` is not vetted for both executors{nearest(written, _words())}"
    instead = _INSTEAD.get(type(node))
    if instead:
        return instead
    written = node.sql_name().lower() if isinstance(node, exp.Func) else type(node).__name__
    return f"`{written}` is not vetted for both executors{nearest(written, _words())}"


def _words() -> list[str]:
    return [*FUNCTIONS, *NAMED]


def _unsafe(node: exp.Expr) -> str:
    """Uses of vetted functions that the engines answer differently."""
    if isinstance(node, exp.AtTimeZone) and not _is_london_day(node):
        return "write `CAST(… AT TIME ZONE 'Europe/London' AS DATE)`: a local time has no meaning of its own"
    if isinstance(node, exp.RegexpReplace) and not _replaces_alike(node):
        return "`regexp_replace` replaces one match here and all there: begin the pattern with `^`, or end with `'g'`"
    if isinstance(node, exp.RegexpLike | exp.RegexpExtract | exp.RegexpReplace):
        return "" if isinstance(node.expression, exp.Literal) else "write the pattern out, as text"
    if isinstance(node, exp.Like) and "\\" in node.expression.name:
        return "a `\\` in LIKE means itself here and an escape there; write `regexp_matches(…)`"
    if isinstance(node, exp.Substring) and not _starts_within(node):
        return "`substr` must begin at 1 or later"
    return ""


def _is_london_day(node: exp.AtTimeZone) -> bool:
    around = node.parent
    return (
        node.args["zone"].name == "Europe/London"
        and isinstance(around, exp.Cast)
        and around.to.this == exp.DataType.Type.DATE
    )


def _replaces_alike(node: exp.RegexpReplace) -> bool:
    flags = node.args.get("modifiers")
    anchored = isinstance(node.expression, exp.Literal) and node.expression.name.startswith("^")
    return flags.name == "g" if flags is not None else anchored


def _starts_within(node: exp.Substring) -> bool:
    start = node.args.get("start")
    return isinstance(start, exp.Literal) and start.name.isdigit() and int(start.name) >= 1


def _line(node: exp.Expr, sql: str) -> int:
    """The line of a node: that of the first name within it, as sqlglot keeps lines of names only."""
    for part in node.walk():
        line = part.meta.get("line")
        if line:
            return int(line)
    word = node.sql_name().lower() if isinstance(node, exp.Func) else node.key
    found = re.search(rf"\b{re.escape(word)}\b", sql, re.IGNORECASE)
    return sql[: found.start()].count("\n") + 1 if found else 1
