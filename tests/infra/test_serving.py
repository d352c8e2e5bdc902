"""What people query with: settings that they cannot change, limits, queries to start from, and where everything is."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from infra.code_packages import JOBS
from infra.parts.named_queries import queries_of
from onecrown.adapters.aws.settings import AwsSettings
from onecrown.definitions.model import load_model, model_folder
from onecrown.rendering.dictionary_queries import read_examples
from tests.infra.encryption_rules import first_key
from tests.infra.system import System

pytestmark = pytest.mark.aws


def test_a_workgroups_settings_are_not_its_callers_to_change(system: System) -> None:
    groups = list(system.resources("AWS::Athena::WorkGroup"))
    assert len(groups) == 3
    for group in groups:
        said = group.properties["WorkGroupConfiguration"]
        assert said["EnforceWorkGroupConfiguration"] and said["PublishCloudWatchMetricsEnabled"]
        audience = group.properties["Name"].rsplit("-", 1)[1]
        result = said["ResultConfiguration"]
        assert system.text(result["OutputLocation"]).endswith(f"/athena/{audience}/")
        assert result["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
        key = system.named(group.stack, first_key(result["EncryptionConfiguration"]))
        assert key.logical_id.startswith("Results")
        assert said["BytesScannedCutoffPerQuery"] == getattr(system.environment.scan_limits, audience)


def test_the_dictionarys_queries_are_the_analysts_to_start_from(system: System) -> None:
    model, examples = load_model(), read_examples(model_folder() / "examples.yaml")
    wanted = {name: example.sql for name, example in queries_of(model, examples)}
    queries = list(system.resources("AWS::Athena::NamedQuery"))
    assert {q.properties["Name"]: q.properties["QueryString"] for q in queries} == wanted and len(wanted) > 30
    assert {q.properties["WorkGroup"] for q in queries} == {f"onecrown-{system.environment.name}-analyst"}


def test_no_query_to_start_from_reads_identities(system: System) -> None:
    for query in system.resources("AWS::Athena::NamedQuery"):
        assert "_identity" not in query.properties["QueryString"], query.properties["Name"]


def test_names_and_descriptions_of_queries_are_as_long_as_athena_takes(system: System) -> None:
    for query in system.resources("AWS::Athena::NamedQuery"):
        assert len(query.properties["Name"]) <= 128 and 0 < len(query.properties["Description"]) <= 1024


def test_one_parameter_says_where_everything_is(system: System) -> None:
    parameter = system.one("AWS::SSM::Parameter", Name=f"/onecrown/{system.environment.name}/settings")
    said = json.loads(system.text(parameter.properties["Value"]))
    assert {field.name for field in fields(AwsSettings)} <= said.keys()
    assert set(said["jobs"]) == set(JOBS) and set(said["workgroups"]) == {"analyst", "statistician", "pipeline"}
    assert set(said["supplier_roles"]) == {supplier.source for supplier in system.environment.suppliers}
    assert set(said["roles"]) == {"analyst", "statistician"} and said["results_bucket"]
    longest_of_a_plain_parameter = 4096
    assert len(json.dumps(said)) + 600 < longest_of_a_plain_parameter


def test_outputs_name_what_a_person_needs(system: System) -> None:
    said = {name for template in system.templates.values() for name in template.get("Outputs", {})}
    assert {"LandingBucket", "LedgerTable", "MergeMachine", "ArrivalsQueue", "DeadLetters", "AnalystRole"} <= said
    assert {"MergeDropsJob", "SupplierLibraRole", "ReceiveDropRole", "AnalystWorkgroupName"} <= said
