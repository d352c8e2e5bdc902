"""Every function that a mapping may call answers alike on both engines, NULLs and edges included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onecrown.rendering.vetted_sql import FUNCTIONS, NAMED
from onecrown.sql.connection import Resources, connection
from onecrown.sql.keyed_ids import install_keyed_ids

pytest.importorskip("pyspark", reason="pyspark is not installed: make test-spark brings it")

from onecrown.adapters.spark.engine import SparkEngine

pytestmark = pytest.mark.spark
KEY = bytes.fromhex("5e" * 32)

TEXTS = "(SELECT unnest(['', ' ', 'Aé', 'ab/cd ef', '12', ' 12 ', '12.6', '-3', 'G', 'x' , NULL]) AS t)"
DAYS = "(SELECT CAST(said AS DATE) AS d FROM (SELECT unnest(['2024-02-29', '1999-12-31', NULL]) AS said))"
PAIRS = """(SELECT 'a' AS g, 'x' AS v, 2 AS n UNION ALL SELECT 'a', NULL, 1 UNION ALL SELECT 'a', 'y', 3
  UNION ALL SELECT 'b', NULL, NULL UNION ALL SELECT 'b', 'z', NULL UNION ALL SELECT 'c', 'w', 1)"""
INSTANTS = """(SELECT CAST(said AS TIMESTAMPTZ) AS said_at FROM (SELECT unnest(['2026-03-29 00:59:59+00:00',
  '2026-03-29 01:00:00+00:00', '2026-10-25 00:30:00+00:00', '2026-06-30 23:30:00+00:00', '2026-01-01 00:00:00.25+00:00',
  NULL]) AS said))"""

CASES = {
    "case": f"SELECT CASE WHEN t = 'G' THEN 1 WHEN t IS NULL THEN 2 ELSE 3 END FROM {TEXTS}",
    "cast": f"SELECT CAST(said_at AS VARCHAR), CAST(CAST(said_at AT TIME ZONE 'Europe/London' AS DATE) AS VARCHAR) FROM {INSTANTS}",
    "cast number": "SELECT CAST(CAST('12.50' AS DECIMAL(12, 2)) AS VARCHAR), CAST(true AS VARCHAR), CAST(7 AS VARCHAR), "
    "CAST(CAST('2.50' AS DECIMAL(12, 2)) AS INTEGER), CAST('13' AS INTEGER)",
    "coalesce": f"SELECT coalesce(t, 'none') FROM {TEXTS}",
    "concat_ws": f"SELECT concat_ws(' ', t, NULL, 'z'), nullif(concat_ws('-', nullif(t, ''), NULL), '') FROM {TEXTS}",
    "count": f"SELECT g, count(*), count(v), count(DISTINCT v) FROM {PAIRS} GROUP BY g",
    "day": f"SELECT day(d) FROM {DAYS}",
    "extract": f"SELECT extract(year FROM d), extract(month FROM d) FROM {DAYS}",
    "floor": "SELECT CAST(floor(CAST(a AS DECIMAL(12, 2))) AS VARCHAR) FROM (SELECT unnest(['2.99', '-2.01', '0', NULL]) AS a)",
    "length": f"SELECT length(t) FROM {TEXTS}",
    "lower": f"SELECT lower(t) FROM {TEXTS}",
    "lpad": f"SELECT lpad(t, 3, '0') FROM {TEXTS}",
    "max": f"SELECT g, max(v), max(n) FROM {PAIRS} GROUP BY g",
    "max_by": f"SELECT g, max_by(v, n) FROM {PAIRS} GROUP BY g",
    "min": f"SELECT g, min(v), min(n) FROM {PAIRS} GROUP BY g",
    "min_by": f"SELECT g, min_by(v, n) FROM {PAIRS} GROUP BY g",
    "min_by of some": f"SELECT g, arg_min(v, n) FILTER (WHERE n > 1 OR g = 'c'), "
    f"nullif(arg_min(coalesce(v, chr(29)), n) FILTER (WHERE n > 0), chr(29)) FROM {PAIRS} GROUP BY g",
    "month": f"SELECT month(d) FROM {DAYS}",
    "nullif": f"SELECT nullif(t, 'G') FROM {TEXTS}",
    "regexp_extract": f"SELECT regexp_extract(t, '^([a-z]+)/([a-z]+)', 2), regexp_extract(t, '([0-9]+)', 1) FROM {TEXTS}",
    "regexp_matches": "SELECT regexp_matches(t, '^[A-Z]+$'), regexp_matches(t, 'a.c'), regexp_matches(t, '^(?i:mr)[.]? +') "
    "FROM (SELECT unnest(['AB', 'AB' || chr(10), 'a' || chr(13) || 'c', 'a' || chr(10) || 'c', 'Mr. X', NULL]) AS t)",
    "regexp_replace": f"SELECT regexp_replace(t, '[/ ]', '', 'g'), regexp_replace(t, '^(a)b', '\\1-$') FROM {TEXTS}",
    "replace": f"SELECT replace(t, '/', ''), replace(t, 'a', 'b') FROM {TEXTS}",
    "row_number": f"SELECT g, n, row_number() OVER (PARTITION BY g ORDER BY n DESC, v) FROM {PAIRS} WHERE n IS NOT NULL",
    "substr": f"SELECT substr(t, 1, 2), substr(t, 3), substr(t, 2, 1) FROM {TEXTS}",
    "sum": f"SELECT g, sum(n) FROM {PAIRS} GROUP BY g",
    "trim": f"SELECT trim(t) FROM {TEXTS}",
    "try_cast": f"SELECT TRY_CAST(t AS INTEGER), TRY_CAST(t AS DECIMAL(12, 2)) FROM {TEXTS}",
    "try_cast date": "SELECT TRY_CAST(t AS DATE) FROM (SELECT unnest(['2026-03-05', '2026-3-5', '2026', '2026-03', '2026-02-30', "
    "'05/03/2026', '', NULL]) AS t)",
    "upper": f"SELECT upper(t) FROM {TEXTS}",
    "year": f"SELECT year(d) FROM {DAYS}",
    "entity_id": f"SELECT entity_id('case', t) FROM {TEXTS}",
    "keyed": f"SELECT keyed(t) FROM {TEXTS}",
    "operators": f"SELECT t || '!', t LIKE 'a%', t IN ('G', 'x'), t BETWEEN 'A' AND 'b', t = 'x', t IS NULL, t <> 'G', "
    f"t IS NOT DISTINCT FROM 'x', NOT (t = 'x') FROM {TEXTS}",
    "numbers": f"SELECT n * 100 + 1, n - 2, n < 2, -n FROM {PAIRS}",
    "union by name": "SELECT a, b, c FROM (SELECT 1 AS a, 'x' AS b UNION ALL BY NAME SELECT 'y' AS b, true AS c)",
}


@pytest.fixture(scope="module")
def engines(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, SparkEngine]]:
    with connection(Resources(), tmp_path_factory.mktemp("scratch")) as con:
        engine = SparkEngine(spark.newSession())
        for one in (con, engine):
            install_keyed_ids(one, KEY)
            one.execute("SET VARIABLE dataset = 'invented/charges'")
        yield con, engine
        engine.close()


@pytest.mark.parametrize("case", CASES)
def test_a_vetted_function_answers_alike_on_both_engines(case: str, engines: tuple[Any, SparkEngine]) -> None:
    duck, spark = engines
    assert answers(duck, CASES[case]) == answers(spark, CASES[case])


def test_every_vetted_function_has_its_case() -> None:
    assert {*FUNCTIONS, *NAMED} <= set(CASES)


def test_no_part_of_the_key_stands_in_a_plan(engines: tuple[Any, SparkEngine], tmp_path: Path) -> None:
    _, engine = engines
    plan = engine.rows_of("SELECT keyed('a') AS k")._jdf.queryExecution().toString()
    assert "onecrown_keyed" in plan
    assert KEY.hex()[:16] not in plan and "\\x" not in plan


def answers(engine: Any, sql: str) -> list[tuple[str, ...]]:
    rows = engine.execute(sql).fetchall()
    return sorted(tuple("NULL" if cell is None else str(cell) for cell in row) for row in rows)
