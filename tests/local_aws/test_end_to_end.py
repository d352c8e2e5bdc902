"""The deployed template at work: a file put into the landing bucket becomes rows, with nothing but the put.

IAM is enforced with the template's own roles. Every test uses hearings, cases and keys of its own in one environment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.proving import checks
from onecrown.ports import MERGED, QUARANTINED, VALIDATED, Drop
from tests.local_aws.deployed import Deployed
from tests.merging.builders import HEARING_RESULTED, File, Result, Share
from tests.merging.homes import balances

pytestmark = pytest.mark.aws
DENIED = ("AccessDenied", "AccessDeniedException", "403")


def share(number: int, *labels: str, minute: int = 0, name: str = "") -> File:
    """A share of a hearing of its own, with these results."""
    results = [Result(label, 1000 * number + place) for place, label in enumerate(labels)]
    at = f"2026-01-07T10:{minute:02d}:00.000Z"
    made = Share(at, results, hearing=number, case=number, defendants=(number,))
    return made.file(name or f"hearing-{number}.json")


def labels(deployed: Deployed, *files: File) -> list[str]:
    """The labels that stand for the hearings of some files, as an analyst sees them."""
    ids = ", ".join(f"'{json.loads(file.data)['hearing']['id']}'" for file in files)
    sql = f"""SELECT r.result_label FROM result AS r JOIN hearing AS h ON h.hearing_id = r.hearing_id
      WHERE h.source_hearing_id IN ({ids}) ORDER BY 1"""
    return [row["result_label"] for row in deployed.ask(sql)]


def put(deployed: Deployed, file: File, key: str = "") -> tuple[str, str]:
    return key or file.key, deployed.put(file, key)


@pytest.fixture(autouse=True)
def idle(deployed: Deployed) -> Iterator[None]:
    """Every test begins and ends with nothing on its way, and leaves no dead letter."""
    yield
    deployed.until_idle()
    assert deployed.messages("arrivals-dead-letters") == 0


FIRST = share(1, "Fine", "Surcharge")


@pytest.fixture(scope="module")
def first_drop(deployed: Deployed) -> Drop:
    """A file was put, and nothing else was done."""
    (drop,) = deployed.until_merged(put(deployed, FIRST))
    return drop


def test_a_file_that_is_put_becomes_rows_that_awswrangler_reads(deployed: Deployed, first_drop: Drop) -> None:
    assert labels(deployed, FIRST) == ["Fine", "Surcharge"]
    assert balances(first_drop)
    told = deployed.client("s3").get_object(
        Bucket=deployed.bucket("outbox"), Key=f"outbox/common_platform/{first_drop.drop_id}.json"
    )
    assert json.loads(told["Body"].read())["drop_id"] == first_drop.drop_id


def test_the_ledger_and_the_metrics_say_how_long_a_drop_waited_and_what_it_cost(
    deployed: Deployed, first_drop: Drop
) -> None:
    (batch,) = (said for said in deployed.ledger.batches() if said.batch_id == first_drop.batch_id)
    parts = (batch.receive_seconds, batch.window_seconds, batch.start_seconds, batch.work_seconds)
    assert all(part is not None for part in parts)
    assert batch.delay_seconds == pytest.approx(sum(part or 0.0 for part in parts))
    assert batch.start_seconds, "the machine says when it asked for the job"
    assert batch.work_seconds
    assert min(first_drop.gigabyte_seconds, batch.dpu_seconds, batch.cost_usd or 0.0) > 0
    deployed.until_idle()  # the job tells its figures when it has merged
    found = deployed.client("cloudwatch").list_metrics(Namespace="OneCrown")["Metrics"]
    assert {"CostDollars", "DelaySeconds", "WindowSeconds", "StartSeconds", "WorkSeconds"} <= {
        metric["MetricName"] for metric in found
    }


def test_logs_of_jobs_lie_where_the_template_lets_them_be_forgotten(deployed: Deployed) -> None:
    groups = deployed.client("logs").describe_log_groups(logGroupNamePrefix="/aws-glue/")["logGroups"]
    migrated = f"/aws-glue/jobs/{deployed.name('jobs')}-role/{deployed.name('migrate_tables')}/output"
    assert migrated in {said["logGroupName"] for said in groups}
    assert not [said["logGroupName"] for said in groups if not said.get("retentionInDays")]
    streams = deployed.client("logs").describe_log_streams(logGroupName=migrated)["logStreams"]
    assert streams, "the job that made the tables wrote there"


CHECKS_WITHOUT_AN_ACCOUNT = (
    checks.time_travel_holds_under_column_filters,
    checks.identities_are_refused,
    checks.the_warehouse_is_closed_to_audiences,
    checks.nothing_is_dead,
    checks.a_merge_costs_what_was_worked_out,
)


@pytest.mark.parametrize(
    "check", CHECKS_WITHOUT_AN_ACCOUNT, ids=[check.__name__ for check in CHECKS_WITHOUT_AN_ACCOUNT]
)
def test_what_is_asked_of_an_account_is_asked_rightly(deployed: Deployed, check: checks.Check) -> None:
    assert check(deployed)


def test_a_reshare_takes_out_what_it_leaves_out(deployed: Deployed) -> None:
    first, second = share(2, "Fine", "Surcharge"), share(2, "Fine", minute=5, name="again.json")
    deployed.until_merged(put(deployed, first))
    deployed.until_merged(put(deployed, second))
    assert labels(deployed, first) == ["Fine"]


def test_the_same_file_twice_and_under_another_name_is_one_drop(deployed: Deployed) -> None:
    file = share(3, "Fine")
    arrivals = [put(deployed, file), put(deployed, file), put(deployed, file, f"{HEARING_RESULTED}/other-name.json")]
    drops = deployed.until_merged(*arrivals)
    assert len({drop.drop_id for drop in drops}) == 1
    deliveries = deployed.ledger.deliveries_of(drops[0].drop_id)
    assert sorted(said.outcome for said in deliveries) == ["duplicate", "duplicate", "new"]
    assert labels(deployed, file) == ["Fine"]


@pytest.mark.long  # in process, `make test-aws` says the same of a whole home; here the sweep's story has two bodies too
def test_two_bodies_under_one_key_are_two_drops_and_both_are_merged(deployed: Deployed) -> None:
    one, other = share(4, "Fine", name="same.json"), share(5, "Costs", name="same.json")
    drops = deployed.until_merged(put(deployed, one), put(deployed, other))
    assert len({drop.drop_id for drop in drops}) == 2
    assert labels(deployed, one, other) == ["Costs", "Fine"]


def test_two_files_in_one_batch_of_messages_are_both_received(deployed: Deployed) -> None:
    files = [share(6, "Fine"), share(7, "Costs")]
    with rule_off(deployed):
        arrivals = [put(deployed, file) for file in files]
    answer = deployed.invoke("receive_drop", {"Records": [message(*arrival) for arrival in arrivals]})
    assert answer == {"batchItemFailures": []}
    deployed.until_merged(*arrivals)
    assert labels(deployed, *files) == ["Costs", "Fine"]


def test_a_poison_file_is_quarantined_and_no_dead_letter_and_others_go_on(deployed: Deployed) -> None:
    poison = File(f"{HEARING_RESULTED}/poison.json", b'{"sharedTime": "2026-01-07T10:00:00Z", "hearing": [\xff\x00')
    bad, good = put(deployed, poison), put(deployed, share(8, "Fine"))
    deployed.until_merged(good)
    drop: Drop = deployed.until("the poison file is judged", lambda: settled(deployed, *bad))
    assert drop.state == QUARANTINED
    assert deployed.messages("arrivals-dead-letters") == 0


def settled(deployed: Deployed, key: str, version: str) -> Drop | None:
    drop = deployed.drop_of(key, version)
    return drop if drop and drop.state not in ("received", VALIDATED) else None


def test_an_event_that_was_lost_is_found_by_the_sweep(deployed: Deployed) -> None:
    file = share(9, "Fine")
    with rule_off(deployed):
        arrival = put(deployed, file)
    assert deployed.drop_of(*arrival) is None
    assert deployed.invoke("sweep", {"settled_seconds": 0})["lost"] == 1
    deployed.until_merged(arrival)
    assert labels(deployed, file) == ["Fine"]


def test_of_two_bodies_under_one_key_the_one_whose_event_was_lost_is_found_by_the_sweep(deployed: Deployed) -> None:
    one, other = share(10, "Fine", name="twice.json"), share(11, "Costs", name="twice.json")
    with rule_off(deployed):
        lost = put(deployed, one)
    deployed.until_merged(put(deployed, other))
    assert deployed.invoke("sweep", {"settled_seconds": 0})["lost"] == 1
    deployed.until_merged(lost)
    assert labels(deployed, one, other) == ["Costs", "Fine"]


def test_two_hundred_files_at_once_take_at_most_three_executions_and_their_books_balance(deployed: Deployed) -> None:
    count = 200
    before = {said["name"] for said in deployed.executions()}
    files = [share(10 * count + number, "Fine") for number in range(count)]
    with ThreadPoolExecutor(8) as pool:
        arrivals = list(pool.map(lambda file: put(deployed, file), files))
    deployed.until_settled(arrivals)
    deployed.until_idle()
    assert len({said["name"] for said in deployed.executions()} - before) <= 3
    merged_drops = {drop.drop_id: drop for drop in deployed.ledger.drops([MERGED])}
    brought = {said.delivery_id: said.drop_id for said in deployed.ledger.deliveries()}
    ours = [merged_drops[brought[f"{key}@{version}"]] for key, version in arrivals]
    assert len({drop.drop_id for drop in ours}) == count
    assert all(balances(drop) for drop in ours)
    assert labels(deployed, *files) == ["Fine"] * count


def test_a_merge_job_that_is_killed_is_run_again_and_nothing_is_lost_or_doubled(deployed: Deployed) -> None:
    file = share(12, "Fine", "Costs")
    arrival = put(deployed, file)
    (run,) = deployed.until("the job runs", deployed.running_jobs)
    deployed.client("glue").batch_stop_job_run(JobName=deployed.name("merge_drops"), JobRunIds=[run["Id"]])
    deployed.until("its execution has ended", lambda: all(e["status"] != "RUNNING" for e in deployed.executions()))
    drop = deployed.drop_of(*arrival)
    assert drop is not None
    assert drop.state != MERGED, "the job was stopped before its end"
    assert deployed.invoke("sweep", {})["pending"] == 1
    (drop,) = deployed.until_merged(arrival)
    assert balances(drop)
    assert labels(deployed, file) == ["Costs", "Fine"]


def test_a_drop_that_comes_at_any_moment_of_a_merge_is_merged_without_the_sweep(deployed: Deployed) -> None:
    """Each is put while the one before is being merged, and the next only when its merge is under way or done.

    So none is merged for the sake of a later one: a wake-up that is lost at any moment leaves the test waiting.
    """
    moments = {
        "the machine has begun": lambda _: any(said["status"] == "RUNNING" for said in deployed.executions()),
        "the job is at work": lambda _: deployed.running_jobs(),
        "the batch is finished": lambda last: merged(deployed, last),
        "the job has ended": lambda last: merged(deployed, last) and not deployed.running_jobs(),
    }
    files = [share(20 + number, "Fine") for number in range(len(moments) + 1)]
    arrivals = [put(deployed, files[0])]
    for file, (moment, has_come) in zip(files[1:], moments.items(), strict=True):
        deployed.until(moment, partial(has_come, arrivals[-1]))
        arrivals.append(put(deployed, file))
    deployed.until_merged(*arrivals)
    assert labels(deployed, *files) == ["Fine"] * len(files)


def merged(deployed: Deployed, arrival: tuple[str, str]) -> bool:
    drop = deployed.drop_of(*arrival)
    return drop is not None and drop.state == MERGED


def test_persons_are_resolved_under_their_own_role_and_analysts_read_them(deployed: Deployed) -> None:
    deployed.until_merged(put(deployed, share(15, "Fine")))
    with rule_off(deployed):
        waiting = put(deployed, File(f"{HEARING_RESULTED}/poison-again.json", b"no json"))
    deployed.invoke("receive_drop", {"Records": [message(*waiting)]})  # told by the next batch, with what was found
    run = deployed.run_job("resolve_persons")
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    (row,) = deployed.ask("SELECT count(*) AS n, count(DISTINCT person_id) AS persons FROM person")
    assert row["n"] == row["persons"] > 0
    drop = deployed.drop_of(*waiting)
    assert drop is not None
    assert drop.mirrored, "a batch of persons tells of drops that wait"


@pytest.mark.long  # two runs of a job; in process, `make test-aws` says the same of a whole home, without its role
def test_a_release_is_published_under_its_own_role_and_statisticians_read_it(deployed: Deployed) -> None:
    told_later = Share("2026-02-03T10:00:00.000Z", [Result("Fine", 16000)], hearing=16, case=16, defendants=(16,))
    deployed.until_merged(put(deployed, told_later.file("hearing-16.json")))
    asked = {"release": "2026-01", "by": "a statistician"}
    refused_by = deployed.run_job("publish_release", **asked)
    assert refused_by["JobRunState"] == "FAILED"
    gates = dict.fromkeys(re.findall(r"--override (\w+)", refused_by["ErrorMessage"]), "invented data")
    run = deployed.run_job("publish_release", **asked, overrides=json.dumps(gates))
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    (row,) = deployed.ask("SELECT count(*) AS n FROM onecrown_release_2026_01.measure_value", "statistician")
    assert row["n"] > 0
    s3, bucket = deployed.as_role("statistician").client("s3"), deployed.bucket("releases")
    made = json.loads(s3.get_object(Bucket=bucket, Key="2026-01/manifest.json")["Body"].read())
    assert {one["gate_id"] for one in made["overrides"]} == gates.keys()
    assert refused(s3.put_object, Bucket=bucket, Key="2026-01/manifest.json", Body=b"{}")


def test_without_its_grant_on_the_ledger_the_function_is_denied_and_says_so(deployed: Deployed) -> None:
    file = share(13, "Fine")
    with rule_off(deployed):
        arrival = put(deployed, file)
    with without_ledger(deployed, "receive_drop"):
        answer = deployed.invoke("receive_drop", {"Records": [message(*arrival)]})
        assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}
        assert deployed.until("the log says why", lambda: logged(deployed, "lacks the grant"))
    assert deployed.invoke("receive_drop", {"Records": [message(*arrival)]}) == {"batchItemFailures": []}
    deployed.until_merged(arrival)


@pytest.mark.parametrize("audience", ["analyst", "statistician"])
@pytest.mark.parametrize("thing", ["landing", "validated", "quarantine", "warehouse", "outbox"])
def test_an_audience_cannot_read_the_bucket(deployed: Deployed, audience: str, thing: str) -> None:
    s3 = deployed.as_role(audience).client("s3")
    for call in (s3.list_objects_v2, s3.list_object_versions):
        assert refused(call, Bucket=deployed.bucket(thing))
    for key in keys_in(deployed, thing):
        assert refused(s3.get_object, Bucket=deployed.bucket(thing), Key=key)


@pytest.mark.parametrize("audience", ["analyst", "statistician"])
def test_an_audience_cannot_read_the_ledger(deployed: Deployed, audience: str) -> None:
    dynamodb = deployed.as_role(audience).client("dynamodb")
    assert refused(dynamodb.scan, TableName=deployed.name("ledger"))
    lease = {"pk": {"S": "lease"}, "sk": {"S": "merge-execution"}}
    assert refused(dynamodb.get_item, TableName=deployed.name("ledger"), Key=lease)


@pytest.mark.parametrize("table", ["onecrown.defendant_identity", "onecrown_history.sighting"])
def test_an_analyst_cannot_read_identities_or_records_as_delivered(deployed: Deployed, table: str) -> None:
    from awswrangler.exceptions import QueryFailed

    assert deployed.ask("SELECT count(*) AS n FROM hearing")[0]["n"] > 0
    with pytest.raises((QueryFailed, ClientError)):
        deployed.ask(f"SELECT * FROM {table}")


def test_a_supplier_can_put_under_its_own_prefix_and_do_nothing_else(deployed: Deployed) -> None:
    s3, bucket = deployed.as_role("supplier-common_platform").client("s3"), deployed.bucket("landing")
    file = share(14, "Fine")
    done = s3.put_object(Bucket=bucket, Key=file.key, Body=file.data)
    deployed.until_merged((file.key, done["VersionId"]))
    assert refused(s3.put_object, Bucket=bucket, Key="xhibit/extract/extract_date=2026-01-05/case.csv", Body=b"x")
    assert refused(s3.put_object, Bucket=deployed.bucket("warehouse"), Key=file.key, Body=b"x")
    assert refused(s3.get_object, Bucket=bucket, Key=file.key)
    assert refused(s3.list_objects_v2, Bucket=bucket)
    assert refused(s3.delete_object, Bucket=bucket, Key=file.key)
    dynamodb = deployed.as_role("supplier-common_platform").client("dynamodb")
    assert refused(dynamodb.scan, TableName=deployed.name("ledger"))


# --- what the tests do to the environment ----------------------------------------------------------------------------


class rule_off:  # noqa: N801 - reads as a word
    """Events of the landing bucket are lost within."""

    def __init__(self, deployed: Deployed) -> None:
        self._events, self._rule = deployed.client("events"), deployed.name("arrivals")

    def __enter__(self) -> None:
        self._events.disable_rule(Name=self._rule)

    def __exit__(self, *_said: object) -> None:
        self._events.enable_rule(Name=self._rule)


class without_ledger:  # noqa: N801 - reads as a word
    """A role's statements about DynamoDB are gone within."""

    def __init__(self, deployed: Deployed, function: str) -> None:
        self._iam, self._role = deployed.client("iam"), deployed.name(function)
        self._policies = {
            name: self._iam.get_role_policy(RoleName=self._role, PolicyName=name)["PolicyDocument"]
            for name in self._iam.list_role_policies(RoleName=self._role)["PolicyNames"]
        }

    def _put(self, policies: dict[str, Any]) -> None:
        for name, document in policies.items():
            self._iam.put_role_policy(RoleName=self._role, PolicyName=name, PolicyDocument=json.dumps(document))

    def __enter__(self) -> None:
        self._put({name: without(document, "dynamodb:") for name, document in self._policies.items()})

    def __exit__(self, *_said: object) -> None:
        self._put(self._policies)


def without(document: dict[str, Any], service: str) -> dict[str, Any]:
    def actions(statement: dict[str, Any]) -> list[str]:
        said = statement["Action"]
        return [said] if isinstance(said, str) else list(said)

    kept = [s for s in document["Statement"] if not any(action.startswith(service) for action in actions(s))]
    assert len(kept) < len(document["Statement"]), "there was a grant to take away"
    return {**document, "Statement": kept}


def message(key: str, version: str) -> dict[str, Any]:
    said = {"detail": {"bucket": {"name": "landing"}, "object": {"key": key, "version-id": version, "size": 1}}}
    return {"messageId": "m", "body": json.dumps(said), "eventSource": "aws:sqs", "attributes": {}}


def refused(call: Any, **said: Any) -> bool:
    try:
        call(**said)
    except ClientError as error:
        return error.response["Error"]["Code"] in DENIED
    return False


def keys_in(deployed: Deployed, thing: str) -> list[str]:
    found = deployed.client("s3").list_objects_v2(Bucket=deployed.bucket(thing), MaxKeys=3).get("Contents", [])
    return [said["Key"] for said in found]


def logged(deployed: Deployed, text: str) -> bool:
    logs = deployed.client("logs")
    found = logs.filter_log_events(logGroupName=f"/aws/lambda/{deployed.name('receive_drop')}")
    return any(text in event["message"] for event in found["events"])
