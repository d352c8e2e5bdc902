"""Stock and flow: what comes, what goes and what stays, by hand and as laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.forecasting.stock_flow import Work, project

TRIAL = Work("trial", 1000, (100,), 300)
SENTENCE = Work("sentence", 50, (40,), 30, is_ringfenced=True, kept_open_cases=50)


def test_open_cases_are_those_before_and_what_came_less_what_went() -> None:
    (month,) = project([TRIAL], [27_000])
    assert (month.receipts, month.disposals, month.open_cases) == (100, 90, 1010)


def test_ringfenced_work_is_heard_first_and_what_is_left_clears_the_rest() -> None:
    (month,) = project([TRIAL, SENTENCE], [1_200 + 15_000])
    trial, sentence = month.work
    assert (sentence.disposals, sentence.open_cases) == (40, 50)
    assert (trial.disposals, trial.open_cases) == (50, 1050)


def test_ringfenced_work_waits_too_where_the_days_do_not_hold_it() -> None:
    first, second = project([TRIAL, SENTENCE], [600, 2_400])
    assert [part.disposals for part in first.work] == [0, 20]
    assert [part.disposals for part in second.work] == [pytest.approx(600 / 300), 60]


def test_cases_that_are_being_prepared_stay_however_many_days_there_are() -> None:
    (month,) = project([Work("trial", 1000, (100,), 300, kept_open_cases=900)], [10_000_000])
    assert (month.disposals, month.open_cases) == (200, 900)


def test_the_last_month_stated_goes_on() -> None:
    months = project([Work("trial", 0, (10, 20), 60)], [0, 0, 0])
    assert [month.receipts for month in months] == [10, 20, 20]


cases = st.floats(0, 10_000)
minutes = st.floats(1, 2_000)
kinds = st.builds(
    Work,
    name=st.just("work"),
    open_cases=cases,
    receipts=st.lists(cases, min_size=1, max_size=3).map(tuple),
    minutes_per_disposal=minutes,
    is_ringfenced=st.booleans(),
    kept_open_cases=st.floats(0, 500),
)
works = st.lists(kinds, min_size=1, max_size=4).map(
    lambda said: [Work(f"work {at}", *_rest(kind)) for at, kind in enumerate(said)]
)
capacities = st.lists(st.floats(0, 5_000_000), min_size=1, max_size=6)


def _rest(kind: Work) -> tuple[float, tuple[float, ...], float, bool, float]:
    return kind.open_cases, kind.receipts, kind.minutes_per_disposal, kind.is_ringfenced, kind.kept_open_cases


@given(works, capacities)
def test_nothing_is_lost_and_no_month_uses_more_time_than_it_has(work: list[Work], capacity: list[float]) -> None:
    before = sum(kind.open_cases for kind in work)
    for month in project(work, capacity):
        assert month.open_cases == pytest.approx(before + month.receipts - month.disposals, rel=1e-6, abs=1e-6)
        assert month.minutes <= month.capacity_minutes * (1 + 1e-9) + 1e-6
        assert all(part.open_cases >= 0 and part.disposals >= 0 for part in month.work)
        before = month.open_cases


@given(works, capacities, st.floats(0, 1_000_000))
def test_more_days_never_leave_more_cases_open(work: list[Work], capacity: list[float], more: float) -> None:
    fewer, further = project(work, capacity), project(work, [minutes + more for minutes in capacity])
    for month, other in zip(further, fewer, strict=True):
        for part, before in zip(month.work, other.work, strict=True):
            assert part.open_cases <= before.open_cases * (1 + 1e-9) + 1e-6


@given(kinds, capacities, cases)
def test_other_work_takes_nothing_from_what_is_ringfenced(kind: Work, capacity: list[float], others: float) -> None:
    fenced = Work("fenced", *_rest(kind)[:3], True, kind.kept_open_cases)
    alone = project([fenced], capacity)
    beside = project([fenced, Work("other", others, (others,), 60)], capacity)
    assert [month.work[0] for month in alone] == [month.work[0] for month in beside]
