"""From a put to a function: nothing is lost on the way, nothing is tried without end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from infra.parts.arrivals import put_pattern, scanned_pattern
from onecrown.adapters.aws.settings import AwsSettings
from tests.infra.system import System

pytestmark = pytest.mark.aws
TWO_WEEKS = 14 * 24 * 3600


def impatient(system: System) -> Iterator[str]:
    """Queues whose messages come back while their function may still be at work on them."""
    for mapping in system.resources("AWS::Lambda::EventSourceMapping"):
        queue = system.named(mapping.stack, mapping.properties["EventSourceArn"])
        function = system.named(mapping.stack, mapping.properties["FunctionName"])
        if queue.properties["VisibilityTimeout"] < 6 * function.properties["Timeout"]:
            yield queue.label


def test_a_message_stays_hidden_for_six_times_as_long_as_its_function_may_run(system: System) -> None:
    assert len(list(system.resources("AWS::Lambda::EventSourceMapping"))) == 1
    assert not list(impatient(system))


def test_a_queue_that_gives_its_messages_back_too_soon_is_found(prod: System) -> None:
    broken = prod.broken()
    for function in broken.resources("AWS::Lambda::Function"):
        function.body["Properties"]["Timeout"] = 600
    assert [label.split("/")[0] for label in impatient(broken)] == ["ingest"]


def test_messages_are_taken_five_at_a_time_and_fail_one_by_one(system: System) -> None:
    mapping = system.one("AWS::Lambda::EventSourceMapping").properties
    assert mapping["BatchSize"] == 5 and mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == system.environment.receivers_at_once >= 2
    functions = system.resources("AWS::Lambda::Function")
    assert not [f.label for f in functions if "ReservedConcurrentExecutions" in f.properties]


def test_a_message_that_fails_five_times_waits_two_weeks_among_the_dead_letters(system: System) -> None:
    name = f"onecrown-{system.environment.name}"
    queue = system.one("AWS::SQS::Queue", QueueName=f"{name}-arrivals")
    assert queue.properties["RedrivePolicy"]["maxReceiveCount"] == 5
    letters = system.named(queue.stack, queue.properties["RedrivePolicy"]["deadLetterTargetArn"])
    assert letters.properties["QueueName"] == f"{name}-arrivals-dead-letters"
    periods = {q.properties["MessageRetentionPeriod"] for q in system.resources("AWS::SQS::Queue")}
    assert periods == {TWO_WEEKS}


def test_an_event_that_cannot_reach_the_queue_is_kept_too(system: System) -> None:
    rule = system.one("AWS::Events::Rule", Name=f"onecrown-{system.environment.name}-arrivals")
    (target,) = rule.properties["Targets"]
    letters = system.named(rule.stack, target["DeadLetterConfig"]["Arn"])
    assert letters.properties["QueueName"].endswith("-arrivals-undeliverable")


def test_only_the_rule_of_arrivals_may_send_into_the_queue(system: System) -> None:
    account = system.environment.account or "<AWS::AccountId>"
    rule = f"arn:aws:events:{system.environment.region}:{account}:rule/onecrown-{system.environment.name}-arrivals"
    for policy in system.resources("AWS::SQS::QueuePolicy"):
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert system.text(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == rule


def matches(pattern: Any, value: Any) -> bool:
    """EventBridge's matching, as far as our patterns use it."""
    if isinstance(pattern, dict):
        return all(name in value and matches(part, value[name]) for name, part in pattern.items())
    return any(_fits(one, value) for one in pattern)


def _fits(one: Any, value: Any) -> bool:
    if isinstance(one, dict):
        return not str(value).endswith(one["anything-but"]["suffix"])
    return bool(one == value)


@pytest.mark.parametrize(
    ("bucket", "key", "arrives"),
    [
        ("landing", "libra/daily_court_list/list.csv", True),
        ("landing", "libra/daily_court_list/empty", True),
        ("landing", "libra/daily_court_list/", False),
        ("outbox", "libra/daily_court_list/list.csv", False),
    ],
)
def test_every_file_in_landing_arrives_but_no_folder(bucket: str, key: str, arrives: bool) -> None:
    put = {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": bucket}, "object": {"key": key, "size": 0}},
    }
    scanned = {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "detail": {"s3ObjectDetails": {"bucketName": bucket, "objectKey": key}},
    }
    assert matches(put_pattern("landing"), put) is arrives
    assert matches(scanned_pattern("landing"), scanned) is arrives
    assert not matches(put_pattern("landing"), scanned)


def test_where_arrivals_are_scanned_nobody_reads_what_was_not_found_clean(systems: dict[str, System]) -> None:
    def statements(name: str) -> list[Any]:
        policies = [p for p in systems[name].resources("AWS::S3::BucketPolicy") if p.logical_id.startswith("Landing")]
        said = policies[0].properties["PolicyDocument"]["Statement"]
        return [s for s in said if s.get("Sid") == "NotBeforeItIsScanned"]

    def closed(name: str) -> list[Any]:
        return [said["Condition"]["StringNotEquals"] for said in statements(name)]

    (left_open,) = [systems["prod"].text(said["NotResource"]) for said in statements("prod")]
    assert left_open.endswith("/.scrubbed/*"), "what an erasure leaves is read before it is scanned"
    assert closed("prod") == [{"s3:ExistingObjectTag/GuardDutyMalwareScanStatus": "NO_THREATS_FOUND"}]
    assert closed("dev") == [] and not list(systems["dev"].resources("AWS::GuardDuty::MalwareProtectionPlan"))
    assert list(systems["prod"].resources("AWS::GuardDuty::MalwareProtectionPlan"))


def test_functions_and_jobs_are_given_every_setting_that_they_read(system: System) -> None:
    wanted = {f"ONECROWN_{field.name.upper()}" for field in fields(AwsSettings)}
    for function in system.resources("AWS::Lambda::Function"):
        assert set(function.properties["Environment"]["Variables"]) == wanted
    for job in system.resources("AWS::Glue::Job"):
        given = {name.removeprefix("--") for name in job.properties["DefaultArguments"]}
        assert wanted <= given


def test_the_sweep_runs_every_quarter_of_an_hour(system: System) -> None:
    rule = system.one("AWS::Events::Rule", Name=f"onecrown-{system.environment.name}-sweep")
    assert rule.properties["ScheduleExpression"] == "rate(15 minutes)" and rule.properties["State"] == "ENABLED"
