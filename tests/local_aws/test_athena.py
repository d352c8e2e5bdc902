"""The plug-in that answers Athena's queries, asked as an analyst asks: by awswrangler."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import awswrangler
import boto3
import pandas
import pyarrow as pa
import pytest
from awswrangler.exceptions import QueryFailed

from local_aws.account import ACCOUNT, REGION
from onecrown.adapters.aws.athena_view import view_input
from tests.local_aws.account import Account, new_name

pytestmark = pytest.mark.aws

_POLL_SECONDS = 0.05
_SMALLEST_LIMIT = 10_000_000  # bytes, that Athena takes
_TYPES = {
    **{"colour": pa.string(), "count": pa.int64(), "seen_at": pa.timestamp("us", tz="UTC")},
    **{"seen_on": pa.date32(), "share": pa.decimal128(9, 2), "is_bright": pa.bool_()},
}
_SCHEMA = pa.schema(list(_TYPES.items()))
_ROWS = [
    {"colour": 'dark "red"', "count": 3, "seen_at": datetime(2026, 3, 1, 9, 30, 0, 250000, UTC), "is_bright": False}
    | {"seen_on": date(2026, 3, 1), "share": Decimal("0.25")},
    {"colour": None, "count": 4, "seen_at": None, "seen_on": None, "share": None, "is_bright": None},
]


@pytest.fixture(scope="module")
def table(account: Account) -> str:
    return account.table("invented_athena", pa.Table.from_pylist(_ROWS, _SCHEMA))


@pytest.fixture(scope="module")
def workgroup(account: Account) -> str:
    return _workgroup(account)


def test_a_query_gives_rows_with_their_types(account: Account, table: str, workgroup: str) -> None:
    found = _read(account.aws.session(), f"SELECT * FROM invented_athena.{table} ORDER BY count", workgroup)
    first, second = found.to_dict("records")
    assert (first["colour"], first["count"], first["share"]) == ('dark "red"', 3, Decimal("0.25"))
    assert (first["seen_on"], bool(first["is_bright"])) == (date(2026, 3, 1), False)
    assert first["seen_at"] == pandas.Timestamp("2026-03-01 09:30:00.250", tz="UTC")
    assert pandas.isna(second["colour"]) and pandas.isna(second["seen_at"]) and second["share"] is None


def test_a_table_is_read_as_it_was_at_an_instant(account: Account, table: str, workgroup: str) -> None:
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3]
    sql = f"SELECT count(*) AS n FROM invented_athena.{table} FOR TIMESTAMP AS OF TIMESTAMP '{now} UTC'"
    assert _read(account.aws.session(), sql, workgroup)["n"].tolist() == [len(_ROWS)]


def test_pages_of_results_begin_with_the_names_and_carry_athenas_types(
    account: Account, table: str, workgroup: str
) -> None:
    athena = account.client("athena")
    sql = f"SELECT count, share, seen_at FROM invented_athena.{table} ORDER BY 1"
    query = _started(account, sql, workgroup)
    pages = [athena.get_query_results(QueryExecutionId=query, MaxResults=2)]
    pages.append(athena.get_query_results(QueryExecutionId=query, MaxResults=2, NextToken=pages[0]["NextToken"]))
    rows = [[datum.get("VarCharValue") for datum in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]
    kinds = [column["Type"] for column in pages[0]["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
    assert rows == [["count", "share", "seen_at"], ["3", "0.25", "2026-03-01 09:30:00.250 UTC"], ["4", None, None]]
    assert kinds == ["bigint", "decimal", "timestamp with time zone"]
    assert "NextToken" not in pages[1]


def test_a_result_lies_where_its_workgroup_says_whatever_the_caller_asks(
    account: Account, table: str, workgroup: str
) -> None:
    elsewhere = {"OutputLocation": f"s3://{account.bucket()}/"}
    query = _started(account, f"SELECT count FROM invented_athena.{table}", workgroup, ResultConfiguration=elsewhere)
    place = _execution(account, query)["ResultConfiguration"]["OutputLocation"]
    assert place == f"{_location(account, workgroup)}{query}.csv"
    bucket, _, key = place.removeprefix("s3://").partition("/")
    body = account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    assert sorted(body.splitlines()) == ['"3"', '"4"', '"count"']


def test_a_query_of_what_is_not_there_fails_with_its_reason(account: Account, table: str, workgroup: str) -> None:
    with pytest.raises(QueryFailed, match=r"no table `invented_athena\.tabel`"):
        _read(account.aws.session(), "SELECT * FROM invented_athena.tabel", workgroup)
    with pytest.raises(QueryFailed, match="only reading is allowed"):
        _read(account.aws.session(), f"DELETE FROM invented_athena.{table}", workgroup)


def test_a_query_over_its_workgroups_limit_fails(account: Account, table: str) -> None:
    workgroup = _workgroup(account, BytesScannedCutoffPerQuery=_SMALLEST_LIMIT)
    large = account.table("invented_large", pa.table({"noise": [os.urandom(_SMALLEST_LIMIT)]}))
    assert len(_read(account.aws.session(), f"SELECT * FROM invented_athena.{table}", workgroup)) == 2
    with pytest.raises(QueryFailed, match="Bytes scanned limit was exceeded"):
        _read(account.aws.session(), f"SELECT count(*) FROM invented_large.{large}", workgroup)


def test_tables_and_snapshots_can_be_shown(account: Account, table: str, workgroup: str) -> None:
    query = _started(account, "SHOW TABLES IN invented_athena", workgroup)
    rows = account.client("athena").get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == [table]
    found = _read(account.aws.session(), f'SELECT * FROM invented_athena."{table}$snapshots"', workgroup)
    assert list(found["operation"]) == ["append"]


def test_a_role_queries_the_tables_that_it_has_the_right_on_and_no_others(
    account: Account, table: str, workgroup: str
) -> None:
    hidden = account.table("invented_hidden", pa.table({"name": ["nobody"]}))
    session = account.session(*_rights(account, workgroup, "invented_athena"))
    assert len(_read(session, f"SELECT * FROM invented_athena.{table}", workgroup)) == 2
    with pytest.raises(QueryFailed, match="not authorized to perform: glue:GetTable"):
        _read(session, f"SELECT 1 FROM invented_athena.{table}, invented_hidden.{hidden}", workgroup)


def test_a_role_sees_the_columns_that_its_tags_let_it_see(account: Account, workgroup: str) -> None:
    table, role = (
        account.table("invented_tagged", pa.table({"name": ["x"], "colour": ["red"]})),
        _analyst(account, workgroup),
    )
    _grant_by_tag(account, "invented_tagged", role)
    _tag_column(account, table, "colour")
    session = account.aws.session(role)
    assert list(_read(session, f"SELECT * FROM invented_tagged.{table}", workgroup).columns) == ["colour"]
    with pytest.raises(QueryFailed, match="name"):
        _read(session, f"SELECT name FROM invented_tagged.{table}", workgroup)
    with pytest.raises(QueryFailed, match="needs the right on every column"):
        _read(session, f'SELECT * FROM invented_tagged."{table}$snapshots"', workgroup)


def test_a_role_that_no_tag_lets_see_a_column_gets_nothing(account: Account, workgroup: str) -> None:
    table, role = account.table("invented_closed", pa.table({"name": ["x"]})), _analyst(account, workgroup)
    _grant_by_tag(account, "invented_closed", role)
    with pytest.raises(QueryFailed, match="Insufficient permissions"):
        _read(account.aws.session(role), f"SELECT count(*) FROM invented_closed.{table}", workgroup)


def test_a_role_that_may_not_write_the_result_gets_none(account: Account, table: str, workgroup: str) -> None:
    rights = [right for right in _rights(account, workgroup, "invented_athena") if right[0] != "s3:PutObject"]
    with pytest.raises(QueryFailed, match="Access denied when writing output"):
        _read(account.session(*rights), f"SELECT * FROM invented_athena.{table}", workgroup)


def _analyst(account: Account, workgroup: str) -> str:
    databases = ("invented_tagged", "invented_closed")
    return account.role(*(right for database in databases for right in _rights(account, workgroup, database)))


def _grant_by_tag(account: Account, database: str, role: str) -> None:
    """A database whose columns are secret until they are tagged, and a role that may read what is open."""
    where = {"Database": {"CatalogId": ACCOUNT, "Name": database}}
    opened = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": database, "TagValues": ["open"]}]}}
    secret = [{"TagKey": database, "TagValues": ["secret"], "CatalogId": ACCOUNT}]
    said = {
        "Tag": {"TagKey": database, "TagValues": ["secret", "open"]},
        "TagAssociation": {"Resource": where, "LFTags": secret},
        "PrincipalPermissions": {"Principal": {"DataLakePrincipalIdentifier": role}, "Resource": opened}
        | {"Permissions": ["SELECT"], "PermissionsWithGrantOption": []},
    }
    account.deployed({name: {"Type": f"AWS::LakeFormation::{name}", "Properties": of} for name, of in said.items()})


def _tag_column(account: Account, table: str, column: str) -> None:
    of = {"DatabaseName": "invented_tagged", "Name": table, "ColumnNames": [column]}
    tags = [{"TagKey": "invented_tagged", "TagValues": ["open"]}]
    lake_formation, resource = account.client("lakeformation"), {"TableWithColumns": of}
    assert lake_formation.add_lf_tags_to_resource(Resource=resource, LFTags=tags)["Failures"] == []
    found = lake_formation.get_resource_lf_tags(Resource=resource)["LFTagsOnColumns"]
    assert [(said["Name"], said["LFTags"][0]["TagValues"]) for said in found] == [(column, ["open"])]


def _workgroup(account: Account, **settings: Any) -> str:
    name = new_name("workgroup")
    result = {"OutputLocation": f"s3://{account.bucket()}/athena/{name}/"}
    configuration = {"ResultConfiguration": result, "EnforceWorkGroupConfiguration": True, **settings}
    account.client("athena").create_work_group(Name=name, Configuration=configuration)
    return name


def _location(account: Account, workgroup: str) -> str:
    found = account.client("athena").get_work_group(WorkGroup=workgroup)["WorkGroup"]["Configuration"]
    return str(found["ResultConfiguration"]["OutputLocation"])


def _rights(account: Account, workgroup: str, database: str) -> list[tuple[str, str]]:
    """What an analyst has."""
    bucket = _location(account, workgroup).removeprefix("s3://").partition("/")[0]
    glue = f"arn:aws:glue:{REGION}:{ACCOUNT}:"
    return [
        ("athena:*", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{workgroup}"),
        *(("glue:Get*", f"{glue}{of}") for of in ("catalog", f"database/{database}", f"table/{database}/*")),
        *((action, f"arn:aws:s3:::{bucket}/*") for action in ("s3:GetObject", "s3:PutObject")),
        *((action, f"arn:aws:s3:::{bucket}") for action in ("s3:ListBucket", "s3:GetBucketLocation")),
    ]


def _read(session: boto3.Session, sql: str, workgroup: str) -> Any:
    return awswrangler.athena.read_sql_query(
        sql,
        database="invented_athena",
        workgroup=workgroup,
        ctas_approach=False,
        boto3_session=session,
        athena_query_wait_polling_delay=_POLL_SECONDS,
    )


def _started(account: Account, sql: str, workgroup: str, **said: Any) -> str:
    """A query that has ended well."""
    query = account.client("athena").start_query_execution(QueryString=sql, WorkGroup=workgroup, **said)
    query_id = str(query["QueryExecutionId"])
    awswrangler.athena.wait_query(
        query_id, boto3_session=account.aws.session(), athena_query_wait_polling_delay=_POLL_SECONDS
    )
    return query_id


def _execution(account: Account, query_id: str) -> dict[str, Any]:
    found: dict[str, Any] = account.client("athena").get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    return found


def test_a_view_gives_the_rows_of_its_snapshot_to_those_who_may_read_what_it_reads(
    account: Account, workgroup: str
) -> None:
    table = account.table("invented_pinned", pa.table({"colour": ["red"], "seen_at": _SEEN}))
    stands = account.catalog().load_table(f"invented_pinned.{table}")
    snapshot = stands.current_snapshot()
    assert snapshot is not None
    stands.append(pa.table({"colour": ["blue"], "seen_at": _SEEN}))
    instant = "CAST(date_trunc('millisecond', seen_at AT TIME ZONE 'UTC') AS timestamp(3))"
    sql = f'SELECT colour, {instant} AS seen_at FROM invented_pinned."{table}" FOR VERSION AS OF {snapshot.snapshot_id}'
    put_view(account, "invented_views", "pinned", {"colour": "varchar", "seen_at": "timestamp(3)"}, sql)
    found = _read(account.aws.session(), "SELECT * FROM invented_views.pinned", workgroup)
    assert list(found["colour"]) == ["red"]
    assert found["seen_at"][0] == pandas.Timestamp("2026-03-01 09:30:00.250")
    both = account.session(
        *_rights(account, workgroup, "invented_views"), *_rights(account, workgroup, "invented_pinned")
    )
    assert len(_read(both, "SELECT colour FROM invented_views.pinned", workgroup)) == 1
    of_the_view_alone = account.session(*_rights(account, workgroup, "invented_views"))
    with pytest.raises(QueryFailed, match="not authorized to perform: glue:GetTable"):
        _read(of_the_view_alone, "SELECT colour FROM invented_views.pinned", workgroup)


_SEEN = pa.array([datetime(2026, 3, 1, 9, 30, 0, 250750, UTC)], pa.timestamp("us", tz="UTC"))


def put_view(account: Account, database: str, name: str, columns: dict[str, str], sql: str) -> None:
    glue = account.client("glue")
    glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(DatabaseName=database, TableInput=view_input(database, name, columns, sql))
