"""What CloudFormation does in the local AWS where the emulator's own would do nothing, or less."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.account import ACCOUNT
from tests.local_aws.account import Account, new_name

pytestmark = pytest.mark.aws

_BUDGET = {"Type": "AWS::Budgets::Budget", "Properties": {"Budget": {"BudgetType": "COST", "TimeUnit": "MONTHLY"}}}
_TAG = {"Type": "AWS::LakeFormation::Tag", "Properties": {"TagKey": "invented-hue", "TagValues": ["red", "green"]}}
_QUERY = {
    "Type": "AWS::Athena::NamedQuery",
    "Properties": {"Name": "colours", "Database": "invented", "QueryString": "SELECT 1", "WorkGroup": "primary"},
}


def test_recorded_resources_are_listed_until_their_stack_goes(account: Account) -> None:
    stack = account.deployed({"Budget": _BUDGET, "Tag": _TAG})
    assert _recorded(account, stack) == {"Budget": "AWS::Budgets::Budget", "Tag": "AWS::LakeFormation::Tag"}
    cloudformation = account.client("cloudformation")
    cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps({"Resources": {"Tag": _TAG}}))
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    assert _recorded(account, stack) == {"Tag": "AWS::LakeFormation::Tag"}


def test_a_named_query_is_made(account: Account) -> None:
    account.deployed({"Query": _QUERY})
    athena = account.client("athena")
    found = athena.batch_get_named_query(NamedQueryIds=athena.list_named_queries()["NamedQueryIds"])["NamedQueries"]
    assert [(query["Name"], query["QueryString"]) for query in found] == [("colours", "SELECT 1")]


def test_a_type_that_nobody_named_fails_the_stack(account: Account) -> None:
    settings = {"Type": "AWS::LakeFormation::DataLakeSettings", "Properties": {}}
    with pytest.raises(ClientError, match="AWS::LakeFormation::DataLakeSettings"):
        account.deployed({"Settings": settings})


def test_an_alarm_over_arithmetic_is_recorded_and_one_over_a_metric_is_made(account: Account) -> None:
    common = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1}
    simple = {"AlarmName": "simple", "Namespace": "Colours", "MetricName": "Red", "Period": 60, **common}
    both = [{"Id": "red", "Expression": "a / b"}]
    alarms = {"Simple": simple, "Arithmetic": {"AlarmName": "arithmetic", "Metrics": both, **common}}
    stack = account.deployed(
        {name: {"Type": "AWS::CloudWatch::Alarm", "Properties": of} for name, of in alarms.items()}
    )
    made = account.client("cloudwatch").describe_alarms(AlarmNames=["simple", "arithmetic"])["MetricAlarms"]
    assert _recorded(account, stack) == {"Arithmetic": "AWS::CloudWatch::Alarm"}
    assert [alarm["AlarmName"] for alarm in made] == ["simple"]


def test_a_secret_is_referred_to_by_its_arn(account: Account) -> None:
    name = new_name("secret")
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": name, "SecretString": "three wheels"}}
    parameter = {"Type": "String", "Name": f"/{name}", "Value": {"Ref": "Secret"}}
    account.deployed({"Secret": secret, "Says": {"Type": "AWS::SSM::Parameter", "Properties": parameter}})
    said = account.client("ssm").get_parameter(Name=f"/{name}")["Parameter"]["Value"]
    assert said == account.client("secretsmanager").describe_secret(SecretId=name)["ARN"]


def test_what_a_roles_boundary_denies_it_cannot_do(account: Account) -> None:
    bucket, name = account.bucket(), new_name("bounded")
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    boundary = {"PolicyDocument": _policy(everything, {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"})}
    role = {
        "RoleName": name,
        "AssumeRolePolicyDocument": _policy(trust),
        "Policies": [{"PolicyName": "all", "PolicyDocument": _policy(everything)}],
        "PermissionsBoundary": {"Ref": "Boundary"},
    }
    types = {"Boundary": ("AWS::IAM::ManagedPolicy", boundary), "Role": ("AWS::IAM::Role", role)}
    account.deployed({what: {"Type": of, "Properties": said} for what, (of, said) in types.items()})
    s3 = account.aws.session(f"arn:aws:iam::{ACCOUNT}:role/{name}").client("s3")
    s3.put_object(Bucket=bucket, Key="note", Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=bucket, Key="note")


def _policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _recorded(account: Account, stack: str) -> dict[str, str]:
    return {item["logical_id"]: item["type"] for item in account.aws.recorded() if item["stack"] == stack}
