"""Which tables a statement reads, at which version, and the statement with a relation's name in place of each.

Only reading is allowed: SELECT (with WITH, UNION and the like), VALUES, TABLE, SHOW TABLES, SHOW DATABASES, DESCRIBE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

from sqlglot import exp

from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.querying.athena_dialect import parse
from onecrown.querying.athena_types import DEFAULT_DATABASE

METADATA = ("snapshots", "history", "files", "manifests", "partitions", "refs")
CATALOG = "awsdatacatalog"
_ALLOWED = "SELECT, WITH … SELECT, VALUES, TABLE, SHOW TABLES, SHOW DATABASES, DESCRIBE"
_LEADING = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*([A-Za-z]*)", re.DOTALL)
_SHOW_TABLES = re.compile(
    r"SHOW\s+TABLES(?:\s+(?:IN|FROM)\s+[`\"]?(?P<database>\w+)[`\"]?)?(?:\s+(?:LIKE\s+)?'(?P<pattern>[^']*)')?", re.I
)
_SHOW_DATABASES = re.compile(r"SHOW\s+(?:DATABASES|SCHEMAS)(?:\s+(?:LIKE\s+)?'(?P<pattern>[^']*)')?", re.I)
_DESCRIBE = re.compile(
    r"DESC(?:RIBE)?\s+(?:TABLE\s+)?(?:[`\"]?(?P<database>\w+)[`\"]?\s*\.\s*)?[`\"]?(?P<table>\w+)[`\"]?", re.I
)


@dataclass(frozen=True, slots=True)
class TableReference:
    """One table at one version.

    `metadata` is one of `METADATA` or empty; `snapshot_id` and `instant` (Athena's SQL of a constant) are the version
    asked for, at most one of them. `relation` is the generated name that stands for it in the statement.
    """

    database: str
    table: str
    metadata: str = ""
    snapshot_id: int | None = None
    instant: str | None = None
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that gives rows, with relations in place of tables."""

    tree: exp.Expr
    references: tuple[TableReference, ...]


@dataclass(frozen=True, slots=True)
class ShowTables:
    """SHOW TABLES, of one database, whose names fit a pattern (`*` for any text, `|` between alternatives)."""

    database: str
    pattern: str | None


@dataclass(frozen=True, slots=True)
class ShowDatabases:
    """SHOW DATABASES whose names fit a pattern."""

    pattern: str | None


@dataclass(frozen=True, slots=True)
class Describe:
    """DESCRIBE of one table."""

    database: str
    table: str


Statement: TypeAlias = Query | ShowTables | ShowDatabases | Describe


def read_statement(sql: str) -> Statement:
    """What a text asks for. Raises `UsageError` where it does anything but read, or is no SQL."""
    found = _LEADING.match(sql)
    text = sql[found.start(1) if found else 0 :].strip().rstrip(";").strip()
    verb = found.group(1).upper() if found else ""
    if verb == "SHOW":
        return _shown(text)
    if verb in ("DESC", "DESCRIBE"):
        return _described(text)
    if verb not in ("SELECT", "WITH", "VALUES", "TABLE"):
        raise UsageError(f"`{verb or 'nothing'}` is not a query; only reading is allowed: {_ALLOWED}")
    return query_of(parse(sql))


def _shown(text: str) -> ShowTables | ShowDatabases:
    if tables := _SHOW_TABLES.fullmatch(text):
        return ShowTables((tables["database"] or DEFAULT_DATABASE).lower(), tables["pattern"])
    if databases := _SHOW_DATABASES.fullmatch(text):
        return ShowDatabases(databases["pattern"])
    raise UsageError("of SHOW, only SHOW TABLES [IN database] ['pattern'] and SHOW DATABASES are there")


def _described(text: str) -> Describe:
    found = _DESCRIBE.fullmatch(text)
    if not found:
        raise UsageError("write DESCRIBE table, or DESCRIBE database.table")
    return Describe((found["database"] or DEFAULT_DATABASE).lower(), found["table"].lower())


def query_of(tree: exp.Expr) -> Query:
    """A parsed query with its tables replaced; the tree itself is left as it is."""
    work = tree.copy()
    _refuse_all_but_reading(work)
    relations: dict[TableReference, TableReference] = {}
    for table in list(work.find_all(exp.Table)):
        if not _is_named_in_the_query(table):
            said = _reference(table)
            known = relations.setdefault(said, replace(said, relation=f"onecrown_relation_{len(relations)}"))
            table.replace(_standing_in(table, known))
    for column in work.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
    return Query(work, tuple(relations.values()))


def _refuse_all_but_reading(tree: exp.Expr) -> None:
    if not isinstance(tree, (exp.Query, exp.Values)):
        raise UsageError(f"this is not a query; only reading is allowed: {_ALLOWED}")
    if tree.find(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Command, exp.Into):
        raise UsageError(f"only reading is allowed: {_ALLOWED}")
    if tree.find(exp.Placeholder, exp.Parameter):
        raise UsageError("write the values in place of the parameters; the embedded engine takes none")
    for item in tree.find_all(exp.Table, exp.Lateral):
        if not isinstance(item.this, (exp.Identifier, exp.Subquery, exp.Unnest)):
            raise UsageError("a function cannot stand in FROM; write UNNEST(sequence(…)) AS t(n) for a series")


def _is_named_in_the_query(table: exp.Table) -> bool:
    """Whether the name is that of a WITH query that can be seen from here."""
    if table.args.get("db"):
        return False
    name = table.name.lower()
    child: exp.Expr = table
    while child.parent is not None:
        parent = child.parent
        if isinstance(parent, exp.With):
            if name in _earlier(parent, child):
                return True
        elif name in {query.alias.lower() for query in _with_queries(parent) if parent.args["with_"] is not child}:
            return True
        child = parent
    return False


def _with_queries(node: exp.Expr) -> list[exp.Expr]:
    clause = node.args.get("with_")
    return list(clause.expressions) if isinstance(clause, exp.With) else []


def _earlier(clause: exp.With, query: exp.Expr) -> set[str]:
    """The names that a query of a WITH clause sees: those before it, and its own where the clause is recursive."""
    position = next(at for at, item in enumerate(clause.expressions) if item is query)
    last = position + 1 if clause.args.get("recursive") else position
    return {item.alias.lower() for item in clause.expressions[:last]}


def _reference(table: exp.Table) -> TableReference:
    catalog = table.catalog.lower()
    if catalog not in ("", CATALOG):
        raise UsageError(f"there is no catalogue `{catalog}`; leave it out, or write {CATALOG}")
    name, dollar, metadata = table.name.lower().partition("$")
    if dollar and metadata not in METADATA:
        raise UsageError(f"`{name}` has no metadata table `{metadata}`{nearest(metadata, METADATA)}")
    said = TableReference((table.db or DEFAULT_DATABASE).lower(), name, metadata)
    version = table.args.get("version")
    if version is None:
        return said
    if metadata:
        raise UsageError(f"`{name}${metadata}` has no versions; leave out FOR … AS OF")
    return _at_version(said, version)


def _at_version(said: TableReference, version: exp.Version) -> TableReference:
    asked = version.args.get("expression")
    if asked is None or str(version.args.get("kind", "")).upper() != "AS OF":
        raise UsageError("write FOR VERSION AS OF snapshot_id, or FOR TIMESTAMP AS OF timestamp")
    if str(version.this).upper() == "TIMESTAMP":
        if asked.find(exp.Column, exp.Query):
            raise UsageError("FOR TIMESTAMP AS OF takes a constant, such as TIMESTAMP '2026-01-31 00:00:00 UTC'")
        return replace(said, instant=asked.sql(dialect="athena"))
    if not isinstance(asked, exp.Literal) or asked.is_string or not asked.name.isdigit():
        raise UsageError(
            "FOR VERSION AS OF takes a snapshot id, as a number, and no tag; "
            f'read the ids from "{said.table}$refs" or "{said.table}$snapshots"'
        )
    return replace(said, snapshot_id=int(asked.name))


def _standing_in(table: exp.Table, reference: TableReference) -> exp.Table:
    """The relation's name under the alias, or the name, by which the rest of the query knows the table."""
    stand_in = table.copy()
    for part in ("db", "catalog", "version"):
        stand_in.set(part, None)
    stand_in.set("this", exp.to_identifier(reference.relation))
    if not table.args.get("alias"):
        stand_in.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
    return stand_in
