"""Athena's functions that DuckDB lacks, or has under the same name with another meaning, as macros of a connection.

A macro of `_BY_TYPE` has a body for each type of its first argument. DuckDB chooses among them by type, but cannot for
aggregates; so each body also has a name of its own (`athena_move_date`), which the rewrites use where they know the
type. A macro fails with a fixed message, never with a value.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

WHOLE_NUMBER = r"[+-]?[0-9]+"
ISO_DATE = r"\s*[+-]?[0-9]+-[0-9]{1,2}-[0-9]{1,2}\s*"
SQL_TIMESTAMP = (
    r"\s*[+-]?[0-9]+-[0-9]{1,2}-[0-9]{1,2}"
    r"( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?)?( ?[+-][0-9]{2}:?[0-9]{2}| [A-Za-z][A-Za-z0-9/_+-]*)?\s*"
)
BOOLEAN = r"(?i:true|false|t|f|1|0)"

_SUFFIXES = {
    **{"BIGINT": "whole", "HUGEINT": "huge", "DOUBLE": "double", "VARCHAR": "text", "BOOLEAN": "boolean"},
    **{"DATE": "date", "TIMESTAMP": "timestamp", "TIMESTAMPTZ": "instant", "TIME": "time", "INTERVAL": "interval"},
}


def _read_as(pattern: str, otherwise: str) -> str:
    """A text that fits a pattern, else one on which the cast around the macro fails."""
    return f"CASE WHEN x IS NULL OR regexp_full_match(x, '{pattern}') THEN x ELSE '{otherwise}' END"


def _readers(name: str, pattern: str, others: dict[str, str]) -> dict[str, tuple[str, dict[str, str]]]:
    """A reader whose cast fails on other texts, and one whose cast gives NULL for them."""
    return {
        name: ("x T", {"VARCHAR": _read_as(pattern, "another text"), **others}),
        f"{name}_or_null": ("x T", {"VARCHAR": f"CASE WHEN regexp_full_match(x, '{pattern}') THEN x END", **others}),
    }


_TIMES_AS_THEY_ARE = {"DATE": "x", "TIMESTAMP": "x", "TIMESTAMPTZ": "x"}
_ISO = "%Y-%m-%dT%H:%M:%S."
_BACKWARDS = "CASE WHEN x <= b THEN INTERVAL 1 DAY ELSE INTERVAL (-1) DAY END"

_BY_TYPE: dict[str, tuple[str, dict[str, str]]] = {
    # Athena divides whole numbers to a whole number and refuses to divide them by zero; only doubles give infinity.
    "athena_divide": (
        "n T, d T",
        {
            "BIGINT": "n // d",
            "HUGEINT": "n // d",
            "DOUBLE": "CAST(n AS DOUBLE) / d",
        },
    ),
    # DuckDB reads '1.5' as 2 and rounds halves of doubles to even; Athena refuses the first and rounds away from zero.
    **_readers("athena_whole", WHOLE_NUMBER, {"DOUBLE": "round(x)", "HUGEINT": "x", "BOOLEAN": "x"}),
    # DuckDB reads dates with slashes, timestamps as dates, ISO 8601 with a T and "yes"; Athena does not.
    **_readers("athena_date", ISO_DATE, _TIMES_AS_THEY_ARE),
    **_readers("athena_time", SQL_TIMESTAMP, _TIMES_AS_THEY_ARE),
    **_readers("athena_truth", BOOLEAN, {"BOOLEAN": "x", "HUGEINT": "x", "DOUBLE": "x"}),
    # A date moved by days, months or years stays a date; DuckDB makes it a timestamp.
    "athena_move": (
        "x T, i INTERVAL",
        {
            "DATE": "CAST(x + i AS DATE)",
            "TIMESTAMP": "x + i",
            "TIMESTAMPTZ": "x + i",
            "TIME": "x + i",
            "INTERVAL": "x + i",
        },
    ),
    "athena_truncate": (
        "x T, u",
        {"DATE": "CAST(date_trunc(u, x) AS DATE)", "TIMESTAMP": "date_trunc(u, x)", "TIMESTAMPTZ": "date_trunc(u, x)"},
    ),
    # A timestamp without a zone is UTC, the session's zone; DuckDB would take it to be in the zone named.
    "athena_at_zone": ("x T, z", {"TIMESTAMPTZ": "timezone(z, x)", "TIMESTAMP": "timezone(z, timezone('UTC', x))"}),
    "athena_iso8601": (
        "x T, f",
        {
            "DATE": "strftime(x, '%Y-%m-%d')",
            "TIMESTAMP": f"strftime(x, '{_ISO}' || f)",
            "TIMESTAMPTZ": f"strftime(timezone('UTC', x), '{_ISO}' || f || 'Z')",
        },
    ),
    "athena_sequence": (
        "x T, b T",
        {
            "BIGINT": "generate_series(x, b, CASE WHEN x <= b THEN 1 ELSE -1 END)",
            "DATE": f"CAST(generate_series(x, b, {_BACKWARDS}) AS DATE[])",
        },
    ),
    "athena_sequence_by": (
        "x T, b T, s",
        {
            "BIGINT": "generate_series(x, b, s)",
            "DATE": "CAST(generate_series(x, b, s) AS DATE[])",
            "TIMESTAMP": "generate_series(x, b, s)",
        },
    ),
}

_NUMBERS = (
    # Without its scale a decimal cannot be divided as Athena does it, and DuckDB would make it a double.
    """athena_needs_scale(n, d) AS (typeof(n) LIKE 'DECIMAL%' OR typeof(d) LIKE 'DECIMAL%')
        AND typeof(n) NOT IN ('DOUBLE', 'FLOAT') AND typeof(d) NOT IN ('DOUBLE', 'FLOAT')""",
    # Whole-number quotient, halves away from zero, as Athena rounds the last digit of a decimal.
    "athena_rounded_quotient(n, d) AS sign(n) * sign(d) * ((2 * abs(n) + abs(d)) // (2 * abs(d)))",
    "nan() AS CAST('nan' AS DOUBLE)",
    "infinity() AS CAST('infinity' AS DOUBLE)",
    """width_bucket(x, low, high, buckets) AS CASE
        WHEN x < low THEN 0 WHEN x >= high THEN buckets + 1
        ELSE CAST(floor((x - low) * buckets / CAST(high - low AS DOUBLE)) AS BIGINT) + 1 END""",
)

_TIMES = (
    "with_timezone(x, z) AS timezone(z, CAST(x AS TIMESTAMP))",
    "current_timezone() AS 'UTC'",
    "yow(x) AS isoyear(x)",
    "athena_millisecond(x) AS millisecond(x) % 1000",
    r"""from_iso8601_timestamp(x) AS CAST(CASE
        WHEN x IS NULL OR regexp_full_match(x, '[+-]?[0-9]{4,}-[0-9]{2}-[0-9]{2}(T.*)?') THEN x
        ELSE 'another text' END AS TIMESTAMPTZ)""",
)

_TEXTS = (
    """athena_split_part(s, d, i) AS CASE
        WHEN i < 1 THEN error('Index must be greater than zero')
        WHEN i <= len(string_split(s, d)) THEN split_part(s, d, i) END""",
    """athena_split(s, d, n) AS CASE
        WHEN len(string_split(s, d)) <= n THEN string_split(s, d)
        ELSE list_append(string_split(s, d)[:n - 1], array_to_string(string_split(s, d)[n:], d)) END""",
    # A start of zero, or before the first character, gives an empty text.
    """athena_substr(s, i) AS CASE WHEN i = 0 OR i < -length(s) THEN left(s, 0) ELSE substr(s, i) END,
        (s, i, n) AS CASE WHEN i = 0 OR i < -length(s) THEN left(s, 0) ELSE substr(s, i, n) END""",
    """athena_strpos(s, t, n) AS CASE
        WHEN len(string_split(s, t)) <= n THEN 0
        ELSE length(array_to_string(string_split(s, t)[:n], t)) + 1 END""",
    # DuckDB gives an empty text where nothing matches, or where the group took no part; Athena gives NULL.
    """athena_regexp_extract(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN
        CASE WHEN g = 0 THEN regexp_extract(s, p, g) ELSE nullif(regexp_extract(s, p, g), '') END END""",
    """regexp_position(s, p) AS CASE WHEN regexp_matches(s, p)
        THEN length(string_split_regex(s, p)[1]) + 1 WHEN s IS NOT NULL AND p IS NOT NULL THEN -1 END""",
    "hamming_distance(a, b) AS hamming(a, b)",
    "codepoint(s) AS unicode(s)",
    """athena_split_to_map(s, e, k) AS map_from_entries(list_transform(string_split(s, e),
        LAMBDA x : {'k': split_part(x, k, 1), 'v': split_part(x, k, 2)}))""",
)

_JSON = (
    # Athena gives NULL for what is not JSON, and for an object or a list where a single value is asked for.
    """athena_json_scalar(j, p) AS CASE WHEN json_type(TRY_CAST(j AS JSON), p) NOT IN ('OBJECT', 'ARRAY')
        THEN json_extract_string(TRY_CAST(j AS JSON), p) END""",
    "athena_json_part(j, p) AS json_extract(TRY_CAST(j AS JSON), p)",
    """json_size(j, p) AS CASE json_type(TRY_CAST(j AS JSON), p)
        WHEN 'ARRAY' THEN json_array_length(TRY_CAST(j AS JSON), p)
        WHEN 'OBJECT' THEN len(json_keys(TRY_CAST(j AS JSON), p)) ELSE 0 END""",
    "json_array_contains(j, x) AS json_contains(TRY_CAST(j AS JSON), to_json(x))",
)

_LISTS = (
    """athena_element(a, i) AS CASE
        WHEN i < 1 OR i > len(a) THEN error('The array has no element at this subscript') ELSE a[i] END""",
    """athena_map_element(m, k) AS CASE
        WHEN NOT map_contains(m, k) THEN error('The map has no such key; element_at gives NULL') ELSE m[k] END""",
    "athena_element_or_null(a, i) AS a[i]",
    "athena_true_of(a) AS CASE WHEN len(a) = 0 THEN true END",
    "athena_false_of(a) AS CASE WHEN len(a) = 0 THEN false END",
    "athena_map_agg(k, v) AS map_from_entries(list({'k': k, 'v': v}))",
    # DuckDB drops NULL and the order of the first appearance.
    """array_distinct(a) AS list_filter(a, LAMBDA x, i :
        len(list_filter(a[:i - 1], LAMBDA y : y IS NOT DISTINCT FROM x)) = 0)""",
    "array_union(a, b) AS array_distinct(list_concat(a, b))",
    "arrays_overlap(a, b) AS list_has_any(a, b)",
    "athena_position(a, x) AS CASE WHEN a IS NOT NULL AND x IS NOT NULL THEN coalesce(list_position(a, x), 0) END",
    """athena_slice(a, i, n) AS CASE WHEN i = 0 THEN error('Array indices start at 1') ELSE
        list_slice(a, CASE WHEN i < 0 THEN len(a) + i + 1 ELSE i END,
        CASE WHEN i < 0 THEN len(a) + i + 1 ELSE i END + n - 1) END""",
    "trim_array(a, n) AS a[:len(a) - n]",
    "array_first(a) AS a[1]",
    "array_last(a) AS a[-1]",
    "array_average(a) AS list_avg(a)",
)


def _by_type() -> Iterator[str]:
    for name, (parameters, bodies) in _BY_TYPE.items():
        yield name + ", ".join(f"({parameters.replace(' T', f' {said}')}) AS {body}" for said, body in bodies.items())
        bare = ", ".join(parameter.split()[0] for parameter in parameters.split(","))
        for said, body in bodies.items():
            yield f"{name}_{_SUFFIXES[said]}({bare}) AS {body}"


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Give a connection Athena's functions, UTC as the session's zone and Athena's order of NULL (last)."""
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET default_null_order = 'nulls_last'")
    for macro in (*_by_type(), *_NUMBERS, *_TIMES, *_TEXTS, *_JSON, *_LISTS):
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
