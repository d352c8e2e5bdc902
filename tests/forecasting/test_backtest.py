"""What a back-test finds of forecasts whose errors are known."""

from __future__ import annotations

from datetime import date

import pytest

from onecrown.errors import UsageError
from onecrown.forecasting.backtest import LEAST_HISTORY_QUARTERS, QUARTERS_AHEAD, Accuracy, accuracy, misses
from onecrown.forecasting.methods import METHODS
from onecrown.forecasting.series import Caseload, Series, Subject, published_quarters, quarters

from .series_made import series_of, steady


def found(series: Series, method: str, horizon: int, subject: Subject = Subject.open_cases) -> Accuracy:
    (said,) = [a for a in accuracy(misses(series)) if (a.subject, a.method, a.horizon) == (subject, method, horizon)]
    return said


@pytest.mark.parametrize("method", ["drift", "stock_flow", "receipts_known", "flows_known"])
def test_a_stock_that_grows_by_as_much_each_quarter_is_forecast_without_error(method: str) -> None:
    for horizon in (1, QUARTERS_AHEAD):
        assert found(steady(24), method, horizon).mae == pytest.approx(0)


def test_the_last_value_is_out_by_as_many_changes_as_quarters_ahead() -> None:
    three_ahead = found(steady(24), "last_value", 3)
    assert three_ahead.mae == pytest.approx(30)
    assert three_ahead.mase == pytest.approx(3)


def test_the_seasonal_forecast_is_right_where_each_year_is_as_the_last() -> None:
    receipts = [100, 80, 120, 90] * 6
    said = series_of(receipts, [50] * 24, 1000)
    assert found(said, "seasonal", 5, Subject.receipts).mae == 0
    assert found(said, "last_value", 1, Subject.receipts).mae > 0


def test_a_year_that_goes_on_is_the_mean_of_its_four_quarters() -> None:
    known = series_of([100] * 8 + [110, 170, 120, 160], [0] * 12, 0)
    method = next(method for method in METHODS if method.name == "year_goes_on")
    assert method.forecast(known, Subject.receipts, steady(2)) == [140, 140]


def test_percentages_are_of_what_came() -> None:
    doubled = series_of([0] * 12 + [100], [0] * 13, 100)
    assert found(doubled, "last_value", 1).mape == pytest.approx(50)


def test_errors_are_not_measured_in_changes_where_a_series_never_changed() -> None:
    assert found(steady(24), "last_value", 1, Subject.receipts).mase is None


def test_no_forecast_knows_anything_after_its_origin() -> None:
    known, other_future = steady(16), steady(16)[:12] + steady(16, receipts=700)[12:]
    for method in METHODS:
        if method.knows_more:
            continue
        for subject in method.subjects:
            said = method.forecast(known[:12], subject, known[12:])
            assert said == method.forecast(known[:12], subject, other_future[12:]), method.name


def test_each_origin_has_three_years_behind_it_and_looks_two_years_ahead() -> None:
    said = misses(steady(30))
    assert min(miss.origin_on for miss in said) == steady(30)[LEAST_HISTORY_QUARTERS - 1].ended_on
    assert {miss.horizon for miss in said} == set(range(1, QUARTERS_AHEAD + 1))
    counts = {a.horizon: a.forecasts for a in accuracy(said) if a.method == "drift" and a.subject is Subject.receipts}
    assert counts == {horizon: 30 - LEAST_HISTORY_QUARTERS + 1 - horizon for horizon in counts}


def test_a_series_that_is_too_short_is_refused_with_what_it_needs() -> None:
    with pytest.raises(UsageError, match="needs 12 quarters before its first origin and one after it; there are 12"):
        misses(steady(12))


def test_a_missing_quarter_is_told_and_not_bridged() -> None:
    said = steady(14)
    with pytest.raises(UsageError, match="after the quarter that ended on 2002-03-31"):
        quarters(said[:5] + said[6:])


def test_the_published_series_has_forty_quarters_up_to_2025() -> None:
    said = published_quarters()
    assert (len(said), said[0].ended_on, said[-1].ended_on) == (40, date(2016, 3, 31), date(2025, 12, 31))
    assert said[-1] == Caseload(date(2025, 12, 31), 29482, 28812, 80203)


def test_receipts_and_disposals_explain_all_but_two_percent_of_the_published_stock() -> None:
    """The arithmetic itself: what is left are warrants, late entries and cases opened again."""
    said = [found(published_quarters(), "flows_known", ahead).mape for ahead in (1, QUARTERS_AHEAD)]
    assert all(mape is not None and mape < 2 for mape in said)


def test_stock_and_flow_beat_every_naive_forecast_of_the_published_stock_up_to_three_quarters_ahead_and_not_eight() -> (
    None
):
    naive = ("last_value", "drift", "seasonal")
    said = {
        (a.method, a.horizon): a.mae for a in accuracy(misses(published_quarters())) if a.subject is Subject.open_cases
    }
    for horizon in (1, 2, 3):
        assert said["stock_flow", horizon] < min(said[method, horizon] for method in naive)
    assert said["stock_flow", QUARTERS_AHEAD] > min(said[method, QUARTERS_AHEAD] for method in naive)
