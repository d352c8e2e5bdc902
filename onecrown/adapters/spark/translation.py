"""A statement in DuckDB's dialect as Spark SQL.

Names first (what `*` stands for, columns of UNION BY NAME, files and crosswalks as views), then functions, from the
innermost out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlglot import exp, parse_one
from sqlglot.dialects.spark import Spark
from sqlglot.generators.spark import SparkGenerator

from onecrown.adapters.spark.output_columns import ColumnsOf, is_star, output_columns, qualified_star
from onecrown.adapters.spark.spark_functions import spark_form


class Written(Spark):
    """Spark's dialect as it is written here: steps of a WITH stay where they are, as names repeat between queries."""

    class Generator(SparkGenerator):
        """Writes the tree."""

        EXPRESSIONS_WITHOUT_NESTED_CTES: ClassVar[set[type[exp.Expr]]] = set()


@dataclass(frozen=True, slots=True)
class Surface:
    """What a translation asks of its engine."""

    columns_of: ColumnsOf
    view_of_files: Callable[[Sequence[str]], str]
    view_of_names: Callable[[str], str]
    dataset: str


def parsed(statement: str) -> exp.Expr:
    """A statement's tree."""
    return parse_one(statement, read="duckdb")


def spark_query(query: exp.Expr, surface: Surface) -> str:
    """The text of a query for Spark."""
    holder = exp.Subquery(this=query.copy())
    _name_views(holder, surface)
    _unite_by_name(holder, surface)
    _write_out_stars(holder, surface)
    _change_functions(holder, surface)
    return str(holder.this.sql(dialect=Written))


def spark_expression(expression: exp.Expr, surface: Surface) -> str:
    """The text of an expression for Spark."""
    holder = exp.Paren(this=expression.copy())
    _change_functions(holder, surface)
    return str(holder.this.sql(dialect=Written))


def view_name(table: exp.Table) -> str:
    """The name of the view behind a table's name: Spark's views of a session have one part."""
    return f"{table.db}__{table.name}" if table.db else table.name


def _name_views(tree: exp.Expr, surface: Surface) -> None:
    for table in list(tree.find_all(exp.Table)):
        if isinstance(table.this, exp.ReadParquet):
            table.set("this", exp.to_identifier(surface.view_of_files(_paths(table.this)), quoted=True))
        elif isinstance(table.this, exp.Anonymous) and table.this.name.lower() == "parquet_schema":
            said = table.this.expressions[0].name
            table.set("this", exp.to_identifier(surface.view_of_names(said), quoted=True))
        elif table.db:
            table.set("this", exp.to_identifier(view_name(table), quoted=True))
            table.set("db", None)


def _paths(read: exp.ReadParquet) -> list[str]:
    first = read.expressions[0]
    return [said.name for said in (first.expressions if isinstance(first, exp.Array) else [first])]


def _unite_by_name(tree: exp.Expr, surface: Surface) -> None:
    """Every UNION BY NAME by position, innermost first."""
    for union in reversed(list(tree.find_all(exp.Union))):
        if not union.args.get("by_name"):
            continue
        wanted = output_columns(union, surface.columns_of)
        sides = [_in_order(side, wanted, surface) for side in (union.left, union.right)]
        union.set("this", sides[0])
        union.set("expression", sides[1])
        union.set("by_name", False)


def _in_order(side: exp.Expr, wanted: list[str], surface: Surface) -> exp.Expr:
    """A query with columns in an order; NULL for those that it has not."""
    given = {column.lower() for column in output_columns(side, surface.columns_of)}
    columns = [
        exp.column(column, quoted=True) if column.lower() in given else exp.alias_(exp.Null(), column, quoted=True)
        for column in wanted
    ]
    inner = side.this if isinstance(side, exp.Subquery) else side
    if isinstance(inner, exp.Select) and len(inner.expressions) == 1 and _plain_star(inner):
        inner.set("expressions", columns)
        return inner
    return exp.select(*columns).from_(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("side"))))


def _plain_star(select: exp.Select) -> bool:
    star = select.expressions[0]
    return isinstance(star, exp.Star) and not star.args.get("except_") and not select.args.get("joins")


def _write_out_stars(tree: exp.Expr, surface: Surface) -> None:
    """Stars that exclude columns, as the columns that are left; innermost first."""
    for select in reversed(list(tree.find_all(exp.Select))):
        if any(_excludes(projection) for projection in select.expressions):
            written = [said for one in select.expressions for said in _written_out(select, one, surface)]
            select.set("expressions", written)


def _excludes(projection: exp.Expr) -> bool:
    star = projection.this if isinstance(projection, exp.Column) else projection
    return isinstance(star, exp.Star) and bool(star.args.get("except_"))


def _written_out(select: exp.Select, projection: exp.Expr, surface: Surface) -> list[exp.Expr]:
    if not is_star(projection) or not _excludes(projection):
        return [projection]
    found = qualified_star(select, projection, surface.columns_of)
    return [exp.column(column, table=alias or None, quoted=True) for alias, column in found]


def _change_functions(tree: exp.Expr, surface: Surface) -> None:
    for node in reversed(list(tree.walk(bfs=False))):
        changed = spark_form(node, surface.dataset)
        if changed is not node:
            node.replace(changed)
