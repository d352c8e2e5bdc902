"""A field's text as a value of the type that its contract promises, in SQL; NULL where it cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

from onecrown.definitions.contracts import Field
from onecrown.sql import times
from onecrown.sql.quoting import name, values

_DATE_FORMATS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ")
_LOCAL_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S.%f")
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
    formats = tuple(dict.fromkeys((*field.formats, *_DATE_FORMATS)))
    if field.years:
        short = [f for f in formats if "%y" in f]
        parsed = f"CAST(try_strptime({text}, {values(short)}) AS DATE)"
        years = (
            times.two_digit_birth(parsed, f"{alias}.extract_on")
            if field.years == "two_digit_birth"
            else times.two_digit_year(parsed)
        )
        return f"coalesce({years}, {_four_digit_date(text, [f for f in formats if '%y' not in f])})"
    return _four_digit_date(text, formats)


def _four_digit_date(text: str, formats: Iterable[str]) -> str:
    # `%Y` takes a year of two digits too and would make it one of the first century
    return f"CASE WHEN regexp_matches({text}, '[0-9]{{4}}') THEN CAST(try_strptime({text}, {values(formats)}) AS DATE) END"


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
