"""What Athena documents, executed on DuckDB.

Sources: Athena's "Functions in Amazon Athena" (engine version 3) and the functions, operators and types of Trino's
documentation, to which it refers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from onecrown.errors import UsageError
from onecrown.querying.athena_dialect import REWRITES, translate
from onecrown.querying.athena_macros import prepare

COLUMNS = {
    "id": "integer",
    "n": "bigint",
    "fine": "decimal(12,2)",
    "share": "double",
    "code": "varchar",
    "happened_on": "date",
    "recorded": "timestamp",
    "shared_at": "timestamp with time zone",
    "codes": "array<varchar>",
    "notes": "map<varchar,integer>",
    "payload": "varchar",
}
TABLE = """CREATE TABLE onecrown.charge AS SELECT * FROM (VALUES
    (1, 7::BIGINT, 10.00::DECIMAL(12,2), 2.5::DOUBLE, 'A-1', DATE '2024-01-31', TIMESTAMP '2024-01-31 10:20:30.123456',
     TIMESTAMPTZ '2024-06-30 23:30:00+00', ['x', 'y'], MAP(['k'], [5]), '{"a": {"b": "c"}, "n": 4}'),
    (2, 2, 5.01, 0.5, 'B', DATE '2024-02-29', TIMESTAMP '2024-02-29 00:00:00',
     TIMESTAMPTZ '2024-12-01 12:00:00+00', [], MAP([]::VARCHAR[], []::INTEGER[]), 'no json')
) AS t(id, n, fine, share, code, happened_on, recorded, shared_at, codes, notes, payload)"""
ONE = "FROM charge WHERE id = 1"

# The rule, an expression (or what follows SELECT), and the value that Athena documents.
RULES: list[tuple[str, str, Any]] = [
    # numbers
    ("whole numbers divide to a whole number", "7 / 2", 3),
    ("whole numbers divide towards zero", "-7 / 2", -3),
    ("the remainder has the sign of the dividend", "-7 % 3", -1),
    ("columns of whole numbers divide to a whole number", f"n / 2 {ONE}", 3),
    ("counts divide to a whole number", "count(*) / 4 FROM charge", 0),
    ("sums of whole numbers divide to a whole number", "sum(n) / count(*) FROM charge", 4),
    ("sums in windows divide to a whole number", f"sum(n) OVER () / 2 {ONE}", 3),
    ("divisions are made from left to right", "100 / 7 / 2", 7),
    ("doubles divide to a double", f"share / 2 {ONE}", 1.25),
    ("a double divided by zero is infinity", "1E0 / 0", float("inf")),
    ("a decimal divides to the greater scale", "1 / 3.0", Decimal("0.3")),
    ("a percentage keeps the scale of its hundred", "2 * 100.0 / 3", Decimal("66.7")),
    ("half a unit of a decimal rounds away from zero", "2.01 / 2", Decimal("1.01")),
    ("half a negative unit rounds away from zero", "-2.01 / 2", Decimal("-1.01")),
    ("a decimal column divides to its scale", f"fine / 3 {ONE}", Decimal("3.33")),
    ("a decimal and a double divide to a double", f"fine / share {ONE}", 4.0),
    ("the average of a decimal has its scale", "avg(fine) FROM charge", Decimal("7.51")),
    ("an average can have a filter", "avg(fine) FILTER (WHERE id = 2) FROM charge", Decimal("5.01")),
    ("an average in a window has its scale", f"avg(fine) OVER () {ONE}", Decimal("10.00")),
    ("the average of no rows is NULL", "avg(fine) FROM charge WHERE id > 2", None),
    ("the average of whole numbers is a double", "avg(n) FROM charge", 4.5),
    ("a typed decimal has the digits that it shows", "DECIMAL '10.00' / 4", Decimal("2.50")),
    ("doubles round away from zero", "round(2.5E0)", 3.0),
    ("decimals round away from zero", "round(-2.5)", Decimal(-3)),
    ("truncation cuts towards zero", "truncate(-1.9E0)", -1.0),
    ("the least of values with a NULL is NULL", "least(1, NULL)", None),
    ("the greatest of values with a NULL is NULL", "greatest(1, NULL)", None),
    ("log takes the base first", "log(2, 8)", 3.0),
    ("buckets are counted from one", "width_bucket(5, 0, 10, 4)", 3),
    ("not a number is told apart", "is_nan(nan())", True),
    # casts
    ("a double is cast to the nearest whole number", "CAST(2.5E0 AS integer)", 3),
    ("a double column is cast to the nearest whole number", f"CAST(share AS bigint) {ONE}", 3),
    ("a text with a fraction is no whole number", "TRY_CAST('1.5' AS integer)", None),
    ("a text of digits is a whole number", "CAST('-12' AS integer)", -12),
    ("a date with slashes is no date", "TRY_CAST('2024/01/05' AS date)", None),
    ("a timestamp is no date", "TRY_CAST('2024-01-05 10:00:00' AS date)", None),
    ("a text with a T is no SQL timestamp", "TRY_CAST('2024-01-05T10:00:00' AS timestamp)", None),
    ("a text with a space is a timestamp", "CAST('2024-01-05 10:00' AS timestamp)", datetime(2024, 1, 5, 10)),
    ("yes is not true", "TRY_CAST('yes' AS boolean)", None),
    ("try gives NULL for a cast that fails", f"try(CAST(code AS integer)) {ONE}", None),
    ("try gives NULL for a division by zero", "try(1 / 0)", None),
    ("varchar(n) cuts a text", f"CAST(code AS varchar(2)) {ONE}", "A-"),
    ("a decimal is written with its scale", f"CAST(fine AS varchar) {ONE}", "10.00"),
    ("a timestamp is written with its fraction", f"CAST(recorded AS varchar) {ONE}", "2024-01-31 10:20:30.123456"),
    ("an instant is written with its zone", f"CAST(shared_at AS varchar) {ONE}", "2024-06-30 23:30:00.000000 UTC"),
    ("a timestamp literal is written as it stands", "CAST(TIMESTAMP '2024-01-05 10:00:00' AS varchar)", "2024-01-05 10:00:00"),
    # dates and times
    ("months are counted complete", "date_diff('month', DATE '2024-01-15', DATE '2024-02-14')", 0),
    ("an age is counted in complete years", "date_diff('year', DATE '2006-03-02', DATE '2024-03-01')", 17),
    ("days between timestamps are complete", "date_diff('day', TIMESTAMP '2024-01-01 12:00:00', TIMESTAMP '2024-01-03 11:00:00')", 1),
    ("hours between instants are complete", "date_diff('hour', TIMESTAMP '2024-01-01 12:30:00 UTC', TIMESTAMP '2024-01-01 14:20:00 UTC')", 1),
    ("a difference can be negative", "date_diff('day', DATE '2024-03-01', DATE '2024-02-01')", -29),
    ("the end of a month completes a month", "date_diff('month', DATE '2024-01-31', DATE '2024-02-29')", 1),
    ("quarters are counted complete", "date_diff('quarter', DATE '2024-01-01', DATE '2024-06-30')", 1),
    ("weeks divide to whole numbers", f"date_diff('day', happened_on, DATE '2024-03-01') / 7 {ONE}", 4),
    ("a date plus an interval is a date", f"happened_on + INTERVAL '1' MONTH {ONE}", date(2024, 2, 29)),
    ("a date less an interval is a date", "DATE '2024-03-01' - INTERVAL '1' DAY", date(2024, 2, 29)),
    ("an interval plus a date is a date", "INTERVAL '1' DAY + DATE '2024-02-28'", date(2024, 2, 29)),
    ("an aggregated date plus an interval is a date", "max(happened_on) + INTERVAL '1' DAY FROM charge", date(2024, 3, 1)),
    ("a timestamp plus an interval is a timestamp", "TIMESTAMP '2024-01-31 10:00:00' + INTERVAL '2' HOUR", datetime(2024, 1, 31, 12)),
    ("a date less a date is an interval", "DATE '2024-03-01' - DATE '2024-02-01'", timedelta(days=29)),
    ("date_add keeps a date a date", "date_add('month', 1, DATE '2024-01-31')", date(2024, 2, 29)),
    ("date_add takes a column as its count", f"date_add('day', id, happened_on) {ONE}", date(2024, 2, 1)),
    ("date_add takes hours", "date_add('hour', 25, TIMESTAMP '2024-01-31 00:00:00')", datetime(2024, 2, 1, 1)),
    ("a truncated date is a date", f"date_trunc('month', happened_on) {ONE}", date(2024, 1, 1)),
    ("a week begins on Monday", "date_trunc('week', DATE '2024-02-18')", date(2024, 2, 12)),
    ("an aggregated timestamp can be truncated", "date_trunc('day', max(recorded)) FROM charge", datetime(2024, 2, 29)),
    ("Sunday is day 7", "day_of_week(DATE '2024-01-07')", 7),
    ("Sunday is day 7 when extracted", "extract(dow FROM DATE '2024-01-07')", 7),
    ("a day of the year can be extracted", "extract(doy FROM DATE '2024-02-01')", 32),
    ("weeks and their years are ISO's", "yow(DATE '2024-12-30') * 100 + week(DATE '2024-12-30')", 202501),
    ("milliseconds leave out the seconds", "millisecond(TIMESTAMP '2024-01-05 09:05:07.123')", 123),
    ("a month has a last day", "last_day_of_month(DATE '2024-02-01')", date(2024, 2, 29)),
    ("MySQL's specifiers format", "date_format(TIMESTAMP '2024-01-05 09:05:07', '%Y-%m-%d %H:%i:%s')", "2024-01-05 09:05:07"),
    ("MySQL's names of days and months format", "date_format(DATE '2024-01-05', '%W %e %M %y, %a %c %v')", "Friday 5 January 24, Fri 1 01"),
    ("MySQL's specifiers parse", "date_parse('05/01/2024 09:30', '%d/%m/%Y %H:%i')", datetime(2024, 1, 5, 9, 30)),
    ("Joda's letters format", "format_datetime(TIMESTAMP '2024-01-05 09:05:07', 'EEEE d MMM yyyy, h:mm a')", "Friday 5 Jan 2024, 9:05 AM"),
    ("Joda's quoted text stays", "format_datetime(TIMESTAMP '2024-01-05 09:05:07', 'yyyy-MM-dd''T''HH:mm:ss')", "2024-01-05T09:05:07"),
    ("Joda's letters parse to an instant", "parse_datetime('05/01/2024', 'dd/MM/yyyy')", datetime(2024, 1, 5, tzinfo=UTC)),
    ("Joda's offset is heeded", "parse_datetime('2024-01-05 10:00 +0100', 'yyyy-MM-dd HH:mm Z')", datetime(2024, 1, 5, 9, tzinfo=UTC)),
    ("ISO 8601 is an instant", "from_iso8601_timestamp('2024-01-05T10:00:00+01:00')", datetime(2024, 1, 5, 9, tzinfo=UTC)),
    ("ISO 8601 without a zone is UTC", "from_iso8601_timestamp('2024-01-05T10:00:00')", datetime(2024, 1, 5, 10, tzinfo=UTC)),
    ("an ISO 8601 date is a date", "from_iso8601_date('2024-01-05')", date(2024, 1, 5)),
    ("an instant is written in ISO 8601", f"to_iso8601(shared_at) {ONE}", "2024-06-30T23:30:00.000000Z"),
    ("a date is written in ISO 8601", f"to_iso8601(happened_on) {ONE}", "2024-01-31"),
    ("an instant has a date in London", f"CAST(shared_at AT TIME ZONE 'Europe/London' AS date) {ONE}", date(2024, 7, 1)),
    ("an instant has an hour in London", f"hour(shared_at AT TIME ZONE 'Europe/London') {ONE}", 0),
    ("a timestamp is UTC before it is shown elsewhere", "hour(TIMESTAMP '2024-07-01 10:00:00' AT TIME ZONE 'Europe/London')", 11),
    ("a zone does not change an instant", f"shared_at AT TIME ZONE 'Europe/London' = shared_at {ONE}", True),
    ("a zone can be given to a local time", "with_timezone(TIMESTAMP '2024-07-01 10:00:00', 'Europe/London')", datetime(2024, 7, 1, 9, tzinfo=UTC)),
    ("a literal may name its zone", "TIMESTAMP '2024-07-01 10:00:00 Europe/London'", datetime(2024, 7, 1, 9, tzinfo=UTC)),
    ("seconds since 1970 are an instant", "from_unixtime(86400)", datetime(1970, 1, 2, tzinfo=UTC)),
    ("an instant is seconds since 1970", "to_unixtime(from_iso8601_timestamp('1970-01-02T00:00:00Z'))", 86400.0),
    ("date is a cast", f"date(recorded) {ONE}", date(2024, 1, 31)),
    # texts
    ("a text with NULL is NULL", "concat('a', NULL)", None),
    ("concat_ws leaves NULL out", "concat_ws(',', 'a', NULL, 'b')", "a,b"),
    ("a pattern that does not match gives NULL", "regexp_extract('abc', '[0-9]+')", None),
    ("a pattern can match nothing", "regexp_extract('abc', '[0-9]*')", ""),
    ("a group is extracted", "regexp_extract('abc123', '([a-z]+)([0-9]+)', 2)", "123"),
    ("a group that took no part gives NULL", "regexp_extract('a', 'a(b)?', 1)", None),
    ("every match is extracted", "regexp_extract_all('a1b2', '([a-z])([0-9])', 1)", ["a", "b"]),
    ("a pattern may match anywhere", "regexp_like('abc', 'b')", True),
    ("every match is replaced", "regexp_replace('a1b2', '[0-9]')", "ab"),
    ("a replacement names groups", "regexp_replace('a1b2', '([a-z])([0-9])', '$2$1')", "1a2b"),
    ("an escaped sign is no group", r"regexp_replace('5', '^', '\$')", "$5"),
    ("a part that is not there is NULL", "split_part('a,b', ',', 3)", None),
    ("a part that is empty is empty", "split_part('a,,b', ',', 2)", ""),
    ("a text splits into all its parts", "split('a,b,c', ',')", ["a", "b", "c"]),
    ("the last part holds the rest", "split('a,b,c', ',', 2)", ["a", "b,c"]),
    ("pairs become a map", "split_to_map('a=1,b=2', ',', '=')", {"a": "1", "b": "2"}),
    ("a start of zero gives nothing", "substr('abc', 0, 2)", ""),
    ("a start before the text gives nothing", f"substr(code, -id - 3) {ONE}", ""),
    ("a negative start counts from the end", "substr('abc', -2)", "bc"),
    ("the second appearance has a position", "strpos('abcbc', 'c', 2)", 5),
    ("what does not match is at position -1", "regexp_position('abc', '[0-9]')", -1),
    ("padding cuts what is too long", "lpad('1234', 3, '0')", "123"),
    ("a digest is written in capitals", "to_hex(md5(to_utf8('a')))", "0CC175B9C0F1B6A831C399E269772661"),
    ("edits between texts are counted", "levenshtein_distance('abc', 'abd')", 1),
    ("a letter has a code point", "codepoint('A')", 65),
    # JSON
    ("a scalar is extracted as text", f"json_extract_scalar(payload, '$.a.b') {ONE}", "c"),
    ("a number is extracted as text", f"json_extract_scalar(payload, '$.n') {ONE}", "4"),
    ("an object is no scalar", f"json_extract_scalar(payload, '$.a') {ONE}", None),
    ("what is no JSON has no scalar", "json_extract_scalar(payload, '$.a') FROM charge WHERE id = 2", None),
    ("a part of JSON is JSON", f"json_format(json_extract(payload, '$.a')) {ONE}", '{"b":"c"}'),
    ("a part of JSON can be cast", "CAST(json_extract('{\"a\":[1,2]}', '$.a') AS array(integer))", [1, 2]),
    ("keys may be quoted", "json_extract_scalar('{\"a b\":[5]}', '$[\"a b\"][0]')", "5"),
    ("the members of JSON are counted", "json_size('{\"a\":[1,2]}', '$.a')", 2),
    ("an array of JSON has a length", "json_array_length('[1,2]')", 2),
    # lists and maps
    ("lists and maps are counted", f"cardinality(codes) + cardinality(notes) {ONE}", 3),
    ("subscripts count from one", f"codes[1] {ONE}", "x"),
    ("a subscript may be a column", f"codes[id] {ONE}", "x"),
    ("a subscript may be reckoned", f"codes[id + 1] {ONE}", "y"),
    ("element_at gives NULL beyond the end", f"element_at(codes, 3) {ONE}", None),
    ("element_at counts from the end", f"element_at(codes, -1) {ONE}", "y"),
    ("a map has values by key", f"notes['k'] / 2 {ONE}", 2),
    ("element_at gives NULL for another key", f"element_at(notes, 'other') {ONE}", None),
    ("functions transform lists", f"transform(codes, c -> upper(c)) {ONE}", ["X", "Y"]),
    ("functions filter lists", "filter(ARRAY[1, 2, 3], i -> i > 1)", [2, 3]),
    ("functions fold lists", "reduce(ARRAY[5, 6], 0, (s, i) -> s + i, s -> s * 10)", 110),
    ("any match is enough", f"any_match(codes, c -> c = 'y') {ONE}", True),
    ("all match where there are none", "all_match(codes, c -> c = 'y') FROM charge WHERE id = 2", True),
    ("none match where there are none", "none_match(codes, c -> c = 'y') FROM charge WHERE id = 2", True),
    ("repeats go and the order stays", "array_distinct(ARRAY[3, 1, 3, NULL])", [3, 1, None]),
    ("a slice has a length", "slice(ARRAY[1, 2, 3, 4], 2, 2)", [2, 3]),
    ("a slice may start from the end", "slice(ARRAY[1, 2, 3], -2, 2)", [2, 3]),
    ("what is not in a list is at position 0", "array_position(ARRAY[3, 1], 7)", 0),
    ("lists are joined without NULL", "array_join(ARRAY['a', NULL, 'b'], ',')", "a,b"),
    ("lists are joined with a word for NULL", "array_join(ARRAY['a', NULL, 'b'], ',', '-')", "a,-,b"),
    ("sorted lists end with NULL", "array_sort(ARRAY[3, NULL, 1])", [1, 3, None]),
    ("a list may be reversed", "reverse(ARRAY[1, 2])", [2, 1]),
    ("a sequence includes its end", "sequence(1, 3)", [1, 2, 3]),
    ("a sequence may run backwards", "sequence(3, 1)", [3, 2, 1]),
    ("a sequence of dates is dates", "sequence(DATE '2024-01-31', DATE '2024-02-01')", [date(2024, 1, 31), date(2024, 2, 1)]),
    ("a row has fields", "CAST(ROW(1, 'x') AS ROW(a integer, b varchar)).b", "x"),
    # aggregates
    ("few distinct values are counted exactly", "approx_distinct(code) FROM charge", 2),
    ("a percentile is one of the values", "approx_percentile(v, 0.5) FROM (VALUES 1, 2, 10) AS t(v)", 2),
    ("rows are counted by a condition", "count_if(id > 1) FROM charge", 1),
    ("a condition that is nowhere known counts nothing", "count_if(CAST(NULL AS boolean)) FROM charge", 0),
    ("a condition over no rows counts nothing", "count_if(id > 1) FROM charge WHERE id > 9", 0),
    ("a condition may be counted with a filter", "count_if(id > 0) FILTER (WHERE id > 1) FROM charge", 1),
    ("every row is asked", "every(id > 0) FROM charge", True),
    ("the value of the greatest is found", "max_by(code, fine) FROM charge", "A-1"),
    ("values are listed in an order", "array_agg(code ORDER BY id DESC) FROM charge", ["B", "A-1"]),
    ("texts are listed in an order", "listagg(code, ';') WITHIN GROUP (ORDER BY id DESC) FROM charge", "B;A-1"),
    ("pairs are gathered into a map", "map_agg(id, code) FROM charge", {1: "A-1", 2: "B"}),
    ("the value of the greatest keeps its type", "max_by(fine, id) / 3 FROM charge", Decimal("1.67")),
    ("a percentile of whole numbers is whole", "approx_percentile(n, 0.9) / 2 FROM charge", 3),
    ("ranks divide to a whole number", f"rank() OVER (ORDER BY id) / 2 {ONE}", 0),
    ("an interval can be divided", "INTERVAL '4' DAY / 2", timedelta(days=2)),
    ("timestamps differ by an interval", f"recorded - recorded {ONE}", timedelta()),
    ("values are counted in a map", "histogram(id > 0) FROM charge", {True: 2}),
]  # fmt: skip

# The rule, what follows SELECT, and all rows.
ROWS: list[tuple[str, str, list[tuple[Any, ...]]]] = [
    ("NULL comes last when ascending", "v FROM (VALUES 2, NULL, 1) AS t(v) ORDER BY v", [(1,), (2,), (None,)]),
    ("NULL comes last when descending", "v FROM (VALUES 2, NULL, 1) AS t(v) ORDER BY v DESC", [(2,), (1,), (None,)]),
    ("a list becomes rows", f"c FROM charge CROSS JOIN UNNEST(codes) AS u(c) {ONE[11:]} ORDER BY c", [("x",), ("y",)]),
    (
        "rows of a list have ordinals",
        "i, c FROM charge CROSS JOIN UNNEST(codes) WITH ORDINALITY AS u(c, i) ORDER BY i",
        [(1, "x"), (2, "y")],
    ),
    ("a map becomes rows of two", "k, v FROM charge CROSS JOIN UNNEST(notes) AS u(k, v)", [("k", 5)]),
    (
        "the shorter of two lists is filled with NULL",
        "a, b, i FROM UNNEST(ARRAY[1, 2], ARRAY['x']) WITH ORDINALITY AS u(a, b, i) ORDER BY i",
        [(1, "x", 1), (2, None, 2)],
    ),
    ("a sequence becomes rows", "d FROM UNNEST(sequence(1, 2)) AS t(d) ORDER BY d", [(1,), (2,)]),
    (
        "the rows of a rollup have a total",
        "code, sum(n), grouping(code) FROM charge GROUP BY ROLLUP (code) ORDER BY 2",
        [("B", 2, 0), ("A-1", 7, 0), (None, 9, 1)],
    ),
    (
        "a window may leave NULL out",
        "lag(v) IGNORE NULLS OVER (ORDER BY o) FROM (VALUES (1, 1), (NULL, 2), (3, 3)) AS t(v, o) ORDER BY o",
        [(None,), (1,), (1,)],
    ),
    ("rows may be skipped and limited", "id FROM charge ORDER BY id OFFSET 1 LIMIT 1", [(2,)]),
    ("the first rows may be fetched", "id FROM charge ORDER BY id FETCH FIRST 1 ROW ONLY", [(1,)]),
    (
        "types are known through a star in a subquery",
        "fine / 4 FROM (SELECT * FROM charge) AS c ORDER BY 1",
        [(Decimal("1.25"),), (Decimal("2.50"),)],
    ),
    (
        "a correlated subquery sees the outer row",
        "(SELECT max(b.fine) / 2 FROM charge AS b WHERE b.id = a.id) FROM charge AS a ORDER BY 1",
        [(Decimal("2.51"),), (Decimal("5.00"),)],
    ),
]

# The rule and an expression that Athena refuses when it runs.
FAILURES = [
    ("whole numbers cannot be divided by zero", "1 / 0"),
    ("decimals cannot be divided by zero", "1.0 / 0"),
    ("there is no remainder by zero", "5 % 0"),
    ("a text with a fraction cannot be cast to a whole number", "CAST('1.5' AS integer)"),
    ("a date with slashes cannot be cast to a date", "CAST('05/01/2024' AS date)"),
    ("a subscript cannot go beyond the end", "ARRAY[1, 2][3]"),
    ("a map must have the key", "MAP(ARRAY['a'], ARRAY[1])['b']"),
    ("a part has an index of at least one", "split_part('a,b', ',', 0)"),
]

# The rule and an expression that the embedded engine cannot do and says so.
REFUSALS = [
    ("a double is not written as text", "CAST(1.5E0 AS varchar)"),
    ("a letter without a counterpart is refused", "format_datetime(now(), 'G')"),
    ("an open quotation in a pattern is refused", "format_datetime(now(), 'yyyy''T')"),
    ("a pattern must be a literal", "date_format(now(), concat('%', 'Y'))"),
    ("a specifier that Athena refuses is refused", "date_format(now(), '%w')"),
    ("a function as a replacement is refused", "regexp_replace('a', '(a)', x -> upper(x[1]))"),
    ("SQL/JSON paths are refused", "json_value('{\"a\":1}', 'lax $.a')"),
    ("printf formats are refused", "format('%s', 1)"),
    ("a sort by a function is refused", "array_sort(ARRAY[1], (a, b) -> 0)"),
    ("functions over maps are refused", "map_filter(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v > 1)"),
]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        prepare(connection)
        connection.execute("CREATE SCHEMA onecrown")
        connection.execute(TABLE)
        connection.execute("USE onecrown")
        yield connection


def rows(con: duckdb.DuckDBPyConnection, selected: str) -> list[tuple[Any, ...]]:
    return con.execute(translate(f"SELECT {selected}", {"onecrown.charge": COLUMNS}).sql).fetchall()


def named(cases: list[Any]) -> list[Any]:
    return [pytest.param(*case[1:], id=case[0]) for case in cases]


@pytest.mark.parametrize(("selected", "expected"), named(RULES))
def test_an_expression_gives_what_athena_gives(con: duckdb.DuckDBPyConnection, selected: str, expected: object) -> None:
    ((value,),) = rows(con, selected)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(("selected", "expected"), named(ROWS))
def test_a_query_gives_the_rows_that_athena_gives(
    con: duckdb.DuckDBPyConnection, selected: str, expected: list[tuple[object, ...]]
) -> None:
    assert rows(con, selected) == expected


@pytest.mark.parametrize("selected", named(FAILURES))
def test_what_athena_refuses_to_reckon_fails(con: duckdb.DuckDBPyConnection, selected: str) -> None:
    with pytest.raises(duckdb.Error):
        rows(con, selected)


@pytest.mark.parametrize("selected", named(REFUSALS))
def test_what_cannot_be_done_is_refused_and_never_guessed(selected: str) -> None:
    with pytest.raises(UsageError):
        translate(f"SELECT {selected}", {})


def test_decimals_of_a_column_of_unknown_type_fail_instead_of_losing_digits(con: duckdb.DuckDBPyConnection) -> None:
    unknown = translate("SELECT fine / 3 FROM charge", {}).sql
    with pytest.raises(duckdb.Error, match="Cast both sides"):
        con.execute(unknown).fetchall()


def test_whole_numbers_of_unknown_type_divide_by_duckdbs_own_types(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute(translate("SELECT n / 2 FROM charge WHERE id = 1", {}).sql).fetchall() == [(3,)]


def test_result_columns_without_a_name_are_named_by_their_place() -> None:
    translated = translate("SELECT id, count(*), CAST(id AS varchar) AS text FROM charge GROUP BY id", {})
    assert translated.unnamed == {"_col1"}


def test_the_columns_of_a_union_are_named_by_its_first_query() -> None:
    assert translate("SELECT 1 UNION SELECT 2 AS two", {}).unnamed == {"_col0"}


def test_every_rewrite_has_a_reason() -> None:
    assert all(rewrite.reason for rewrite in REWRITES)
    assert len({rewrite.reason for rewrite in REWRITES}) == len(REWRITES)
