"""A field's text as a value of the type that its contract promises, in SQL; NULL where it cannot be read."""

from __future__ import annotations

from datetime import datetime

from onecrown.definitions.contracts import Field
from onecrown.sql import times
from onecrown.sql.quoting import name, value, values

_DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%gZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%dT%H:%M:%SZ",
)
_LOCAL_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S.%f")
_SAMPLE = datetime(2026, 11, 22, 10, 40, 59, 123000)
_TRUE, _FALSE = "['true','y','yes','1','t']", "['false','n','no','0','f']"
SQL_TYPES = {
    "text": "VARCHAR",
    "date": "DATE",
    "instant": "TIMESTAMPTZ",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "time": "TIME",
}


def sql_type(field: Field) -> str:
    """The DuckDB type of a field."""
    return SQL_TYPES.get(field.type, field.type.upper())


def typed(field: Field, alias: str) -> str:
    """SQL for a field's typed value; NULL where the text is absent or not of its type."""
    text = f"{alias}.{name(field.name)}"
    kind = field.type.split("(")[0]
    if kind == "date":
        return _date(field, text, alias)
    if kind == "instant":
        return _instant(field, text)
    if kind == "integer":
        return f"CASE WHEN regexp_full_match({text}, '[+-]?[0-9]{{1,18}}') THEN CAST({text} AS BIGINT) END"
    if kind == "boolean":
        return f"CASE WHEN lower({text}) IN {_TRUE} THEN true WHEN lower({text}) IN {_FALSE} THEN false END"
    if kind == "time":
        return f"TRY_CAST({text} AS TIME)"
    if kind == "decimal":
        return f"TRY_CAST(replace(ltrim({text}, '£'), ',', '') AS {field.type.upper()})"
    return text


def _date(field: Field, text: str, alias: str) -> str:
    """A date in any of the formats; the length of the text says which can fit, so that few are tried."""
    formats = tuple(dict.fromkeys((*field.formats, *_DATE_FORMATS)))
    by_length: dict[int, list[str]] = {}
    for layout in formats:
        by_length.setdefault(_length(layout), []).append(layout)
    cases = " ".join(
        f"WHEN {length} THEN {_parsed(field, text, alias, layouts)}" for length, layouts in sorted(by_length.items())
    )
    return f"CASE length({text}) {cases} END"


def _length(layout: str) -> int:
    """How long a text in a format is; DuckDB's %g are milliseconds."""
    return len(_SAMPLE.strftime(layout.replace("%g", "123")))


def _parsed(field: Field, text: str, alias: str, formats: list[str]) -> str:
    short = [layout for layout in formats if "%y" in layout]
    long = [layout for layout in formats if "%y" not in layout]
    tried = [f"CAST(try_strptime({text}, {_formats(long)}) AS DATE)"] if long else []
    if short:
        parsed = f"CAST(try_strptime({text}, {_formats(short)}) AS DATE)"
        birth = field.years == "two_digit_birth"
        tried.append(
            times.two_digit_birth(parsed, f"{alias}.extract_on") if birth else times.two_digit_year(parsed, text)
        )
    return f"coalesce({', '.join(tried)})" if len(tried) > 1 else tried[0]


def _formats(formats: list[str]) -> str:
    return value(formats[0]) if len(formats) == 1 else values(formats)


def _instant(field: Field, text: str) -> str:
    if field.zone == "london":
        return times.london_instant(_local(field, text))
    cleaned = f"replace({text}, '[UTC]', '')"
    return f"CASE WHEN regexp_matches({text}, '^[0-9]{{4}}-') THEN TRY_CAST({cleaned} AS TIMESTAMPTZ) END"


def _local(field: Field, text: str) -> str:
    return f"try_strptime({text}, {values(dict.fromkeys((*field.formats, *_LOCAL_FORMATS)))})"


def hour_is_repeated(field: Field) -> str:
    """SQL: whether a field's London time happens twice."""
    return times.london_hour_is_repeated(_local(field, f"r.{name(field.name)}"))


def hour_is_skipped(field: Field) -> str:
    """SQL: whether a field's London time never happens."""
    return times.london_hour_is_skipped(_local(field, f"r.{name(field.name)}"))
