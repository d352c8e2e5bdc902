"""Data lives in the stateful stacks, outlives them, and is never replaced by a deployment."""

from __future__ import annotations

import json

import pytest

from tests.infra.data_rules import expiring, holding_outside, not_outliving
from tests.infra.stateful import identities, replacements, written_down
from tests.infra.system import System

pytestmark = pytest.mark.aws


def test_nothing_that_holds_data_stands_outside_the_stateful_stacks(system: System) -> None:
    assert not list(holding_outside(system))


def test_a_bucket_in_a_rebuildable_stack_is_found(prod: System) -> None:
    broken = prod.broken()
    broken.templates["merge"]["Resources"]["Scratch"] = {"Type": "AWS::S3::Bucket", "Properties": {}}
    assert list(holding_outside(broken)) == ["merge/Scratch (AWS::S3::Bucket)"]


@pytest.mark.parametrize("name", ["preprod", "prod"])
def test_live_data_outlives_its_stack(systems: dict[str, System], name: str) -> None:
    assert not list(not_outliving(systems[name]))


def test_a_ledger_that_may_be_deleted_is_found(prod: System) -> None:
    broken = prod.broken()
    ledger = broken.one("AWS::DynamoDB::Table")
    body = broken.templates[ledger.stack]["Resources"][ledger.logical_id]
    body["Properties"]["DeletionProtectionEnabled"] = False
    body["DeletionPolicy"] = "Delete"
    assert len(list(not_outliving(broken))) == 2


@pytest.mark.parametrize("name", ["preprod", "prod"])
def test_stacks_with_live_data_refuse_to_be_deleted(systems: dict[str, System], name: str) -> None:
    manifest = json.loads((systems[name].folder / "manifest.json").read_text())
    stacks = [a["properties"] for a in manifest["artifacts"].values() if a["type"] == "aws:cloudformation:stack"]
    assert len(stacks) == 8 and all(stack["terminationProtection"] for stack in stacks)


def test_nothing_of_record_expires_by_age(system: System) -> None:
    assert not list(expiring(system))


def test_a_warehouse_whose_files_expire_is_found(prod: System) -> None:
    broken = prod.broken()
    for bucket in broken.resources("AWS::S3::Bucket"):
        bucket.properties["LifecycleConfiguration"]["Rules"].append({"ExpirationInDays": 365, "Status": "Enabled"})
    assert [label.split("/")[1][:6] for label in expiring(broken)] == [
        "Landin",
        "Valida",
        "Quaran",
        "Wareho",
        "Outbox",
        "Releas",
    ]


def test_the_ledger_can_be_brought_back_to_any_second_of_35_days(system: System) -> None:
    table = system.one("AWS::DynamoDB::Table").properties
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST" and "TimeToLiveSpecification" not in table


def test_what_is_delivered_and_what_is_published_keep_every_version_and_nothing_else_does(system: System) -> None:
    """Versions elsewhere would outlive an erasure."""
    ours = [b.properties for b in system.resources("AWS::S3::Bucket") if b.stack != "copies"]
    (landing, releases) = (said for said in ours if "VersioningConfiguration" in said)
    assert "-landing-" in system.text(landing["BucketName"]) and "-releases-" in system.text(releases["BucketName"])
    assert landing["VersioningConfiguration"] == releases["VersioningConfiguration"] == {"Status": "Enabled"}
    assert landing["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_no_deployment_replaces_what_holds_data(system: System) -> None:
    found = replacements(written_down(system.environment), identities(system))
    assert not found, "\n".join([*found, "if that is meant, write it down: python -m tests.infra.stateful"])


def test_a_renamed_ledger_is_said_to_be_replaced(prod: System) -> None:
    broken = prod.broken()
    broken.one("AWS::DynamoDB::Table").body["Properties"]["TableName"] = "onecrown-prod-book"
    (found,) = replacements(written_down(broken.environment), identities(broken))
    assert "ledger/Table" in found and "would be replaced" in found and "TableName" in found


def test_a_bucket_under_another_logical_id_is_said_to_be_lost(prod: System) -> None:
    broken = prod.broken()
    resources = broken.templates["storage"]["Resources"]
    (old,) = [name for name in resources if name.startswith("Warehouse") and "Policy" not in name]
    resources["LakeHouse"] = resources.pop(old)
    found = replacements(written_down(broken.environment), identities(broken))
    assert any("would be deleted" in line and old in line for line in found)
    assert any("storage/LakeHouse is new" in line for line in found)


def test_no_deployment_runs_code_of_its_own(system: System) -> None:
    kinds = {resource.kind for resource in system.resources()}
    assert not [kind for kind in kinds if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"]
    assert len(list(system.resources("AWS::Lambda::Function"))) == 2
