"""Athena's SQL as DuckDB's: the same text gives the same answer on both engines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError, UnsupportedError

from onecrown.errors import UsageError
from onecrown.querying.athena_types import WIDEST, Schemas, annotate, decimal, literal_size
from onecrown.querying.rewrites import Rewrite, applied, text_of
from onecrown.querying.rewrites.conversions import CONVERSIONS
from onecrown.querying.rewrites.lists import LISTS
from onecrown.querying.rewrites.numbers import NUMBERS
from onecrown.querying.rewrites.texts import TEXTS
from onecrown.querying.rewrites.times import TIMES
from onecrown.querying.rewrites.unnesting import UNNESTING

REWRITES: tuple[Rewrite, ...] = tuple(chain(NUMBERS, TIMES, CONVERSIONS, TEXTS, LISTS, UNNESTING))
"""Every difference between the two engines that is mended, each with its reason."""


@dataclass(frozen=True, slots=True)
class Translated:
    """DuckDB's SQL, for a connection that `athena_macros.prepare` has prepared.

    `unnamed` are the result columns that the query leaves without a name; Athena names them by their position.
    """

    sql: str
    unnamed: frozenset[str]


def parse(sql: str) -> exp.Expr:
    """One statement of Athena's SQL. Raises `UsageError` with the place of the mistake."""
    try:
        statements = [item for item in sqlglot.parse(sql, read="athena") if item is not None]
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        place = f"line {first.get('line')}, column {first.get('col')}: " if first else ""
        raise UsageError(f"this is not SQL that Athena reads: {place}{first.get('description', '')}") from None
    except TokenError:
        raise UsageError("this is not SQL that Athena reads: a quotation mark or a comment is not closed") from None
    if len(statements) != 1:
        raise UsageError(f"write one statement at a time; this text has {len(statements)}")
    _count_from_one(statements[0])
    _size_decimals(statements[0])
    return statements[0]


def _count_from_one(tree: exp.Expr) -> None:
    """Undo sqlglot's counting of subscripts from zero while it is still known which ones it changed."""
    for bracket in list(tree.find_all(exp.Bracket)):
        if not bracket.args.get("offset"):
            keys = exp.apply_index_offset(bracket.this.copy(), [bracket.expressions[0].copy()], 1, dialect="athena")
            bracket.set("expressions", keys)
            bracket.set("offset", 1)


def _size_decimals(tree: exp.Expr) -> None:
    """`DECIMAL '1.50'` has the digits that it shows; every other decimal without a size is a `decimal(38, 0)`."""
    for cast in tree.find_all(exp.Cast):
        if cast.to.this == exp.DType.DECIMAL and not cast.to.expressions:
            cast.set("to", literal_size(cast.this.name) if text_of(cast.this) else decimal(WIDEST, 0))
            cast.type = cast.to


def translate(sql: str, schemas: Schemas) -> Translated:
    """Athena's SQL as DuckDB's.

    `schemas` gives the columns of each table with their Athena types, by `database.table`, or by `table` for the
    default database. Raises `UsageError` where the text is no SQL or says what DuckDB cannot do.
    """
    return translate_tree(parse(sql), schemas)


def translate_tree(tree: exp.Expr, schemas: Schemas) -> Translated:
    """A parsed query as DuckDB's SQL; see `translate`. The tree itself is left as it is."""
    work = tree.copy()
    annotate(work, schemas)
    work = _rewritten(work)
    unnamed = _name_columns(work)
    try:
        return Translated(work.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE), unnamed)
    except UnsupportedError as error:
        raise UsageError(f"the embedded engine cannot do this: {error}") from None


def _rewritten(tree: exp.Expr) -> exp.Expr:
    """Inner nodes first, so that a rewrite sees arguments that are already DuckDB's."""
    for node in reversed(list(tree.walk(bfs=False))):
        changed = applied(REWRITES, node)
        if changed is node:
            continue
        if node is tree:
            return changed
        node.replace(changed)
    return tree


def _name_columns(tree: exp.Expr) -> frozenset[str]:
    """Name the result columns without a name as Athena does: `_col0`, `_col1` …"""
    query = tree
    while isinstance(query, (exp.Subquery, exp.SetOperation)):
        query = query.this
    if not isinstance(query, exp.Select):
        return frozenset()
    unnamed = set()
    for position, column in enumerate(query.expressions):
        if not isinstance(column, (exp.Alias, exp.Column, exp.Dot, exp.Star)):
            unnamed.add(name := f"_col{position}")
            column.replace(exp.alias_(column.copy(), name))
    return frozenset(unnamed)
