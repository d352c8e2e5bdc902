"""Numbers, periods, names and regions in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from onecrown.definitions.periods import Period, period_named
from onecrown.publishing.site.names import names_of
from onecrown.publishing.site.values import Value, Wanted, gather
from onecrown.publishing.site.wording import (
    amount,
    at_or_in,
    change,
    figure,
    listed,
    short_period,
    signed_change,
    year_before,
)

from .invented import the_measures, the_model

DECEMBER = Period("month", date(2025, 12, 1), date(2025, 12, 31))
QUARTER = Period("quarter", date(2025, 10, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (80203.0, "cases", "80,203 cases"),
        (1.0, "cases", "1 case"),
        (0.0, "trials", "0 trials"),
        (181.0, "days", "181 days"),
        (360.5, "days", "360.5 days"),
        (27.70, "percent", "27.7%"),
        (4.05, "hearings", "4.05 hearings"),
    ],
)
def test_a_value_is_said_with_what_it_is_in(value: float, unit: str, said: str) -> None:
    assert amount(value, unit) == said


def test_values_of_one_unit_have_the_same_decimal_places_in_a_table() -> None:
    assert [figure(value, "days") for value in (181.0, 360.5)] == ["181.0", "360.5"]


@pytest.mark.parametrize(
    ("now", "before", "unit", "said", "short"),
    [
        (110.0, 100.0, "cases", "up 10 (10.0%)", "+10 (+10.0%)"),
        (90.0, 100.0, "cases", "down 10 (10.0%)", "−10 (−10.0%)"),
        (5.0, 5.0, "days", "no change", "0"),
        (5.0, 0.0, "cases", "up 5", "+5"),
        (27.5, 44.7, "percent", "down 17.2 percentage points", "−17.2 points"),
    ],
)
def test_a_change_is_said_in_full_and_short(now: float, before: float, unit: str, said: str, short: str) -> None:
    assert change(now, before, unit) == said
    assert signed_change(now, before, unit) == short


def test_a_month_and_a_quarter_are_said_by_their_months() -> None:
    assert at_or_in(DECEMBER, is_stock=False) == "in December 2025"
    assert at_or_in(DECEMBER, is_stock=True) == "at 31 December 2025"
    assert short_period(DECEMBER, is_stock=False) == "Dec\u00a02025"
    assert at_or_in(QUARTER, is_stock=False) == "in October to December 2025"


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (date(2025, 12, 31), date(2024, 12, 31)),
        (date(2025, 2, 28), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2023, 2, 28)),
    ],
)
def test_a_year_before_is_the_end_of_the_same_month(now: date, then: date) -> None:
    assert year_before(now) == then


def test_a_list_is_said_as_people_say_it() -> None:
    assert [listed(said) for said in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == ["", "a", "a and b", "a, b and c"]


def test_a_court_lies_in_the_region_of_its_code_else_of_its_area_else_in_none_that_is_known() -> None:
    names = names_of(the_model(), the_measures())
    assert names.region_of("C44NI00") == "south_west"
    assert names.region_of("B62XX00") == "wales", "by its area: it is no Crown Court centre"
    assert names.region_of("Z99ZZ00") == "not_known"


def test_a_category_is_called_as_its_code_list_has_it_else_by_its_code() -> None:
    names = names_of(the_model(), the_measures())
    assert names.of("region", "north_east") == "North East"
    assert names.of("source_system", "common_platform") == "Common Platform"
    assert names.of("stage", "awaiting_trial") == "Awaiting trial"
    assert names.of("stage", "not_known") == "Not known"


def test_a_mean_without_a_value_in_the_last_period_is_not_in_it() -> None:
    values = gather([_mean("C01HA00", "2025-11"), _mean("C01SN00", "2025-11"), _mean("C01SN00", "2025-12")])
    wanted = Wanted("open_age_days", "mean", "court")
    assert [one.category_1 for one in values.at_end(wanted)] == ["C01SN00"]


def _mean(court: str, period: str) -> Value:
    return replace(_count(court, period), measure_id="open_age_days", statistic="mean", breakdown="court", unit="days")


def _count(court: str, period: str) -> Value:
    when, breakdown = period_named(period), "court" if court else "total"
    times = (when.kind, when.begun_on, when.ended_on)
    return Value("receipts", 1, "count", *times, breakdown, court, "", 9.0, 9, None, "cases")


def test_a_count_without_a_row_is_nought_from_the_first_period_in_which_its_measure_was_counted() -> None:
    values = gather([_mean("", "2025-09"), _count("", "2025-10"), _count("C01SN00", "2025-11"), _count("", "2025-12")])
    assert [one.value for one in values.of(Wanted("receipts"))] == [9, 0, 9]
    assert [one.value for one in values.of(Wanted("receipts", breakdown="court"), "C01SN00")] == [0, 9, 0]
    assert len(values.of(Wanted("open_age_days", "mean", "court"), "")) == 1
