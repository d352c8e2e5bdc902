"""`make prove-aws` from its first line to its last, with the local AWS in the place of an account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_aws import deploying
from local_aws.account import ACCOUNT
from local_aws.launching import CHECKOUT, LocalAws

pytestmark = [pytest.mark.aws, pytest.mark.long]


def test_it_deploys_proves_every_check_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with LocalAws(folder=tmp_path) as aws:
        deploying.bootstrap(aws.environment(), aws.folder)
        said = {**aws.environment(), "ONECROWN_THROW_AWAY_ACCOUNT": ACCOUNT, "HOME": str(tmp_path)}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [sys.executable, "-m", "infra.proving"],
            cwd=CHECKOUT,
            env={**said, "PATH": path, "COLUMNS": "200", "CDK_DISABLE_CLI_TELEMETRY": "true", "CI": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        assert "DOES NOT" not in done.stdout
        assert done.stdout.count(" holds ") == 10
        stacks = aws.client("cloudformation").list_stacks()["StackSummaries"]
        left = [one["StackName"] for one in stacks if one["StackStatus"] != "DELETE_COMPLETE"]
        assert left == ["CDKToolkit"]
        assert not [one for one in aws.client("s3").list_buckets()["Buckets"] if one["Name"].startswith("onecrown-")]
