"""What every job begins with: its arguments as Glue gives them, a region, and what becomes of an error of ours."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from onecrown.adapters.aws.settings import AwsSettings
from onecrown.compute_costs import PRICES, Meter
from onecrown.deployed import job as jobs
from onecrown.deployed.job import job, job_arguments
from onecrown.deployed.meters import job_meter
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

    def opened(_settings: AwsSettings, _meter: Meter) -> None:
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
    monkeypatch.setattr(jobs, "open_place", lambda *_: Opened())
    with pytest.raises(SystemExit, match="needs --minutes"), job("invented") as at_work:
        at_work.argument("minutes")


def test_a_job_knows_how_large_it_is_and_when_it_was_asked_for() -> None:
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    meter = job_meter({"dpus": "2", "asked_at": "2026-01-05T11:58:30.250Z"}, now)
    assert meter.asked_at == datetime(2026, 1, 5, 11, 58, 30, 250_000, tzinfo=UTC)
    assert meter.read(now + timedelta(seconds=5)).dpu_seconds == 120, "a minute is billed at least"
    by_hand = job_meter({}, now)
    assert (by_hand.asked_at, by_hand.read(now + timedelta(hours=1)).dollars()) == (None, 0.0)


@pytest.mark.parametrize("said", [{"dpus": "two"}, {"dpus": "2", "asked_at": "noon"}])
def test_arguments_that_say_no_size_or_no_instant_are_told(said: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="--dpus must be a number and --asked_at an instant"):
        job_meter(said, datetime(2026, 1, 5, tzinfo=UTC))


class Told:
    def __init__(self) -> None:
        self.figures: list[dict[str, float]] = []

    def tell(self, counts: dict[str, float]) -> None:
        self.figures.append(counts)


@pytest.mark.parametrize("fails", [False, True])
def test_a_job_tells_at_its_end_what_it_costs_whether_it_was_good_or_bad(
    monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    class Opened:
        settings = AwsSettings.read(job_arguments(arguments()))

        def close(self) -> None: ...

    told = Told()
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    monkeypatch.setattr(sys, "argv", [*arguments(), "--dpus", "2"])
    monkeypatch.setattr(jobs, "open_place", lambda *_: Opened())
    monkeypatch.setattr(jobs, "JobMetrics", lambda *_: told)
    with suppress(SystemExit), job("invented"):
        if fails:
            raise SettingsError("invented")
    (cost,) = told.figures
    assert cost["CostDollars"] == pytest.approx(2 * 60 / 3600 * PRICES.dpu_hour)
