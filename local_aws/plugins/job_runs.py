"""Glue job runs that really run.

The emulator runs a Spark job in a container and, where there is none, reports it as SUCCEEDED; so it does with a script
that is missing. It gives arguments as environment variables, knows no MaxConcurrentRuns and stops nothing. Here every
script runs as a process of its own, with its arguments in `sys.argv` and the credentials of the job's role, and its end
is what is reported: a script that is missing or ends with anything but 0 is FAILED, and a script that needs Spark fails
where there is none.
"""

from __future__ import annotations

import contextvars
import threading
import time
import uuid
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import glue
from ministack.services.cloudformation import provisioners

from local_aws.plugins import own_calls
from local_aws.plugins.job_process import JobEnd, JobProcess
from local_aws.plugins.pinned import entry, function, replace, value

Answer = tuple[int, dict[str, str], bytes]
_ONE_RUN = {"MaxConcurrentRuns": 1}
_UNDER_WAY = ("STARTING", "RUNNING", "STOPPING")
_STARTING = threading.Lock()
_PROCESSES: dict[str, JobProcess] = {}


def install() -> None:
    """Replace the starting and the stopping of runs, and keep ExecutionProperty. Raises `ChangedEmulator`."""
    own_calls.install()
    value(glue, "_jobs", "get")
    value(glue, "_job_runs", "get", "setdefault")
    entry(provisioners, "_GLUE_JOB_DEFAULTS", "Timeout")
    provisioners._GLUE_JOB_DEFAULTS["ExecutionProperty"] = _ONE_RUN
    create = function(glue, "_create_job", "data")
    update = function(glue, "_update_job", "data")

    def create_job(data: dict[str, Any]) -> Answer:
        return _keeping_property(create(data), data.get("Name"), data)

    def update_job(data: dict[str, Any]) -> Answer:
        return _keeping_property(update(data), data.get("JobName"), data.get("JobUpdate") or {})

    glue._create_job, glue._update_job = create_job, update_job
    replace(glue, "_start_job_run", start_job_run)
    replace(glue, "_batch_stop_job_run", batch_stop_job_run)


def _keeping_property(answer: Answer, name: str | None, said: dict[str, Any]) -> Answer:
    if answer[0] < 400 and "ExecutionProperty" in said:
        glue._jobs[name]["ExecutionProperty"] = said["ExecutionProperty"]
    return answer


def start_job_run(data: dict[str, Any]) -> Answer:
    """Glue's StartJobRun."""
    name = str(data.get("JobName"))
    job = glue._jobs.get(name)
    if job is None:
        return _error("EntityNotFoundException", f"Failed to start job run due to missing metadata: {name}")
    with _STARTING:
        runs = glue._job_runs.setdefault(name, [])
        under_way = sum(run["JobRunState"] in _UNDER_WAY for run in runs)
        if under_way >= int((job.get("ExecutionProperty") or _ONE_RUN)["MaxConcurrentRuns"]):
            return _error("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {name}")
        run = _new_run(job, data)
        runs.append(run)
    process = _PROCESSES[run["Id"]] = JobProcess(job, run)
    context = contextvars.copy_context()  # whose account and region it is
    threading.Thread(target=context.run, args=(_carried_out, run, process), daemon=True).start()
    return _answer({"JobRunId": run["Id"]})


def batch_stop_job_run(data: dict[str, Any]) -> Answer:
    """Glue's BatchStopJobRun: the process is ended, the run is STOPPING and then STOPPED."""
    name = str(data.get("JobName"))
    stopped, errors = [], []
    known = {run["Id"]: run for run in glue._job_runs.get(name) or []}
    for run_id in data.get("JobRunIds") or []:
        run = known.get(run_id)
        if run and run["JobRunState"] in _UNDER_WAY and run_id in _PROCESSES:
            run["JobRunState"] = "STOPPING"
            _PROCESSES[run_id].stop()
            stopped.append({"JobName": name, "JobRunId": run_id})
        else:
            errors.append({"JobName": name, "JobRunId": run_id, "ErrorDetail": _why_not(run)})
    return _answer({"SuccessfulSubmissions": stopped, "Errors": errors})


def _why_not(run: dict[str, Any] | None) -> dict[str, str]:
    if run is None:
        return {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "there is no such run"}
    return {"ErrorCode": "JobRunNotInTerminalStateException", "ErrorMessage": f"the run is {run['JobRunState']}"}


def _new_run(job: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    arguments = {
        **(job.get("DefaultArguments") or {}),
        **(data.get("Arguments") or {}),
        **(job.get("NonOverridableArguments") or {}),
    }
    kept = ("MaxCapacity", "WorkerType", "NumberOfWorkers", "GlueVersion", "SecurityConfiguration")
    return {
        "Id": f"jr_{uuid.uuid4().hex}",
        "Attempt": 0,
        "JobName": job["Name"],
        "StartedOn": time.time(),
        "LastModifiedOn": time.time(),
        "JobRunState": "STARTING",
        "Arguments": arguments,
        "PredecessorRuns": [],
        "ExecutionTime": 0,
        "Timeout": data.get("Timeout") or job.get("Timeout") or 2880,
        **{name: job[name] for name in kept if job.get(name)},
    }


def _carried_out(run: dict[str, Any], process: JobProcess) -> None:
    if run["JobRunState"] == "STARTING":
        run["JobRunState"] = "RUNNING"
    end = JobEnd("ERROR", "the local AWS could not run it; see emulator.log in its folder")
    try:
        end = process.run()
    finally:
        _end(run, end)


def _end(run: dict[str, Any], end: JobEnd) -> None:
    run["CompletedOn"] = run["LastModifiedOn"] = time.time()
    run["ExecutionTime"] = int(run["CompletedOn"] - run["StartedOn"])
    if end.message:
        run["ErrorMessage"] = end.message
    run["JobRunState"] = "STOPPED" if run["JobRunState"] == "STOPPING" else end.state
    _PROCESSES.pop(run["Id"], None)


def _answer(said: dict[str, Any]) -> Answer:
    answer: Answer = json_response(said)
    return answer


def _error(code: str, message: str) -> Answer:
    answer: Answer = error_response_json(code, message, 400)
    return answer
