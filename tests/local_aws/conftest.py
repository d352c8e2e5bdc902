"""One local AWS for the session, with nothing deployed into it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_aws.launching import LocalAws
from tests.local_aws.account import JOB_MINUTE_SECONDS, Account
from tests.local_aws.deployed import Deployed


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with LocalAws(folder=tmp_path_factory.mktemp("aws"), job_minute_seconds=JOB_MINUTE_SECONDS) as aws:
        yield Account(aws)


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Another local AWS, with the template deployed as it stands and its tables made from the model."""
    with LocalAws(folder=tmp_path_factory.mktemp("deployed")) as aws:
        aws.deploy()
        made = Deployed.of(aws)
        assert made.run_job("migrate_tables")["JobRunState"] == "SUCCEEDED"
        yield made
