"""The truth has the published counts."""

from __future__ import annotations

from datetime import date

import pytest

from onecrown.errors import UsageError
from onecrown.synthesis.courts import Centres
from onecrown.synthesis.dues import Dues
from onecrown.synthesis.published import largest_remainder, read_published
from onecrown.synthesis.stock import Stock

from .conftest import Synthetic

FIRST, LAST = date(2016, 1, 1), date(2025, 12, 31)


def test_every_quarter_has_the_published_receipts_disposals_and_open_cases(ten_years: Synthetic) -> None:
    published = read_published(FIRST, LAST, 0.004)
    counted = {
        (day, kind): count
        for kind, day, count in ten_years.ask(
            """SELECT 'receipts', last_day(received_on + INTERVAL (2 - (month(received_on) - 1) % 3) MONTH), count(*)
            FROM [case] WHERE origin = 'receipt' AND jurisdiction = 'crown' GROUP BY ALL UNION ALL
            SELECT 'disposals', last_day(disposed_on + INTERVAL (2 - (month(disposed_on) - 1) % 3) MONTH), count(*)
            FROM [case] WHERE jurisdiction = 'crown' AND disposed_on IS NOT NULL GROUP BY ALL UNION ALL
            SELECT 'effects', last_day(event_on + INTERVAL (2 - (month(event_on) - 1) % 3) MONTH), sum(effect)
            FROM [event] GROUP BY ALL"""
        )
    }
    standing = published.opening
    for quarter in published.quarters:
        end = quarter.end_on
        received, disposed = counted.get((end, "receipts"), 0), counted.get((end, "disposals"), 0)
        standing += int(str(received)) - int(str(disposed)) + int(str(counted.get((end, "effects"), 0)))
        assert (received, disposed, standing) == (quarter.receipts, quarter.disposals, quarter.open_cases), end


def test_the_cases_that_the_truth_calls_open_are_the_published_number(ten_years: Synthetic) -> None:
    published = read_published(FIRST, LAST, 0.004)
    assert ten_years.ask("SELECT count(*) FROM [case] WHERE status_at_end = 'open'") == [
        (published.quarters[-1].open_cases,)
    ]


def test_open_cases_lie_at_the_courts_in_the_published_shares(ten_years: Synthetic) -> None:
    published = read_published(FIRST, LAST, 0.004)
    counts = largest_remainder([court.open_cases for court in published.courts], published.quarters[-1].open_cases)
    wanted = {court.name: count for court, count in zip(published.courts, counts, strict=True) if count}
    found = dict(ten_years.ask("SELECT court, count(*) FROM [case] WHERE status_at_end = 'open' GROUP BY court"))
    beside = sum(abs(int(str(found.get(name, 0))) - wanted.get(name, 0)) for name in {*wanted, *map(str, found)})
    assert beside <= 4  # a severed or joined case lies where the other does


def test_the_ages_of_open_cases_are_near_the_published_ones(ten_years: Synthetic) -> None:
    published = read_published(FIRST, LAST, 0.004).quarters[-1]
    wanted = largest_remainder(published.open_by_band, published.open_cases)
    found = ten_years.ask(
        """SELECT count(*) FILTER (age < 182), count(*) FILTER (age BETWEEN 182 AND 364), count(*) FILTER (age >= 365)
        FROM (SELECT DATE '2025-12-31' - received_on AS age FROM [case] WHERE status_at_end = 'open')"""
    )[0]
    for said, made in zip((sum(wanted[:6]), wanted[6], sum(wanted[7:])), found, strict=True):
        assert abs(said - int(str(made))) <= 6


def test_trials_and_hearings_are_near_the_published_shares(ten_years: Synthetic) -> None:
    effective, ineffective, hearings = ten_years.ask(
        """SELECT sum(effective_trials) / sum(effective_trials + ineffective_trials + cracked_trials),
        sum(ineffective_trials) / sum(effective_trials + ineffective_trials + cracked_trials),
        avg(hearing_count) FILTER (year(first_disposed_on) = 2025) FROM [case] WHERE jurisdiction = 'crown'"""
    )[0]
    assert 0.43 < float(str(effective)) < 0.53
    assert 0.21 < float(str(ineffective)) < 0.30
    assert 3.6 < float(str(hearings)) < 4.4


def test_trials_of_the_last_year_turn_out_as_those_of_the_others_and_are_as_many_as_published(
    ten_years: Synthetic,
) -> None:
    closeness = ten_years.made.closeness
    assert closeness
    lines = {name: (said, made) for name, said, made in closeness.lines() if "trials " in name}
    assert {"trials effective in 2025", "trials ineffective in 2025", "first trials a case disposed, 2021"} <= {*lines}
    assert [name for name, (said, made) in lines.items() if abs(said - made) > 0.08] == []


def test_open_cases_have_the_published_shares_of_remand_and_of_days_on_record(ten_years: Synthetic) -> None:
    last = read_published(FIRST, LAST, 0.004).quarters[-1]
    recorded, unknown, custody, trials = ten_years.ask(
        """SELECT count(*) FILTER (is_receipt_recorded), count(*) FILTER (case_type = 'T' AND remand = 'unknown'),
        count(*) FILTER (case_type = 'T' AND remand = 'custody'), count(*) FILTER (case_type = 'T')
        FROM [case] WHERE status_at_end = 'open' AND jurisdiction = 'crown'"""
    )[0]
    assert 0 <= int(str(recorded)) - last.open_cases * last.valid_share < 2
    shares = [sum(band[at] for band in last.open_trials) / sum(map(sum, last.open_trials)) for at in (1, 2)]
    found = [int(str(count)) / int(str(trials)) for count in (custody, unknown)]
    assert abs(found[0] - shares[0]) < 0.02
    assert 0 < found[1] <= shares[1]


def test_a_share_is_kept_at_every_number_and_never_passed() -> None:
    dues = Dues()
    turns = [dues.falls("a", 0.3) for _ in range(100)]
    assert all(0.3 * count - 1 - 1e-9 < sum(turns[:count]) <= 0.3 * count + 1e-9 for count in range(101))
    assert not dues.falls("b", 0.9)


def test_whole_numbers_in_proportion_have_the_sum_that_is_asked() -> None:
    assert largest_remainder([1, 1, 1], 2) == [1, 1, 0]
    assert largest_remainder([50, 30, 20], 7) == [4, 2, 1]


def test_counts_hold_at_a_scale_at_which_a_quarter_has_few_cases() -> None:
    published = read_published(date(2019, 1, 1), date(2020, 12, 31), 0.0002)
    lives = list(Stock(published, 1).lives())
    assert sum(life.is_open for life in lives) == published.quarters[-1].open_cases
    assert len({life.number for life in lives}) == len(lives)


def test_a_period_without_a_whole_quarter_is_refused() -> None:
    with pytest.raises(UsageError, match="no whole quarter"):
        read_published(date(2020, 2, 1), date(2020, 4, 30), 1)


def test_the_court_that_is_not_known_gets_only_late_receipts() -> None:
    published = read_published(FIRST, LAST, 1)
    centres = Centres(published.courts, 80203, 1)
    assert sum(not centre.is_known for centre in centres.all) == 1
