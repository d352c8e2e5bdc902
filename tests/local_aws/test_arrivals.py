"""The plug-ins between a put and a function: versions in events, bare functions, errors by their class."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from local_aws.account import ACCOUNT, REGION
from tests.local_aws.account import Account, new_name, until

pytestmark = pytest.mark.aws


def test_an_event_of_a_versioned_bucket_carries_version_id_and_size(account: Account) -> None:
    bucket, queue = account.bucket(versioned=True), _queue_behind_the_bus(account)
    s3 = account.client("s3")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    put = [s3.put_object(Bucket=bucket, Key="a/colours.csv", Body=body)["VersionId"] for body in (b"red", b"green!")]
    found = _details(account, queue, 2)
    assert {(of["object"]["version-id"], of["object"]["size"]) for of in found} == {(put[0], 3), (put[1], 6)}
    assert {(of["bucket"]["name"], of["object"]["key"]) for of in found} == {(bucket, "a/colours.csv")}


def test_an_event_of_an_upload_in_parts_carries_its_version_id(account: Account) -> None:
    bucket, queue = account.bucket(versioned=True), _queue_behind_the_bus(account)
    s3 = account.client("s3")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    upload = {
        "Bucket": bucket,
        "Key": "big",
        "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"],
    }
    tag = s3.upload_part(**upload, PartNumber=1, Body=b"red")["ETag"]
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    assert _details(account, queue, 1)[0]["object"]["version-id"] == done["VersionId"]


def test_a_functions_error_carries_the_exceptions_class(account: Account) -> None:
    name = _function(account, "def handler(event, context):\n    raise LookupError('three wheels')\n")
    answer = account.client("lambda").invoke(FunctionName=name)
    body = json.load(answer["Payload"])
    assert (answer["FunctionError"], body["errorType"]) == ("Unhandled", "LookupError")


def test_a_function_sees_its_bundle_and_the_endpoint_and_no_package_of_the_emulators(account: Account) -> None:
    code = (
        "import importlib.util, os\n"
        "def handler(event, context):\n"
        "    found = [name for name in ('yaml', 'botocore', 'ministack') if importlib.util.find_spec(name)]\n"
        "    return {'found': found, 'endpoint': os.environ['AWS_ENDPOINT_URL'], 'mine': os.environ['COLOUR'],\n"
        "            'key': os.environ['AWS_ACCESS_KEY_ID'][:4]}\n"
    )
    name = _function(account, code)
    said = json.load(account.client("lambda").invoke(FunctionName=name)["Payload"])
    assert said == {"found": [], "endpoint": account.aws.endpoint, "mine": "red", "key": "ASIA"}


def _function(account: Account, code: str) -> str:
    packed, name = io.BytesIO(), new_name("function")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", code)
    account.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="index.handler",
        Role=account.role(),
        Code={"ZipFile": packed.getvalue()},
        Environment={"Variables": {"COLOUR": "red"}},
    )
    return name


def _queue_behind_the_bus(account: Account) -> str:
    """A queue that gets every event of S3."""
    name, events = new_name("queue"), account.client("events")
    url = str(account.client("sqs").create_queue(QueueName=name)["QueueUrl"])
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    policy = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    said = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": said})
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def _details(account: Account, queue: str, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def are_there() -> bool:
        got = account.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ())
        found.extend(json.loads(message["Body"])["detail"] for message in got)
        return len(found) >= count

    until(are_there)
    return found
