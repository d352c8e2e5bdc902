"""What a role may not do, it cannot do: IAM in the local AWS, and the plug-ins that make it ask rightly."""

from __future__ import annotations

import json

import boto3
import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

from local_aws.account import ACCOUNT, REGION
from tests.local_aws.account import Account, new_name

pytestmark = pytest.mark.aws

_GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}:"
_READING = "glue:GetTable"


def test_a_role_without_the_right_is_denied_in_s3_and_dynamodb(account: Account) -> None:
    bucket, session = account.bucket(), account.session()
    with pytest.raises(ClientError, match="AccessDenied"):
        session.client("s3").put_object(Bucket=bucket, Key="note", Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        session.client("dynamodb").get_item(TableName="ledger", Key={"pk": {"S": "x"}})


def test_a_role_writes_its_own_prefix_and_nothing_else(account: Account) -> None:
    bucket = account.bucket()
    s3 = account.session(("s3:PutObject", f"arn:aws:s3:::{bucket}/red/*")).client("s3")
    s3.put_object(Bucket=bucket, Key="red/note", Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=bucket, Key="green/note", Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=bucket, Key="red/note")


def test_a_policy_that_asks_for_tls_lets_the_loopback_interface_in(account: Account) -> None:
    bucket = account.bucket()
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resources}
    without_tls = deny | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    account.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [without_tls]})
    )
    account.session(("s3:PutObject", resources[1])).client("s3").put_object(Bucket=bucket, Key="note", Body=b"x")


def test_a_table_is_read_with_the_right_on_table_database_and_catalogue(account: Account) -> None:
    database, table = _table(account)
    resources = (f"{_GLUE}catalog", f"{_GLUE}database/{database}", f"{_GLUE}table/{database}/{table}")
    assert _reads(account.session(*((_READING, each) for each in resources)), database, table)
    for missing in resources:
        rights = [(_READING, each) for each in resources if each != missing]
        assert not _reads(account.session(*rights), database, table)


def test_a_right_on_one_database_opens_no_other(account: Account) -> None:
    (own, _), (other, table) = _table(account), _table(account)
    session = account.session(
        (_READING, f"{_GLUE}catalog"), (_READING, f"{_GLUE}database/{own}"), (_READING, f"{_GLUE}table/{own}/*")
    )
    assert not _reads(session, other, table)


def test_a_role_puts_metrics_into_its_own_namespace_and_no_other(account: Account) -> None:
    condition = {"StringEquals": {"cloudwatch:namespace": "Colours"}}
    session = account.session(("cloudwatch:PutMetricData", "*"), condition=condition)
    cloudwatch, metrics = session.client("cloudwatch"), [{"MetricName": "Red", "Value": 1.0}]
    cloudwatch.put_metric_data(Namespace="Colours", MetricData=metrics)
    with pytest.raises(ClientError, match="AccessDenied"):
        cloudwatch.put_metric_data(Namespace="Others", MetricData=metrics)
    found = account.client("cloudwatch").list_metrics(Namespace="Colours")["Metrics"]
    assert [metric["MetricName"] for metric in found] == ["Red"]


def _table(account: Account) -> tuple[str, str]:
    database = new_name("database")
    return database, account.table(database, pa.table({"colour": ["red"]}))


def _reads(session: boto3.Session, database: str, table: str) -> bool:
    try:
        session.client("glue").get_table(DatabaseName=database, Name=table)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        return False
    return True
