"""The plug-in that runs Glue's jobs, against the pinned emulator."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.account import JOB_MINUTE_SECONDS, Account, until

pytestmark = pytest.mark.aws

_PRINTS_ARGUMENTS = "import json, sys; print(json.dumps(sys.argv[1:]))"
_SLEEPS = "import time; time.sleep(60)"


def test_a_script_has_its_arguments_in_argv_and_a_runs_own_stand_over_the_jobs(account: Account) -> None:
    job = account.job(_PRINTS_ARGUMENTS, DefaultArguments={"--colour": "red", "--size": "small"})
    run_id = account.started(job, Arguments={"--size": "large and wide"})
    run = account.ended(job, run_id)
    argv = json.loads(account.said(run_id)[0])
    assert run["JobRunState"] == "SUCCEEDED"
    assert dict(zip(argv[::2], argv[1::2], strict=True)) == {
        **{"--JOB_NAME": job, "--JOB_RUN_ID": run_id},
        **{"--colour": "red", "--size": "large and wide"},
    }


def test_a_script_has_the_rights_of_its_jobs_role_and_no_others(account: Account) -> None:
    open_bucket, closed_bucket = account.bucket(), account.bucket()
    script = (
        "import boto3\n"
        f"boto3.client('s3').put_object(Bucket='{open_bucket}', Key='note', Body=b'x')\n"
        f"boto3.client('s3').put_object(Bucket='{closed_bucket}', Key='note', Body=b'x')\n"
    )
    job = account.job(script, ("s3:PutObject", f"arn:aws:s3:::{open_bucket}/*"))
    run = account.ended(job, account.started(job))
    assert run["JobRunState"] == "FAILED"
    assert "AccessDenied" in run["ErrorMessage"]
    assert account.client("s3").list_objects_v2(Bucket=open_bucket)["KeyCount"] == 1


def test_a_script_sees_the_wheels_that_its_job_names_and_no_other_package(account: Account) -> None:
    bucket = account.bucket()
    wheel = _zipped({"colours.py": b"RED = 'dark'", "colours-1.dist-info/METADATA": b"Name: colours"})
    account.client("s3").put_object(
        Bucket=bucket, Key="all.gluewheels.zip", Body=_zipped({"colours-1-py3-none-any.whl": wheel})
    )
    script = "import colours, importlib.util; print(colours.RED, importlib.util.find_spec('boto3'))"
    named = {"--additional-python-modules": f"s3://{bucket}/all.gluewheels.zip"}
    job = account.job(script, ("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), DefaultArguments=named)
    run_id = account.started(job)
    assert account.ended(job, run_id)["JobRunState"] == "SUCCEEDED"
    assert account.said(run_id) == ["dark None"]


def test_wheels_that_the_jobs_role_may_not_read_fail_the_run(account: Account) -> None:
    bucket = account.bucket()
    account.client("s3").put_object(Bucket=bucket, Key="all.gluewheels.zip", Body=_zipped({}))
    named = {"--additional-python-modules": f"s3://{bucket}/all.gluewheels.zip"}
    job = account.job("pass", DefaultArguments=named)
    run = account.ended(job, account.started(job))
    assert run["JobRunState"] == "FAILED" and "all.gluewheels.zip cannot be read" in run["ErrorMessage"]


def _zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return packed.getvalue()


def test_a_script_that_raises_is_failed_with_its_last_line(account: Account) -> None:
    job = account.job("raise ValueError('three wheels')")
    run_id = account.started(job)
    run = account.ended(job, run_id)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "ValueError: three wheels")
    assert "ValueError: three wheels" in account.said(run_id, "/aws-glue/jobs/error")


def test_a_script_that_only_ends_with_a_code_is_failed(account: Account) -> None:
    job = account.job("raise SystemExit(3)")
    run = account.ended(job, account.started(job))
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "the script ended with 3")


def test_a_script_that_is_not_there_is_failed(account: Account) -> None:
    job = account.job(None)
    run = account.ended(job, account.started(job))
    assert run["JobRunState"] == "FAILED" and "NoSuchKey" in run["ErrorMessage"]


def test_a_script_that_needs_glues_own_spark_is_failed_where_there_is_none(account: Account) -> None:
    job = account.job("from awsglue.context import GlueContext")
    run = account.ended(job, account.started(job))
    assert run["JobRunState"] == "FAILED" and "ModuleNotFoundError" in run["ErrorMessage"]


def test_a_run_over_its_timeout_is_ended(account: Account) -> None:
    job = account.job(_SLEEPS, Timeout=1)
    run = account.ended(job, account.started(job))
    assert run["JobRunState"] == "TIMEOUT"
    assert run["ExecutionTime"] < 5 * JOB_MINUTE_SECONDS


def test_a_run_that_is_stopped_ends_as_stopped(account: Account) -> None:
    job = account.job(_SLEEPS)
    run_id = account.started(job)
    until(lambda: account.job_run(job, run_id)["JobRunState"] == "RUNNING")
    answer = account.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id, "jr_none"])
    assert [stopped["JobRunId"] for stopped in answer["SuccessfulSubmissions"]] == [run_id]
    assert [error["JobRunId"] for error in answer["Errors"]] == ["jr_none"]
    assert account.ended(job, run_id)["JobRunState"] == "STOPPED"


def test_no_more_runs_start_than_the_job_allows(account: Account) -> None:
    job = account.job(_SLEEPS, ExecutionProperty={"MaxConcurrentRuns": 2})
    runs = [account.started(job), account.started(job)]
    with pytest.raises(ClientError, match="ConcurrentRunsExceededException"):
        account.started(job)
    account.client("glue").batch_stop_job_run(JobName=job, JobRunIds=runs)


def test_nothing_of_this_machines_user_reaches_a_script(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    job = account.job("import os; print(sorted(os.environ))")
    run_id = account.started(job)
    account.ended(job, run_id)
    found = set(eval(account.said(run_id)[0]))  # noqa: S307 - the list that our own script printed
    assert {name for name in found if not name.startswith("AWS_")} <= {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE"}
