"""Alarms listen to what is emitted, reach whom they should, and cover what an operator has to know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infra.system import System

pytestmark = pytest.mark.aws
ROOT = Path(__file__).parents[2]
PAGED = {
    *("arrivals-dead-letters", "arrivals-undeliverable", "pending-too-long", "lease-held-too-long"),
    *("sweep-silent", "books-unbalanced"),
}


def figures(system: System) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every metric that an alarm listens to, with the alarm's name."""
    prefix = f"onecrown-{system.environment.name}-"
    for alarm in system.resources("AWS::CloudWatch::Alarm"):
        said = alarm.properties
        name = said["AlarmName"].removeprefix(prefix)
        if "Metrics" in said:
            yield from ((name, m["MetricStat"]["Metric"]) for m in said["Metrics"] if "MetricStat" in m)
        else:
            yield name, {key: said[key] for key in ("MetricName", "Namespace", "Dimensions")}


def unheard(system: System, source: str) -> list[str]:
    """Figures of our own that no function and no job names."""
    own = {metric["MetricName"] for _, metric in figures(system) if metric["Namespace"] == "OneCrown"}
    return sorted(name for name in own if f'"{name}"' not in source)


def our_code() -> str:
    return "".join(path.read_text() for folder in ("lambdas", "glue_jobs") for path in (ROOT / folder).rglob("*.py"))


def test_every_figure_that_an_alarm_listens_to_is_emitted(system: System) -> None:
    assert not unheard(system, our_code())


def test_an_alarm_on_a_figure_that_nobody_emits_is_found(prod: System) -> None:
    silent = our_code().replace("LeaseHeldSeconds", "SecondsOfTheLease")
    assert unheard(prod, silent) == ["LeaseHeldSeconds"]


def test_figures_of_our_own_carry_the_environment_and_who_emits_them(system: System) -> None:
    for name, metric in figures(system):
        if metric["Namespace"] == "OneCrown":
            said = {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]}
            assert said.keys() == {"environment", "service"} and said["environment"] == system.environment.name
            assert any((ROOT / folder).exists() for folder in (f"lambdas/{said['service']}", "glue_jobs")), name


def test_what_cannot_wait_pages_and_everything_else_sends_mail(system: System) -> None:
    prefix = f"onecrown-{system.environment.name}-"
    reached: dict[str, set[str]] = {"page": set(), "mail": set()}
    for alarm in system.resources("AWS::CloudWatch::Alarm"):
        (action,) = alarm.properties["AlarmActions"]
        topic = system.named(alarm.stack, action).properties["TopicName"].removeprefix(prefix)
        reached[topic].add(alarm.properties["AlarmName"].removeprefix(prefix))
    assert reached["page"] == PAGED
    assert {
        "quarantine-share",
        "quarantine-share-of-large-drops",
        "merges-redone",
        "expiry-overdue",
        "analyst-queries-cut-off",
    } < reached["mail"]


def test_a_page_that_an_alarm_names_is_there(system: System) -> None:
    said = [alarm.properties["AlarmDescription"] for alarm in system.resources("AWS::CloudWatch::Alarm")]
    pages = {word.rstrip(".,;:") for text in said for word in text.split() if word.startswith("docs/")}
    assert pages and not [page for page in pages if not (ROOT / page).is_file()]


def test_what_is_pending_may_wait_for_two_windows_and_half_an_hour(system: System) -> None:
    alarm = system.one("AWS::CloudWatch::Alarm", AlarmName=f"onecrown-{system.environment.name}-pending-too-long")
    assert alarm.properties["Threshold"] == 2 * system.environment.merge_window_seconds + 1800


def test_silence_of_the_sweep_is_the_alarm_and_of_nothing_else(system: System) -> None:
    prefix = f"onecrown-{system.environment.name}-"
    alarms = [alarm.properties for alarm in system.resources("AWS::CloudWatch::Alarm")]
    silent = {a["AlarmName"].removeprefix(prefix) for a in alarms if a["TreatMissingData"] == "breaching"}
    assert silent == {"sweep-silent"}


def test_a_key_that_is_to_be_deleted_pages(system: System) -> None:
    rule = system.one("AWS::Events::Rule", Name=f"onecrown-{system.environment.name}-key-deletion")
    topic = system.named(rule.stack, rule.properties["Targets"][0]["Arn"])
    assert topic.properties["TopicName"].endswith("-page")
    detail = rule.properties["EventPattern"]["detail"]
    assert "ScheduleKeyDeletion" in detail["eventName"]
    watched = {system.origin(rule.stack, arn) for arn in detail["resources"]["ARN"]}
    assert watched == {(key.stack, key.logical_id) for key in system.resources("AWS::KMS::Key")}


def test_the_budget_is_the_environments_and_warns_before_it_is_spent(system: System) -> None:
    said = system.one("AWS::Budgets::Budget").properties
    assert said["Budget"]["BudgetLimit"] == {"Amount": system.environment.monthly_budget, "Unit": "USD"}
    assert {n["Notification"]["NotificationType"] for n in said["NotificationsWithSubscribers"]} == {
        "ACTUAL",
        "FORECASTED",
    }


def test_live_environments_tell_somebody(systems: dict[str, System]) -> None:
    for name in ("preprod", "prod"):
        mails = [s.properties["Endpoint"] for s in systems[name].resources("AWS::SNS::Subscription")]
        assert mails == [systems[name].environment.alarm_mail] * 2
