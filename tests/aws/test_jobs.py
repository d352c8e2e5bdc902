"""What every job begins with: its arguments as Glue gives them, a region, and what becomes of an error of ours."""

from __future__ import annotations

import sys

import pytest

from onecrown.adapters.aws.settings import AwsSettings
from onecrown.deployed import job as jobs
from onecrown.deployed.job import job, job_arguments
from onecrown.errors import SettingsError

pytestmark = pytest.mark.aws
MACHINE = "arn:aws:states:eu-west-2:000000000000:stateMachine:invented"


def arguments(**said: str) -> list[str]:
    settings = {f"ONECROWN_{name.upper()}": "invented" for name in AwsSettings.__slots__}
    settings["ONECROWN_MERGE_MACHINE"] = MACHINE
    return ["script.py", *(word for name, value in {**settings, **said}.items() for word in (f"--{name}", value))]


def test_arguments_are_read_with_and_without_a_value_and_with_an_equals_sign() -> None:
    said = job_arguments(["--execution", "merge-1", "--JOB_NAME=invented", "--enable-metrics", "--minutes", "40"])
    assert said == {"execution": "merge-1", "JOB_NAME": "invented", "enable-metrics": "", "minutes": "40"}


@pytest.mark.parametrize(
    ("variables", "region"),
    [({}, "eu-west-2"), ({"AWS_REGION": "eu-west-1"}, "eu-west-1"), ({"AWS_DEFAULT_REGION": "eu-west-1"}, None)],
)
def test_a_job_that_is_told_no_region_takes_the_one_of_its_environment(
    variables: dict[str, str], region: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []

    def opened(_settings: AwsSettings) -> None:
        seen.append(jobs.os.environ.get("AWS_REGION"))
        raise SettingsError("far enough")

    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", arguments())
    monkeypatch.setattr(jobs, "open_place", opened)
    with pytest.raises(SystemExit, match="far enough"), job("invented"):
        pass
    assert seen == [region]


def test_a_job_without_an_argument_that_it_needs_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    class Opened:
        settings = AwsSettings.read(job_arguments(arguments()))

        def close(self) -> None: ...

    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    monkeypatch.setattr(sys, "argv", arguments())
    monkeypatch.setattr(jobs, "open_place", lambda _: Opened())
    with pytest.raises(SystemExit, match="needs --minutes"), job("invented") as at_work:
        at_work.argument("minutes")
