"""DuckDB's functions and operators as Spark's, one by one, where they differ in more than name.

Each keeps DuckDB's answer, NULLs and edges included; `tests/engines` holds both engines to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp, parse_one

from onecrown.sql.keyed_ids import NEAR, NEAR_DIGITS, NEAR_LETTERS, UNIT

KEYED = "onecrown_keyed"
_UNMARKED_END = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|(\$)", re.DOTALL)


def spark_form(node: exp.Expr, dataset: str) -> exp.Expr:
    """A node of DuckDB's tree as Spark needs it; most are left as they are. `dataset` is that of the ids made."""
    change = _CHANGES.get(type(node))
    if isinstance(node, exp.Anonymous):
        named = _NAMED.get(node.name.lower())
        return named(node, dataset) if named else node
    return change(node) if change else node


def _text(said: str) -> exp.Expr:
    return exp.Literal.string(said)


def _call(function: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=function, expressions=list(arguments))


def _keyed(node: exp.Anonymous, _dataset: str) -> exp.Expr:
    return _call(KEYED, node.expressions[0])


def _entity_id(node: exp.Anonymous, dataset: str) -> exp.Expr:
    entity, said = node.expressions
    return _call(KEYED, _call("concat", _text(f"{dataset}|"), entity, _text("|"), said))


def _unit_id(node: exp.Anonymous, dataset: str) -> exp.Expr:
    said = node.expressions[0]
    kept = _call(
        "greatest", exp.Sub(this=_call("char_length", said.copy()), expression=_number(NEAR_LETTERS)), _number(0)
    )
    near = _call("concat", _text(dataset + NEAR), _call("substring", said.copy(), _number(1), kept))
    own = _call("concat", _text(dataset + UNIT), said.copy())
    return _call("concat", _start(near, NEAR_DIGITS), _start(own, 32 - NEAR_DIGITS))


def _start(said: exp.Expr, digits: int) -> exp.Expr:
    return _call("substring", _call(KEYED, said), _number(1), _number(digits))


def _number(said: int) -> exp.Expr:
    return exp.Literal.number(said)


def _epoch_us(node: exp.Anonymous, _dataset: str) -> exp.Expr:
    return _call("unix_micros", node.expressions[0])


def _listed(node: exp.Expr) -> exp.Expr:
    """`list(DISTINCT a ORDER BY a)` and `list(a ORDER BY b)`: Spark's lists have no order of their own."""
    order = node.this
    if not isinstance(order, exp.Order):
        raise ValueError("a list must say its order")
    item, by = order.this, order.expressions[0].this
    if isinstance(item, exp.Distinct):
        return _call("sort_array", _call("collect_set", item.expressions[0]))
    pairs = _call("collect_list", _call("named_struct", _text("o"), by, _text("i"), item))
    taken = parse_one("transform(x, z -> z.i)", read="spark")
    taken.find(exp.Column).replace(_call("sort_array", pairs))  # type: ignore[union-attr]  # it is there
    return taken


def _of_known(node: exp.Expr) -> exp.Expr:
    """DuckDB's `arg_max` passes over rows whose value is NULL; a filter of its own takes that condition in."""
    plain = type(node)(this=node.this.copy(), expression=node.expression.copy())
    there = exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.Null()))
    inside = node.parent
    if isinstance(inside, exp.Filter):
        where = inside.expression
        where.set("this", exp.and_(there, where.this.copy()))
        return plain
    return exp.Filter(this=plain, expression=exp.Where(this=there))


def _cast(node: exp.Cast) -> exp.Expr:
    """A cast whose text or number differs by the type of what is cast; Spark folds the choice when it plans."""
    if isinstance(node.this, exp.Null | exp.Placeholder):
        return node
    said, kind = node.this, node.to.this
    if isinstance(said, exp.Var):
        return node
    if kind in (exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR):
        return _by_type(said, node, "timestamp", "concat({as_text}, '+00')")
    if kind in (exp.DataType.Type.INT, exp.DataType.Type.BIGINT) and not isinstance(said, exp.Literal):
        return _rounded(node)
    if kind == exp.DataType.Type.DATE and isinstance(node, exp.TryCast):
        return _day(node)
    return node


def _by_type(said: exp.Expr, plain: exp.Expr, kind: str, other: str) -> exp.Expr:
    text, kept = said.sql("spark"), plain.sql("spark")
    return _raw(f"CASE WHEN typeof({text}) = '{kind}' THEN {other.format(as_text=kept)} ELSE {kept} END")


def _rounded(node: exp.Cast) -> exp.Expr:
    """DuckDB rounds where Spark cuts or refuses: `CAST('12.6' AS INTEGER)` is 13."""
    said, kind = node.this.sql("spark"), node.to.sql("spark")
    cast = "try_cast" if isinstance(node, exp.TryCast) else "cast"
    as_decimal = f"{cast}({cast}({said} AS STRING) AS DECIMAL(38, 6))"
    return _raw(
        f"CASE WHEN typeof({said}) = 'string' OR typeof({said}) LIKE 'decimal%' "
        f"THEN {cast}(round({as_decimal}) AS {kind}) ELSE {cast}({said} AS {kind}) END"
    )


def _day(node: exp.Cast) -> exp.Expr:
    """Spark takes `2026` and `2026-03` for dates; DuckDB does not."""
    said = node.this.sql("spark")
    return _raw(
        f"CASE WHEN typeof({said}) <> 'string' OR CAST({said} AS STRING) RLIKE '^ *[0-9]{{1,6}}-[0-9]{{1,2}}-[0-9]{{1,2}} *\\\\z' "
        f"THEN try_cast({said} AS DATE) END"
    )


def _raw(sql: str) -> exp.Expr:
    """An expression that is Spark's already and is not looked at again."""
    return exp.Var(this=sql)


def pattern(said: str) -> str:
    """A pattern of RE2 as Java's: `$` is the end of the text, and `.` passes over nothing but a line feed."""
    ended = _UNMARKED_END.sub(lambda found: r"\z" if found.group(1) else found.group(0), said)
    return f"(?d){ended}" if "." in ended else ended


def _matches(node: exp.Expr) -> exp.Expr:
    if isinstance(node.expression, exp.Literal):
        node.set("expression", _text(pattern(node.expression.name)))
    return node


def _replaced(node: exp.Expr) -> exp.Expr:
    """Spark always replaces every match, and marks groups with `$`; which uses are alike is the linter's to say."""
    _matches(node)
    node.set("modifiers", None)
    node.set("single_replace", None)
    replacement = node.args.get("replacement")
    if isinstance(replacement, exp.Literal):
        escaped = replacement.name.replace("$", r"\$")
        node.set("replacement", _text(re.sub(r"\\(\d)", r"$\1", escaped)))
    return node


def _array_text(node: exp.Expr) -> exp.Expr:
    return _call("array_join", node.this, node.expression)


def _json_shape(node: exp.Expr) -> exp.Expr:
    return _call("from_json", node.this, _text("array<array<string>>"))


def _json_text(node: exp.Anonymous, _dataset: str) -> exp.Expr:
    return _raw(f"to_json({node.expressions[0].sql('spark')}, map('ignoreNullFields', 'false'))")


_CHANGES: dict[type[exp.Expr], Callable[..., exp.Expr]] = {
    exp.ArrayAgg: _listed,
    exp.ArgMax: _of_known,
    exp.ArgMin: _of_known,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.RegexpLike: _matches,
    exp.RegexpExtract: _matches,
    exp.RegexpReplace: _replaced,
    exp.ArrayToString: _array_text,
    exp.FromJson: _json_shape,
}
_NAMED: dict[str, Callable[[exp.Anonymous, str], exp.Expr]] = {
    "keyed": _keyed,
    "entity_id": _entity_id,
    "unit_id_of": _unit_id,
    "epoch_us": _epoch_us,
    "to_json": _json_text,
}
