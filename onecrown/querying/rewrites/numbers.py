"""Numbers: division, sums, averages and rounding."""

from __future__ import annotations

from sqlglot import exp

from onecrown.querying.athena_types import INTEGER_DIGITS, WIDEST, Digits, common_type, digits, is_decimal, kind
from onecrown.querying.rewrites import Rewrite, call, call_by_type, innermost, outermost


def _divide(node: exp.Div) -> exp.Expr | None:
    if kind(node.this) == exp.DType.INTERVAL:
        return None
    left, right = digits(node.this.type), digits(node.expression.type)
    result = digits(node.type)
    if left and right and result and is_decimal(node):
        return _exact_quotient(node.this, left, node.expression, right, result)
    both = common_type([node.this.type, node.expression.type])
    if both is None:
        return _quotient_of_unknown(node)
    return call_by_type("athena_divide", both.this, node.this, node.expression)


def _quotient_of_unknown(node: exp.Div) -> exp.Expr:
    """DuckDB picks the division by its own types; a decimal, whose scale it would lose, is refused."""
    sides = (node.this, node.expression)
    refusal = call("error", "Cast both sides of a division to a decimal or a double")
    return exp.case().when(call("athena_needs_scale", *sides), refusal).else_(call("athena_divide", *sides))


def _exact_quotient(left: exp.Expr, of_left: Digits, right: exp.Expr, of_right: Digits, result: Digits) -> exp.Expr:
    """Divide as whole numbers of the smallest unit, so that no half is lost in a double."""
    scale = result[1]
    quotient = call(
        "athena_rounded_quotient",
        _in_units(left, of_left, scale + of_right[1]),
        _in_units(right, of_right, of_right[1]),
    )
    whole = exp.cast(quotient, f"DECIMAL({WIDEST - scale}, 0)")
    unit = exp.cast(exp.Literal.string("0." + "0" * (scale - 1) + "1"), f"DECIMAL({scale}, {scale})")
    return exp.cast(exp.Mul(this=whole, expression=unit) if scale else whole, exp.DataType.build(_decimal(result)))


def _decimal(size: Digits) -> str:
    return f"DECIMAL({size[0]}, {size[1]})"


def _in_units(number: exp.Expr, size: Digits, places: int) -> exp.Expr:
    """A number times ten to the power of `places`, as a whole number."""
    inner = exp.cast(number.copy(), "HUGEINT") if size[1] == 0 else exp.paren(number.copy())
    power = exp.cast(exp.Literal.number(10**places), "HUGEINT" if size[1] == 0 else f"DECIMAL({places + 1}, 0)")
    return exp.cast(exp.Mul(this=inner, expression=power), "HUGEINT") if places else inner


def _average(node: exp.Expr) -> exp.Expr | None:
    """`avg` with its FILTER and OVER as an exact quotient of the same `sum` and `count`."""
    aggregate = innermost(node)
    if not isinstance(aggregate, exp.Avg) or outermost(aggregate) is not node:
        return None
    result = digits(node.type) or digits(aggregate.type)
    if result is None or not is_decimal(aggregate):
        return None
    total, count = node.copy(), node.copy()
    return _exact_quotient(
        _with_aggregate(total, exp.Sum(this=aggregate.this.copy())),
        (WIDEST, result[1]),
        _with_aggregate(count, exp.Count(this=aggregate.this.copy(), big_int=True)),
        (INTEGER_DIGITS[exp.DType.BIGINT], 0),
        result,
    )


def _with_aggregate(wrapped: exp.Expr, aggregate: exp.Expr) -> exp.Expr:
    inner = innermost(wrapped)
    if inner is wrapped:
        return aggregate
    inner.replace(aggregate)
    return wrapped


def _total(node: exp.Expr) -> exp.Expr | None:
    aggregate = innermost(node)
    if not isinstance(aggregate, exp.Sum) or outermost(aggregate) is not node or kind(aggregate) != exp.DType.BIGINT:
        return None
    return exp.cast(node.copy(), exp.DType.BIGINT)


def _count_of_true(node: exp.CountIf) -> exp.Expr | None:
    if isinstance(node.this, exp.Distinct):
        return None
    return exp.Count(this=exp.case().when(node.this.copy(), exp.Literal.number(1)), big_int=True)


def _keep_places(node: exp.Expr) -> exp.Expr | None:
    result = digits(node.type)
    if not is_decimal(node) or node.args.get("decimals") is None or result is None:
        return None
    return exp.cast(node.copy(), exp.DataType.build(_decimal(result)))


_AGGREGATES = (exp.Avg, exp.Sum, exp.Filter, exp.Window)

NUMBERS = (
    Rewrite((exp.Div,), _divide, "whole numbers divide to whole numbers, decimals to decimals, and zero is an error"),
    Rewrite(_AGGREGATES, _average, "the average of a decimal is a decimal of the same scale, not a double"),
    Rewrite(_AGGREGATES, _total, "the sum of whole numbers is a bigint, not DuckDB's hugeint"),
    Rewrite((exp.CountIf,), _count_of_true, "of nothing, or of NULL alone, there are 0, not NULL; and it is a bigint"),
    Rewrite((exp.Round, exp.Trunc), _keep_places, "rounding to places keeps a decimal's scale"),
)
