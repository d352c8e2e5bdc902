"""The deployed template at work: a file put into the landing bucket becomes rows, with nothing but the put.

IAM is enforced with the template's own roles. Every test uses hearings, cases and keys of its own in one environment.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

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


def test_a_file_that_is_put_becomes_rows_that_awswrangler_reads(deployed: Deployed) -> None:
    file = share(1, "Fine", "Surcharge")
    (drop,) = deployed.until_merged(put(deployed, file))
    assert labels(deployed, file) == ["Fine", "Surcharge"]
    assert balances(drop)
    told = deployed.client("s3").get_object(
        Bucket=deployed.bucket("outbox"), Key=f"outbox/common_platform/{drop.drop_id}.json"
    )
    assert json.loads(told["Body"].read())["drop_id"] == drop.drop_id


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


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.long)])
def test_many_files_at_once_take_at_most_three_executions_and_their_books_balance(
    deployed: Deployed, count: int
) -> None:
    before = {said["name"] for said in deployed.executions()}
    files = [share(10 * count + number, "Fine") for number in range(count)]
    with ThreadPoolExecutor(8) as pool:
        arrivals = list(pool.map(lambda file: put(deployed, file), files))
    deployed.until(f"{count} drops merged", lambda: merged_of(deployed, arrivals) == count, seconds=600)
    deployed.until_idle()
    assert len({said["name"] for said in deployed.executions()} - before) <= 3
    drops = [deployed.drop_of(*arrival) for arrival in arrivals]
    assert all(drop is not None and balances(drop) for drop in drops)
    assert labels(deployed, *files) == ["Fine"] * count


def merged_of(deployed: Deployed, arrivals: list[tuple[str, str]]) -> int:
    deliveries = {f"{key}@{version}" for key, version in arrivals}
    known = deployed.ledger.known_deliveries(deliveries)
    if len(known) < len(deliveries):
        return 0
    ours = {said.drop_id for said in deployed.ledger.deliveries() if said.delivery_id in deliveries}
    return sum(drop.drop_id in ours for drop in deployed.ledger.drops([MERGED]))


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


@pytest.mark.parametrize(
    "seconds", [1.5, *(pytest.param(seconds, marks=pytest.mark.long) for seconds in (0.0, 0.7, 2.5))]
)
def test_a_drop_that_is_validated_while_the_merge_is_at_work_is_merged_without_the_sweep(
    deployed: Deployed, seconds: float
) -> None:
    number = 20 + int(seconds * 10) * 2
    first, second = share(number, "Fine"), share(number + 1, "Costs")
    one = put(deployed, first)
    deployed.until("an execution runs", lambda: any(e["status"] == "RUNNING" for e in deployed.executions()))
    time.sleep(seconds)
    other = put(deployed, second)
    deployed.until_merged(one, other)
    assert labels(deployed, first, second) == ["Costs", "Fine"]


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
