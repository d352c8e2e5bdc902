"""Whether the conditions of the rules are what DuckDB can answer: tried on people of whom there are none."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from onecrown.definitions.person_linkage import PERSON_COLUMNS, PersonLinkage
from onecrown.errors import Problem
from onecrown.sql.quoting import name

_KINDS = {"birth_on": "DATE", "birth_year": "BIGINT"}


def condition_problems(linkage: PersonLinkage | None) -> list[Problem]:
    """Every level whose condition cannot be answered, with its line and what DuckDB says of it."""
    return list(_problems(linkage)) if linkage is not None else []


def _problems(linkage: PersonLinkage) -> Iterator[Problem]:
    columns = ", ".join(f"{name(column)} {_KINDS.get(column, 'VARCHAR')}" for column in PERSON_COLUMNS)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE people ({columns})")
        for comparison in linkage.comparisons:
            for level in comparison.levels[:-1]:
                try:
                    con.execute(f"SELECT CAST(({level.when}) AS BOOLEAN) FROM people AS l, people AS r").fetchall()
                except duckdb.Error as error:
                    said = str(error).splitlines()[0]
                    what = f"`when` of the level `{level.name}` of comparison `{comparison.name}`"
                    yield Problem("linkage/person.yaml", level.line, f"{what} cannot be answered: {said}")
