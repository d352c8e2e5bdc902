"""Rules on keys and transport, as functions of a system: each gives what breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.infra.system import Resource, System, as_list, statements


@dataclass(frozen=True, slots=True)
class Producer:
    """A service that writes into something encrypted on its own behalf, and as what it shows itself there."""

    service: str
    shown_as: str
    target: Resource
    key: Resource


_KEY_OF = {
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::DynamoDB::Table": "SSESpecification",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::Glue::SecurityConfiguration": "EncryptionConfiguration",
    "AWS::S3::Bucket": "BucketEncryption",
    "AWS::Backup::BackupVault": "EncryptionKeyArn",
}
SERVICES_OWN_KEY = "access-logs"  # S3 delivers access logs into a bucket under its own key only


def first_key(value: Any) -> Any:
    """The reference to a key within a property."""
    if isinstance(value, list):
        return next(filter(None, map(first_key, value)), None)
    if isinstance(value, dict) and ("Fn::ImportValue" in value or "Fn::GetAtt" in value or "Ref" in value):
        return value
    return first_key(list(value.values())) if isinstance(value, dict) else None


def key_of(system: System, resource: Resource) -> Resource | None:
    """The customer key that a resource is encrypted with."""
    reference = first_key(resource.properties.get(_KEY_OF[resource.kind]))
    return system.named(resource.stack, reference) if reference else None


def unencrypted(system: System) -> Iterator[str]:
    """What is not under one of our keys."""
    for resource in system.resources(*_KEY_OF):
        key = key_of(system, resource)
        if key is None and SERVICES_OWN_KEY not in system.text(resource.properties.get("BucketName", "")):
            yield resource.label
        if key is not None and not key.properties.get("EnableKeyRotation"):
            yield f"{key.label} does not rotate"


def producers(system: System) -> Iterator[Producer]:
    """Every service that writes into something encrypted on its own behalf."""
    yield from _events(system)
    yield from _alarms(system)
    yield from _budgets(system)
    yield from _logs(system)


def _into(system: System, service: str, shown_as: str, stack: str, target: Any) -> Iterator[Producer]:
    resource = system.named(stack, target)
    key = key_of(system, resource) if resource.kind in _KEY_OF else None
    if key is not None:
        yield Producer(service, shown_as, resource, key)


def _here(system: System, service: str, resource: str) -> str:
    account = system.environment.account or "<AWS::AccountId>"
    return f"arn:aws:{service}:{system.environment.region}:{account}:{resource}"


def _events(system: System) -> Iterator[Producer]:
    for rule in system.resources("AWS::Events::Rule"):
        shown = _here(system, "events", f"rule/{rule.properties['Name']}")
        for target in rule.properties["Targets"]:
            letters = target.get("DeadLetterConfig", {}).get("Arn")
            for arn in filter(None, (target["Arn"], letters)):
                yield from _into(system, "events.amazonaws.com", shown, rule.stack, arn)


def _alarms(system: System) -> Iterator[Producer]:
    for alarm in system.resources("AWS::CloudWatch::Alarm"):
        shown = _here(system, "cloudwatch", f"alarm:{alarm.properties['AlarmName']}")
        for action in alarm.properties["AlarmActions"]:
            yield from _into(system, "cloudwatch.amazonaws.com", shown, alarm.stack, action)


def _budgets(system: System) -> Iterator[Producer]:
    for budget in system.resources("AWS::Budgets::Budget"):
        for notice in budget.properties["NotificationsWithSubscribers"]:
            for subscriber in notice["Subscribers"]:
                shown = system.environment.account or "<AWS::AccountId>"
                yield from _into(system, "budgets.amazonaws.com", shown, budget.stack, subscriber["Address"])


def _logs(system: System) -> Iterator[Producer]:
    service = f"logs.{system.environment.region}.amazonaws.com"
    for group in system.resources("AWS::Logs::LogGroup"):
        shown = _here(system, "logs", f"log-group:{group.properties['LogGroupName']}")
        yield from _into(system, service, shown, group.stack, {"Ref": group.logical_id})
    for security in system.resources("AWS::Glue::SecurityConfiguration"):
        shown = _here(system, "logs", f"log-group:/aws-glue/jobs/{security.properties['Name']}")
        yield from _into(system, service, shown, security.stack, {"Ref": security.logical_id})


_SHOWS = ("aws:SourceArn", "aws:SourceAccount", "kms:EncryptionContext:aws:logs:arn")


def _lets_in(system: System, statement: Mapping[str, Any], producer: Producer) -> bool:
    service = statement["Principal"].get("Service") if isinstance(statement["Principal"], dict) else None
    if statement["Effect"] != "Allow" or system.text(service) != producer.service:
        return False
    if not {"kms:Decrypt", "kms:GenerateDataKey"} <= set(as_list(statement["Action"])):
        return False
    said = [values for operator in statement.get("Condition", {}).values() for values in operator.items()]
    bound = [pattern for name, values in said if name in _SHOWS for pattern in as_list(values)]
    return any(fnmatchcase(producer.shown_as, system.text(pattern)) for pattern in bound)


def shut_out(system: System) -> Iterator[str]:
    """Services that write into something whose key does not let them, or lets anybody's in."""
    for producer in producers(system):
        if not any(_lets_in(system, statement, producer) for statement in statements(producer.key)):
            yield f"{producer.service} as {producer.shown_as} writes into {producer.target.label}"


def without_tls(system: System) -> Iterator[str]:
    """Buckets, queues and topics that can be reached without TLS."""
    policies = {
        "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket"),
        "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues"),
        "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics"),
    }
    for kind, (policy_kind, names) in policies.items():
        guarded = {
            system.origin(policy.stack, target)
            for policy in system.resources(policy_kind)
            if any(map(_refuses_plain_text, statements(policy)))
            for target in as_list(policy.properties[names])
        }
        yield from (r.label for r in system.resources(kind) if (r.stack, r.logical_id) not in guarded)


def _refuses_plain_text(statement: Mapping[str, Any]) -> bool:
    condition = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return statement["Effect"] == "Deny" and condition == "false" and statement["Principal"] in ("*", {"AWS": "*"})


def public(system: System) -> Iterator[str]:
    """Buckets that somebody could open to the public."""
    closed = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
    for bucket in system.resources("AWS::S3::Bucket"):
        said = bucket.properties.get("PublicAccessBlockConfiguration", {})
        if {name for name, value in said.items() if value is True} != closed:
            yield bucket.label
