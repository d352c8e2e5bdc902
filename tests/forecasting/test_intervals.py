"""Intervals come from what a forecast got wrong before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.forecasting.backtest import misses
from onecrown.forecasting.intervals import Interval, coverage, interval_of, intervals
from onecrown.forecasting.series import published_quarters

from .series_made import steady


def test_of_nine_errors_the_least_and_the_greatest_give_an_interval_of_eighty_percent() -> None:
    assert interval_of([5, -3, 1, 0, 2, 4, -1, 3, -2]) == Interval(-3, 5)


def test_eight_errors_are_too_few_for_eighty_percent() -> None:
    assert interval_of([1.0] * 8) is None


@given(st.lists(st.floats(-1, 1), min_size=9, max_size=60))
def test_an_interval_leaves_out_no_more_than_a_fifth_of_the_errors_that_it_came_from(errors: list[float]) -> None:
    interval = interval_of(errors)
    assert interval is not None
    held = sum(interval.low <= error <= interval.high for error in errors)
    assert held >= 0.8 * len(errors) - 1e-9


def test_an_interval_is_a_share_of_the_cases_open_at_the_origin() -> None:
    assert Interval(-0.1, 0.2).around(1000, 500) == (950, 1100)


def test_no_caseload_is_below_nothing() -> None:
    assert Interval(-3, 1).around(100, 100) == (0, 200)


def test_a_forecast_that_was_never_wrong_has_intervals_without_width() -> None:
    for interval in intervals(misses(steady(40))).values():
        assert (interval.low, interval.high) == pytest.approx((0, 0))


def test_the_published_series_gives_an_interval_for_each_of_eight_quarters_ahead() -> None:
    said = intervals(misses(published_quarters()))
    assert sorted(said) == list(range(1, 9))
    assert said[8].high - said[8].low > said[1].high - said[1].low


def test_coverage_counts_only_intervals_that_could_be_given_at_the_time() -> None:
    said = {c.horizon: c for c in coverage(misses(published_quarters()))}
    assert (said[1].given, said[8].given) == (19, 5)  # of 28 and 21 origins: those with nine errors behind them
    assert all(0 < c.held <= c.given for c in said.values())
