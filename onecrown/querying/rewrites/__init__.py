"""What Athena's SQL means where DuckDB's differs: small rewrites of one node each, grouped by kind of value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from onecrown.querying.athena_types import FLOATS, INSTANTS, INTEGER_DIGITS, TEXTS, TIMESTAMPS


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How nodes of some kinds change, and why. `change` gives None where the node may stay as it is."""

    nodes: tuple[type[exp.Expr], ...]
    change: Callable[[Any], exp.Expr | None]
    reason: str


def call(name: str, *arguments: exp.Expr | str | int) -> exp.Anonymous:
    """A call of a DuckDB function or of a macro; text arguments become literals."""
    return exp.Anonymous(this=name, expressions=[_argument(item) for item in arguments])


_SUFFIXES = {
    **dict.fromkeys(INTEGER_DIGITS, "whole"),
    **dict.fromkeys(FLOATS, "double"),
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(TIMESTAMPS, "timestamp"),
    **dict.fromkeys(INSTANTS, "instant"),
    **{exp.DType.DATE: "date", exp.DType.TIME: "time", exp.DType.INTERVAL: "interval", exp.DType.BOOLEAN: "boolean"},
}


def call_by_type(name: str, said: exp.DType, *arguments: exp.Expr | str | int) -> exp.Anonymous:
    """A call of a macro's body for a type; of the macro that chooses by itself where the type is unknown."""
    suffix = _SUFFIXES.get(said)
    return call(f"{name}_{suffix}" if suffix else name, *arguments)


def _argument(item: exp.Expr | str | int) -> exp.Expr:
    if isinstance(item, exp.Expr):
        return item.copy()
    return exp.Literal.string(item) if isinstance(item, str) else exp.Literal.number(item)


def outermost(aggregate: exp.Expr) -> exp.Expr:
    """An aggregate with its FILTER and OVER clauses."""
    node = aggregate
    while isinstance(node.parent, (exp.Filter, exp.Window)) and node.parent.this is node:
        node = node.parent
    return node


def innermost(node: exp.Expr) -> exp.Expr:
    """The aggregate inside FILTER and OVER clauses, or the node itself."""
    while isinstance(node, (exp.Filter, exp.Window)):
        node = node.this
    return node


def text_of(node: exp.Expr | None) -> str | None:
    """The text of a string literal; None for everything else."""
    return node.name if isinstance(node, exp.Literal) and node.is_string else None


def applied(rewrites: Iterable[Rewrite], node: exp.Expr) -> exp.Expr:
    """A node after the first rewrite that changes it; it keeps its Athena type."""
    for rewrite in rewrites:
        if isinstance(node, rewrite.nodes):
            changed = rewrite.change(node)
            if changed is not None:
                changed.type = node.type
                return changed
    return node
