"""Twelve cases worked by hand. Each line of the table says of a case when it is received and disposed of, and what it is at the end of
each quarter: `open`, on a `warrant`, registered in `part`, or nothing that is counted. What the tables say must be the sums of the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from lifecycle.telling import Life

from onecrown.querying.queries import AthenaQueries

from .counting import Counting
from .monthly import ToldMonthly
from .twelve_cases import CASES, tell_twelve_cases

BY_HAND = """
case           | received | disposed | 2025-Q1 | 2025-Q2 | 2025-Q3 | 2025-Q4
plain          | 2025-Q1  | 2025-Q2  | open    |         |         |
sentence       | 2025-Q1  | 2025-Q1  |         |         |         |
appeal         | 2025-Q1  | 2025-Q2  | open    |         |         |
two defendants | 2025-Q1  | 2025-Q3  | open    | open    |         |
warrant        | 2025-Q1  | 2025-Q3  | warrant | open    |         |
opened again   | 2025-Q1  | 2025-Q3  |         | open    |         |
no receipt     | 2025-Q2  | 2025-Q4  |         | open    | open    |
parent         | 2025-Q1  |          | open    | open    | open    | open
child          |          | 2025-Q4  |         | open    | open    |
copy           |          |          |         |         |         |
in part        |          |          |         | part    | part    | part
deferred       | 2025-Q2  | 2025-Q4  |         | open    | open    |
"""
QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
STOCKS = {"open": "open_cases", "warrant": "cases_on_warrant", "part": "cases_incomplete"}


def by_hand() -> dict[str, dict[str, str]]:
    """The table, a mapping of headings for each case."""
    head, *lines = (line.split("|") for line in BY_HAND.strip().splitlines())
    return {
        line[0].strip(): dict(zip((h.strip() for h in head[1:]), (cell.strip() for cell in line[1:]), strict=True))
        for line in lines
    }


@pytest.fixture(scope="module")
def counting() -> Iterator[Counting]:
    counted = Counting()
    tell_twelve_cases(Life(counted.con))
    counted.refresh(None)
    yield counted
    counted.con.close()


def test_the_table_by_hand_tells_of_every_case() -> None:
    assert [*by_hand()] == [*CASES]
    assert len(CASES) == 12


@pytest.mark.parametrize("quarter", QUARTERS)
def test_receipts_and_disposals_are_those_worked_out_by_hand(counting: Counting, quarter: str) -> None:
    table = by_hand().values()
    assert counting.value("receipts", quarter) == sum(case["received"] == quarter for case in table)
    assert counting.value("disposals", quarter) == sum(case["disposed"] == quarter for case in table)


@pytest.mark.parametrize("quarter", QUARTERS)
def test_stocks_at_the_end_of_a_quarter_are_those_worked_out_by_hand(counting: Counting, quarter: str) -> None:
    told = Counter(case[quarter] for case in by_hand().values())
    assert {stock: counting.value(measure, quarter) for stock, measure in STOCKS.items()} == {
        stock: told[stock] for stock in STOCKS
    }


@pytest.mark.parametrize("quarter", QUARTERS)
def test_explain_names_the_very_cases_and_leaves_none_unsaid(counting: Counting, quarter: str) -> None:
    for measure, heading, said in (
        ("receipts", "received", quarter),
        ("disposals", "disposed", quarter),
        *((measure, quarter, stock) for stock, measure in STOCKS.items()),
    ):
        reasons = counting.explained(measure, quarter)
        assert reasons.keys() == CASES.keys()
        counted = {case for case, reason in reasons.items() if reason == "counted"}
        assert counted == {case for case, told in by_hand().items() if told[heading] == said}
        assert len(counted) == counting.value(measure, quarter)


def test_a_case_that_is_left_out_has_the_reason(counting: Counting) -> None:
    reasons = counting.explained("receipts", "2025-Q1")
    assert reasons["child"] == "no receipt of its own"
    assert reasons["copy"] == "no record stands for it"
    assert reasons["in part"] == "registered in part"
    assert reasons["deferred"] == "in another period"
    assert counting.explained("open_cases", "2025-Q1")["warrant"] == "not open then"
    assert counting.explained("open_cases", "2025-Q1")["deferred"] == "not received by then, or no record stands for it"
    assert counting.explained("open_cases", "2025-Q2", region="wales")["parent"] == "another region"


def test_a_breakdown_adds_up_to_its_total_and_shows_what_is_not_known(counting: Counting) -> None:
    regions = ("london", "midlands", "wales")
    for quarter in QUARTERS:
        parts = [counting.value("open_cases", quarter, region=region) for region in regions]
        assert sum(parts) == counting.value("open_cases", quarter)
    assert counting.value("open_cases", "2025-Q2", court="C20BI00") == 3
    assert counting.value("open_cases", "2025-Q2", remand="not_known") == 7


def test_the_age_of_an_open_case_runs_from_its_first_receipt(counting: Counting) -> None:
    # On 31 March 2025: the appeal 0 days, the parent 49, two defendants 58, the plain case 80
    by_hand = {"under_4_weeks": 1, "4_to_8_weeks": 1, "8_to_12_weeks": 2, "12_to_16_weeks": 0, "not_known": 0}
    for band, cases in by_hand.items():
        assert counting.value("open_cases_by_age", "2025-Q1", open_age=band) == cases
    assert counting.value("open_cases_by_age", "2025-Q2", open_age="not_known") == 1  # no day of receipt
    assert counting.value("open_cases_with_age", "2025-Q2") == 6
    assert counting.value("open_age_days", "2025-Q1", "median") == 53.5


def test_the_mean_and_the_median_are_of_the_same_defendants(counting: Counting) -> None:
    # Received to completed: 130 days (plain), 21 (sentence), 91 (appeal); in the third quarter 164, 198 and 232
    assert counting.value("receipt_to_completion", "2025-Q3", "median") == 198
    assert counting.value("receipt_to_completion", "2025-Q3", "mean") == pytest.approx((164 + 198 + 232) / 3)
    assert counting.value("defendants_completed", "2025-Q2") == 3  # the first of two defendants has his own day


def test_months_and_days_are_counted_as_quarters_are(counting: Counting) -> None:
    months = ("2025-01", "2025-02", "2025-03")
    assert sum(counting.value("receipts", month) for month in months) == counting.value("receipts", "2025-Q1") == 7
    assert counting.value("open_cases", "2026-01-15") == 1
    assert counting.value("open_cases", "2026-01") == 0, "January is not over on the last day of which sources told"


def test_the_monthly_table_for_forecasts_has_the_sums_of_the_measures(counting: Counting) -> None:
    columns = {"receipts": "receipt_count", "disposals": "disposal_count", "open_cases": "open_count"}
    sums = ", ".join(f"sum({column})" for column in columns.values())
    sql = f"SELECT date_format(month_begun_on, '%Y-%m'), {sums} FROM onecrown_measures.model_month GROUP BY 1"
    found = {month: told for month, *told in AthenaQueries(counting.con, ToldMonthly()).run(sql).rows}
    assert {f"2025-{number:02}" for number in range(1, 13)} == found.keys()
    for month, told in found.items():
        assert told == [counting.value(measure, month) for measure in columns]
