"""A mapping says only what both executors answer alike; what else it says is refused with its place."""

from __future__ import annotations

import pytest

from onecrown.definitions.model import load_model
from onecrown.rendering.vetted_sql import mapping_problems, problems_of

FILE = "sources/invented_system/charges/charge.sql"


def said_of(sql: str) -> list[str]:
    return [str(problem) for problem in problems_of(FILE, sql)]


def test_every_mapping_of_the_model_holds() -> None:
    assert mapping_problems(load_model()) == []


@pytest.mark.parametrize(
    ("sql", "line", "says"),
    [
        ("SELECT\n  c.a,\n  md5(c.b) AS b\nFROM charge AS c", 3, "`md5` is not vetted for both executors"),
        ("SELECT\n  flor(c.a) AS a\nFROM charge AS c", 2, "did you mean `floor`?"),
        ("SELECT\n  c.a / 2 AS half\nFROM charge AS c", 2, "`/` divides in another way on each engine"),
        ("SELECT list(c.a) AS a FROM charge AS c", 1, "a column holds one value; write `min_by(…)`"),
        ("SELECT any_value(c.a) AS a FROM charge AS c", 1, "write `min(…)` or `min_by(…)`"),
        (
            "SELECT\n  regexp_replace(c.a, '[ ]', '') AS a\nFROM charge AS c",
            2,
            "begin the pattern with `^`, or end with `'g'`",
        ),
        (
            "SELECT\n  c.at AT TIME ZONE 'UTC' AS a\nFROM charge AS c",
            2,
            "`CAST(… AT TIME ZONE 'Europe/London' AS DATE)`",
        ),
        ("SELECT\n  regexp_matches(c.a, c.b) AS a\nFROM charge AS c", 2, "write the pattern out, as text"),
        ("SELECT\n  substr(c.a, 0, 2) AS a\nFROM charge AS c", 2, "`substr` must begin at 1 or later"),
        ("SELECT c.a ILIKE 'x' AS a FROM charge AS c", 1, "write `lower(…) LIKE`"),
        ("SELECT current_date AS a", 1, "a mapping knows no clock"),
        ("SELECT FROM WHERE", 1, "cannot be read as one SELECT"),
    ],
)
def test_what_is_not_vetted_is_told_with_its_line_and_what_to_write_instead(sql: str, line: int, says: str) -> None:
    (problem, *_) = said_of(sql)
    assert problem.startswith(f"{FILE}:{line}: "), problem
    assert says in problem


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(c.at AT TIME ZONE 'Europe/London' AS DATE) AS on_day FROM charge AS c",
        "SELECT regexp_replace(c.a, '[ ]', '', 'g') AS a, regexp_replace(c.a, '^MR ', '') AS b FROM charge AS c",
        "WITH first AS (SELECT key, min_by(a, b) AS a FROM charge GROUP BY key) SELECT entity_id('x', first.a) FROM first",
    ],
)
def test_what_is_vetted_is_let_be(sql: str) -> None:
    assert said_of(sql) == []
