"""DuckDB reads S3 through our file system: by URI, in ranges, from several threads, without any extension."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.s3_filesystem import S3FileSystem
from onecrown.sql.connection import Resources, connection
from onecrown.sql.quoting import file, files

from .environment import bucket, cloud

pytestmark = pytest.mark.aws
ROWS = 300_000


class Counting:
    """A client that notes how many bytes each range asked for."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.asked: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_object(self, **said: Any) -> Any:
        first, _, last = said["Range"].removeprefix("bytes=").partition("-")
        self.asked.append(int(last) - int(first) + 1)
        return self._real.get_object(**said)


@pytest.fixture
def counting() -> Iterator[Counting]:
    with cloud():
        yield Counting(client("s3"))


@pytest.fixture
def con(counting: Counting, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connection(Resources("400MB", 2), tmp_path / "spill") as opened:
        opened.register_filesystem(S3FileSystem(counting))
        yield opened


def put(con: duckdb.DuckDBPyConnection, folder: Path, key: str, select: str) -> str:
    """A Parquet file in the warehouse bucket; its URI."""
    con.execute(f"COPY ({select}) TO {file(folder / 'x.parquet')} (FORMAT parquet, ROW_GROUP_SIZE 20000)")
    client("s3").put_object(Bucket=bucket("warehouse"), Key=key, Body=(folder / "x.parquet").read_bytes())
    return f"s3://{bucket('warehouse')}/{key}"


WIDE = f"SELECT i AS number, md5(i::VARCHAR) AS text, md5((i + 1)::VARCHAR) AS other FROM range({ROWS}) AS t(i)"


@pytest.mark.parametrize(
    "key", ["onecrown/plea/data/a.parquet", "o/p/a b.parquet", "o/p=1/a%2Fb+c.parquet", "top.parquet"]
)
def test_a_file_is_called_by_the_very_uri_that_it_was_asked_for_by(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, key: str
) -> None:
    uri = put(con, tmp_path, key, "SELECT 7 AS number")
    read = f"SELECT number, filename, file_row_number FROM read_parquet({files([uri])}, filename = true, file_row_number = true)"
    assert con.execute(read).fetchall() == [(7, uri, 0)]


def test_only_the_columns_that_are_asked_for_are_fetched(
    con: duckdb.DuckDBPyConnection, counting: Counting, tmp_path: Path
) -> None:
    uri = put(con, tmp_path, "a.parquet", WIDE)
    size = (tmp_path / "x.parquet").stat().st_size
    assert con.execute(f"SELECT sum(number) FROM read_parquet({files([uri])})").fetchall() == [(sum(range(ROWS)),)]
    assert 0 < sum(counting.asked) < size / 2
    assert len(counting.asked) <= 2 + ROWS // 20_000


def test_two_threads_read_the_rows_that_are_there(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    uris = [put(con, tmp_path, f"{number}.parquet", WIDE) for number in range(3)]
    digest = "count(*), sum(hash(number, text, other)), count(DISTINCT filename)"
    there = con.execute(f"SELECT {digest} FROM read_parquet({files(uris)}, filename = true)").fetchone()
    here = con.execute(f"SELECT 3 * count(*), 3 * sum(hash(number, text, other)), 3 FROM ({WIDE})").fetchone()
    assert there == here


def test_what_is_asked_again_on_another_connection_is_sized_once(counting: Counting, tmp_path: Path) -> None:
    filesystem = S3FileSystem(counting)
    for number in range(2):
        with connection(Resources(), tmp_path / str(number)) as con:
            con.register_filesystem(filesystem)
            uri = put(con, tmp_path, "a.parquet", "SELECT 7 AS number")
            assert con.execute(f"SELECT number FROM read_parquet({files([uri])})").fetchall() == [(7,)]
    assert list(filesystem._known) == [uri]


def test_a_file_that_is_gone_is_an_error_that_names_it(con: duckdb.DuckDBPyConnection) -> None:
    uri = f"s3://{bucket('warehouse')}/gone.parquet"
    with pytest.raises((duckdb.Error, OSError), match=r"gone\.parquet"):
        con.execute(f"SELECT * FROM read_parquet({files([uri])})").fetchall()


def test_nothing_is_written_by_it(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises((duckdb.Error, OSError)):
        con.execute(f"COPY (SELECT 1 AS a) TO 's3://{bucket('warehouse')}/a.parquet' (FORMAT parquet)")
    assert "Contents" not in client("s3").list_objects_v2(Bucket=bucket("warehouse"))
