"""Each kind of statement of the merge, by what it does to the tables of a session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from sqlglot import exp

from onecrown.adapters.spark.quoting import quoted
from onecrown.adapters.spark.translation import Surface, parsed, spark_expression, spark_query, view_name

if TYPE_CHECKING:
    from onecrown.adapters.spark.engine import SparkEngine

_PADS = ("inner_pad", "outer_pad")


class Statements:
    """Runs statements on an engine's tables."""

    def __init__(self, engine: SparkEngine) -> None:
        self._engine = engine
        self._dataset = ""

    def run(self, text: str, parameters: Sequence[Any]) -> None:
        """Run one statement."""
        words = text.split(None, 1)
        if words[0].upper() == "DESCRIBE":
            self._describe(parsed(words[1]))
            return
        tree = parsed(text)
        kinds: dict[type[exp.Expr], Callable[[Any, Sequence[Any]], None]] = {
            exp.Create: self._create,
            exp.Insert: self._insert,
            exp.Update: self._update,
            exp.Delete: self._delete,
            exp.Drop: self._drop,
            exp.Set: self._set,
        }
        act = kinds.get(type(tree))
        if act is not None:
            act(tree, parameters)
        else:
            self._engine.answer(self._query(tree, parameters))

    def query(self, text: str) -> DataFrame:
        """The rows of a query in DuckDB's dialect."""
        return self._query(parsed(text))

    def _surface(self) -> Surface:
        engine = self._engine
        return Surface(engine.columns_of, engine.view_of_files, engine.view_of_names, self._dataset)

    def _query(self, tree: exp.Expr, parameters: Sequence[Any] = ()) -> DataFrame:
        return self._engine.query(spark_query(tree, self._surface()), parameters)

    def _expression(self, tree: exp.Expr) -> str:
        return spark_expression(tree, self._surface())

    def _describe(self, tree: exp.Expr) -> None:
        schema = self._query(tree).schema
        self._engine.answer_rows([(field.name, field.dataType.simpleString()) for field in schema])

    def _create(self, tree: exp.Create, parameters: Sequence[Any]) -> None:
        if tree.kind == "VIEW":
            self._engine.show(view_name(tree.this), self._query(tree.expression, parameters))
        elif tree.kind == "TABLE":
            self._create_table(tree, parameters)
        # a schema is but a part of a view's name, and the macros are functions that are registered with the key

    def _create_table(self, tree: exp.Create, parameters: Sequence[Any]) -> None:
        schema = tree.this
        name = view_name(schema.this if isinstance(schema, exp.Schema) else schema)
        if tree.args.get("exists") and self._engine.holds(name):
            return
        if tree.expression is not None:
            self._engine.keep(name, self._query(tree.expression, parameters))
            return
        columns = [(said.this.name, str(said.args["kind"].sql("spark"))) for said in schema.expressions]
        self._engine.show(name, self._engine.empty(columns))

    def _insert(self, tree: exp.Insert, parameters: Sequence[Any]) -> None:
        into = tree.this
        named = [said.name for said in into.expressions] if isinstance(into, exp.Schema) else []
        name = view_name(into.this if isinstance(into, exp.Schema) else into)
        schema = self._engine.schema_of(name)
        rows = self._query(tree.expression, parameters).toDF(*(named or schema.names))
        given = {column.lower() for column in rows.columns}
        fitted = [
            (f.col(quoted(field.name)) if field.name.lower() in given else f.lit(None))
            .cast(field.dataType)
            .alias(field.name)
            for field in schema
        ]
        standing = self._engine.query(f"SELECT * FROM {quoted(name)}")
        self._engine.keep(name, standing.unionAll(rows.select(*fitted)))

    def _update(self, tree: exp.Update, parameters: Sequence[Any]) -> None:
        """Columns set anew; from another table where a row of it fits, which then is the only one."""
        name = view_name(tree.this)
        news = {said.this.name.lower(): self._expression(said.expression) for said in tree.expressions}
        source, where = tree.args.get("from_"), tree.args.get("where")
        fits = self._expression(where.this) if where else "true"
        columns = []
        for column in self._engine.columns_of(name):
            own = f"{quoted(name)}.{quoted(column)}"
            new = news.get(column.lower())
            columns.append(f"CASE WHEN {fits} THEN {new} ELSE {own} END AS {quoted(column)}" if new else own)
        joined = f" LEFT JOIN {_table(source.this)} ON {fits}" if source else ""
        text = f"SELECT {', '.join(columns)} FROM {quoted(name)}{joined}"
        types = self._engine.schema_of(name)
        frame = self._engine.query(text, parameters)
        self._engine.keep(name, frame.select(*(f.col(quoted(field.name)).cast(field.dataType) for field in types)))

    def _delete(self, tree: exp.Delete, parameters: Sequence[Any]) -> None:
        name, where = view_name(tree.this), tree.args.get("where")
        kept = f"WHERE NOT coalesce({self._expression(where.this)}, false)" if where else "WHERE false"
        self._engine.keep(name, self._engine.query(f"SELECT * FROM {quoted(name)} {kept}", parameters))

    def _drop(self, tree: exp.Drop, _parameters: Sequence[Any]) -> None:
        table = tree.find(exp.Table)
        assert table is not None, "a table is dropped by name"
        self._engine.forget(view_name(table))

    def _set(self, tree: exp.Set, parameters: Sequence[Any]) -> None:
        said = tree.expressions[0].this
        if said.this.name == "dataset":
            self._dataset = said.expression.name
        elif said.this.name in _PADS:
            self._engine.set_pad(said.this.name, bytes(parameters[0]))


def _table(table: exp.Table) -> str:
    alias = f" AS {quoted(table.alias)}" if table.alias else ""
    return f"{quoted(view_name(table))}{alias}"
