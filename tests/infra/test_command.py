"""`python -m infra.app`: environments, what it says to a wrong one, where a deployment stops, and what the linters say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks
from cfnlint import ConfigMixIn
from cfnlint.config import ManualArgs
from cfnlint.runner import Runner

from infra.app import FEATURES, context_of, main
from infra.config import ENVIRONMENTS, LONDON
from tests.infra.system import System

pytestmark = pytest.mark.aws
ROOT = Path(__file__).parents[2]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command as CDK's command line and people run it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    command = [sys.executable, "-m", "infra.app", *arguments]
    return subprocess.run(command, cwd=ROOT, env=kept | variables, capture_output=True, text=True, check=False)


def test_a_misspelt_environment_ends_with_one_line_that_names_the_known_ones(tmp_path: Path) -> None:
    ended = run("-c", "environment=prdo", CDK_OUTDIR=str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr == "no environment `prdo`; known are dev, preprod, prod\n" and not ended.stdout


def test_a_missing_environment_ends_with_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path))
    assert main([]) == 2
    assert capsys.readouterr().err == "which environment? Say -c environment=NAME; known are dev, preprod, prod\n"


def test_packages_that_are_not_built_end_with_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path / "out"))
    assert main(["-c", "environment=dev", "-c", f"packages={tmp_path}"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("the code packages are not built (lambda.zip, glue/onecrown.gluewheels.zip")
    assert said.endswith("run python -m infra.packages\n") and said.count("\n") == 1


def test_without_node_the_command_says_what_to_install() -> None:
    ended = run("-c", "environment=dev", PATH="/nowhere")
    assert ended.returncode == 2 and ended.stderr.count("\n") == 1 and "install Node.js" in ended.stderr


def test_the_context_is_read_as_cdks_command_line_gives_it() -> None:
    assert context_of(["-c", "environment=dev", "--context", "packages=a=b"]) == {
        "environment": "dev",
        "packages": "a=b",
    }


def test_an_environment_is_added_in_one_place() -> None:
    proving = ROOT / "infra" / "proving"  # deploys into a throw-away account, as a developer would
    for path in (ROOT / "infra").rglob("*.py"):
        if path.name != "config.py" and proving not in path.parents:
            named = [name for name in ENVIRONMENTS if f'"{name}"' in path.read_text()]
            assert not named, f"{path.name} knows the environment {named}"


def test_a_new_environment_is_an_entry_and_nothing_else(systems: dict[str, System]) -> None:
    assert set(systems["sandbox"].templates) == {*systems["prod"].templates, "network", "copies"}


def test_live_environments_pin_account_and_region_so_that_another_caller_is_stopped(systems: dict[str, System]) -> None:
    assert places(systems["prod"]) == {"aws://222222222222/eu-west-2"}
    assert places(systems["preprod"]) == {"aws://111111111111/eu-west-2"}
    assert places(systems["dev"]) == {"aws://unknown-account/eu-west-2"}


def places(system: System) -> set[str]:
    """Where CDK's command line is told to deploy: it refuses credentials of another account."""
    manifest = json.loads((system.folder / "manifest.json").read_text())
    stacks = [a for a in manifest["artifacts"].values() if a["type"] == "aws:cloudformation:stack"]
    return {stack["environment"] for stack in stacks}


def test_live_environments_are_accounts_apart() -> None:
    accounts = [each.account for each in ENVIRONMENTS.values() if each.account]
    assert len(accounts) == len(set(accounts)) == 2


def test_no_value_is_looked_up_while_templates_are_written(system: System) -> None:
    assert "missing" not in json.loads((system.folder / "manifest.json").read_text())


def test_cdk_nag_finds_nothing_that_has_no_written_reason(system: System) -> None:
    report = json.loads((system.folder / "validation-report.json").read_text())
    assert [found for plugin in report["pluginReports"] for found in plugin["violations"]] == []


def test_cdk_nag_stops_a_bucket_that_breaks_its_rules(tmp_path: Path) -> None:
    app = cdk.App(context=dict(FEATURES), outdir=str(tmp_path))
    s3.Bucket(cdk.Stack(app, "planted"), "Open")
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="AwsSolutions-S1"):
        app.synth()


def lint(*paths: Path) -> list[str]:
    """What cfn-lint says of templates, by London's schemas. Its rules are read once for all: that takes a third of the time."""
    asked = ManualArgs(templates=[str(path) for path in paths], regions=[LONDON])
    return [f"{m.rule.id} {m.message}" for m in Runner(ConfigMixIn(**asked)).run()]


@pytest.mark.parametrize("name", ["prod", *(pytest.param(name, marks=pytest.mark.long) for name in ("dev", "sandbox"))])
def test_cfn_lint_finds_nothing(systems: dict[str, System], name: str) -> None:
    paths = sorted(systems[name].folder.glob("*.template.json"))
    assert len(paths) >= 8 and not lint(*paths)


def test_cfn_lint_finds_nothing_in_stacks_that_only_some_environments_have(systems: dict[str, System]) -> None:
    folder = systems["sandbox"].folder
    assert not lint(*(folder / f"onecrown-sandbox-{stack}.template.json" for stack in ("copies", "network")))


def test_cfn_lint_finds_what_is_wrong(prod: System, tmp_path: Path) -> None:
    broken = prod.broken()
    broken.one("AWS::DynamoDB::Table").body["Properties"]["BillingMode"] = "ON_THE_HOUSE"
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(broken.templates["ledger"]))
    assert any("ON_THE_HOUSE" in said for said in lint(path))


def test_settings_that_differ_are_typed(systems: dict[str, System]) -> None:
    with pytest.raises(TypeError):
        replace(systems["prod"].environment, merge_windw_seconds=60)  # type: ignore[call-arg]
