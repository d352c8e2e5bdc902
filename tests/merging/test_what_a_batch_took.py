"""How long drops wait for their rows, what for, and what it costs: in the ledger, and in the batch's own row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.compute_costs import OWN_MACHINE, PRICES, Machine, Meter, Usage
from onecrown.flows.act_on_drops import withdraw_drop
from onecrown.flows.batch_figures import delay_of
from onecrown.ports import Batch, Drop

from .builders import cases, extract
from .homes import Home, cases_in_memory

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
FIGURES = (
    *("delay_seconds", "receive_seconds", "window_seconds", "start_seconds", "work_seconds"),
    *("gigabyte_seconds", "dpu_seconds", "cost_usd"),
)
FUNCTION, JOB = Machine(gigabytes=2.0), Machine(dpus=2.0, least_seconds=60.0)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def goes(self, count: float) -> None:
        self.at += seconds(count)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, clock: Clock) -> Iterator[Home]:
    with cases_in_memory(tmp_path / "home") as opened:
        yield Home(replace(opened.around, now=clock))


def on(home: Home, machine: Machine, began_at: datetime, asked_at: datetime | None = None) -> Home:
    return Home(replace(home.around, meter=Meter(machine, began_at, asked_at)))


def last_batch(home: Home) -> Batch:
    return home.around.ledger.newest_batches(1)[0]


def delivered(home: Home, line: str, day: str, arrived_at: datetime) -> Drop:
    """A drop that arrived then, judged now by a function that took three seconds."""
    home.deliver(extract("case", cases(line), day))
    function = on(home, FUNCTION, home.around.now() - seconds(3))
    (drop,) = function.receive()
    home.around.ledger.move(drop, drop.state, received_at=arrived_at)
    return home.drop(drop.drop_id)


def test_the_ledger_has_what_the_slowest_drop_waited_for_and_its_parts_add_up(home: Home, clock: Clock) -> None:
    delivered(home, "A", "2026-01-05", NOON - seconds(5))
    clock.goes(30)
    delivered(home, "A B", "2026-01-12", NOON + seconds(25))
    clock.goes(70)
    asked_at = clock.at
    clock.goes(40)
    on(home, JOB, clock.at, asked_at).merge()
    told = last_batch(home)
    assert (told.receive_seconds, told.window_seconds, told.start_seconds, told.work_seconds) == (5, 100, 40, 0)
    assert told.delay_seconds == 145


def test_the_cost_is_of_receiving_and_merging_at_the_list_price_with_its_day_and_stands_in_the_batchs_own_row(
    home: Home, clock: Clock
) -> None:
    drop = delivered(home, "A", "2026-01-05", NOON)
    assert (drop.gigabyte_seconds, drop.dpu_seconds) == (6.0, 0.0)
    began_at = clock.at
    clock.goes(90)
    on(home, JOB, began_at).merge()
    told = last_batch(home)
    assert (told.gigabyte_seconds, told.dpu_seconds) == (6.0, 180.0)
    assert told.cost_usd == pytest.approx(6 * PRICES.gigabyte_second + 180 / 3600 * PRICES.dpu_hour)
    ((*figures, priced_on),) = home.query(f"SELECT {', '.join(FIGURES)}, priced_on FROM onecrown_ops.batch")
    assert figures == [getattr(told, name) for name in FIGURES]
    assert str(priced_on) == told.priced_on == PRICES.noted_on.isoformat()


def test_where_nobody_sends_a_bill_there_is_no_cost_and_a_delay_all_the_same(home: Home) -> None:
    home.run(extract("case", cases("A"), "2026-01-05"))
    told = last_batch(home)
    assert (told.cost_usd, told.priced_on, told.gigabyte_seconds, told.dpu_seconds) == (None, "", 0.0, 0.0)
    assert told.delay_seconds is not None
    assert home.query("SELECT cost_usd, priced_on FROM onecrown_ops.batch") == [(None, None)]


def test_a_drop_that_comes_back_or_leaves_says_nothing_of_the_pipelines_delay(home: Home, clock: Clock) -> None:
    (drop,) = home.run(extract("case", cases("A"), "2026-01-05"))
    clock.goes(86_400)
    withdraw_drop(home.around, drop.drop_id, "invented")
    home.merge()
    assert last_batch(home).delay_seconds is None


def test_what_every_attempt_took_is_counted(home: Home, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    home.deliver(extract("case", cases("A"), "2026-01-05"))
    with monkeypatch.context() as patched:
        patched.setattr("onecrown.flows.receive_drops.receive", no_room)
        on(home, FUNCTION, clock.at - seconds(4)).receive()
    assert [drop.gigabyte_seconds for drop in home.drops()] == [8.0]
    again = on(home, FUNCTION, clock.at - seconds(1))
    Home(replace(again.around, worker="another")).receive()
    assert [drop.gigabyte_seconds for drop in home.drops()] == [10.0]


def no_room(*_args: object) -> object:
    raise OSError("no room")


# --- arithmetic ------------------------------------------------------------------------------------------------------

MOMENTS = st.integers(min_value=-3600, max_value=3600).map(lambda count: NOON + seconds(count))


@given(st.tuples(MOMENTS, MOMENTS, st.none() | MOMENTS, MOMENTS, MOMENTS))
def test_the_parts_of_a_delay_are_never_negative_and_add_up_whatever_the_clocks_say(
    moments: tuple[datetime, datetime, datetime | None, datetime, datetime],
) -> None:
    received_at, judged_at, asked_at, begun_at, finished_at = moments
    drop = Drop("d", "xhibit", "extract", "f", "validated", 0, {}, received_at, validated_at=judged_at)
    delay = delay_of(drop, asked_at, begun_at, finished_at)
    assert min(delay.receive, delay.window, delay.start, delay.work) >= 0
    last = max(moment for moment in moments if moment is not None)
    assert delay.whole == pytest.approx((last - received_at).total_seconds())


def test_a_job_is_billed_for_its_first_minute_once() -> None:
    meter = Meter(JOB, NOON)
    read = [meter.read(NOON + seconds(count)).dpu_seconds for count in (10, 50, 70, 70, 100)]
    assert read == [120.0, 0.0, 20.0, 0.0, 60.0]


def test_a_machine_of_ones_own_costs_nothing() -> None:
    assert Meter(OWN_MACHINE, NOON).read(NOON + seconds(900)).dollars() == 0


def test_work_on_several_drops_is_shared_among_them_and_nothing_is_lost() -> None:
    part = Usage(9.0, 6.0).shared(3)
    assert part + part + part == Usage(9.0, 6.0)
