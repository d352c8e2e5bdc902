"""Everything at rest is under our keys, every service that writes there is let in by name, and nothing goes in plain text."""

from __future__ import annotations

import pytest

from tests.infra.encryption_rules import producers, public, shut_out, unencrypted, without_tls
from tests.infra.system import System, statements

pytestmark = pytest.mark.aws


def test_everything_at_rest_is_under_a_customer_key_that_rotates(system: System) -> None:
    assert not list(unencrypted(system))


def test_a_queue_without_a_key_is_found(prod: System) -> None:
    broken = prod.broken()
    del broken.one("AWS::SQS::Queue", QueueName="onecrown-prod-arrivals").body["Properties"]["KmsMasterKeyId"]
    assert [label.split("/")[0] for label in unencrypted(broken)] == ["ingest"]


def test_every_service_that_writes_into_something_encrypted_is_in_its_key_policy(system: System) -> None:
    services = {producer.service.split(".")[0] for producer in producers(system)}
    assert services == {"events", "cloudwatch", "budgets", "logs"}
    assert not list(shut_out(system))


@pytest.mark.parametrize("service", ["events", "cloudwatch", "budgets", "logs.eu-west-2"])
def test_a_key_policy_that_forgets_a_service_is_found(prod: System, service: str) -> None:
    broken = prod.broken()
    for key in broken.resources("AWS::KMS::Key"):
        policy = key.properties["KeyPolicy"]
        said = [s for s in statements(key) if s["Principal"].get("Service") != f"{service}.amazonaws.com"]
        policy["Statement"] = said
    assert all(line.startswith(service) for line in shut_out(broken)) and list(shut_out(broken))


def test_a_key_policy_that_is_bound_to_another_resource_is_found(prod: System) -> None:
    broken = prod.broken()
    for key in broken.resources("AWS::KMS::Key"):
        for statement in statements(key):
            if statement["Principal"].get("Service") == "events.amazonaws.com":
                statement["Condition"]["ArnLike"]["aws:SourceArn"] = "arn:aws:events:eu-west-2:222222222222:rule/other"
    assert any("rule/onecrown-prod-arrivals" in line for line in shut_out(broken))


def test_no_service_is_let_in_without_saying_for_what(system: System) -> None:
    for kind in ("AWS::KMS::Key", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for resource in system.resources(kind):
            for statement in statements(resource):
                if statement["Effect"] == "Allow" and "Service" in statement["Principal"]:
                    assert statement["Condition"], f"{resource.label} lets a service in for anybody"


def test_nothing_is_reached_without_tls(system: System) -> None:
    assert not list(without_tls(system))


def test_a_bucket_that_takes_plain_text_is_found(prod: System) -> None:
    broken = prod.broken()
    policies = [p for p in broken.resources("AWS::S3::BucketPolicy") if p.logical_id.startswith("Landing")]
    policies[0].properties["PolicyDocument"]["Statement"] = []
    assert [label.split("/")[1][:7] for label in without_tls(broken)] == ["Landing"]


def test_nothing_can_be_opened_to_the_public(system: System) -> None:
    assert not list(public(system))


def test_a_bucket_that_could_be_opened_is_found(prod: System) -> None:
    broken = prod.broken()
    next(broken.resources("AWS::S3::Bucket")).body["Properties"].pop("PublicAccessBlockConfiguration")
    assert len(list(public(broken))) == 1


def test_the_pseudonyms_key_is_64_hex_digits_in_either_generator(system: System) -> None:
    said = system.one("AWS::SecretsManager::Secret").properties["GenerateSecretString"]
    printable = {chr(code) for code in range(33, 127)}
    assert printable - set(said["ExcludeCharacters"]) == set("0123456789abcdef")
    assert said["PasswordLength"] == 64 and said["RequireEachIncludedType"] is False
