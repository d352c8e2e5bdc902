"""Patterns of dates and times as DuckDB's: Joda's (`format_datetime`) and MySQL's (`date_format`).

Source: Athena's "Date and time functions", sections "Java date functions" and "MySQL date functions".
"""

from __future__ import annotations

import re

from onecrown.errors import UsageError

_JODA_PIECE = re.compile(r"''|'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_JODA = {
    **{"y": "%Y", "yy": "%y", "yyy": "%Y", "yyyy": "%Y", "x": "%G", "xxxx": "%G"},
    **{"M": "%-m", "MM": "%m", "MMM": "%b", "MMMM": "%B", "d": "%-d", "dd": "%d"},
    **{"D": "%-j", "DDD": "%j", "w": "%-V", "ww": "%V", "e": "%u"},
    **{"H": "%-H", "HH": "%H", "h": "%-I", "hh": "%I", "m": "%-M", "mm": "%M", "s": "%-S", "ss": "%S"},
    **{"SSS": "%g", "SSSSSS": "%f", "a": "%p", "Z": "%z"},
    **{"E": "%a", "EE": "%a", "EEE": "%a", "EEEE": "%A"},
}
_REFUSED_BY_ATHENA = "DUuVwX"


def from_joda(pattern: str) -> str:
    """DuckDB's form of a Joda pattern. Raises `UsageError` for a letter without a counterpart."""
    pieces: list[str] = []
    position = 0
    for piece in _JODA_PIECE.finditer(pattern):
        if piece.start() != position:
            break
        pieces.append(_joda_piece(piece))
        position = piece.end()
    if position != len(pattern):
        raise UsageError("a pattern of format_datetime or parse_datetime has an apostrophe that is not closed")
    return "".join(pieces)


def _joda_piece(piece: re.Match[str]) -> str:
    text = piece.group(0)
    if text == "''":
        return "'"
    if text.startswith("'"):
        return piece.group(1).replace("''", "'").replace("%", "%%")
    if not piece.group(2):
        return text.replace("%", "%%")
    if text not in _JODA:
        known = ", ".join(sorted(_JODA))
        raise UsageError(f"the embedded engine does not know `{text}` in a date pattern; write one of: {known}")
    return _JODA[text]


def from_strftime(pattern: str) -> str:
    """DuckDB's form of a MySQL pattern that sqlglot has already brought to strftime's letters.

    Raises `UsageError` for the specifiers that Athena itself refuses.
    """
    for letter in re.findall(r"%-?(.)", pattern.replace("%%", "")):
        if letter in _REFUSED_BY_ATHENA:
            raise UsageError(f"Athena does not support `%{letter}` in date_format and date_parse")
    return re.sub(r"%%|%v", lambda found: "%V" if found.group(0) == "%v" else "%%", pattern)
