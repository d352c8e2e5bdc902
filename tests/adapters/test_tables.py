"""What every adapter of the tables promises, in memory and in Iceberg alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from onecrown.adapters.local_tables import open_local_tables
from onecrown.adapters.memory_tables import MemoryStore, MemoryTables
from onecrown.errors import CommitConflict
from onecrown.ports import Change
from onecrown.rendering.table_layouts import TableColumn, TableLayout

TABLE, OTHER = "invented.colour", "invented.shape"
COLUMNS = (TableColumn(1, "code", "string"), TableColumn(2, "seen_at", "timestamptz"), TableColumn(3, "count", "long"))
LAYOUTS = {
    f"invented.{name}": TableLayout("invented", name, COLUMNS, ("code",), "Invented.") for name in ("colour", "shape")
}

AnyTables = Any
Open = Callable[[], AnyTables]


@pytest.fixture(params=["memory", "iceberg"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same tables, each time as another process would."""
    store, held = MemoryStore(), []

    def open_tables() -> AnyTables:
        if request.param == "memory":
            return MemoryTables(tmp_path / "files", LAYOUTS, store)
        held.append(open_local_tables(tmp_path / "catalog.db", tmp_path / "warehouse", LAYOUTS))
        return held[-1]

    yield open_tables
    for tables in held:
        tables.close()


@pytest.fixture
def tables(opened: Open) -> AnyTables:
    return opened()


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def add(tables: AnyTables, con: duckdb.DuckDBPyConnection, codes: str, batch: str = "b1", table: str = TABLE) -> int:
    """Commit a row for each letter of `codes`."""
    select = f"SELECT unnest(string_split('{' '.join(codes)}', ' ')) AS code, now() AS seen_at, 1 AS count"
    path, count = tables.write_rows(con, table, select)
    return int(tables.commit(Change(table, batch, path, count)))


def take(tables: AnyTables, con: duckdb.DuckDBPyConnection, codes: str, batch: str = "b2", instead: str = "") -> int:
    """Commit one snapshot that takes rows away, and perhaps adds others."""
    gone = f"""SELECT _file AS file_path, _pos AS pos FROM {tables.relation(TABLE)}
    WHERE code IN (SELECT unnest(string_split('{" ".join(codes)}', ' ')))"""
    deletes, deleted = tables.write_deletes(con, TABLE, gone)
    rows, added = (None, 0)
    if instead:
        rows, added = tables.write_rows(con, TABLE, f"SELECT '{instead}' AS code, now() AS seen_at, 2 AS count")
    return int(tables.commit(Change(TABLE, batch, rows, added, deletes, deleted)))


def codes(tables: AnyTables, con: duckdb.DuckDBPyConnection, snapshot_id: int | None = None) -> str:
    """The codes that stand, in order."""
    rows = con.execute(f"SELECT code FROM {tables.relation(TABLE, snapshot_id)} ORDER BY code").fetchall()
    return "".join(code for (code,) in rows)


def test_a_table_that_nobody_wrote_reads_as_empty(tables: AnyTables, con: duckdb.DuckDBPyConnection) -> None:
    described = con.execute(f"DESCRIBE SELECT * FROM {tables.relation(TABLE)}").fetchall()
    assert [(name, kind) for name, kind, *_ in described] == [
        ("code", "VARCHAR"),
        ("seen_at", "TIMESTAMP WITH TIME ZONE"),
        ("count", "BIGINT"),
        ("_file", "VARCHAR"),
        ("_pos", "BIGINT"),
    ]
    assert (codes(tables, con), tables.head(TABLE), tables.names()) == ("", None, [])
    assert (tables.snapshot_ids(TABLE), tables.inspect(TABLE, "snapshots")) == (set(), None)


def test_what_is_committed_is_read_and_every_row_says_where_it_lies(
    tables: AnyTables, con: duckdb.DuckDBPyConnection
) -> None:
    add(tables, con, "ab")
    add(tables, con, "c", "b2")
    assert (codes(tables, con), tables.names()) == ("abc", [TABLE])
    places = con.execute(f"SELECT count(DISTINCT (_file, _pos)), count(DISTINCT _file) FROM {tables.relation(TABLE)}")
    assert places.fetchall() == [(3, 2)]


def test_rows_taken_and_rows_given_are_one_snapshot(tables: AnyTables, con: duckdb.DuckDBPyConnection) -> None:
    add(tables, con, "abc")
    take(tables, con, "ac", instead="d")
    assert (codes(tables, con), len(tables.snapshot_ids(TABLE))) == ("bd", 2)


def test_a_row_taken_is_gone_for_good_and_the_same_row_can_come_again(
    tables: AnyTables, con: duckdb.DuckDBPyConnection
) -> None:
    add(tables, con, "ab")
    take(tables, con, "a")
    add(tables, con, "a", "b3")
    assert codes(tables, con) == "ab"


def test_every_snapshot_can_be_read_again(tables: AnyTables, con: duckdb.DuckDBPyConnection) -> None:
    first = add(tables, con, "ab")
    second = take(tables, con, "a", instead="c")
    third = add(tables, con, "d", "b3")
    assert [codes(tables, con, snapshot) for snapshot in (first, second, third)] == ["ab", "bc", "bcd"]
    assert (tables.head(TABLE), tables.snapshot_ids(TABLE)) == (third, {first, second, third})


def test_rows_that_are_not_committed_are_seen_by_nobody(tables: AnyTables, con: duckdb.DuckDBPyConnection) -> None:
    tables.write_rows(con, TABLE, "SELECT 'a' AS code, now() AS seen_at, 1 AS count")
    assert (codes(tables, con), tables.names()) == ("", [])


def test_of_no_rows_no_file_is_left(tables: AnyTables, con: duckdb.DuckDBPyConnection) -> None:
    path, count = tables.write_rows(con, TABLE, "SELECT 'a' AS code, now() AS seen_at, 1 AS count WHERE false")
    gone, deleted = tables.write_deletes(con, TABLE, "SELECT '' AS file_path, 0 AS pos WHERE false")
    assert (count, deleted, path.exists(), gone.exists()) == (0, 0, False, False)


def test_a_batch_is_found_with_the_snapshot_before_it(tables: AnyTables, con: duckdb.DuckDBPyConnection) -> None:
    first = add(tables, con, "a")
    add(tables, con, "b", "b2")
    add(tables, con, "c", "b3")
    assert [tables.snapshot_before(TABLE, batch) for batch in ("b1", "b2", "b9")] == [
        (True, None),
        (True, first),
        (False, None),
    ]


def test_who_read_before_another_committed_may_not_commit(opened: Open, con: duckdb.DuckDBPyConnection) -> None:
    one, other = opened(), opened()
    add(one, con, "a")
    other.refresh()
    assert codes(other, con) == "a"
    add(one, con, "b", "b2")
    with pytest.raises(CommitConflict):
        add(other, con, "c", "b3")
    other.refresh()
    add(other, con, "c", "b3")
    one.refresh()
    assert codes(one, con) == "abc"


def test_who_saw_no_table_may_not_commit_to_the_one_that_another_made(
    opened: Open, con: duckdb.DuckDBPyConnection
) -> None:
    one, other = opened(), opened()
    assert codes(other, con) == ""
    add(one, con, "a")
    with pytest.raises(CommitConflict):
        add(other, con, "b", "b2")


def test_commits_to_different_tables_are_no_conflict(opened: Open, con: duckdb.DuckDBPyConnection) -> None:
    one, other = opened(), opened()
    assert (one.head(TABLE), other.head(OTHER)) == (None, None)
    add(one, con, "a")
    add(other, con, "b", table=OTHER)
    one.refresh()
    assert one.names() == [TABLE, OTHER]


def test_a_reader_sees_the_newest_commits_after_a_refresh(opened: Open, con: duckdb.DuckDBPyConnection) -> None:
    writer, reader = opened(), opened()
    add(writer, con, "a")
    reader.refresh()
    before = codes(reader, con)
    add(writer, con, "b", "b2")
    assert (before, codes(reader, con)) == ("a", "a")
    reader.refresh()
    assert codes(reader, con) == "ab"


def test_snapshots_and_history_tell_each_commit_in_order(tables: AnyTables, con: duckdb.DuckDBPyConnection) -> None:
    first = add(tables, con, "ab")
    second = take(tables, con, "a")
    snapshots, history = (tables.inspect(TABLE, what).to_pylist() for what in ("snapshots", "history"))
    assert [(row["snapshot_id"], row["parent_id"]) for row in snapshots] == [(first, None), (second, first)]
    assert [dict(row["summary"])["onecrown.batch-id"] for row in snapshots] == ["b1", "b2"]
    assert [row["operation"] for row in snapshots] == ["append", "overwrite"]
    assert [row["snapshot_id"] for row in history] == [first, second]
    assert all(row["made_current_at"].tzinfo is not None for row in history)
