"""A batch is opened and finished whole, wherever a worker stops and whoever comes between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from onecrown.adapters.aws import dynamodb_batches
from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger
from onecrown.errors import CommitConflict
from onecrown.ports import HELD, MERGED, MERGING, VALIDATED
from tests.adapters.ledgers import TABLE, batch, brought, drop, known, ledger_table, make_table
from tests.aws.failing_client import InterruptedClient, PowerCut, power_cut

pytestmark = pytest.mark.aws
DROPS = tuple(drop(number, VALIDATED) for number in range(3))
OVERTAKEN = DROPS[2]  # of the second transaction: two are taken by then


@pytest.fixture(autouse=True)
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches move two drops at a time, and write as many ahead in one item."""
    monkeypatch.setattr(dynamodb_batches, "DROPS_IN_TRANSACTION", 2)
    monkeypatch.setattr(dynamodb_batches, "PAIRS_IN_ITEM", 2)


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    with ledger_table() as client:
        yield client


def pending_drops(client: Any) -> Any:
    """A new ledger table with drops that are to be merged."""
    client.delete_table(TableName=TABLE)
    make_table(client)
    brought(ledger_over(client), *DROPS)
    return client


@pytest.fixture
def table(dynamodb: Any) -> Any:
    return pending_drops(dynamodb)


def ledger_over(client: Any) -> DynamodbLedger:
    return DynamodbLedger(client, TABLE, pause=lambda _: None)


def open_batch(ledger: DynamodbLedger) -> None:
    ledger.open_batch(batch("one", *DROPS), [(one, MERGING, {"batch_id": "one"}) for one in DROPS], "")


def finish_batch(ledger: DynamodbLedger) -> None:
    drops = [known(ledger, number) for number in range(len(DROPS))]
    ledger.save_batch(batch("one", *DROPS, state="finished"), [(one, MERGED, {}) for one in drops])


def go_on(ledger: DynamodbLedger) -> None:
    """What the merge does: finish what is open, open what is not, until there is nothing left to do."""
    if not ledger.newest_batches(1):
        assert ledger.drops() == list(DROPS), "an opening that nobody decided moved nothing"
        open_batch(ledger)
    if ledger.newest_batches(1)[0].state == "open":
        assert [one.rev for one in ledger.drops([MERGING])] == [1] * 3, "an open batch has all its drops"
        finish_batch(ledger)


def calls_of(client: Any, work: Callable[[DynamodbLedger], object]) -> int:
    counting = InterruptedClient(client, -1, power_cut)
    work(ledger_over(counting))
    return counting.calls


def partitions(client: Any) -> Counter[str]:
    return Counter(item["pk"]["S"].partition("#")[0] for item in client.scan(TableName=TABLE)["Items"])


def all_is_merged_once(client: Any) -> None:
    ledger = ledger_over(client)
    assert [(said.batch_id, said.state) for said in ledger.batches()] == [("one", "finished")]
    assert ledger.drops() == [replace(one, state=MERGED, rev=2, batch_id="one") for one in DROPS]
    ledger.move_all([(one, HELD, {}) for one in ledger.drops()])  # as no batch has them any more
    assert partitions(client)["state"] == len(ledger.drops([HELD])) == len(DROPS)


def all_is_as_before_but_for_one(client: Any) -> None:
    """The drop that another moved on stays there; the others are free, in their state, and can be planned anew."""
    ledger = ledger_over(client)
    assert ledger.batches() == []
    assert [replace(one, rev=0) for one in ledger.drops([VALIDATED])] == [one for one in DROPS if one != OVERTAKEN]
    assert known(ledger, 2) == replace(OVERTAKEN, state=HELD, rev=1)
    assert partitions(client)["state"] == len(DROPS)
    rest = ledger.drops([VALIDATED])
    ledger.open_batch(batch("two", *rest), [(one, MERGING, {"batch_id": "two"}) for one in rest], "")
    ledger.save_batch(batch("two", *rest, state="finished"), [(one, MERGED, {}) for one in ledger.drops([MERGING])])
    assert len(ledger.drops([MERGED])) == len(DROPS) - 1
    assert [said.batch_id for said in ledger.batches()] == ["two"]


def whole_batch(ledger: DynamodbLedger) -> None:
    open_batch(ledger)
    finish_batch(ledger)


def test_a_batch_that_a_crash_stopped_at_any_call_is_gone_on_with(dynamodb: Any) -> None:
    tried = 0
    while True:
        pending_drops(dynamodb)
        dying = InterruptedClient(dynamodb, tried, power_cut)
        try:
            whole_batch(ledger_over(dying))
        except PowerCut:
            go_on(ledger_over(dynamodb))
            all_is_merged_once(dynamodb)
        else:
            break
        tried += 1
    assert tried > 20, "every call of an opening and a finish was tried"


def test_who_goes_on_may_crash_at_any_call_too(table: Any) -> None:
    """The first worker stops half way through taking drops; then each of its successors stops one call later."""
    first = InterruptedClient(table, 6, power_cut)
    with pytest.raises(PowerCut):
        whole_batch(ledger_over(first))
    crashes = 0
    while True:
        try:
            go_on(ledger_over(InterruptedClient(table, crashes, power_cut)))
        except PowerCut:
            crashes += 1
        else:
            break
    assert crashes > 3
    all_is_merged_once(table)


def test_a_batch_that_was_overtaken_is_undone_wherever_it_is_stopped(dynamodb: Any) -> None:
    tried = 0
    while True:
        pending_drops(dynamodb)
        ledger_over(dynamodb).move(OVERTAKEN, HELD)
        try:
            open_batch(ledger_over(InterruptedClient(dynamodb, tried, power_cut)))
        except (PowerCut, CommitConflict) as stopped:
            all_is_as_before_but_for_one(dynamodb)
            if isinstance(stopped, CommitConflict):
                break
        tried += 1
    assert tried > 15


@pytest.mark.parametrize("overtaken", [pytest.param(False, marks=pytest.mark.long), True])
def test_several_at_the_same_batch_do_no_harm(dynamodb: Any, overtaken: bool) -> None:
    """Another worker asks for the batches, and so brings them to rest, between any two calls of the first."""
    tried, whole = 0, False
    while not whole:
        pending_drops(dynamodb)
        if overtaken:
            ledger_over(dynamodb).move(OVERTAKEN, HELD)
        busy = InterruptedClient(dynamodb, tried, ledger_over(dynamodb).batches)
        if overtaken:
            with pytest.raises(CommitConflict):
                whole_batch(ledger_over(busy))
            all_is_as_before_but_for_one(dynamodb)
        else:
            whole_batch(ledger_over(busy))
            all_is_merged_once(dynamodb)
        whole = busy.calls <= tried
        tried += 1
    assert tried > 15


def test_a_worker_that_wakes_up_late_changes_nothing_that_another_brought_to_its_end(dynamodb: Any) -> None:
    """The other does everything, the finish too, at any call of the first."""
    tried, whole = 0, False
    while not whole:
        pending_drops(dynamodb)
        late = InterruptedClient(dynamodb, tried, lambda: go_on(ledger_over(dynamodb)))
        with suppress(CommitConflict):
            whole_batch(ledger_over(late))
        all_is_merged_once(dynamodb)
        whole = late.calls <= tried
        tried += 1
    assert tried > 20


def test_a_batch_leaves_nothing_behind_but_itself(table: Any) -> None:
    whole_batch(ledger_over(table))
    assert partitions(table)["batch"] == 0
    assert partitions(table)["batches"] == 2, "the head and the batch"


def test_a_drop_is_recorded_with_its_delivery_wherever_that_stops(table: Any) -> None:
    fresh = drop(9)
    for number in range(calls_of(table, lambda ledger: brought(ledger, drop(8)))):
        with pytest.raises(PowerCut):
            brought(ledger_over(InterruptedClient(table, number, power_cut)), fresh)
        ledger = ledger_over(table)
        assert (ledger.drop(fresh.drop_id) is None) == (ledger.deliveries_of(fresh.drop_id) == [])
    brought(ledger_over(table), fresh)
    assert [said.outcome for said in ledger_over(table).deliveries_of(fresh.drop_id)] == ["new"]


def test_a_rev_that_was_undone_never_comes_back(table: Any) -> None:
    """Whoever took the drop for the abandoned batch too late finds another rev."""
    ledger = ledger_over(table)
    ledger.move(OVERTAKEN, HELD)
    with pytest.raises(CommitConflict):
        open_batch(ledger)
    assert [known(ledger, number).rev for number in (0, 1)] == [2, 2]


def test_a_place_among_the_batches_is_never_taken_twice(table: Any) -> None:
    """The late one read the head before another opened a batch in that place and gave it up."""
    ledger = ledger_over(table)
    ledger.move(OVERTAKEN, HELD)
    ledger.open_batch(batch("first"), (), "")
    ledger.save_batch(batch("first", state="finished"))

    def give_up() -> None:
        with pytest.raises(CommitConflict):
            ledger.open_batch(batch("one", OVERTAKEN), [(OVERTAKEN, MERGING, {})], "first")

    late = InterruptedClient(table, 1, give_up)
    with pytest.raises(CommitConflict):
        ledger_over(late).open_batch(batch("late"), (), "first")
    assert [said.batch_id for said in ledger.batches()] == ["first"]
    ledger.open_batch(batch("late"), (), "first")
    assert [said.batch_id for said in ledger.batches()] == ["first", "late"]


def test_what_was_written_ahead_and_lost_to_another_is_forgotten(table: Any) -> None:
    other = ledger_over(table)
    empty = batch("theirs")
    late = InterruptedClient(table, 3, lambda: other.open_batch(empty, (), ""))
    with pytest.raises(CommitConflict):
        open_batch(ledger_over(late))
    assert partitions(table)["batch"] == 0
    assert other.drops() == list(DROPS)
