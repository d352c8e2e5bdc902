"""Which tables a statement reads, and what is refused."""

from __future__ import annotations

import pytest

from onecrown.errors import UsageError
from onecrown.querying.table_references import (
    Describe,
    Query,
    ShowDatabases,
    ShowTables,
    TableReference,
    read_statement,
)


def references(sql: str) -> list[tuple[str, str, str, int | None, str | None]]:
    statement = read_statement(sql)
    assert isinstance(statement, Query)
    return [(said.database, said.table, said.metadata, said.snapshot_id, said.instant) for said in statement.references]


def replaced(sql: str) -> str:
    statement = read_statement(sql)
    assert isinstance(statement, Query)
    return statement.tree.sql(dialect="athena")


def test_a_table_without_a_database_is_in_the_default_database() -> None:
    assert references("SELECT * FROM offence") == [("onecrown", "offence", "", None, None)]


def test_names_are_read_without_regard_to_case() -> None:
    assert references("SELECT * FROM OneCrown_Ops.DROP_LOG") == [("onecrown_ops", "drop_log", "", None, None)]


def test_the_catalogue_of_athena_may_be_named() -> None:
    assert references("SELECT * FROM awsdatacatalog.onecrown.plea") == [("onecrown", "plea", "", None, None)]


def test_another_catalogue_is_refused() -> None:
    with pytest.raises(UsageError, match="no catalogue `elsewhere`"):
        read_statement("SELECT * FROM elsewhere.onecrown.plea")


def test_a_table_keeps_its_own_name_as_its_alias() -> None:
    assert replaced("SELECT plea.plea_id FROM onecrown.plea") == (
        'SELECT plea.plea_id FROM onecrown_relation_0 AS "plea"'
    )


def test_an_alias_and_the_columns_that_use_it_stay() -> None:
    assert replaced("SELECT p.plea_id FROM plea p") == "SELECT p.plea_id FROM onecrown_relation_0 AS p"


def test_columns_may_be_qualified_by_database_and_table() -> None:
    assert replaced("SELECT onecrown.plea.plea_id FROM onecrown.plea") == (
        'SELECT plea.plea_id FROM onecrown_relation_0 AS "plea"'
    )


def test_a_table_that_is_read_twice_is_one_relation() -> None:
    assert replaced("SELECT 1 FROM plea a JOIN onecrown.plea b ON a.x = b.x") == (
        "SELECT 1 FROM onecrown_relation_0 AS a JOIN onecrown_relation_0 AS b ON a.x = b.x"
    )


def test_two_versions_of_a_table_are_two_relations() -> None:
    assert references("SELECT 1 FROM plea FOR VERSION AS OF 7 AS a, plea AS b") == [
        ("onecrown", "plea", "", 7, None),
        ("onecrown", "plea", "", None, None),
    ]


def test_tables_of_subqueries_and_unions_are_found() -> None:
    sql = (
        "SELECT 1 FROM a WHERE x IN (SELECT x FROM b) UNION ALL SELECT (SELECT max(x) FROM c) FROM (SELECT * FROM d) s"
    )
    assert {said[1] for said in references(sql)} == {"a", "b", "c", "d"}


def test_names_of_with_queries_are_not_tables() -> None:
    sql = "WITH pleas AS (SELECT * FROM plea), few AS (SELECT * FROM pleas) SELECT * FROM few JOIN Pleas ON true"
    assert references(sql) == [("onecrown", "plea", "", None, None)]


def test_a_with_query_may_read_the_table_whose_name_it_takes() -> None:
    assert references("WITH plea AS (SELECT * FROM plea) SELECT * FROM plea") == [("onecrown", "plea", "", None, None)]


def test_a_recursive_with_query_reads_itself() -> None:
    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT * FROM n"
    assert references(sql) == []


def test_a_with_query_is_not_seen_outside_its_own_query() -> None:
    sql = "SELECT * FROM (WITH s AS (SELECT 1 AS x) SELECT * FROM s) t JOIN s ON true"
    assert references(sql) == [("onecrown", "s", "", None, None)]


def test_a_name_with_a_database_is_a_table_whatever_the_with_queries() -> None:
    assert references("WITH plea AS (SELECT 1 AS x) SELECT * FROM onecrown.plea") == [
        ("onecrown", "plea", "", None, None)
    ]


@pytest.mark.parametrize("what", ["snapshots", "history", "files", "manifests", "partitions", "refs"])
def test_a_metadata_table_is_named_after_a_dollar(what: str) -> None:
    assert references(f'SELECT * FROM onecrown."plea${what}"') == [("onecrown", "plea", what, None, None)]


def test_an_unknown_metadata_table_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="did you mean `snapshots`"):
        read_statement('SELECT * FROM "plea$snapshot"')


def test_a_metadata_table_has_no_versions() -> None:
    with pytest.raises(UsageError, match="has no versions"):
        read_statement('SELECT * FROM "plea$files" FOR VERSION AS OF 1')


def test_a_version_is_a_snapshot_id() -> None:
    assert references("SELECT * FROM plea FOR VERSION AS OF 8954597067493422955") == [
        ("onecrown", "plea", "", 8954597067493422955, None)
    ]


def test_a_tag_is_no_version() -> None:
    with pytest.raises(UsageError, match="takes a snapshot id"):
        read_statement("SELECT * FROM plea FOR VERSION AS OF 'release_1'")


def test_an_instant_is_kept_as_athenas_sql() -> None:
    ((_, table, _, _, instant),) = references(
        "SELECT * FROM plea FOR TIMESTAMP AS OF TIMESTAMP '2026-01-31 00:00:00 UTC' AS p"
    )
    assert table == "plea"
    assert instant is not None and "2026-01-31 00:00:00 UTC" in instant


def test_an_instant_is_a_constant() -> None:
    with pytest.raises(UsageError, match="takes a constant"):
        read_statement("SELECT * FROM plea FOR TIMESTAMP AS OF shared_at")


def test_rows_without_a_table_are_a_query() -> None:
    assert references("VALUES (1, 'a'), (2, 'b')") == []
    assert references("SELECT n FROM UNNEST(sequence(1, 3)) AS t(n)") == []


def test_a_comment_or_a_parenthesis_may_stand_before_the_query() -> None:
    assert references("-- pleas of the year\n/* all */ (SELECT * FROM plea)") == [("onecrown", "plea", "", None, None)]


@pytest.mark.parametrize(
    ("sql", "statement"),
    [
        ("SHOW TABLES", ShowTables("onecrown", None)),
        ("show tables in onecrown_ops 'dr*|b*';", ShowTables("onecrown_ops", "dr*|b*")),
        ("SHOW DATABASES", ShowDatabases(None)),
        ("SHOW SCHEMAS LIKE 'one*'", ShowDatabases("one*")),
        ("DESCRIBE plea", Describe("onecrown", "plea")),
        ("DESC `onecrown_ops`.`drop_log`", Describe("onecrown_ops", "drop_log")),
    ],
)
def test_what_there_is_can_be_asked_for(sql: str, statement: object) -> None:
    assert read_statement(sql) == statement


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO plea SELECT * FROM plea",
        "UPDATE plea SET plea_code = 'guilty'",
        "DELETE FROM plea",
        "MERGE INTO plea USING x ON plea.a = x.a WHEN MATCHED THEN DELETE",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "DROP TABLE plea",
        "ALTER TABLE plea ADD COLUMN x int",
        "UNLOAD (SELECT 1) TO 's3://bucket/key'",
        "OPTIMIZE plea REWRITE DATA USING BIN_PACK",
        "VACUUM plea",
        "MSCK REPAIR TABLE plea",
        "COPY plea TO 'file.csv'",
        "ATTACH 'file.db'",
        "SET memory_limit = '1GB'",
        "PRAGMA database_list",
        "EXPLAIN SELECT 1",
        "SHOW CREATE TABLE plea",
        "",
        "-- nothing but a comment",
    ],
)
def test_anything_but_reading_is_refused_and_what_is_allowed_is_said(sql: str) -> None:
    with pytest.raises(UsageError, match=r"SELECT|SHOW TABLES"):
        read_statement(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('file.csv')",
        "SELECT * FROM read_text('file.txt')",
        "SELECT * FROM plea CROSS JOIN LATERAL read_csv('file.csv')",
        "SELECT (SELECT count(*) FROM query_table('plea'))",
    ],
)
def test_a_function_that_reads_files_is_refused(sql: str) -> None:
    with pytest.raises(UsageError, match="cannot stand in FROM"):
        read_statement(sql)


def test_two_statements_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="one statement at a time"):
        read_statement("SELECT 1; SELECT 2")


def test_a_parameter_is_refused() -> None:
    with pytest.raises(UsageError, match="parameters"):
        read_statement("SELECT ?")


def test_a_mistake_in_the_text_is_reported_with_its_place() -> None:
    with pytest.raises(UsageError, match="line 1, column"):
        read_statement("SELECT FROM WHERE")


def test_an_open_quotation_is_reported() -> None:
    with pytest.raises(UsageError, match="not closed"):
        read_statement("SELECT 'open")


def test_a_reference_can_be_compared() -> None:
    assert TableReference("onecrown", "plea") == TableReference("onecrown", "plea")
