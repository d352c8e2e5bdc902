"""Fourteen cases worked by hand. Each line of the table says of a case when it is received and disposed of, and what it is at the end of
each quarter: `open`, on a `warrant`, registered in `part`, or nothing that is counted. What the tables say must be the sums of the columns.
A second table says what became of each day for which a trial was listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from lifecycle.telling import Life

from onecrown.querying.queries import AthenaQueries

from .cases_by_hand import CASES, tell_every_case
from .counting import Counting
from .monthly import ToldMonthly

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
retrial        | 2025-Q3  | 2025-Q4  |         |         | open    |
sent up        | 2025-Q1  | 2025-Q4  | open    | open    | open    |
"""
TRIALS = """
case           | listed for | outcome     | counts in
plain          | 2025-05-12 | effective   | 2025-Q2
two defendants | 2025-04-07 | ineffective | 2025-Q2
two defendants | 2025-07-14 | cracked     | no: a later listing
warrant        | 2025-04-28 | vacated     | 2025-Q2
warrant        | 2025-07-28 | effective   | 2025-Q3
opened again   | 2025-03-03 | cracked     | 2025-Q1
parent         | 2025-07-15 | vacated     | 2025-Q3
retrial        | 2025-11-03 | ineffective | 2025-Q4
retrial        | 2025-12-08 | effective   | no: a later listing
"""
QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
STOCKS = {"open": "open_cases", "warrant": "cases_on_warrant", "part": "cases_incomplete"}


def lines_of(table: str) -> list[dict[str, str]]:
    """The lines of a table, a mapping of headings each."""
    head, *lines = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]


def by_hand() -> dict[str, dict[str, str]]:
    """The table of cases, a mapping of headings for each."""
    return {line["case"]: line for line in lines_of(BY_HAND)}


@pytest.fixture(scope="module")
def counting() -> Iterator[Counting]:
    counted = Counting()
    tell_every_case(Life(counted.con))
    counted.refresh(None)
    yield counted
    counted.con.close()


def test_the_table_by_hand_tells_of_every_case() -> None:
    assert [*by_hand()] == [*CASES]
    assert len(CASES) == 14


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


def test_a_flow_that_counts_spells_lists_cases(counting: Counting) -> None:
    moved = counting.explained("transfers_in", "2025-Q3")
    assert moved.keys() == CASES.keys()
    assert moved["parent"] == "counted" and moved["warrant"] == "no such day so far"
    assert counting.explained("transfers_out", "2025-Q2")["parent"] == "in another period"
    joined = counting.explained("cases_joined", "2025-Q1")
    assert joined.keys() == CASES.keys()
    assert {joined[case] for case in CASES if case not in ("copy", "in part")} == {"not joined to another case"}


def test_a_spell_tells_since_when_its_status_lasts(counting: Counting) -> None:
    sql = (
        "SELECT begun_on, status_begun_on, spell_court_code FROM stands_case_spell WHERE case_id = 'parent' ORDER BY 1"
    )
    received_on, moved_on = date(2025, 2, 10), date(2025, 8, 11)
    assert counting.con.execute(sql).fetchall() == [
        (received_on, received_on, "C20BI00"),
        (moved_on, received_on, "C62CR00"),
    ]


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
    assert counting.value("open_cases", "2025-Q2", court="C20BI00") == 4
    assert counting.value("open_cases", "2025-Q2", remand="not_known") == 8


def test_the_age_of_an_open_case_runs_from_its_first_receipt(counting: Counting) -> None:
    # On 31 March 2025: the appeal 0 days, the one sent up 7, the parent 49, two defendants 58, the plain case 80
    by_hand = {"under_4_weeks": 2, "4_to_8_weeks": 1, "8_to_12_weeks": 2, "12_to_16_weeks": 0, "not_known": 0}
    for band, cases in by_hand.items():
        assert counting.value("open_cases_by_age", "2025-Q1", open_age=band) == cases
    assert counting.value("open_cases_by_age", "2025-Q2", open_age="not_known") == 1  # no day of receipt
    assert counting.value("open_cases_with_age", "2025-Q2") == 7
    assert counting.value("open_age_days", "2025-Q1", "median") == 49


@pytest.mark.parametrize("quarter", QUARTERS)
def test_trials_are_those_worked_out_by_hand(counting: Counting, quarter: str) -> None:
    told = Counter(line["outcome"] for line in lines_of(TRIALS) if line["counts in"] == quarter)
    for outcome in ("effective", "cracked", "ineffective"):
        assert counting.value("trials_listed", quarter, outcome=outcome) == told[outcome]
    assert counting.value("trials_vacated", quarter) == told["vacated"]
    listed = sum(told.values()) - told["vacated"]
    assert counting.value("effective_trial_rate", quarter, "rate") == 100 * told["effective"] / listed


def test_a_transferred_case_is_received_at_one_court_and_open_at_the_other(counting: Counting) -> None:
    assert (
        counting.value("receipts", "2025-Q1", court="C20BI00") == 4
    )  # the appeal, two defendants, the parent, sent up
    assert [counting.value("open_cases", quarter, court="C62CR00") for quarter in QUARTERS] == [0, 2, 3, 1]
    assert [counting.value("open_cases", quarter, court="C20BI00") for quarter in QUARTERS] == [4, 4, 2, 0]
    moved = {"C20BI00": ("transfers_out", "transfers_in"), "C62CR00": ("transfers_in", "transfers_out")}
    for court, (does, does_not) in moved.items():
        assert [counting.value(does, quarter, court=court) for quarter in QUARTERS] == [0, 0, 1, 0]
        assert [counting.value(does_not, quarter, court=court) for quarter in QUARTERS] == [0, 0, 0, 0]
    assert counting.value("trials_vacated", "2025-Q3", court="C20BI00") == 1  # it moved later


def test_the_open_cases_of_a_court_change_by_what_came_in_and_what_left(counting: Counting) -> None:
    for court in ("C20BI00", "C62CR00"):
        stock = 0.0
        for quarter in QUARTERS:
            came = sum(
                counting.value(flow, quarter, court=court) for flow in ("receipts", "transfers_in", "cases_severed")
            )
            left = sum(counting.value(flow, quarter, court=court) for flow in ("disposals", "transfers_out"))
            assert counting.value("open_cases", quarter, court=court) == stock + came - left
            stock = counting.value("open_cases", quarter, court=court)


@pytest.mark.parametrize("measure", ["receipts", "disposals", "open_cases"])
def test_courts_add_up_to_the_total(counting: Counting, measure: str) -> None:
    courts = ("C01SN00", "C20BI00", "C62CR00")
    for quarter in QUARTERS:
        parts = [counting.value(measure, quarter, court=court) for court in courts]
        assert sum(parts) == counting.value(measure, quarter)
    assert counting.value(measure, "2025-Q3") > 0


def test_a_case_that_was_sent_up_was_the_magistrates_until_that_day(counting: Counting) -> None:
    assert counting.value("magistrates_receipts", "2025-02") == 1
    assert counting.value("magistrates_disposals", "2025-03", court="B20EB00") == 1
    assert counting.value("magistrates_open_cases", "2025-02", court="B20EB00") == 1
    assert counting.value("magistrates_open_cases", "2025-Q1") == 0
    assert counting.explained("open_cases", "2025-02")["sent up"] == "not open then"
    assert counting.explained("magistrates_receipts", "2025-02")["sent up"] == "counted"
    assert counting.explained("magistrates_receipts", "2025-02")["plain"] == "at another tier"


def test_what_is_listed_for_several_cases_is_shared_out_and_a_day_told_twice_is_planned_once(
    counting: Counting,
) -> None:
    found = counting.con.execute("SELECT case_id, planned_minutes FROM stands_counted_case WHERE planned_minutes > 0")
    assert dict(found.fetchall()) == {"appeal": 31, "two defendants": 30, "opened again": 45}


def test_the_mean_and_the_median_are_of_the_same_defendants(counting: Counting) -> None:
    # Received to completed: 130 days (plain), 21 (sentence), 91 (appeal); in the third quarter 164, 198 and 232
    assert counting.value("receipt_to_completion", "2025-Q3", "median") == 198
    assert counting.value("receipt_to_completion", "2025-Q3", "mean") == pytest.approx((164 + 198 + 232) / 3)
    assert counting.value("defendants_completed", "2025-Q2") == 3  # the first of two defendants has his own day


def test_months_and_days_are_counted_as_quarters_are(counting: Counting) -> None:
    months = ("2025-01", "2025-02", "2025-03")
    assert sum(counting.value("receipts", month) for month in months) == counting.value("receipts", "2025-Q1") == 8
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
