"""Ten things that only an account can answer. Each check gives what it saw, or raises `Disproved`."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.proving.account import Account
from infra.proving.invented import hearing

_DPU_HOUR_DOLLARS = 0.44
Check = Callable[[Account], str]
"""Gives what it saw, or raises `Disproved`."""
_DENIED = ("AccessDenied", "AccessDeniedException", "403")


class Disproved(Exception):
    """What was seen is not what the design says."""


def a_job_runs_without_a_spark_session(account: Account) -> str:
    """`migrate_tables` makes every table and tags its columns."""
    run = _succeeded(account.run_job("migrate_tables"))
    return f"{run['ExecutionTime']} s at work"


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
    _deliver(account, "first again", ["Fine", "Surcharge"], minute=0)
    sql = "SELECT count(*) AS n, count(DISTINCT drop_id) AS drops FROM onecrown_ops.delivery WHERE outcome = 'new'"
    time.sleep(30)
    (row,) = account.ask(sql)
    if row["n"] != row["drops"]:
        raise Disproved(f"{row['n']} new deliveries of {row['drops']} drops")
    return f"{row['drops']} drops"


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
    runs = account.client("glue").get_job_runs(JobName=account.name("merge_drops"))["JobRuns"]
    seconds = [run["ExecutionTime"] for run in runs if run["JobRunState"] == "SUCCEEDED"]
    if not seconds:
        raise Disproved("no merge has succeeded")
    dollars = 2 * max(60.0, sum(seconds) / len(seconds)) / 3600 * _DPU_HOUR_DOLLARS
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


def _deliver(account: Account, name: str, labels: list[str], minute: int) -> None:
    s3 = account.as_role("supplier-common_platform").client("s3")
    key = f"common_platform/hearing_resulted/proving {name}.json"
    s3.put_object(Bucket=account.settings["landing_bucket"], Key=key, Body=hearing(labels, minute))


def _labels(account: Account) -> list[str]:
    return [row["result_label"] for row in account.ask("SELECT result_label FROM result ORDER BY 1")]
