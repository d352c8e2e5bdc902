"""Athena's SQL over a source of tables that is held in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from onecrown.errors import UsageError
from onecrown.querying.queries import AthenaQueries

COLUMNS = {
    "onecrown": {
        "plea": {
            "plea_id": "varchar",
            "entered_on": "date",
            "shared_at": "timestamp with time zone",
            "days": "integer",
        },
        "fine": {"fine_id": "varchar", "amount": "decimal(12,2)"},
    },
    "onecrown_ops": {"batch": {"batch_id": "varchar"}},
}
ROWS = {
    "plea": "('P1', DATE '2026-01-31', TIMESTAMPTZ '2026-06-30 23:30:00+00', 7, 'file-1', 0), "
    "('P2', DATE '2026-02-28', NULL, 2, 'file-1', 1)",
    "fine": "('F1', 10.00::DECIMAL(12,2), 'file-2', 0), ('F2', 5.01::DECIMAL(12,2), 'file-2', 1)",
    "batch": "('B1', 'file-3', 0)",
}
FIRST, SECOND = 101, 102


class MemorySource:
    """Two databases. `plea` has two snapshots; the first lacks the second row and the column `days`."""

    def databases(self) -> list[str]:
        return list(COLUMNS)

    def tables(self, database: str) -> list[str]:
        return list(COLUMNS[database])

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        return COLUMNS[database].get(table)

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        names = ", ".join([*COLUMNS[database][table], "_file", "_pos"])
        if snapshot_id == FIRST:
            return f"(SELECT * EXCLUDE (days) FROM (VALUES {ROWS[table]}) AS t({names}) WHERE _pos = 0)"
        return f"(SELECT * FROM (VALUES {ROWS[table]}) AS t({names}))"

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        past = [snapshot for snapshot, at in ((FIRST, 1), (SECOND, 2)) if datetime(2026, at, 1, tzinfo=UTC) <= instant]
        return past[-1] if past else None

    def inspect(self, database: str, table: str, what: str) -> Any:
        return pa.table({"snapshot_id": [FIRST, SECOND], "operation": ["append", "overwrite"]})


@pytest.fixture
def queries() -> Iterator[AthenaQueries]:
    with duckdb.connect() as con:
        yield AthenaQueries(con, MemorySource())


def test_an_answer_has_columns_types_and_rows(queries: AthenaQueries) -> None:
    answer = queries.run("SELECT plea_id, entered_on FROM plea ORDER BY plea_id")
    assert answer.columns == ("plea_id", "entered_on")
    assert answer.types == ("varchar", "date")
    assert answer.rows == [("P1", date(2026, 1, 31)), ("P2", date(2026, 2, 28))]


def test_a_star_gives_the_tables_columns_and_not_where_its_rows_lie(queries: AthenaQueries) -> None:
    assert queries.run("SELECT * FROM plea").columns == ("plea_id", "entered_on", "shared_at", "days")


def test_where_a_row_lies_cannot_be_asked_for(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError, match="_file"):
        queries.run("SELECT _file FROM plea")


def test_a_column_without_a_name_is_named_by_its_place(queries: AthenaQueries) -> None:
    answer = queries.run("SELECT *, count(*) OVER (), days + 1 AS more, CAST(plea_id AS varchar) FROM plea")
    assert answer.columns == ("plea_id", "entered_on", "shared_at", "days", "_col4", "more", "_col6")


def test_the_types_of_the_tables_decide_how_numbers_divide(queries: AthenaQueries) -> None:
    answer = queries.run("SELECT sum(days) / 2, sum(days) / 2.0, avg(days) FROM plea")
    assert answer.rows == [(4, Decimal("4.5"), 4.5)]
    assert answer.types == ("bigint", "decimal(21,1)", "double")


def test_the_types_are_known_through_stars_and_with_queries(queries: AthenaQueries) -> None:
    sql = "WITH all_fines AS (SELECT * FROM fine) SELECT avg(amount), sum(amount) / 4 FROM (SELECT * FROM all_fines) f"
    assert queries.run(sql).rows == [(Decimal("7.51"), Decimal("3.75"))]


def test_the_london_date_of_an_instant_is_not_its_utc_date(queries: AthenaQueries) -> None:
    answer = queries.run("SELECT CAST(shared_at AT TIME ZONE 'Europe/London' AS date) FROM plea WHERE plea_id = 'P1'")
    assert answer.rows == [(date(2026, 7, 1),)]


def test_null_comes_last_in_both_directions(queries: AthenaQueries) -> None:
    assert queries.run("SELECT plea_id FROM plea ORDER BY shared_at DESC").rows == [("P1",), ("P2",)]


def test_a_version_is_read_with_the_columns_that_it_had(queries: AthenaQueries) -> None:
    answer = queries.run(f"SELECT * FROM plea FOR VERSION AS OF {FIRST}")
    assert answer.columns == ("plea_id", "entered_on", "shared_at")
    assert [row[0] for row in answer.rows] == ["P1"]


@pytest.mark.parametrize(
    ("instant", "count"),
    [
        ("TIMESTAMP '2026-01-15 00:00:00 UTC'", 1),
        ("TIMESTAMP '2026-02-01 00:30:00 Europe/London'", 2),
        ("TIMESTAMP '2026-03-01 00:00:00' - INTERVAL '40' DAY", 1),
        ("DATE '2026-02-01'", 2),
        ("current_timestamp", 2),
    ],
)
def test_an_instant_is_read_at_the_snapshot_that_was_current(queries: AthenaQueries, instant: str, count: int) -> None:
    assert queries.run(f"SELECT count(*) FROM plea FOR TIMESTAMP AS OF {instant}").rows == [(count,)]


def test_an_instant_before_the_first_snapshot_is_refused(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError, match="had no snapshot by then"):
        queries.run("SELECT * FROM plea FOR TIMESTAMP AS OF TIMESTAMP '2020-01-01 00:00:00 UTC'")


def test_two_versions_can_be_compared_in_one_query(queries: AthenaQueries) -> None:
    sql = f"SELECT plea_id FROM plea EXCEPT SELECT plea_id FROM plea FOR VERSION AS OF {FIRST}"
    assert queries.run(sql).rows == [("P2",)]


def test_a_metadata_table_is_a_table(queries: AthenaQueries) -> None:
    answer = queries.run('SELECT operation, snapshot_id / 2 FROM "plea$snapshots" ORDER BY snapshot_id')
    assert answer.rows == [("append", 50), ("overwrite", 51)]


def test_what_there_is_can_be_asked_for(queries: AthenaQueries) -> None:
    assert queries.run("SHOW DATABASES").rows == [("onecrown",), ("onecrown_ops",)]
    assert queries.run("SHOW TABLES").rows == [("fine",), ("plea",)]
    assert queries.run("SHOW TABLES IN onecrown 'p*|x'").rows == [("plea",)]
    assert queries.run("DESCRIBE fine").rows == [("fine_id", "varchar"), ("amount", "decimal(12,2)")]


def test_an_unknown_table_is_refused_with_the_nearest_name(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError, match=r"no table `onecrown.pleas`; did you mean `plea`"):
        queries.run("SELECT * FROM pleas")


def test_an_unknown_database_is_refused_with_the_nearest_name(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError, match=r"no database `onecrown_opps`; did you mean `onecrown_ops`"):
        queries.run("SHOW TABLES IN onecrown_opps")


def test_a_file_is_no_table(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError, match="no table"):
        queries.run("SELECT * FROM 'rows.parquet'")


def test_an_unknown_column_is_named_in_the_refusal(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError, match="plea_idd"):
        queries.run("SELECT plea_idd FROM plea")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(plea_id AS integer) FROM plea",
        "SELECT CAST(plea_id AS date) FROM plea",
        "SELECT CAST(plea_id || 'Q' AS double) FROM plea",
        "SELECT date_parse(plea_id, '%Y') FROM plea",
        "SELECT parse_datetime(plea_id, 'yyyy') FROM plea",
        "SELECT from_iso8601_timestamp(plea_id) FROM plea",
        "SELECT CAST(days * 100 AS tinyint) FROM plea",
        "SELECT json_parse(plea_id) FROM plea",
        "SELECT (SELECT plea_id FROM plea) || 'x' FROM fine",
    ],
)
def test_a_refusal_quotes_no_value_of_a_row(queries: AthenaQueries, sql: str) -> None:
    with pytest.raises(UsageError) as refusal:
        queries.run(sql)
    said = str(refusal.value)
    assert said
    assert not any(value in said for value in ("P1", "P2", "700", "200"))
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_a_refusal_says_what_went_wrong(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError, match="Division by zero"):
        queries.run("SELECT days / (days - days) FROM plea")


def test_a_query_that_was_refused_leaves_the_next_one_alone(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError):
        queries.run("SELECT CAST(plea_id AS integer) FROM plea")
    assert queries.run("SELECT count(*) FROM plea").rows == [(2,)]


def test_writing_is_refused(queries: AthenaQueries) -> None:
    with pytest.raises(UsageError, match="only reading is allowed"):
        queries.run("DELETE FROM plea")
