"""Jobs that run by the clock: each at its time, none at another's, and none of them fails unseen."""

from __future__ import annotations

import re

import pytest

from infra.code_packages import JOBS
from tests.infra.system import System

pytestmark = pytest.mark.aws
SCHEDULE = re.compile(r"cron\((?P<minute>\d+) (?P<hour>\d+) (?:\* \* \?|\? \* (?P<day>[A-Z]{3})) \*\)")


def scheduled(system: System) -> dict[str, str]:
    """When each job is started by the clock."""
    prefix = f"onecrown-{system.environment.name}-"
    triggers = [trigger.properties for trigger in system.resources("AWS::Glue::Trigger")]
    assert all(said["Type"] == "SCHEDULED" and said["StartOnCreation"] for said in triggers)
    return {action["JobName"].removeprefix(prefix): said["Schedule"] for said in triggers for action in said["Actions"]}


def minute_of_day(schedule: str) -> int:
    said = SCHEDULE.fullmatch(schedule)
    assert said, schedule
    return 60 * int(said["hour"]) + int(said["minute"])


def test_tables_are_maintained_every_night_and_persons_resolved_once_a_week(system: System) -> None:
    when = scheduled(system)
    assert set(when) == {"maintain_tables", "resolve_persons"}
    found = {job: SCHEDULE.fullmatch(said) for job, said in when.items()}
    assert {job: said and said["day"] for job, said in found.items()} == {
        "maintain_tables": None,
        "resolve_persons": "SUN",
    }


def test_persons_are_resolved_when_maintenance_must_have_ended(system: System) -> None:
    when = scheduled(system)
    maintenance = system.one("AWS::Glue::Job", Name=f"onecrown-{system.environment.name}-maintain_tables")
    ends = minute_of_day(when["maintain_tables"]) + maintenance.properties["Timeout"]
    assert ends <= minute_of_day(when["resolve_persons"])


def test_a_job_that_fails_sends_mail_and_merges_are_left_to_their_machine(system: System) -> None:
    prefix = f"onecrown-{system.environment.name}-"
    rule = system.one("AWS::Events::Rule", Name=f"{prefix}job-failed")
    topic = system.named(rule.stack, rule.properties["Targets"][0]["Arn"])
    assert topic.properties["TopicName"] == f"{prefix}mail"
    detail = rule.properties["EventPattern"]["detail"]
    assert {name.removeprefix(prefix) for name in detail["jobName"]} == set(JOBS) - {"merge_drops"}
    assert {"FAILED", "TIMEOUT"} <= set(detail["state"]) and "SUCCEEDED" not in detail["state"]


def test_no_run_is_on_capacity_that_may_be_taken_away_while_it_holds_a_lease(system: System) -> None:
    assert {job.properties["ExecutionClass"] for job in system.resources("AWS::Glue::Job")} == {"STANDARD"}
