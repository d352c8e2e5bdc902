"""The functions of a case's life as SELECTs of Athena's for a day: pure text from `model/lifecycle/`."""

from __future__ import annotations

import re
from datetime import date

from sqlglot import exp, parse_one

from onecrown.definitions.lifecycle import Lifecycle, Piece
from onecrown.definitions.lifecycle_sql import PLACEHOLDER
from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.sql.quoting import value

_READ = re.compile(r"\blifecycle\.([a-z_]+)\b")
_MARGIN = "  "


def lifecycle_query(lifecycle: Lifecycle, function: str, as_at: date) -> str:
    """One SELECT of a function's rows as at the end of a London day.

    What became known by orders, pleas, verdicts, warrants and hearings dated up to that day counts. Every step stands in a WITH
    clause, so the text needs nothing but the unified tables. Raises `UsageError` where there is no such function.
    """
    names = [piece.name for piece in lifecycle.functions()]
    if function not in names:
        raise UsageError(f"there is no lifecycle function `{function}`{nearest(function, names)}")
    return _whole(lifecycle, function, as_at)


def within(lifecycle: Lifecycle, sql: str, as_at: date) -> str:
    """SQL in which each `lifecycle.<piece>` of a FROM clause is the SELECT of that function or step, as at a London day.

    Raises `UsageError` for a piece that is not there.
    """
    return _READ.sub(lambda found: f"({_whole(lifecycle, _known(lifecycle, found[1]), as_at)})", sql)


def _known(lifecycle: Lifecycle, name: str) -> str:
    if name not in lifecycle.pieces:
        raise UsageError(f"there is no step or function `{name}`{nearest(name, lifecycle.pieces)}")
    return name


def _whole(lifecycle: Lifecycle, name: str, as_at: date) -> str:
    said = said_by(lifecycle, as_at)
    steps = ",\n".join(f"{piece.name} AS (\n{_body(piece, said)}\n)" for piece in lifecycle.needed(name))
    columns = ",\n".join(f"  {column}" for column in columns_of(lifecycle.pieces[name]))
    return f"WITH {steps}\nSELECT\n{columns}\nFROM {name}"


def columns_of(piece: Piece) -> tuple[str, ...]:
    """The columns of a piece, in order."""
    tree = parse_one(PLACEHOLDER.sub("NULL", piece.sql), read="athena")
    assert isinstance(tree, exp.Query), "the SQL of a piece is one query"
    return tuple(tree.named_selects)


def said_by(lifecycle: Lifecycle, as_at: date) -> dict[str, str]:
    """What each placeholder stands for, as SQL."""
    return {
        "as_at": f"DATE '{as_at.isoformat()}'",
        **{name: str(parameter.value) for name, parameter in lifecycle.parameters.items()},
        **{name: ", ".join(map(value, codes.codes)) for name, codes in lifecycle.code_sets.items()},
        **{f"rule_{name}": value(rule.mark) for name, rule in lifecycle.rules.items()},
    }


def _body(piece: Piece, said: dict[str, str]) -> str:
    sql = PLACEHOLDER.sub(lambda found: said[found[1]], _READ.sub(r"\1", piece.sql)).strip()
    return "\n".join(f"{_MARGIN}{line}" for line in sql.splitlines())
