"""A view in Athena's SQL as a FROM item of DuckDB's, over the relations of the tables that it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from onecrown.querying.athena_dialect import parse, translate_tree
from onecrown.querying.table_references import query_of
from onecrown.sql.quoting import name

Columns = Callable[[str, str], Mapping[str, str] | None]
Relation = Callable[[str, str], str]


def relation_of_view(sql: str, columns: Columns, relation: Relation) -> str:
    """A FROM item that gives the view's rows; `columns` and `relation` tell of a table by database and name."""
    query = query_of(parse(sql))
    schemas = {said.relation: columns(said.database, said.table) or {} for said in query.references}
    read = ", ".join(
        f"{name(said.relation)} AS (SELECT {', '.join(map(name, schemas[said.relation]))} FROM {relation(said.database, said.table)})"
        for said in query.references
    )
    return f"(WITH {read} SELECT * FROM ({translate_tree(query.tree, schemas).sql}))"
