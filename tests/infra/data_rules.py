"""Rules on what holds data, as functions of a system: each gives what breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from infra.app import STATEFUL
from tests.infra.system import System

HOLD_DATA = frozenset(
    {
        "AWS::S3::Bucket",
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::SecretsManager::Secret",
        "AWS::Glue::Database",
        "AWS::LakeFormation::Tag",
        "AWS::Backup::BackupVault",
    }
)
HOLD_NOTHING = frozenset(
    {
        *("AWS::Athena::NamedQuery", "AWS::Athena::WorkGroup", "AWS::Budgets::Budget"),
        *("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Events::Rule"),
        *("AWS::EC2::FlowLog", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"),
        *("AWS::EC2::SecurityGroupEgress", "AWS::EC2::Subnet", "AWS::EC2::SubnetRouteTableAssociation"),
        *("AWS::EC2::VPC", "AWS::EC2::VPCEndpoint", "AWS::GuardDuty::MalwareProtectionPlan"),
        *("AWS::Glue::Connection", "AWS::Glue::Job", "AWS::Glue::SecurityConfiguration", "AWS::Glue::Trigger"),
        *("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role"),
        *("AWS::LakeFormation::PrincipalPermissions", "AWS::Lambda::EventSourceMapping"),
        *("AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::SNS::Subscription", "AWS::SNS::Topic"),
        *("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::SSM::Parameter", "AWS::StepFunctions::StateMachine"),
        "AWS::SQS::Queue",  # names of arrivals only: the files are in landing, and the sweep announces them again
        "AWS::Logs::LogGroup",  # names and counts: the ledger is the record
    }
)
RESULTS = "results"  # what queries gave can be asked for again
LOGS = "access-logs"


def holding_outside(system: System) -> Iterator[str]:
    """Resources of rebuildable stacks that hold data, or of which nobody has said whether they do."""
    for resource in system.resources():
        if resource.stack not in STATEFUL and resource.kind not in HOLD_NOTHING:
            yield f"{resource.label} ({resource.kind})"


def not_outliving(system: System) -> Iterator[str]:
    """What holds data and would go with its stack."""
    for resource in system.resources(*HOLD_DATA):
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if resource.body.get(policy) != "Retain":
                yield f"{resource.label} has no {policy} that retains it"
        if resource.kind == "AWS::DynamoDB::Table" and not resource.properties.get("DeletionProtectionEnabled"):
            yield f"{resource.label} may be deleted"


def expiring(system: System) -> Iterator[str]:
    """Buckets of record whose objects, or whose objects' versions, expire by age."""
    for bucket in system.resources("AWS::S3::Bucket"):
        name = system.text(bucket.properties["BucketName"])
        rules = bucket.properties.get("LifecycleConfiguration", {}).get("Rules", [])
        ends = [rule for rule in rules if "ExpirationInDays" in rule or "ExpirationDate" in rule]
        if ends and not any(f"-{kind}-" in name for kind in (RESULTS, LOGS)):
            yield f"{bucket.label}: objects expire"
        if any("NoncurrentVersionExpiration" in rule for rule in rules):
            yield f"{bucket.label}: a version expires"
