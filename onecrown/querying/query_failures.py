"""DuckDB's errors as messages for the person who asked, without a value of any row."""

from __future__ import annotations

import re

import duckdb

from onecrown.errors import UsageError

_ABOUT_THE_TEXT = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
_QUOTED = re.compile(r"[\"'].*[\"']", re.DOTALL)
_NUMBER = re.compile(r"(?<![A-Za-z_])[-+]?\d[\w.:+-]*")
_HINT = re.compile(r"(?: in expression .*|\. Use TRY.*|\(\s*….*)", re.DOTALL)


def refused(error: duckdb.Error) -> UsageError:
    """A `UsageError` with the essence of DuckDB's message.

    Messages about the query's text name its columns and stay; those that arise while rows are read may quote what the
    rows hold, so everything quoted and every number is cut from them.
    """
    message = str(error)
    if isinstance(error, _ABOUT_THE_TEXT):
        return UsageError(_without_relations(message.split("\n", 1)[0]))
    cut = _NUMBER.sub("…", _QUOTED.sub("…", message)).split("\n", 1)[0]
    return UsageError(_HINT.sub("", cut).strip())


def _without_relations(message: str) -> str:
    """Our own names mean nothing to the person who asked."""
    return re.sub(r"ATHENA_(\w+)|onecrown_relation_\d+", lambda found: (found[1] or "the table").lower(), message)
