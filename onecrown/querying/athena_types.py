"""The types that Athena gives to expressions: sqlglot's inference with Athena's decimal rules.

Source: Trino's documentation, "Decimal functions and operators" (precision and scale of results) and "Aggregate
functions" (`sum` and `avg` of decimals). Engine version 3 of Athena follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import OptimizeError, SchemaError
from sqlglot.optimizer.annotate_types import TypeAnnotator, annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from onecrown.querying.function_types import FUNCTION_TYPES

DEFAULT_DATABASE = "onecrown"
WIDEST = 38
INTEGER_DIGITS = {exp.DType.TINYINT: 3, exp.DType.SMALLINT: 5, exp.DType.INT: 10, exp.DType.BIGINT: 19}
TIMESTAMPS = (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME)
INSTANTS = (exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ)
_TEMPORAL = (*TIMESTAMPS, *INSTANTS, exp.DType.DATE)
TEXTS = (exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR, exp.DType.NCHAR, exp.DType.NVARCHAR)
FLOATS = (exp.DType.DOUBLE, exp.DType.FLOAT)

Schemas: TypeAlias = Mapping[str, Mapping[str, str]]
Digits: TypeAlias = tuple[int, int]
"""Precision and scale of a decimal."""

_PLACE = "onecrown_place"
_LARGEST_INTEGER = 2**31 - 1


def kind(node: exp.Expr | None) -> exp.DType:
    """The type of an annotated expression, without its parameters."""
    said = node.type if node is not None else None
    return said.this if isinstance(said, exp.DataType) and isinstance(said.this, exp.DType) else exp.DType.UNKNOWN


def digits(said: exp.DataType | None) -> Digits | None:
    """Precision and scale of a decimal or of an integer as a decimal; None for every other type."""
    if said is None:
        return None
    if said.this in INTEGER_DIGITS:
        return INTEGER_DIGITS[said.this], 0
    if said.this != exp.DType.DECIMAL:
        return None
    numbers = [int(part.name) for part in said.expressions]
    return (numbers[0] if numbers else WIDEST, numbers[1] if len(numbers) > 1 else 0)


def is_decimal(node: exp.Expr) -> bool:
    """Whether an annotated expression is a decimal."""
    return kind(node) == exp.DType.DECIMAL


def decimal(precision: int, scale: int) -> exp.DataType:
    """`decimal(precision, scale)`, no wider than 38 digits."""
    return exp.DataType.build(f"DECIMAL({max(min(precision, WIDEST), scale, 1)}, {scale})")


def literal_size(text: str) -> exp.DataType:
    """The decimal that a literal such as `1.50` is: as many digits as it shows."""
    whole, _, fraction = text.strip().lstrip("+-").partition(".")
    return decimal(len(whole.lstrip("0")) + len(fraction), len(fraction))


def annotate(tree: exp.Expr, schemas: Schemas) -> None:
    """Give every node of a query the type that Athena would give it; unknown where that cannot be told.

    The inference needs qualified columns and expanded stars. It works on a copy, so that the query keeps the names
    and the text that its author wrote.
    """
    for place, node in enumerate(tree.walk()):
        node.meta[_PLACE] = place
    types = _types_by_place(_without_positions(tree.copy()), _mapping(schemas))
    for node in tree.walk():
        said = types.get(node.meta.pop(_PLACE))
        if said is not None:
            node.type = said


def _without_positions(copy: exp.Expr) -> exp.Expr:
    """Without `ORDER BY 1`: it says nothing of types, and sqlglot fails where the first column is a subquery."""
    for literal in list(copy.find_all(exp.Literal)):
        if isinstance(literal.parent, (exp.Ordered, exp.Group)) and literal.is_int:
            literal.replace(exp.null())
    return copy


def _mapping(schemas: Schemas) -> MappingSchema:
    nested: dict[str, dict[str, object]] = {}
    for name, columns in schemas.items():
        database, _, table = name.rpartition(".")
        nested.setdefault(database or DEFAULT_DATABASE, {})[table] = columns
    return MappingSchema(dict(nested), dialect="athena")


def _types_by_place(copy: exp.Expr, schema: MappingSchema) -> dict[int, exp.DataType]:
    try:
        copy = qualify(
            copy,
            dialect="athena",
            db=DEFAULT_DATABASE,
            schema=schema,
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
    except (OptimizeError, SchemaError):
        # The engine that runs the query says what is wrong with its names, and says it better.
        return {}
    annotated = annotate_types(copy, schema=schema, expression_metadata=_METADATA, dialect="athena")
    return {
        node.meta[_PLACE]: node.type
        for node in annotated.walk()
        if _PLACE in node.meta and isinstance(node.type, exp.DataType) and kind(node) != exp.DType.UNKNOWN
    }


def common_type(types: Iterable[exp.DataType | None]) -> exp.DataType | None:
    """The type to which Athena brings several numbers; None where one of them is no number, or unknown."""
    given = list(types)
    if None in given:
        return None
    said = [item for item in given if item is not None and item.this != exp.DType.NULL]
    if not said:
        return None
    if any(item.this in FLOATS for item in said) and all(item.this in FLOATS or digits(item) for item in said):
        return exp.DataType.build("DOUBLE")
    sizes = [digits(item) for item in said]
    if any(size is None for size in sizes):
        return None
    known = [size for size in sizes if size]
    if any(item.this == exp.DType.DECIMAL for item in said):
        scale = max(size[1] for size in known)
        return decimal(max(size[0] - size[1] for size in known) + scale, scale)
    return max(said, key=lambda item: INTEGER_DIGITS[item.this])


def _sum_digits(left: Digits, right: Digits) -> Digits:
    scale = max(left[1], right[1])
    return 1 + scale + max(left[0] - left[1], right[0] - right[1]), scale


def _product_digits(left: Digits, right: Digits) -> Digits:
    return left[0] + right[0], left[1] + right[1]


def _quotient_digits(left: Digits, right: Digits) -> Digits:
    return left[0] + right[1] + max(0, right[1] - left[1]), max(left[1], right[1])


def _remainder_digits(left: Digits, right: Digits) -> Digits:
    scale = max(left[1], right[1])
    return min(left[0] - left[1], right[0] - right[1]) + scale, scale


_ARITHMETIC: dict[type[exp.Expr], Callable[[Digits, Digits], Digits]] = {
    exp.Add: _sum_digits,
    exp.Sub: _sum_digits,
    exp.Mul: _product_digits,
    exp.Div: _quotient_digits,
    exp.Mod: _remainder_digits,
}


def _annotate_arithmetic(annotator: TypeAnnotator, node: exp.Binary) -> exp.Expr:
    said = _arithmetic_type(node, node.this.type, node.expression.type)
    return annotator._set_type(node, said) if said is not None else annotator._annotate_binary(node)


def _arithmetic_type(
    node: exp.Expr, left: exp.DataType | None, right: exp.DataType | None
) -> exp.DataType | exp.DType | None:
    if left is None or right is None:
        return None
    if exp.DType.INTERVAL in (left.this, right.this):
        return _moved_type(left, right)
    if isinstance(node, exp.Sub) and left.this in _TEMPORAL and right.this in _TEMPORAL:
        return exp.DType.INTERVAL
    both = common_type([left, right])
    if both is None or both.this != exp.DType.DECIMAL:
        return both
    sizes = digits(left), digits(right)
    return decimal(*_ARITHMETIC[type(node)](sizes[0], sizes[1])) if sizes[0] and sizes[1] else None


def _moved_type(left: exp.DataType, right: exp.DataType) -> exp.DataType:
    """A date or an instant moved by an interval keeps its type; an interval times a number is an interval."""
    interval, other = (left, right) if left.this == exp.DType.INTERVAL else (right, left)
    return interval if digits(other) or other.this in FLOATS else other


def _annotate_literal(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    text = node.name
    if node.args.get("is_string"):
        return annotator._set_type(node, exp.DType.VARCHAR)
    if text.isdigit():
        small = int(text) <= _LARGEST_INTEGER
        return annotator._set_type(node, exp.DType.INT if small else exp.DType.BIGINT)
    if "e" in text.lower():
        return annotator._set_type(node, exp.DType.DOUBLE)
    return annotator._set_type(node, literal_size(text))


def _annotate_sum(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    size = digits(_argument_type(node))
    if size and _argument_kind(node) == exp.DType.DECIMAL:
        return annotator._set_type(node, decimal(WIDEST, size[1]))
    return annotator._set_type(node, exp.DType.BIGINT if size else _argument_type(node))


def _annotate_average(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    said = _argument_type(node)
    return annotator._set_type(node, said if _argument_kind(node) == exp.DType.DECIMAL else exp.DType.DOUBLE)


def _argument(node: exp.Expr) -> exp.Expr:
    """What an aggregate works on, without DISTINCT."""
    argument: exp.Expr = node.this
    return argument.expressions[0] if isinstance(argument, exp.Distinct) else argument


def _argument_type(node: exp.Expr) -> exp.DataType | None:
    said = _argument(node).type
    return said if isinstance(said, exp.DataType) else None


def _argument_kind(node: exp.Expr) -> exp.DType:
    return kind(_argument(node))


def _annotate_rounding(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    said = _argument_type(node)
    size = digits(said)
    if said is None or said.this != exp.DType.DECIMAL or size is None:
        return annotator._set_type(node, said)
    to_places = node.args.get("decimals") is not None
    return annotator._set_type(node, decimal(size[0] + 1, size[1]) if to_places else decimal(size[0] - size[1] + 1, 0))


def _alternatives(node: exp.Expr) -> list[exp.Expr]:
    """The values of which one is the result."""
    if isinstance(node, exp.Case):
        found = [branch.args.get("true") for branch in node.args["ifs"]] + [node.args.get("default")]
    elif isinstance(node, exp.If):
        found = [node.args.get("true"), node.args.get("false")]
    else:
        found = [node.this, *node.expressions]
    return [item for item in found if isinstance(item, exp.Expr)]


def _annotate_choice(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    alternatives = _alternatives(node)
    said = common_type(item.type for item in alternatives)
    if said is not None:
        return annotator._set_type(node, said)
    return annotator._annotate_by_args(node, *alternatives)


def _annotate_as_argument(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    return annotator._set_type(node, _argument_type(node))


def _same(nodes: Iterable[type[exp.Expr]], annotator: Callable[[TypeAnnotator, Any], exp.Expr]) -> dict[Any, Any]:
    return {node: {"annotator": annotator} for node in nodes}


_METADATA: Any = {
    **Trino.EXPRESSION_METADATA,
    **FUNCTION_TYPES,
    **_same(_ARITHMETIC, _annotate_arithmetic),
    **_same([exp.Literal], _annotate_literal),
    **_same([exp.Sum], _annotate_sum),
    **_same([exp.Avg], _annotate_average),
    **_same([exp.Round, exp.Trunc, exp.Ceil, exp.Floor], _annotate_rounding),
    **_same([exp.Case, exp.If, exp.Coalesce, exp.Greatest, exp.Least], _annotate_choice),
    **_same([exp.DateAdd, exp.DateSub, exp.DateTrunc, exp.TimestampTrunc], _annotate_as_argument),
}
