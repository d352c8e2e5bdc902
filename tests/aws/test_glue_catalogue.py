"""Commits to Glue's catalogue: one of two writers is refused, a lost answer is looked up, and comments are such as Glue takes.

moto 5.2.5 lets every update pass, whatever version of the table it names: what Glue does there stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from onecrown.adapters.aws.bucket import Bucket
from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.glue_catalogue import GlueCatalogue
from onecrown.adapters.aws.s3_file_io import S3FileIO
from onecrown.adapters.aws.s3_filesystem import S3FileSystem
from onecrown.adapters.aws.s3_warehouse import S3Warehouse
from onecrown.adapters.iceberg_creation import properties_of, schema_of
from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.definitions.model import load_model
from onecrown.errors import CommitConflict, StorageError
from onecrown.ports import Change
from onecrown.rendering.table_layouts import HISTORY, UNIFIED, TableColumn, TableLayout, table_layouts

from .environment import bucket, cloud

pytestmark = pytest.mark.aws
TABLE = f"{UNIFIED}.colour"
COLUMNS = (TableColumn(3, "code", "string", "Invented."), TableColumn(8, "count", "long"))
LAYOUTS = {TABLE: TableLayout(UNIFIED, "colour", COLUMNS, ("code",), "Invented.")}
LONGEST_COMMENT = 255


class Glue:
    """moto's Glue, which refuses an update of a version that stands no longer; `answer` may lose what it says."""

    def __init__(self, answer: Callable[[Any], Any] = lambda said: said) -> None:
        self._real = client("glue")
        self._answer = answer
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._real, name)

    def update_table(self, **said: Any) -> Any:
        standing = self._real.get_table(DatabaseName=said["DatabaseName"], Name=said["TableInput"]["Name"])["Table"]
        if said["VersionId"] != standing["VersionId"]:
            raise self._real.exceptions.ConcurrentModificationException(
                {"Error": {"Code": "ConcurrentModificationException", "Message": ""}}, "UpdateTable"
            )
        assert said["SkipArchive"]
        return self._answer(self._real.update_table(**said))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., IcebergTables]]:
    with cloud():

        def open_tables(glue: Any = None) -> IcebergTables:
            files = client("s3")
            warehouse = S3Warehouse(Bucket(files, bucket("warehouse"), "the warehouse bucket"), tmp_path / "warehouse")
            return IcebergTables(GlueCatalogue(glue or Glue(), [UNIFIED], S3FileIO(files)), warehouse, LAYOUTS)

        yield open_tables


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.register_filesystem(S3FileSystem(client("s3")))
        yield connection


def add(tables: IcebergTables, con: duckdb.DuckDBPyConnection, code: str, batch: str) -> int:
    path, count = tables.write_rows(con, TABLE, f"SELECT '{code}' AS code, 1 AS count")
    return tables.commit(Change(TABLE, batch, path, count))


def codes(tables: IcebergTables, con: duckdb.DuckDBPyConnection) -> str:
    tables.refresh()
    return "".join(row[0] for row in con.execute(f"SELECT code FROM {tables.relation(TABLE)} ORDER BY 1").fetchall())


def test_a_table_has_the_models_field_ids_after_a_commit(opened: Any, con: duckdb.DuckDBPyConnection) -> None:
    tables = opened()
    add(tables, con, "A", "b1")
    shape = opened().shapes().shape(TABLE)
    assert shape is not None
    assert [(column.field_id, column.name) for column in shape.columns] == [(3, "code"), (8, "count")]
    assert shape.properties["commit.retry.num-retries"] == "0"


def test_of_two_writers_on_one_version_the_second_is_refused_and_no_row_is_lost(
    opened: Any, con: duckdb.DuckDBPyConnection
) -> None:
    add(opened(), con, "A", "b1")
    one, other = opened(), opened()
    assert one.head(TABLE) == other.head(TABLE)
    add(one, con, "B", "b2")
    with pytest.raises(CommitConflict, match=r"another writer committed to onecrown\.colour first"):
        add(other, con, "C", "b3")
    assert codes(other, con) == "AB"


class Racing(Glue):
    """Lets another writer commit between its reading of the table and its update."""

    def __init__(self, race: Callable[[], Any]) -> None:
        super().__init__()
        self._race: Callable[[], Any] | None = race

    def update_table(self, **said: Any) -> Any:
        race, self._race = self._race, None
        if race is not None:
            race()
        return super().update_table(**said)


def test_a_writer_that_is_overtaken_after_glue_was_read_is_refused_by_the_tables_version(
    opened: Any, con: duckdb.DuckDBPyConnection
) -> None:
    add(opened(), con, "A", "b1")
    late = opened(Racing(lambda: add(opened(), con, "B", "b2")))
    with pytest.raises(CommitConflict, match="did not go through; run again"):
        add(late, con, "C", "b3")
    assert codes(late, con) == "AB"


def test_two_writers_that_make_the_same_table_end_with_one(opened: Any, con: duckdb.DuckDBPyConnection) -> None:
    one, other = opened(), opened()
    assert (one.head(TABLE), other.head(TABLE)) == (None, None)
    add(one, con, "A", "b1")
    with pytest.raises(CommitConflict, match=r"made onecrown\.colour first"):
        add(other, con, "B", "b2")


def lost(_said: Any) -> Any:
    raise ReadTimeoutError(endpoint_url="invented")


def failed(_said: Any) -> Any:
    status = {"ResponseMetadata": {"HTTPStatusCode": 500}, "Error": {"Code": "InternalServiceException"}}
    raise ClientError(status, "UpdateTable")  # type: ignore[arg-type]  # as botocore makes it


def refused_what_it_had_done(_said: Any) -> Any:
    """boto3 asked a second time, as the first answer was lost."""
    error = {"Error": {"Code": "ConcurrentModificationException", "Message": ""}}
    raise client("glue").exceptions.ConcurrentModificationException(error, "UpdateTable")


@pytest.mark.parametrize("answer", [lost, failed, refused_what_it_had_done])
def test_a_commit_whose_answer_is_lost_is_found_among_the_snapshots(
    opened: Any, con: duckdb.DuckDBPyConnection, answer: Any
) -> None:
    add(opened(), con, "A", "b1")
    tables = opened(Glue(answer))
    snapshot_id = add(tables, con, "B", "b2")
    assert tables.head(TABLE) == snapshot_id
    assert codes(tables, con) == "AB"


def test_a_commit_that_never_reached_glue_is_a_conflict_and_may_be_tried_again(
    opened: Any, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(opened(), con, "A", "b1")
    glue = Glue()
    monkeypatch.setattr(glue, "update_table", lambda **_: lost(None))
    with pytest.raises(CommitConflict, match="did not go through"):
        add(opened(glue), con, "B", "b2")
    assert add(opened(), con, "B", "b2")
    assert codes(opened(), con) == "AB"


def test_a_role_without_its_grant_is_told_which_call(opened: Any, con: duckdb.DuckDBPyConnection) -> None:
    add(opened(), con, "A", "b1")
    glue = Glue()

    def denied(**_said: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "A"}}, "UpdateTable")

    glue.update_table = denied  # type: ignore[method-assign]  # what the role may not
    with pytest.raises(StorageError, match="lacks the grant for UpdateTable on the Glue catalogue"):
        add(opened(glue), con, "B", "b2")


def test_opening_the_tables_asks_for_no_right_to_make_databases(opened: Any) -> None:
    glue = Glue()
    assert opened(glue).names() == []
    assert "create_database" not in glue.calls


def test_every_comment_of_the_model_is_one_that_glue_takes() -> None:
    comments = {
        f"{layout.full_name}.{field.name}": field.doc or ""
        for layout in table_layouts(load_model()).values()
        for field in schema_of(layout).fields
    }
    comments |= {name: properties_of(layout)["comment"] for name, layout in table_layouts(load_model()).items()}
    assert any(name.startswith(HISTORY) for name in comments)
    wrong = {name for name, said in comments.items() if len(said) > LONGEST_COMMENT or not said.isprintable()}
    assert wrong == set()


def test_a_file_that_no_commit_names_never_leaves_this_machine(
    opened: Any, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    tables = opened()
    path, _ = tables.write_rows(con, TABLE, "SELECT 'A' AS code, 1 AS count")
    assert list(tables.upkeep().files()) == []
    tables.commit(Change(TABLE, "b1", path, 1))
    assert not path.exists()
    assert {file.name for file in tables.upkeep().files()} == tables.upkeep().reached()
