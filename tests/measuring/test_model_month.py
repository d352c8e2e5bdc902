"""The monthly table for forecasts: what each case adds to it, over unit tables that a test tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from lifecycle.telling import Life

from onecrown.rendering.measure_queries import units_query

from .counting import measures
from .monthly import Month

ROUTES = """
case          | type                   | final      | outcome   | reason                   | plea      | route
appealed      | appeal                 | 2025-02-10 |           |                          |           | appeal
committed     | committal_for_sentence |            |           |                          |           | sentence
untold        | not_known              | 2025-02-10 |           |                          |           | not_known
waiting       | trial                  |            | effective | effective                |           | undecided
tried         | trial                  | 2025-02-10 | effective | effective                | late      | effective_trial
cracked       | trial                  | 2025-02-10 | cracked   | cracked_late_guilty_plea | late      | guilty_plea_cracked
dropped       | trial                  | 2025-02-10 | cracked   | cracked_bound_over       | none      | other_cracked
changed       | trial                  | 2025-02-10 |           |                          | late      | late_guilty_plea
at once       | trial                  | 2025-02-10 |           |                          | early     | early_guilty_plea
some day      | trial                  | 2025-02-10 | vacated   | vacated_other            | not_known | guilty_plea
no plea       | trial                  | 2025-02-10 | vacated   | vacated_other            | none      | no_trial_and_no_plea
"""


def lines() -> list[dict[str, str]]:
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in ROUTES.strip().splitlines())
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def told() -> Iterator[Month]:
    made = Month()
    yield made
    made.con.close()


@pytest.fixture
def month(told: Month) -> Month:
    told.begin()
    for table in ("hearing", "hearing_case", "hearing_day", "court_case", "case_source_record"):
        told.con.execute(f"DELETE FROM {table}")
    for number in (1, 2, 3):
        ended_on = date(2025, number, (31, 28, 31)[number - 1])
        told.tell("period", period_kind="month", begun_on=date(2025, number, 1), ended_on=ended_on)
    told.tell("period", period_kind="quarter", begun_on=date(2025, 1, 1), ended_on=date(2025, 3, 31))
    return told


def test_each_case_has_the_route_by_which_it_came_to_its_end(month: Month) -> None:
    for line in lines():
        final_on = line["final"] or None
        month.case(line["case"], case_type_code=line["type"], current_final_on=final_on, receipt_type_code=line["case"])
        month.tell(
            "counted_defendant",
            case_id=line["case"],
            plea_timing_code=line["plea"] or "none",
            pleaded_guilty=line["plea"] not in ("", "none"),
        )
        if line["outcome"]:
            month.tell("counted_trial", case_id=line["case"], outcome_code=line["outcome"], reason_code=line["reason"])
    found = {(case, route) for case, route in month.rows("receipt_type_code", "route_code")}
    assert found == {(line["case"], line["route"]) for line in lines()}


def test_a_case_is_received_in_one_month_open_at_the_ends_of_others_and_disposed_of_in_another(month: Month) -> None:
    month.case("one", current_final_on=date(2025, 3, 3), planned_minutes=90)
    month.tell(
        "case_spell",
        case_id="one",
        begun_on=date(2025, 1, 20),
        ended_on=date(2025, 2, 1),
        status_code="open",
        remand_code="bail",
    )
    month.tell(
        "case_spell",
        case_id="one",
        begun_on=date(2025, 2, 1),
        ended_on=date(2025, 3, 3),
        status_code="open",
        remand_code="custody",
    )
    month.tell("case_spell", case_id="one", begun_on=date(2025, 3, 3), status_code="disposed", remand_code="custody")
    counts = (
        "month_begun_on",
        "remand_code",
        "receipt_count",
        "open_count",
        "disposal_count",
        "disposed_with_minutes_count",
        "disposed_minutes",
    )
    assert month.rows(*counts) == [
        (date(2025, 1, 1), "bail", 0, 1, 0, 0, 0),
        (date(2025, 1, 1), "custody", 1, 0, 0, 0, 0),
        (date(2025, 2, 1), "custody", 0, 1, 0, 0, 0),
        (date(2025, 3, 1), "custody", 0, 0, 1, 1, 90),
    ]


def test_a_case_that_was_joined_to_another_counts_once_though_its_remand_changed_since(month: Month) -> None:
    month.case("joined")
    joined_on = date(2025, 1, 10)
    for begun_on, remand in ((joined_on, "bail"), (date(2025, 1, 20), "custody")):
        said = {"begun_on": begun_on, "status_begun_on": joined_on, "status_code": "joined", "remand_code": remand}
        month.tell("case_spell", case_id="joined", **said)
    sql = units_query(measures(), measures().measures["cases_joined"])
    assert [row[1:3] for row in month.asking().run(sql).rows if row[2] == "month"] == [("joined", "month")]


def test_a_disposal_without_planned_minutes_is_counted_and_adds_none(month: Month) -> None:
    month.case("one", receipt_on=date(2024, 1, 1), current_final_on=date(2025, 3, 3))
    assert month.rows("disposal_count", "disposed_with_minutes_count", "disposed_minutes") == [(1, 0, 0)]


def test_a_case_cut_out_of_another_is_no_receipt_and_a_magistrates_case_is_not_there(month: Month) -> None:
    month.case("child", is_new_receipt=False)
    month.case("other", jurisdiction_code="magistrates")
    assert month.rows("receipt_count") == []


def test_days_listed_or_held_are_counted_for_each_case_and_their_planned_minutes_shared_out(month: Month) -> None:
    life = Life(month.con)
    for case_id in ("one", "other"):
        month.case(case_id, receipt_on=date(2024, 1, 1))
        life.case(case_id)
        life.row("hearing_case", hearing_case_id=f"{case_id} 1", hearing_id="shared", case_id=case_id)
    life.row("hearing", hearing_id="shared", jurisdiction_code="crown", estimated_minutes=20)
    for on, status, minutes in (
        ("2025-01-06", "held", 60),
        ("2025-01-07", "listed", None),
        ("2025-01-08", "vacated", 60),
    ):
        life.row(
            "hearing_day",
            hearing_day_id=on,
            hearing_id="shared",
            hearing_on=on,
            listing_status_code=status,
            listed_minutes=minutes,
        )
    assert month.rows("month_begun_on", "hearing_day_count", "planned_minutes") == [(date(2025, 1, 1), 4, 80)]


def test_a_day_that_two_systems_tell_is_one_day(month: Month) -> None:
    life = Life(month.con)
    month.case("moved", receipt_on=date(2024, 1, 1))
    life.case("moved", system="common_platform")
    life.hearing("2025-01-06", minutes=45)
    life.told_by("xhibit", "moved as it was", "migrated")
    life.hearing("2025-01-06", status="listed", minutes=60)
    life.hearing("2025-01-13", minutes=10)
    assert month.rows("month_begun_on", "hearing_day_count", "planned_minutes") == [(date(2025, 1, 1), 2, 55)]
