"""A function receives a drop without pyarrow and pyiceberg, which its package has no room for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.aws
TESTS = Path(__file__).parents[1]

RECEIVES = """
import sys
from pathlib import Path

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pyarrow", "pyiceberg", "sqlalchemy", "pandas", "awswrangler", "pyspark"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
from moto import mock_aws
import onecrown.deployed.home as deployed
from onecrown.adapters.aws.clients import client
from onecrown.flows.receive_drops import receive_only
from onecrown.flows.report_to_supplier import report_to_supplier
from merging.builders import Result, Share

assert client.cache_info().currsize == 0, "no client is made at import"
sys.modules["merging.slices"] = sys.modules["merging.homes"] = type(sys)("unused")
sys.modules["merging.homes"].PSEUDONYM_KEY, sys.modules["merging.homes"].Home = "5e" * 32, object
sys.modules["merging.slices"].slice_of_model = None
from aws.environment import cloud

with cloud() as settings, deployed.open_aws_home(settings, Path(sys.argv[1])) as home:
    file = Share("2026-01-07T12:00:00Z", [Result("A", 1)]).file()
    [drop] = receive_only(home, [home.landing.deliver(file.key, None, [file.data])])
    print(drop.state, report_to_supplier(home, drop).delivered.dataset)
print(sorted(name for name in sys.modules if name in {"pyarrow", "pyiceberg", "sqlalchemy"}))
"""


def test_a_drop_is_received_where_arrow_and_iceberg_are_not_installed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RECEIVES, str(tmp_path)], cwd=TESTS, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["validated common_platform/hearing_resulted", "[]"], done.stderr
