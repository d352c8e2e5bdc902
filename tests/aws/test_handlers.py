"""The functions' handlers: events parsed, one flow called, what failed given back alone; nothing of a record in a log."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from merging.builders import cases, extract
from merging.homes import Home, home_of_cases
from receiving.test_arrivals import Told, to

from onecrown.adapters.aws.settings import AwsSettings
from onecrown.compute_costs import Usage
from onecrown.deployed.place import Place
from onecrown.errors import SettingsError, StorageError
from onecrown.flows.identify_arrival import identify
from onecrown.ports import MERGED, QUARANTINED, RECEIVED, VALIDATED

pytestmark = pytest.mark.aws
WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")
SETTINGS = {f"ONECROWN_{name.upper()}": f"an-{name}" for name in AwsSettings.__slots__}


SETTINGS_READ = AwsSettings.read(SETTINGS)


class Context:
    """What Lambda says of itself; `left` is the time that remains at each look."""

    function_name = "receive_drop"
    memory_limit_in_mb = 2048
    invoked_function_arn = "arn:aws:lambda:eu-west-2:000000000000:function:receive_drop"
    aws_request_id = "a-request"

    def __init__(self, *left: int) -> None:
        self._left = [*left] or [90_000]

    def get_remaining_time_in_millis(self) -> int:
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_of_cases(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def told(home: Home, monkeypatch: pytest.MonkeyPatch) -> Told:
    from lambdas.receive_drop import handler as receiving
    from lambdas.sweep import handler as sweeping

    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    noted = Told()
    here = Place(AwsSettings.read(SETTINGS), home.around, to(noted), noted, ExitStack())
    monkeypatch.setattr(receiving, "warm_place", lambda: here)
    monkeypatch.setattr(sweeping, "warm_place", lambda: here)
    return noted


def message(number: int, key: str, version: str, size: int = 100) -> dict[str, Any]:
    said = {"detail": {"bucket": {"name": "landing"}, "object": {"key": key, "version-id": version, "size": size}}}
    return {"messageId": f"m{number}", "body": json.dumps(said), "eventSource": "aws:sqs", "attributes": {}}


def event_of(home: Home, *more: dict[str, Any]) -> dict[str, Any]:
    arrived = [message(n, said.key, said.version) for n, said in enumerate(home.around.landing.arrivals(), 1)]
    return {"Records": [*arrived, *more]}


def failed(answer: dict[str, Any]) -> list[str]:
    return [said["itemIdentifier"] for said in answer["batchItemFailures"]]


def test_every_message_of_a_batch_is_received_each_on_its_own(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler

    home.deliver(*(extract("case", cases(said), week) for said, week in zip(("A", "B", "C"), WEEKS, strict=True)))
    assert failed(handler(event_of(home), Context())) == []
    assert [drop.state for drop in home.drops()] == [VALIDATED] * 3


def test_a_message_that_is_no_event_is_given_back_and_the_others_are_received(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler

    home.deliver(extract("case", cases("A"), WEEKS[0]))
    strange = {**message(9, "", ""), "body": "hello"}
    assert failed(handler(event_of(home, strange), Context())) == ["m9"]
    assert [drop.state for drop in home.drops()] == [VALIDATED]


def test_what_an_erasure_left_of_a_file_and_folder_markers_are_no_arrivals(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler

    messages = [message(1, ".scrubbed/0a1b", "v"), message(2, "xhibit/extract/", "v")]
    assert failed(handler({"Records": messages}, Context())) == []
    assert home.drops() == []


def test_with_less_than_a_third_of_its_time_left_it_takes_no_more_messages(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lambdas.receive_drop.handler import handler

    monkeypatch.setattr("onecrown.flows.receive_drop.TOGETHER_BYTES", 0)  # each is received alone
    home.deliver(*(extract("case", cases(said), week) for said, week in zip(("A", "B"), WEEKS, strict=False)))
    assert failed(handler(event_of(home), Context(90_000, 80_000, 29_000))) == ["m2"]
    assert len(home.drops()) == 1


def test_small_messages_are_received_in_one_go_and_none_of_them_alone(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lambdas.receive_drop import handler as receiving

    def alone(*_said: object) -> None:
        raise StorageError("received alone")

    monkeypatch.setattr(receiving, "receive_drop", alone)
    home.deliver(*(extract("case", cases(said), week) for said, week in zip(("A", "B", "C"), WEEKS, strict=True)))
    assert failed(receiving.handler(event_of(home), Context())) == []
    assert ([drop.state for drop in home.drops()], told.woken) == ([VALIDATED] * 3, 1)


def test_an_event_that_came_twice_in_one_batch_is_one_drop_and_neither_is_sent_again(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler

    home.deliver(*(extract("case", cases(said), week) for said, week in zip(("A", "B"), WEEKS, strict=False)))
    event = event_of(home)
    again = {**event["Records"][0], "messageId": "m9"}
    assert failed(handler({"Records": [*event["Records"], again]}, Context())) == []
    assert [drop.state for drop in home.drops()] == [VALIDATED] * 2


def test_messages_are_told_apart_by_what_they_say(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler

    home.deliver(*(extract("case", cases(said), week) for said, week in zip(("A", "B"), WEEKS, strict=False)))
    alike = [{**said, "messageId": "m"} for said in event_of(home)["Records"]]
    assert failed(handler({"Records": alike}, Context())) == []
    assert [drop.state for drop in home.drops()] == [VALIDATED] * 2


def test_one_message_that_nothing_foresaw_fails_alone_though_all_came_together(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not an error of ours, so nobody catches it: the others are received all the same, and are not sent again."""
    from lambdas.receive_drop.handler import handler
    from onecrown.flows import receive_drops as receiving

    receive = receiving.receive

    def bug(con: Any, contract: Any, sent: Any, *said: Any) -> Any:
        if any(one.drop_id == poison for one in sent):
            raise RecursionError
        return receive(con, contract, sent, *said)

    home.deliver(*(extract("case", cases(said), week) for said, week in zip(("A", "B", "C"), WEEKS, strict=True)))
    poison = identify(home.around, list(home.around.landing.arrivals())[1]).drop.drop_id
    monkeypatch.setattr(receiving, "receive", bug)
    assert failed(handler(event_of(home), Context())) == ["m2"]
    assert sorted(drop.state for drop in home.drops()) == [RECEIVED, VALIDATED, VALIDATED]
    later = home.around.now() + timedelta(minutes=30)
    monkeypatch.setattr(receiving, "receive", receive)
    mended = replace(home.around, now=lambda: later)
    monkeypatch.setattr(
        "lambdas.receive_drop.handler.warm_place", lambda: Place(SETTINGS_READ, mended, to(told), told, ExitStack())
    )
    assert failed(handler(event_of(home), Context())) == []
    assert [drop.state for drop in home.drops()] == [VALIDATED] * 3


def test_a_message_about_an_object_that_is_gone_fails_alone(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler

    home.deliver(*(extract("case", cases(said), week) for said, week in zip(("A", "B"), WEEKS, strict=False)))
    gone = message(9, "xhibit/extract/extract_date=2026-01-05/gone.csv", "a-version")
    assert failed(handler(event_of(home, gone), Context())) == ["m9"]
    assert [drop.state for drop in home.drops()] == [VALIDATED] * 2


def test_a_large_drop_is_handed_over_and_not_received(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler

    home.deliver(extract("case", cases("A"), WEEKS[0]))
    (arrival,) = home.around.landing.arrivals()
    assert failed(handler({"Records": [message(1, arrival.key, arrival.version, 300 << 20)]}, Context())) == []
    assert (len(told.handed), home.drops()) == (1, [])


def test_a_file_that_a_scan_did_not_find_safe_is_set_aside_without_asking_landing(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lambdas.receive_drop.handler import handler

    def closed(*_: object) -> None:
        raise StorageError("denied: landing is closed to what is not clean, its head too")

    home.deliver(extract("case", cases("A"), WEEKS[0]))
    (arrival,) = home.around.landing.arrivals()
    for asked in ("arrival", "fetch"):
        monkeypatch.setattr(type(home.around.landing), asked, closed)
    said = {"bucket": {"name": "landing"}, "object": {"key": arrival.key, "version-id": arrival.version}}
    scanned = message(1, "", "") | {"body": json.dumps({"detail": {**said, "scan": "THREATS_FOUND"}})}
    assert failed(handler({"Records": [scanned]}, Context())) == []
    assert [(drop.state, drop.reason.split(":")[0]) for drop in home.drops()] == [(QUARANTINED, "not_safe")]
    assert home.around.ledger.known_deliveries([arrival.delivery_id]), "the sweep does not announce it again"


def test_a_large_drop_is_handed_over_where_its_event_tells_no_size(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lambdas.receive_drop.handler import handler

    home.deliver(extract("case", cases("A"), WEEKS[0]))
    (arrival,) = home.around.landing.arrivals()
    large = replace(arrival, bytes=300 << 20)
    monkeypatch.setattr(type(home.around.landing), "arrival", lambda *_: large)
    assert failed(handler({"Records": [message(1, arrival.key, arrival.version, 0)]}, Context())) == []
    assert (len(told.handed), home.drops()) == (1, [])


def test_a_log_names_the_drop_and_no_value_of_a_record(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler, logger

    written = io.StringIO()
    for stream in logger.handlers:
        stream.setStream(written)
    home.deliver(extract("case", cases("A B"), WEEKS[0]), extract("case", cases("A!"), WEEKS[1]))
    handler(event_of(home), Context())
    said = [json.loads(line) for line in written.getvalue().splitlines()]
    arrivals = [line for line in said if line["message"] == "arrival"]
    assert {line["correlation_id"] for line in arrivals} == {drop.drop_id for drop in home.drops()}
    assert sorted(line["counts"]["accepted"] for line in arrivals) == [0, 2]
    values = {value for row in (*cases("A B"), *cases("A!")) for value in row.values() if len(value) > 3}
    assert values
    assert not [value for value in values if value in written.getvalue()]


def test_the_sweep_says_what_it_found_and_counts_its_heartbeat(home: Home, told: Told, capsys: Any) -> None:
    from lambdas.sweep.handler import handler

    home.deliver(extract("case", cases("A"), WEEKS[0]))
    assert handler({"settled_seconds": 0}, Context()) == {"lost": 1, "left": 0, "pending": 0, "missing": 0}
    metrics = [line for line in capsys.readouterr().out.splitlines() if "SweepHeartbeat" in line]
    assert len(metrics) == 1


def test_the_sweep_tells_for_how_many_hours_a_dataset_is_missed_and_its_log_since_when(
    home: Home, told: Told, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lambdas.sweep import handler as sweeping

    written = io.StringIO()
    for stream in sweeping.logger.handlers:
        stream.setStream(written)
    home.receive(extract("case", cases("A"), WEEKS[0]))
    (last_at,) = home.around.ledger.latest_arrivals().values()
    later = replace(home.around, now=lambda: last_at + timedelta(hours=220))
    monkeypatch.setattr(sweeping, "warm_place", lambda: Place(SETTINGS_READ, later, to(told), told, ExitStack()))
    assert sweeping.handler({}, Context())["missing"] == 1
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    hours = [said for said in figures if "HoursWithoutDelivery" in said]
    assert [(said["dataset"], said["service"], said["HoursWithoutDelivery"]) for said in hours] == [
        ("xhibit/extract", "sweep", [220.0])
    ]
    assert [said["MissingDeliveries"] for said in figures if "MissingDeliveries" in said] == [[1.0]]
    logged = [json.loads(line) for line in written.getvalue().splitlines()]
    (said,) = [line for line in logged if line["message"] == "deliveries are missing"]
    assert said["last_delivery_at"] == {"xhibit/extract": last_at.isoformat(timespec="seconds")}


def test_a_function_tells_what_it_is_billed_for_and_the_drop_remembers_its_part(
    home: Home, told: Told, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lambdas.receive_drop import handler as receiving

    home.deliver(extract("case", cases("A"), WEEKS[0]))
    moments = iter(home.around.now() + timedelta(seconds=count) for count in range(1000))
    ticking = replace(home.around, now=lambda: next(moments))
    monkeypatch.setattr(receiving, "warm_place", lambda: Place(SETTINGS_READ, ticking, to(told), told, ExitStack()))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "2048")
    receiving.handler(event_of(home), Context())
    (drop,) = home.drops()
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    (cost,) = [said["CostDollars"][0] for said in figures if "CostDollars" in said]
    assert 0 < Usage(gigabyte_seconds=drop.gigabyte_seconds).dollars() < cost


def test_every_setting_that_is_missing_is_named_in_one_message() -> None:
    with pytest.raises(SettingsError, match=r"ONECROWN_LANDING_BUCKET.*ONECROWN_LEDGER_TABLE"):
        AwsSettings.read({"ONECROWN_ENVIRONMENT": "dev"})


def test_a_drop_that_was_merged_before_is_a_quiet_duplicate(home: Home, told: Told) -> None:
    from lambdas.receive_drop.handler import handler

    home.run(extract("case", cases("A"), WEEKS[0]))
    event = event_of(home)
    assert failed(handler(event, Context())) == []
    assert (
        failed(handler(event, SimpleNamespace(**{n: getattr(Context(), n) for n in dir(Context) if n[0] != "_"}))) == []
    )
    assert [drop.state for drop in home.drops()] == [MERGED]
