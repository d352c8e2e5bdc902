"""Alarms listen to what is emitted, reach whom they should, and cover what an operator has to know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from onecrown.compute_costs import PRICES
from onecrown.definitions.model import load_model
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
    folders = ("lambdas", "glue_jobs", "onecrown/deployed")
    return "".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_every_figure_that_an_alarm_listens_to_is_emitted(system: System) -> None:
    assert not unheard(system, our_code())


def test_an_alarm_on_a_figure_that_nobody_emits_is_found(prod: System) -> None:
    silent = our_code().replace("LeaseHeldSeconds", "SecondsOfTheLease")
    assert unheard(prod, silent) == ["LeaseHeldSeconds"]


def test_figures_of_our_own_carry_the_environment_and_who_emits_them(system: System) -> None:
    for name, metric in figures(system):
        if metric["Namespace"] == "OneCrown":
            said = {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]}
            assert said.keys() - {"dataset"} == {"environment", "service"}
            assert said["environment"] == system.environment.name
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
        "costly-day",
        "missing-xhibit-extract",
    } < reached["mail"]


def test_every_dataset_that_has_a_rhythm_has_an_alarm_whose_mail_names_it(system: System) -> None:
    prefix = f"onecrown-{system.environment.name}-missing-"
    alarms = [a.properties for a in system.resources("AWS::CloudWatch::Alarm")]
    named = {}
    for said in (said for said in alarms if said["AlarmName"].startswith(prefix)):
        (dataset,) = [one["Value"] for one in said["Dimensions"] if one["Name"] == "dataset"]
        assert dataset in said["AlarmDescription"] and "the hours since the last delivery" in said["AlarmDescription"]
        assert (said["Statistic"], said["Threshold"], said["TreatMissingData"]) == ("Maximum", 0, "notBreaching")
        named[dataset] = said["AlarmName"]
    assert set(named) == {name for name, contract in load_model().contracts.items() if contract.late_after_hours}


def test_a_day_that_costs_more_than_its_part_of_the_budget_sends_mail_whoever_of_the_pipeline_spent_it(
    system: System,
) -> None:
    alarm = system.one("AWS::CloudWatch::Alarm", AlarmName=f"onecrown-{system.environment.name}-costly-day").properties
    assert alarm["Threshold"] == pytest.approx(system.environment.monthly_budget / 30)
    metrics = [one["MetricStat"] for one in alarm["Metrics"] if "MetricStat" in one]
    assert {(one["Stat"], one["Period"], one["Metric"]["MetricName"]) for one in metrics} == {
        ("Sum", 86_400, "CostDollars")
    }
    services = {d["Value"] for one in metrics for d in one["Metric"]["Dimensions"] if d["Name"] == "service"}
    functions = {path.parent.name for path in (ROOT / "lambdas").glob("*/handler.py")}
    assert services == {*functions, *(path.stem for path in (ROOT / "glue_jobs").glob("[a-z]*.py"))}
    (sum_of_all,) = [one["Expression"] for one in alarm["Metrics"] if "Expression" in one]
    assert sum_of_all.count("FILL(") == len(services) <= 10, "an alarm may look at ten metrics"


def test_the_page_of_costs_counts_with_the_prices_sizes_and_alarms_that_are_deployed(prod: System) -> None:
    page = (ROOT / "docs/how-to/what-it-costs.md").read_text()
    assert f"units of {PRICES.dpu_hour} an hour" in page
    memory = {f.properties["FunctionName"]: f.properties["MemorySize"] for f in prod.resources("AWS::Lambda::Function")}
    for function in ("onecrown-prod-receive_drop", "onecrown-prod-sweep"):
        assert f"s x {memory[function] / 1024:.3g} GB x {PRICES.gigabyte_second:.10f}" in page, function
    looked_at = Counter(len(list(metrics)) for _, metrics in groupby(figures(prod), key=lambda figure: figure[0]))
    one, two, most = looked_at.pop(1), looked_at.pop(2), max(looked_at)
    assert looked_at == {most: 1}
    dollars = (one + 2 * two + most) * 0.10
    said = re.search(r"alarms \| (\d+) of one metric, (\d+) of two and 1 of (\d+) x 0\.10 \| ([\d.]+) \|", page)
    assert said and said.groups() == (str(one), str(two), str(most), f"{dollars:.2f}")


def test_no_log_is_kept_for_ever(system: System) -> None:
    groups = {group.properties["LogGroupName"]: group.properties for group in system.resources("AWS::Logs::LogGroup")}
    assert {said["RetentionInDays"] for said in groups.values()} == {int(system.environment.log_days)}
    for job in system.resources("AWS::Glue::Job"):
        role = system.named(job.stack, job.properties["Role"]).properties["RoleName"]
        where = f"/aws-glue/jobs/{job.properties['SecurityConfiguration']}-role/{role}"
        assert {f"{where}/output", f"{where}/error"} <= groups.keys()


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
    ours = [key for key in system.resources("AWS::KMS::Key") if key.stack != "copies"]  # a rule sees its own account
    assert watched == {(key.stack, key.logical_id) for key in ours}


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
