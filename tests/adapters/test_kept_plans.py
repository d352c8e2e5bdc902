"""Which files a snapshot has never changes: it is planned once, and a commit or a new column plans anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pyiceberg.table import Table

from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.adapters.local_tables import open_local_tables
from onecrown.ports import Change

from .test_tables import LAYOUTS, TABLE


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[IcebergTables]:
    opened = open_local_tables(tmp_path / "catalog.db", tmp_path / "warehouse", LAYOUTS)
    yield opened
    opened.close()


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """The snapshots that are planned, as they are."""
    said: list[int | None] = []
    scan = Table.scan

    def counted(table: Table, *args: object, **kwargs: object) -> object:
        said.append(kwargs["snapshot_id"])  # type: ignore[arg-type]
        return scan(table, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Table, "scan", counted)
    return said


def add(tables: IcebergTables, code: str) -> int:
    with duckdb.connect() as con:
        path, count = tables.write_rows(con, TABLE, f"SELECT '{code}' AS code, NULL AS seen_at, 1 AS count")
    return tables.commit(Change(TABLE, f"batch of {code}", path, count))


def test_a_snapshot_is_planned_once_however_often_the_tables_are_looked_at_anew(
    tables: IcebergTables, planned: list[int | None]
) -> None:
    first = add(tables, "A")
    before = tables.relation(TABLE)
    tables.refresh()
    assert tables.relation(TABLE) == before
    second = add(tables, "B")
    tables.refresh()
    assert tables.relation(TABLE) != before
    assert tables.relation(TABLE, first) == before
    assert planned == [first, second]


def test_a_table_with_a_new_column_is_planned_anew(tables: IcebergTables, planned: list[int | None]) -> None:
    snapshot = add(tables, "A")
    tables.relation(TABLE)
    table = tables.table(TABLE)
    assert table is not None
    with table.update_schema() as change:
        change.rename_column("count", "counted")
    tables.refresh()
    assert '"count"' in tables.relation(TABLE)
    assert planned == [snapshot, snapshot]
