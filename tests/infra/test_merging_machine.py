"""One merge at a time: the machine's states, walked through with a lease and a job that do as a test says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.config import ENVIRONMENTS
from onecrown.adapters.aws.merge_wake import LONGEST_EXECUTION
from tests.infra.system import System

pytestmark = pytest.mark.aws
LEASE_SECONDS = LONGEST_EXECUTION.total_seconds()
CONDITION_FAILED = "DynamoDB.ConditionalCheckFailedException"


def definition(system: System) -> dict[str, Any]:
    """The machine's states."""
    machine = system.one("AWS::StepFunctions::StateMachine")
    said: dict[str, Any] = json.loads(system.text(machine.properties["DefinitionString"]))
    return said


@dataclass
class Lease:
    """The lease's item and the outcomes, with the conditions that the machine's updates put."""

    item: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, Any] = field(default_factory=dict)

    def update(self, parameters: Mapping[str, Any], epoch: int, execution: str) -> str:
        values = {
            name: _value(value, epoch, execution) for name, value in parameters["ExpressionAttributeValues"].items()
        }
        names = parameters.get("ExpressionAttributeNames", {})
        if not any(
            all(self._holds(term, values) for term in either.split(" AND "))
            for either in parameters["ConditionExpression"].split(" OR ")
        ):
            return CONDITION_FAILED
        for change in parameters["UpdateExpression"].removeprefix("SET ").split(", "):
            name, value = change.split(" = ")
            self.item[names.get(name, name)] = values[value]
        return ""

    def _holds(self, term: str, values: Mapping[str, Any]) -> bool:
        if term.startswith("attribute_not_exists"):
            return term[len("attribute_not_exists(") : -1] not in self.item
        name, operator, value = term.split(" ")
        if name not in self.item:
            return False
        return bool(self.item[name] < values[value] if operator == "<" else self.item[name] == values[value])


def _value(said: Mapping[str, Any], epoch: int, execution: str) -> Any:
    ((kind, value),) = said.items()
    known = {"$$.Execution.Name": execution, "$$.State.EnteredTime": "2026-11-22T18:00:00Z"}
    return epoch if kind == "N.$" else known.get(value, value)


@dataclass
class Walk:
    """One execution. `job` is called for every run and gives '' or the error that Step Functions would see."""

    states: Mapping[str, Any]
    lease: Lease
    job: Callable[[int], str]
    epoch: int = 1
    runs: int = 0
    visited: list[str] = field(default_factory=list)

    def until_its_end(self, start: str = "Acquire") -> str:
        name, data = start, {"epoch": self.epoch}
        while True:
            self.visited.append(name)
            state = self.states[name]
            if state["Type"] in ("Succeed", "Fail"):
                return name
            name = self._step(state, data)

    def _step(self, state: Mapping[str, Any], data: dict[str, Any]) -> str:
        if state["Type"] == "Choice":
            return self._choose(state, data)
        if state["Type"] == "Pass":
            data["tries"] = state["Result"] if "Result" in state else data["tries"] + 1
        error = self._task(state, data) if state["Type"] == "Task" else ""
        if not error:
            return str(state["Next"])
        (caught,) = [c["Next"] for c in state["Catch"] if error in c["ErrorEquals"]]
        return str(caught)

    def _task(self, state: Mapping[str, Any], data: dict[str, Any]) -> str:
        if state["Resource"].endswith("glue:startJobRun.sync"):
            self.runs += 1
            return self.job(self.runs)
        if state["Resource"].endswith("getItem"):
            data["outcome"] = self.lease.outcomes
            return ""
        return self.lease.update(state["Parameters"], self.epoch, f"merge-{self.epoch}")

    def _choose(self, state: Mapping[str, Any], data: Mapping[str, Any]) -> str:
        (choice,) = state["Choices"]
        present, is_retryable, few = choice["And"]
        assert present["IsPresent"] and is_retryable["BooleanEquals"]
        said = data["outcome"].get("Item", {}).get("retryable", {}).get("BOOL", False)
        return str(choice["Next"] if said and data["tries"] < few["NumericLessThan"] else state["Default"])


@pytest.fixture
def states(prod: System) -> dict[str, Any]:
    found: dict[str, Any] = definition(prod)["States"]
    return found


def done(_: int) -> str:
    return ""


def test_an_execution_takes_the_lease_merges_and_gives_it_back(states: dict[str, Any]) -> None:
    walk = Walk(states, Lease(), done)
    assert walk.until_its_end() == "Merged"
    assert walk.lease.item == {"epoch": 1, "owner": "", "dirty": False, "taken_at": "2026-11-22T18:00:00Z"}
    assert walk.visited == ["Acquire", "FirstTry", "Window", "MergeDrops", "Release", "Merged"]


def test_what_is_validated_while_the_job_is_at_work_is_merged_by_the_same_execution(states: dict[str, Any]) -> None:
    lease = Lease()

    def woken(run: int) -> str:
        lease.item["dirty"] = run == 1
        return ""

    walk = Walk(states, lease, woken)
    assert walk.until_its_end() == "Merged" and walk.runs == 2
    assert lease.item["owner"] == "" and lease.item["dirty"] is False


def test_an_execution_that_comes_second_leaves_the_lease_to_the_newer(states: dict[str, Any]) -> None:
    lease = Lease({"epoch": 5, "owner": "merge-5", "dirty": True})
    walk = Walk(states, lease, done, epoch=5)
    assert walk.until_its_end() == "Overtaken" and walk.runs == 0
    assert lease.item == {"epoch": 5, "owner": "merge-5", "dirty": True}


def test_an_execution_that_is_overtaken_at_work_does_not_give_back_what_is_not_its_own(states: dict[str, Any]) -> None:
    lease = Lease()

    def overtaken(_: int) -> str:
        lease.item |= {"epoch": 2, "owner": "merge-2"}
        return ""

    assert Walk(states, lease, overtaken).until_its_end() == "Overtaken"
    assert lease.item["owner"] == "merge-2"


@pytest.mark.parametrize(
    ("outcome", "runs"),
    [
        ({"Item": {"retryable": {"BOOL": True}}}, 3),
        ({"Item": {"retryable": {"BOOL": False}}}, 1),
        ({}, 1),
    ],
)
def test_a_job_is_tried_three_times_where_it_says_that_this_may_help(
    states: dict[str, Any], outcome: dict[str, Any], runs: int
) -> None:
    walk = Walk(states, Lease(outcomes=outcome), lambda _: "States.TaskFailed")
    assert walk.until_its_end() == "Failed" and walk.runs == runs
    assert walk.lease.item["owner"] == "", "a failed execution must give the lease back"


def test_a_conflict_that_passes_ends_well(states: dict[str, Any]) -> None:
    lease = Lease(outcomes={"Item": {"retryable": {"BOOL": True}}})
    walk = Walk(states, lease, lambda run: "States.TaskFailed" if run < 3 else "")
    assert walk.until_its_end() == "Merged" and walk.runs == 3


def test_only_faults_of_services_are_retried_by_the_machine_itself(states: dict[str, Any]) -> None:
    errors = {error for state in states.values() for retry in state.get("Retry", []) for error in retry["ErrorEquals"]}
    assert errors and all(error.startswith(("DynamoDB.", "Glue.")) for error in errors)
    assert CONDITION_FAILED not in errors


def test_the_window_is_the_environments(system: System) -> None:
    window = definition(system)["States"]["Window"]["Seconds"]
    known = ENVIRONMENTS.get(system.environment.name, system.environment)
    assert window == known.merge_window_seconds


def test_a_window_and_three_tries_fit_into_the_lease(system: System) -> None:
    job = system.one("AWS::Glue::Job", Name=f"onecrown-{system.environment.name}-merge_drops")
    window = definition(system)["States"]["Window"]["Seconds"]
    assert window + 3 * 60 * job.properties["Timeout"] <= LEASE_SECONDS


def test_jobs_are_small_are_never_retried_by_glue_and_need_no_index(system: System) -> None:
    for job in system.resources("AWS::Glue::Job"):
        said, told = job.properties, job.properties["DefaultArguments"]
        assert (said["GlueVersion"], said["WorkerType"], said["NumberOfWorkers"]) == ("5.1", "G.1X", 2)
        assert said["MaxRetries"] == 0 and said["Command"]["Name"] == "glueetl"
        assert told["--python-modules-installer-option"] == "--no-index"
        assert system.text(told["--additional-python-modules"]).endswith(".gluewheels.zip")


def test_the_wheels_are_uploaded_under_the_name_that_the_jobs_are_told(system: System) -> None:
    assets = next(system.folder.glob("*-merge.assets.json"))
    keys = {
        d["objectKey"] for f in json.loads(assets.read_text())["files"].values() for d in f["destinations"].values()
    }
    for job in system.resources("AWS::Glue::Job"):
        told = system.text(job.properties["DefaultArguments"]["--additional-python-modules"])
        assert told.rsplit("/", 1)[1] in keys
        assert system.text(job.properties["Command"]["ScriptLocation"]).rsplit("/", 1)[1] in keys
