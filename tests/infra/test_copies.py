"""What cannot be made again is copied to a second account, where one is named: by rules that both accounts work out alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.config import ENVIRONMENTS, PROD
from infra.parts.copies import COPIED
from onecrown.errors import SettingsError
from tests.infra.rights_rules import allowed
from tests.infra.system import Resource, System, as_list, statements, synthesise

pytestmark = pytest.mark.aws
HERE, THERE = "555555555555", "666666666666"
COPYING_ROLE = f"arn:aws:iam::{HERE}:role/onecrown-sandbox-copies"


@pytest.fixture
def copied(systems: dict[str, System]) -> System:
    """The environment that names a second account."""
    return systems["sandbox"]


def buckets(system: System, stack: str) -> dict[str, Resource]:
    """The buckets of a stack by name, but for those of access logs."""
    found = [bucket for bucket in system.resources("AWS::S3::Bucket") if bucket.stack == stack]
    named = {system.text(bucket.properties["BucketName"]): bucket for bucket in found}
    return {name: bucket for name, bucket in named.items() if "access-logs" not in name}


def rule(bucket: Resource) -> dict[str, Any]:
    (only,) = bucket.properties["ReplicationConfiguration"]["Rules"]
    return dict(only)


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_nothing_leaves_an_account_where_no_second_one_is_named(systems: dict[str, System], name: str) -> None:
    system = systems[name]
    assert not [kind for kind in {r.kind for r in system.resources()} if kind.startswith("AWS::Backup")]
    assert not [b.label for b in system.resources("AWS::S3::Bucket") if "ReplicationConfiguration" in b.properties]


def test_every_version_that_is_delivered_is_copied_and_belongs_to_the_second_account(copied: System) -> None:
    ours = buckets(copied, "storage")
    replicated = {name for name, bucket in ours.items() if "ReplicationConfiguration" in bucket.properties}
    assert replicated == {f"onecrown-sandbox-{thing}-{HERE}" for thing in COPIED}
    for name in replicated:
        said = rule(ours[name])
        assert (said["Status"], said["Filter"]) == ("Enabled", {"Prefix": ""})
        assert said["SourceSelectionCriteria"]["SseKmsEncryptedObjects"] == {"Status": "Enabled"}
        assert said["Destination"]["Account"] == THERE
        assert said["Destination"]["AccessControlTranslation"] == {"Owner": "Destination"}
        assert ours[name].properties["VersioningConfiguration"] == {"Status": "Enabled"}


def test_what_the_rules_name_is_what_the_second_account_has(copied: System) -> None:
    there, aliases = buckets(copied, "copies"), {a.properties["AliasName"] for a in copied.resources("AWS::KMS::Alias")}
    destinations = [
        rule(b)["Destination"]
        for b in buckets(copied, "storage").values()
        if "ReplicationConfiguration" in b.properties
    ]
    assert {said["Bucket"].removeprefix("arn:aws:s3:::") for said in destinations} == set(there)
    for said in destinations:
        place, _, alias = said["EncryptionConfiguration"]["ReplicaKmsKeyID"].rpartition(":")
        assert (place, alias in aliases) == (f"arn:aws:kms:eu-west-2:{THERE}", True)
    assert all(b.properties["VersioningConfiguration"] == {"Status": "Enabled"} for b in there.values())


def test_a_copy_cannot_be_deleted_from_the_first_account(copied: System) -> None:
    for bucket in buckets(copied, "storage").values():
        if "ReplicationConfiguration" in bucket.properties:
            assert rule(bucket)["DeleteMarkerReplication"] == {"Status": "Disabled"}
    may = {action for action, resource in allowed(copied, "copies") if THERE in resource}
    assert may == {
        *("s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"),
        *("kms:Encrypt", "kms:GenerateDataKey"),
    }
    assert not [a for a, _ in allowed(copied, "copies") if "Delete" in a or "Put" in a]


def test_the_second_account_lets_in_the_copying_role_and_nobody_else(copied: System) -> None:
    let_in = [
        (statement["Principal"], statement.get("Condition"), as_list(statement["Action"]))
        for policy in copied.resources("AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::Backup::BackupVault")
        if policy.stack == "copies"
        for statement in (*statements(policy), *policy.properties.get("AccessPolicy", {}).get("Statement", ()))
        if statement["Effect"] == "Allow" and HERE in copied.text(statement["Principal"].get("AWS", ""))
    ]
    backups = [said for said in let_in if said[2] == ["backup:CopyIntoBackupVault"]]
    others = [condition for _, condition, _ in let_in if condition]
    assert len(backups) == 1 and len(others) == len(let_in) - 1 == len(COPIED) + 1
    assert all(condition == {"ArnEquals": {"aws:PrincipalArn": COPYING_ROLE}} for condition in others)
    role = copied.one("AWS::IAM::Role", RoleName="onecrown-sandbox-copies")
    assert (
        copied.text(role.properties["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"])
        == "s3.amazonaws.com"
    )


def test_the_ledger_is_backed_up_every_day_and_the_backup_copied_into_the_vault_of_the_second_account(
    copied: System,
) -> None:
    plan = copied.one("AWS::Backup::BackupPlan").properties["BackupPlan"]
    (daily,) = plan["BackupPlanRule"]
    assert daily["ScheduleExpression"] == "cron(30 0 * * ? *)"
    (copy,) = daily["CopyActions"]
    vaults = {v.stack: v.properties["BackupVaultName"] for v in copied.resources("AWS::Backup::BackupVault")}
    assert copy["DestinationBackupVaultArn"] == f"arn:aws:backup:eu-west-2:{THERE}:backup-vault:{vaults['copies']}"
    assert copy["Lifecycle"] == daily["Lifecycle"] == {"DeleteAfterDays": 35}
    (selected,) = copied.one("AWS::Backup::BackupSelection").properties["BackupSelection"]["Resources"]
    assert copied.named("ledger", selected).kind == "AWS::DynamoDB::Table"


def test_the_second_account_is_deployed_before_what_copies_to_it(copied: System) -> None:
    import json

    stacks = json.loads((copied.folder / "manifest.json").read_text())["artifacts"]
    for stack in ("storage", "ledger"):
        assert "onecrown-sandbox-copies" in stacks[f"onecrown-sandbox-{stack}"]["dependencies"]
    assert stacks["onecrown-sandbox-copies"]["environment"] == f"aws://{THERE}/eu-west-2"


@pytest.mark.parametrize("account", ["", THERE])
def test_an_account_that_would_copy_to_itself_or_that_nobody_pinned_is_refused(
    account: str, packages: Path, tmp_path: Path
) -> None:
    wrong = replace(PROD, account=account, copies_to=THERE)
    with pytest.raises(SettingsError, match="name its own in `account`, and another in `copies_to`"):
        synthesise(wrong, packages, tmp_path)
