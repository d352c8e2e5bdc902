"""Ten things that only an account can answer. Each check gives what it saw, or raises `Disproved`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.proving.account import Account
from infra.proving.invented import hearing, hearing_id
from onecrown.compute_costs import JOB_LEAST_SECONDS, Usage

_HEARING = 777_001  # of no other test in the same account
Check = Callable[[Account], str]
"""Gives what it saw, or raises `Disproved`."""
_DENIED = ("AccessDenied", "AccessDeniedException", "403")


class Disproved(Exception):
    """What was seen is not what the design says."""


def a_job_runs_without_a_spark_session(account: Account) -> str:
    """`migrate_tables` makes every table and tags its columns; its logs go where they are forgotten in time."""
    run = _succeeded(account.run_job("migrate_tables"))
    groups = account.client("logs").describe_log_groups(logGroupNamePrefix="/aws-glue/")["logGroups"]
    if kept := [said["logGroupName"] for said in groups if not said.get("retentionInDays")]:
        raise Disproved(f"these logs are kept for ever: {', '.join(kept)}")
    return f"{run['ExecutionTime']} s at work, logs in {len(groups)} groups"


def a_job_starts_from_a_zip_of_wheels(account: Account) -> str:
    """How long a job takes that has nothing to do: its start, its packages, one look at the tables."""
    began = time.monotonic()
    run = _succeeded(account.run_job("migrate_tables"))
    return f"{time.monotonic() - began:.0f} s in all, {run['ExecutionTime']} s of them billed"


def a_put_becomes_a_row(account: Account) -> str:
    """A supplier's role puts a file: its landing key and bucket let it, and the rest runs by itself."""
    began = time.monotonic()
    _deliver(account, "first", ["Fine", "Surcharge"], minute=0)
    account.until("two results stand", lambda: _labels(account) == ["Fine", "Surcharge"])
    return f"{time.monotonic() - began:.0f} s from put to row"


def position_deletes_hold_in_athena(account: Account) -> str:
    """A reshare takes out a result: Athena reads the delete files that we write."""
    _deliver(account, "second", ["Fine"], minute=5)
    account.until("one result stands", lambda: _labels(account) == ["Fine"])
    return "one of two results is gone"


def the_same_file_twice_is_one_drop(account: Account) -> str:
    """The second delivery is recorded, and brings nothing."""
    key, version = _deliver(account, "first again", ["Fine", "Surcharge"], minute=0)
    place = {"pk": {"S": f"delivery#{key}@{version}"}, "sk": {"S": "delivery"}}
    ledger, table = account.client("dynamodb"), account.settings["ledger_table"]

    def told() -> str:
        item = ledger.get_item(TableName=table, Key=place, ConsistentRead=True).get("Item")
        return str(json.loads(item["said"]["S"])["outcome"]) if item else ""

    outcome = account.until("the ledger knows it", told)
    if outcome != "duplicate":
        raise Disproved(f"the ledger has it as {outcome}")
    return "a duplicate in the ledger"


def time_travel_holds_under_column_filters(account: Account) -> str:
    """An analyst, who does not see every column, reads a table as it was."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    (row,) = account.ask(f"SELECT count(*) AS n FROM result FOR TIMESTAMP AS OF TIMESTAMP '{now}'")
    return f"{row['n']} rows"


def identities_are_refused(account: Account) -> str:
    """Lake Formation's grants by tag: an analyst gets no identity, by Athena or past it."""
    from awswrangler.exceptions import QueryFailed

    try:
        account.ask("SELECT * FROM defendant_identity")
    except (QueryFailed, ClientError):
        return "refused"
    raise Disproved("an analyst read the table of identities")


def the_warehouse_is_closed_to_audiences(account: Account) -> str:
    """No right of IAM on the bucket or its key."""
    s3 = account.as_role("analyst").client("s3")
    try:
        s3.list_objects_v2(Bucket=account.settings["warehouse_bucket"])
    except ClientError as error:
        if error.response["Error"]["Code"] in _DENIED:
            return "denied"
        raise
    raise Disproved("an analyst listed the warehouse")


def nothing_is_dead(account: Account) -> str:
    """Every encrypted queue and its producers know each other: no event was lost on the way."""
    sqs, found = account.client("sqs"), 0
    for queue in ("arrivals-dead-letters", "arrivals-undeliverable"):
        url = sqs.get_queue_url(QueueName=account.name(queue))["QueueUrl"]
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        found += int(said["Attributes"]["ApproximateNumberOfMessages"])
    if found:
        raise Disproved(f"{found} dead letters")
    return "no dead letter"


def a_merge_costs_what_was_worked_out(account: Account) -> str:
    """The billed seconds of the merges so far, at the list price."""
    glue, job = account.client("glue"), account.name("merge_drops")
    runs = glue.get_job_runs(JobName=job)["JobRuns"]
    seconds = [run["ExecutionTime"] for run in runs if run["JobRunState"] == "SUCCEEDED"]
    if not seconds:
        raise Disproved("no merge has succeeded")
    mean = max(JOB_LEAST_SECONDS, sum(seconds) / len(seconds))
    dpus = float(glue.get_job(JobName=job)["Job"]["DefaultArguments"]["--dpus"])
    dollars = Usage(dpu_seconds=dpus * mean).dollars()
    return f"{len(seconds)} merges, {dollars:.3f} USD each"


CHECKS: tuple[Check, ...] = (
    a_job_runs_without_a_spark_session,
    a_job_starts_from_a_zip_of_wheels,
    a_put_becomes_a_row,
    position_deletes_hold_in_athena,
    the_same_file_twice_is_one_drop,
    time_travel_holds_under_column_filters,
    identities_are_refused,
    the_warehouse_is_closed_to_audiences,
    nothing_is_dead,
    a_merge_costs_what_was_worked_out,
)


def _succeeded(run: dict[str, Any]) -> dict[str, Any]:
    if run["JobRunState"] != "SUCCEEDED":
        raise Disproved(f"the job ended as {run['JobRunState']}: {run.get('ErrorMessage', '')[:200]}")
    return run


def _deliver(account: Account, name: str, labels: list[str], minute: int) -> tuple[str, str]:
    """Put a share of the checks' own hearing; its landing key and version."""
    s3 = account.as_role("supplier-common_platform").client("s3")
    key = f"common_platform/hearing_resulted/proving {name}.json"
    body = hearing(labels, minute, _HEARING)
    done = s3.put_object(Bucket=account.settings["landing_bucket"], Key=key, Body=body)
    return key, str(done["VersionId"])


def _labels(account: Account) -> list[str]:
    """The labels that stand for the checks' own hearing, as an analyst sees them."""
    sql = f"""SELECT r.result_label FROM result AS r JOIN hearing AS h ON h.hearing_id = r.hearing_id
      WHERE h.source_hearing_id = '{hearing_id(_HEARING)}' ORDER BY 1"""
    return [row["result_label"] for row in account.ask(sql)]
