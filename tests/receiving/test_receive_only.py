"""One event's arrivals are received, and nothing else is looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from onecrown.flows.receive_drops import receive_only
from onecrown.ports import FAILED, HELD, MOVED_TOGETHER, RECEIVED, VALIDATED, Arrival, Drop

from .homes import Home
from .invented import EVENTS, event

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def only(home: Home, *arrivals: Arrival) -> list[Drop]:
    return receive_only(home.surroundings, arrivals)


def left(home: Home, arrival: Arrival, state: str) -> Drop:
    """The arrival's drop as a worker left it that died, or failed, while it judged."""
    only(home, arrival)
    at_work = {"claim_owner": "a worker that is gone", "claim_expires_at": LONG_AGO, "prefix": "", "counts": {}}
    return home.surroundings.ledger.move(home.drop_of(arrival), state, **at_work)


def test_what_else_has_arrived_stays_where_it_is(home: Home) -> None:
    one, other = home.deliver(f"{EVENTS}/a.json", event(1)), home.deliver(f"{EVENTS}/b.json", event(2))
    assert [drop.state for drop in only(home, one)] == [VALIDATED]
    assert [delivery.delivery_id for delivery in home.surroundings.ledger.deliveries()] == [one.delivery_id]
    assert [drop.name for drop in only(home, one, other)] == ["b.json"]


@pytest.mark.parametrize("state", [RECEIVED, FAILED])
def test_a_known_arrival_whose_drop_a_worker_left_half_done_is_received(home: Home, state: str) -> None:
    arrival = home.deliver(f"{EVENTS}/a.json", event())
    left(home, arrival, state)
    assert [drop.state for drop in only(home, arrival)] == [VALIDATED]
    assert home.drop_of(arrival).attempts == 2


def test_a_drop_that_another_arrival_brought_and_a_worker_left_is_not_looked_at(home: Home) -> None:
    arrival = home.deliver(f"{EVENTS}/a.json", event(1))
    waiting = left(home, arrival, RECEIVED)
    assert [drop.name for drop in only(home, home.deliver(f"{EVENTS}/b.json", event(2)))] == ["b.json"]
    assert home.drop_of(arrival) == waiting


def test_a_second_delivery_of_a_drop_that_was_left_half_done_takes_it_up(home: Home) -> None:
    first = home.deliver(f"{EVENTS}/a.json", event())
    left(home, first, RECEIVED)
    assert [drop.state for drop in only(home, home.deliver(f"{EVENTS}/b.json", event()))] == [VALIDATED]
    assert home.drop_of(first).state == VALIDATED


def test_a_known_arrival_of_a_judged_drop_is_no_news(home: Home) -> None:
    arrival = home.deliver(f"{EVENTS}/a.json", event())
    (done,) = only(home, arrival)
    stood = home.drop_of(arrival)
    assert (only(home, arrival), home.drop_of(arrival)) == ([], stood)
    assert done.state == VALIDATED


def test_of_many_drops_received_together_one_that_was_taken_over_is_left_and_the_others_are_given(home: Home) -> None:
    arrivals = [home.deliver(f"{EVENTS}/{n}.json", event(n)) for n in range(MOVED_TOGETHER + 5)]
    ledger: Any = home.surroundings.ledger
    move_all = ledger.move_all

    def after_another(moves: Any) -> None:
        ledger.move_all = move_all
        ledger.move(moves[3][0], HELD, reason="taken over")
        move_all(moves)

    ledger.move_all = after_another
    done = only(home, *arrivals)
    assert [drop.state for drop in done] == [VALIDATED] * (MOVED_TOGETHER + 4)
    assert {drop.drop_id for drop in home.surroundings.ledger.drops([HELD])} == {
        drop.drop_id for drop in home.drops()
    } - {drop.drop_id for drop in done}
