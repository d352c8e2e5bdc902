"""Which columns a query gives, from its text and the columns of the tables that it reads."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

ColumnsOf = Callable[[str], list[str]]
"""The columns of a table by its name."""


def output_columns(query: exp.Expr, columns_of: ColumnsOf) -> list[str]:
    """The names of a query's columns, in order."""
    if isinstance(query, exp.Subquery | exp.Paren):
        return output_columns(query.this, columns_of)
    if isinstance(query, exp.SetOperation):
        return _united(query, columns_of)
    assert isinstance(query, exp.Select), f"no columns of {type(query).__name__}"
    found: list[str] = []
    for projection in query.expressions:
        found += star_columns(query, projection, columns_of) if is_star(projection) else [projection.alias_or_name]
    return found


def _united(query: exp.SetOperation, columns_of: ColumnsOf) -> list[str]:
    left = output_columns(query.left, columns_of)
    if not query.args.get("by_name"):
        return left
    known = {column.lower() for column in left}
    return left + [column for column in output_columns(query.right, columns_of) if column.lower() not in known]


def is_star(projection: exp.Expr) -> bool:
    """Whether a projection is `*` or `alias.*`."""
    return isinstance(projection, exp.Star) or (
        isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
    )


def star_columns(select: exp.Select, star: exp.Expr, columns_of: ColumnsOf) -> list[str]:
    """The columns for which a star stands, without those that it excludes."""
    return [column for _, column in qualified_star(select, star, columns_of)]


def qualified_star(select: exp.Select, star: exp.Expr, columns_of: ColumnsOf) -> list[tuple[str, str]]:
    """The columns for which a star stands, each with the alias of its table."""
    inner = star.this if isinstance(star, exp.Column) else star
    wanted = star.table.lower() if isinstance(star, exp.Column) else ""
    excluded = {said.name.lower() for said in inner.args.get("except_") or []}
    return [
        (alias, column)
        for alias, columns in _sources(select, columns_of)
        if not wanted or alias.lower() == wanted
        for column in columns
        if column.lower() not in excluded
    ]


def _sources(select: exp.Select, columns_of: ColumnsOf) -> list[tuple[str, list[str]]]:
    first = select.args.get("from_")
    joined = [join.this for join in select.args.get("joins") or [] if join.kind not in ("SEMI", "ANTI")]
    return [
        (source.alias_or_name, _columns(source, columns_of)) for source in [*([first.this] if first else []), *joined]
    ]


def _columns(source: exp.Expr, columns_of: ColumnsOf) -> list[str]:
    if isinstance(source, exp.Subquery):
        return output_columns(source.this, columns_of)
    step = _with_name(source)
    return output_columns(step.this, columns_of) if step is not None else columns_of(source.name)


def _with_name(table: exp.Expr) -> exp.CTE | None:
    """The step of a WITH to which a table's name refers; a step never refers to itself."""
    within: set[int] = set()
    node: exp.Expr | None = table
    while node is not None:
        within.add(id(node))
        steps = node.args.get("with_")
        for step in reversed(steps.expressions if steps else []):
            if id(step) not in within and step.alias.lower() == table.name.lower():
                return step  # type: ignore[no-any-return]  # sqlglot's expressions are untyped
        node = node.parent
    return None
