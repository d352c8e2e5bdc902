"""Lists, maps and approximate aggregates."""

from __future__ import annotations

from sqlglot import exp

from onecrown.errors import UsageError
from onecrown.querying.athena_types import kind
from onecrown.querying.rewrites import Rewrite, call, call_by_type

_ALIASES = {
    **{"map_agg": "athena_map_agg", "every": "bool_and", "geometric_mean": "geomean"},
    **{"map_filter": "", "transform_values": "", "transform_keys": "", "zip_with": "", "zip": "list_zip"},
    **{"combinations": "", "ngrams": "", "array_frequency": "", "shuffle": "", "multimap_agg": ""},
}


def _subscript(node: exp.Bracket) -> exp.Expr:
    key = node.expressions[0]
    if node.args.get("safe"):
        return call("athena_element_or_null", node.this, key)
    names = {exp.DType.ARRAY: "athena_element", exp.DType.LIST: "athena_element", exp.DType.MAP: "athena_map_element"}
    return call(names.get(kind(node.this), "athena_element_or_null"), node.this, key)


def _size(node: exp.ArraySize) -> exp.Expr:
    return call("cardinality" if kind(node.this) == exp.DType.MAP else "len", node.this)


def _position(node: exp.ArrayPosition) -> exp.Expr:
    return call("athena_position", node.this, node.expression)


def _piece(node: exp.ArraySlice) -> exp.Expr:
    return call("athena_slice", node.this, node.args["start"], node.args["end"])


def _without_repeats(node: exp.ArrayDistinct) -> exp.Expr:
    return call("array_distinct", node.this)


def _sequence(node: exp.GenerateSeries) -> exp.Expr:
    parts = [node.args[name] for name in ("start", "end", "step") if node.args.get(name) is not None]
    return call_by_type("athena_sequence_by" if len(parts) > 2 else "athena_sequence", kind(parts[0]), *parts)


def _backwards(node: exp.Reverse) -> exp.Expr | None:
    return call("list_reverse", node.this) if kind(node.this) in (exp.DType.ARRAY, exp.DType.LIST) else None


def _folded(node: exp.Reduce) -> exp.Expr:
    finish = node.args.get("finish")
    result = call("list_reduce", node.this, _lambda(node.args["merge"]), node.args["initial"])
    if not isinstance(finish, exp.Lambda) or finish.this == finish.expressions[0]:
        return result
    return call("athena_element_or_null", call("list_transform", exp.array(result), finish), 1)


def _lambda(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, exp.Lambda):
        raise UsageError("reduce needs functions, written (state, x) -> …")
    return node


def _matches(node: exp.Anonymous) -> exp.Expr | None:
    name = node.name.lower()
    if name not in ("any_match", "all_match", "none_match"):
        return None
    asked = call("list_transform", *node.expressions)
    if name == "all_match":
        return call("coalesce", call("list_bool_and", asked), call("athena_true_of", node.expressions[0]))
    found = call("coalesce", call("list_bool_or", asked), call("athena_false_of", node.expressions[0]))
    return exp.Not(this=exp.paren(found)) if name == "none_match" else found


def _renamed(node: exp.Anonymous) -> exp.Expr | None:
    name = _ALIASES.get(node.name.lower())
    if name is None:
        return None
    if not name:
        raise UsageError(f"the embedded engine has no {node.name.lower()}; write UNNEST and an aggregate instead")
    return call(name, *node.expressions)


def _no_comparator(node: exp.ArraySort) -> exp.Expr | None:
    if node.expression is None:
        return None
    raise UsageError("the embedded engine sorts lists in their natural order only; leave out the function")


def _exact_distinct(node: exp.ApproxDistinct) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[node.this.copy()]), big_int=True)


def _exact_percentile(node: exp.ApproxQuantile) -> exp.Expr:
    if node.args.get("weight") is not None:
        raise UsageError("the embedded engine has no approx_percentile with weights; leave the weight out")
    return call("quantile_disc", node.this, node.args["quantile"])


LISTS = (
    Rewrite((exp.Bracket,), _subscript, "a subscript beyond the end and a key that is not there are errors"),
    Rewrite((exp.ArraySize,), _size, "cardinality counts lists and maps"),
    Rewrite((exp.ArrayPosition,), _position, "what is not found is at position 0, not NULL"),
    Rewrite((exp.ArraySlice,), _piece, "slice takes a length where DuckDB takes an end"),
    Rewrite((exp.ArrayDistinct,), _without_repeats, "the first appearance keeps its place, and NULL is kept"),
    Rewrite((exp.GenerateSeries,), _sequence, "a sequence of dates is dates, and it may run backwards"),
    Rewrite((exp.Reverse,), _backwards, "reverse works on lists as on texts"),
    Rewrite((exp.Reduce,), _folded, "reduce ends with a function that DuckDB does not take"),
    Rewrite((exp.Anonymous,), _matches, "any_match, all_match and none_match are missing in DuckDB"),
    Rewrite((exp.Anonymous,), _renamed, "the same function under another name, or none"),
    Rewrite((exp.ArraySort,), _no_comparator, "a comparing function has no counterpart"),
    Rewrite((exp.ApproxDistinct,), _exact_distinct, "an exact count is within every error that Athena allows"),
    Rewrite((exp.ApproxQuantile,), _exact_percentile, "an exact percentile is within every error that Athena allows"),
)
