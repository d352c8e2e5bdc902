"""Each role may do what its work asks for, and no pattern stands without a reason."""

from __future__ import annotations

import pytest

from infra.code_packages import JOBS
from infra.config import SOURCES
from tests.infra.rights_rules import allowed, denied, open_to_anybody, role, unreasoned_wildcards
from tests.infra.system import System

pytestmark = pytest.mark.aws
STORES = ("-landing-", "-validated-", "-quarantine-", "-warehouse-", "-outbox-")
AUDIENCES = ("analyst", "statistician")


def stores_of(system: System, name: str, *actions: str) -> set[str]:
    """The buckets on which a role may do any of some actions."""
    pairs = [resource for action, resource in allowed(system, name) if action in actions]
    return {store.strip("-") for store in STORES for resource in pairs if store in resource}


def test_no_action_and_no_resource_is_a_pattern_without_a_written_reason(system: System) -> None:
    assert not list(unreasoned_wildcards(system))


def test_a_policy_on_everything_is_found(prod: System) -> None:
    broken = prod.broken()
    policy = next(broken.resources("AWS::IAM::Policy"))
    wide = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::somebody-elses/*"}
    policy.properties["PolicyDocument"]["Statement"].append(wide)
    found = [line.split(": ", 1)[1] for line in unreasoned_wildcards(broken)]
    assert found == ["Action::s3:*", "Resource::arn:aws:s3:::somebody-elses/*"]


def test_a_pattern_whose_reason_is_a_word_is_found(prod: System) -> None:
    broken = prod.broken()
    policy = next(p for p in broken.resources("AWS::IAM::Policy") if p.reasons)
    for rule in policy.body["Metadata"]["cdk_nag"]["rules_to_suppress"]:
        rule["reason"] = "needed"
    assert list(unreasoned_wildcards(broken))


def test_nobody_is_let_in_whoever_they_are(system: System) -> None:
    assert not list(open_to_anybody(system))


def test_a_role_that_anybody_may_take_on_is_found(prod: System) -> None:
    broken = prod.broken()
    trust = role(broken, "analyst").properties["AssumeRolePolicyDocument"]["Statement"]
    trust[0]["Principal"] = {"AWS": "*"}
    assert list(open_to_anybody(broken)) == [role(broken, "analyst").label]


@pytest.mark.parametrize("source", SOURCES)
def test_a_supplier_puts_under_its_own_prefix_reads_its_outbox_and_nothing_else(system: System, source: str) -> None:
    may = list(allowed(system, f"supplier-{source}"))
    puts = {resource for action, resource in may if action in ("s3:PutObject", "s3:AbortMultipartUpload")}
    gets = {resource for action, resource in may if action == "s3:GetObject"}
    assert [put.rsplit(":", 1)[-1].split("/", 1)[1] for put in puts] == [f"{source}/*"]
    assert all("-landing-" in put for put in puts)
    assert [get.split("/", 1)[1] for get in gets] == [f"outbox/{source}/*"]
    others = {action for action, _ in may} - {"s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject"}
    assert others == {"s3:ListBucket", "kms:Decrypt", "kms:GenerateDataKey"}
    assert {r for a, r in may if a == "s3:ListBucket"} == {get.split("/", 1)[0] for get in gets}


def test_another_account_may_take_on_a_suppliers_role_only_where_the_configuration_says_so(
    systems: dict[str, System],
) -> None:
    def trusted(name: str) -> str:
        statement = role(systems[name], "supplier-libra").properties["AssumeRolePolicyDocument"]["Statement"][0]
        return systems[name].text(statement["Principal"]["AWS"])

    assert trusted("prod") == "arn:<AWS::Partition>:iam::444444444444:root"
    assert trusted("dev") == "arn:<AWS::Partition>:iam::<AWS::AccountId>:root"


def test_receiving_reads_landing_by_version_writes_what_it_judged_and_never_sees_the_warehouse(system: System) -> None:
    assert stores_of(system, "receive_drop", "s3:GetObjectVersion") >= {"landing"}
    assert stores_of(system, "receive_drop", "s3:PutObject") == {"validated", "quarantine", "outbox", "landing"}
    actions = {action for action, _ in allowed(system, "receive_drop")}
    assert not [action for action in actions if action.startswith(("athena:", "lakeformation:"))]
    assert not stores_of(system, "receive_drop", *actions) & {"warehouse"}
    assert {action for action in actions if action.startswith("glue:")} == {"glue:StartJobRun"}


def test_receiving_starts_one_job_and_one_machine(system: System) -> None:
    may = dict(allowed(system, "receive_drop"))
    assert may["glue:StartJobRun"].endswith(f":job/onecrown-{system.environment.name}-receive_large_drop")
    assert may["states:StartExecution"].endswith(f":stateMachine:onecrown-{system.environment.name}-merge")


def test_the_sweep_only_reads_landing_and_announces(system: System) -> None:
    actions = {action for action, _ in allowed(system, "sweep")}
    assert stores_of(system, "sweep", "s3:PutObject", "s3:DeleteObject") == set()
    assert stores_of(system, "sweep", *actions) == {"landing"}
    assert "sqs:SendMessage" in actions and "sqs:ReceiveMessage" not in actions


def test_only_what_erases_may_change_what_was_delivered_and_nothing_of_ours_puts_under_a_suppliers_key(
    system: System,
) -> None:
    changing = ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion")
    erasing = {"maintain_tables", "receive_drop", "receive_large_drop"}  # a file that comes again is scrubbed first
    names = ("receive_drop", "sweep", *JOBS)
    assert {name for name in names if "landing" in stores_of(system, name, *changing)} == erasing
    for name in erasing:
        put = {resource for action, resource in allowed(system, name) if action == "s3:PutObject"}
        assert [one.endswith("/.scrubbed/*") for one in put if "-landing-" in one] == [True]


def test_only_jobs_that_write_tables_reach_the_warehouse(system: System) -> None:
    names = ("receive_drop", "sweep", *JOBS, *AUDIENCES, *(f"supplier-{source}" for source in SOURCES))
    touching = {name for name in names if any("-warehouse-" in resource for _, resource in allowed(system, name))}
    writing = {"merge_drops", "maintain_tables", "migrate_tables", "backfill", "resolve_persons"}
    assert touching == {*writing, "publish_release"}


def test_publishing_commits_tags_and_writes_releases_and_takes_nothing_from_a_table_or_a_release(
    system: System,
) -> None:
    may = list(allowed(system, "publish_release"))
    put = {resource.split("/", 1)[1] for action, resource in may if action == "s3:PutObject"}
    databases = ("onecrown", "onecrown_ops", "onecrown_measures")
    assert put == {"*", *(f"{database}/*/metadata/*" for database in databases)}
    assert stores_of(system, "publish_release", "s3:PutObject", "s3:DeleteObject") == {"warehouse"}
    assert {resource for action, resource in may if action == "s3:PutObject" and resource.endswith("/*")} >= {
        resource for action, resource in may if action == "s3:GetObject" and "-releases-" in resource
    }
    assert not [resource for action, resource in may if action.startswith("s3:Delete") and "-releases-" in resource]
    made = {
        resource.rsplit(":", 1)[1] for action, resource in may if action in ("glue:CreateTable", "glue:CreateDatabase")
    }
    assert made == {"catalog", "database/onecrown_release_*", "table/onecrown_release_*/*"}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_audience_reads_releases_and_writes_none(system: System, audience: str) -> None:
    may = {(action, resource) for action, resource in allowed(system, audience) if "-releases-" in resource}
    assert {action for action, _ in may} == {"s3:GetObject", "s3:ListBucket"}


def test_resolving_persons_reads_no_record_as_delivered_and_writes_no_history(system: System) -> None:
    may = list(allowed(system, "resolve_persons"))
    in_history = {(action, resource) for action, resource in may if "onecrown_history" in resource}
    objects = {(action, resource.split("/", 1)[1]) for action, resource in in_history if action.startswith("s3:")}
    metadata = "onecrown_history/*/metadata/*"
    assert objects == {("s3:GetObject", metadata), ("s3:GetObjectVersion", metadata)}
    assert not [action for action, _ in in_history if action.startswith(("glue:Create", "glue:Update", "glue:Delete"))]
    assert stores_of(system, "resolve_persons", "s3:PutObject", "s3:DeleteObject") == {"warehouse"}
    assert "landing" not in stores_of(system, "resolve_persons", *{action for action, _ in may})


@pytest.mark.parametrize("name", ["receive_drop", *JOBS])
def test_nobody_may_delete_the_ledger_and_only_maintenance_reads_all_of_it_at_once(system: System, name: str) -> None:
    actions = {action for action, _ in allowed(system, name) if action.startswith("dynamodb:")}
    assert "dynamodb:UpdateItem" in actions and "dynamodb:DeleteTable" not in actions
    assert ("dynamodb:Scan" in actions) == (name == "maintain_tables")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_audience_has_no_right_on_any_store_of_whole_records(system: System, audience: str) -> None:
    for action, resource in allowed(system, audience):
        assert not any(store in resource for store in STORES), action
        assert "<ledger." not in resource and "<keys.Lake" not in resource and "<keys.Landing" not in resource
        assert "onecrown_history" not in resource and not action.startswith(("dynamodb:", "secretsmanager:"))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_boundary_shuts_an_audience_out_whatever_else_it_is_given(system: System, audience: str) -> None:
    held = role(system, audience).properties["PermissionsBoundary"]
    assert system.named("serve", held).properties["ManagedPolicyName"].endswith(f"{audience}-boundary")
    shut = denied(system, f"{audience}-boundary")
    assert all(any(store in resource for resource in shut["s3:*"]) for store in STORES)
    assert any(resource.startswith("<ledger.Table") for resource in shut["dynamodb:*"])
    assert {resource.rsplit(":", 1)[1] for resource in shut["glue:*"]} == {
        "table/onecrown/*_identity",
        "table/onecrown_history/*",
        "database/onecrown_history",
    }
    assert any("Lake" in resource for resource in shut["kms:*"]) and shut["secretsmanager:*"]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_audience_queries_in_its_own_workgroup_and_writes_its_own_results(system: System, audience: str) -> None:
    may = list(allowed(system, audience))
    groups = {resource.rsplit("/", 1)[1] for action, resource in may if action == "athena:StartQueryExecution"}
    assert groups == {f"onecrown-{system.environment.name}-{audience}"}
    assert {r.split("/", 1)[1] for a, r in may if a == "s3:PutObject"} == {f"athena/{audience}/*"}
    assert ("lakeformation:GetDataAccess", "*") in may
