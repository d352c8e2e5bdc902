"""What concludes a charge, and when a case was first and is now disposed."""

from __future__ import annotations

import pytest

from .telling import Life

CONCLUSION = ("concluded_on", "reopened_on", "decided_by")


def test_the_first_final_result_concludes_and_later_orders_do_not_move_the_day(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.result("1002", "2026-03-02", charge="first 1")
    life.result("1015", "2026-06-01", charge="first 1")
    assert life.rows("offence_conclusion", "2026-06-01", *CONCLUSION) == ["2026-03-02 | - | concluded_final_result"]


def test_what_the_source_says_of_finality_goes_before_the_code(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first", charges=2)
    life.result("1002", "2026-03-02", charge="first 1", is_final=False)
    life.result("4506", "2026-03-02", charge="first 2", is_final=True)
    assert life.rows("offence_conclusion", "2026-03-02", "offence_id") == ["first 2"]


def test_costs_and_surcharges_conclude_nothing(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.result("3011", "2026-03-02", charge="first 1", is_final=False)
    life.result("4506", "2026-03-02", charge="first 1")
    assert life.rows("offence_conclusion", "2026-03-02", "offence_id") == []


def test_a_charge_that_lies_on_file_is_closed(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.result("2008", "2026-03-02", charge="first 1")
    assert life.status("2026-03-01") == "open awaiting_trial by case_awaiting_trial"
    assert life.rows("offence_conclusion", "2026-03-02", *CONCLUSION) == ["2026-03-02 | - | concluded_on_file"]


def test_a_charge_that_is_quashed_or_stayed_is_closed(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=2)
    life.result("2063", "2026-03-02", charge="first 1", result_source_code="QUASH")
    life.result("2061", "2026-03-03", charge="first 2")
    assert life.status("2026-03-02") == "open awaiting_trial by case_awaiting_trial"
    assert life.status("2026-03-03") == "disposed by case_disposed"


def test_the_death_of_a_defendant_concludes_every_charge_against_him(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=2)
    life.defendant("second")
    life.result("2065", "2026-03-02", defendant="first")
    assert life.rows("offence_conclusion", "2026-03-02", "offence_id", "decided_by") == [
        "first 1 | concluded_defendant",
        "first 2 | concluded_defendant",
    ]
    assert life.status("2026-03-02") == "open awaiting_trial by case_awaiting_trial"


def test_a_dated_acquittal_concludes_without_a_result(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first", charges=0)
    life.charge("first 1", "first", acquitted_on="2026-03-02")
    assert life.rows("offence_conclusion", "2026-03-01", *CONCLUSION) == []
    assert life.rows("offence_conclusion", "2026-03-02", *CONCLUSION) == ["2026-03-02 | - | concluded_acquitted"]


def test_the_result_of_an_appeal_concludes_it(life: Life) -> None:
    life.case(case_type_code="appeal", received_on="2026-01-05")
    life.defendant("first")
    life.verdict("appeal_allowed", "2026-03-02", charge="first 1")
    assert life.rows("offence_conclusion", "2026-03-01", *CONCLUSION) == []
    assert life.rows("offence_conclusion", "2026-03-02", *CONCLUSION) == ["2026-03-02 | - | concluded_appeal"]


def test_sending_to_the_crown_court_concludes_a_case_at_the_magistrates_court_alone(life: Life) -> None:
    life.case("below", system="libra", jurisdiction_code="magistrates", received_on="2026-01-05")
    life.defendant("first")
    life.result("4559", "2026-02-02", charge="first 1")
    assert life.rows("offence_conclusion", "2026-02-01", *CONCLUSION) == []
    assert life.rows("offence_conclusion", "2026-02-02", *CONCLUSION) == ["2026-02-02 | - | concluded_sent"]
    life.case("above", system="common_platform")
    life.defendant("second")
    life.result("4559", "2026-02-02", charge="second 1")
    assert life.rows("offence_conclusion", "2026-02-02", *CONCLUSION) == []


@pytest.mark.parametrize("code", ["4559", "4014"])
def test_a_case_of_the_crown_court_is_not_disposed_by_its_own_sending(life: Life, code: str) -> None:
    life.case(system="common_platform", case_type_code=None)
    life.defendant("first")
    life.hearing("2026-02-02", tier="magistrates")
    life.hearing("2026-03-02", tier="crown")
    life.result(code, "2026-02-02", charge="first 1", is_final=True)
    assert life.rows("offence_conclusion", "2026-03-02", *CONCLUSION) == []
    life.result("2006", "2026-04-06", charge="first 1", is_final=True)
    assert life.rows("offence_conclusion", "2026-04-06", *CONCLUSION) == ["2026-04-06 | - | concluded_final_result"]


def test_a_case_that_was_sent_is_open_at_the_crown_court_before_any_hearing_there(life: Life) -> None:
    life.case(system="common_platform", jurisdiction_code="magistrates", case_type_code=None)
    life.defendant("first")
    life.hearing("2026-02-02", tier="magistrates")
    life.result("4559", "2026-02-02", charge="first 1", is_final=True)
    assert life.status("2026-02-01") == "not_received by case_not_received"
    assert life.status("2026-02-02") == "open awaiting_trial by case_awaiting_trial"


def test_a_case_that_went_back_to_the_magistrates_is_theirs_and_a_sending_shared_again_leaves_it_at_the_crown_court(
    life: Life,
) -> None:
    for case_id, back_on in (("shared again", "2026-02-02"), ("went back", "2026-05-04")):
        life.case(case_id, system="common_platform", jurisdiction_code="magistrates", case_type_code=None)
        life.defendant(case_id)
        life.result("4559", "2026-02-02", charge=f"{case_id} 1", is_final=True)
        life.hearing("2026-02-02", tier="magistrates")
        life.hearing("2026-03-02", tier="crown")
        life.hearing(back_on, tier="magistrates")
    assert life.status("2026-05-04", case_id="shared again") == "open awaiting_trial by case_awaiting_trial"
    assert life.status("2026-05-04", case_id="went back") == "disposed by case_disposed"


def test_a_charge_that_only_a_suppressed_record_tells_keeps_no_case_open(life: Life) -> None:
    life.case(system="common_platform", reason="preferred_source", sent_on="2026-01-05")
    life.defendant("first")
    life.told_by("xhibit", "legacy", "migrated")
    life.charge("first in free text", "first")
    life.result("1002", "2026-03-02", charge="first 1")
    assert life.status("2026-03-02") == "disposed by case_disposed"


def test_a_case_that_was_opened_again_on_a_day_is_open_with_every_charge(life: Life) -> None:
    life.case(sent_on="2026-01-05", reopened_on="2026-05-04")
    life.defendant("first", charges=2)
    life.result("1002", "2026-03-02", charge="first 1")
    life.result("1002", "2026-03-02", charge="first 2")
    assert life.disposal("2026-05-03") == ["2026-03-02 | 2026-03-02 | 0 | disposal_current"]
    assert life.disposal("2026-05-04") == ["2026-03-02 | - | 1 | disposal_reopened"]
    life.result("1116", "2026-07-06", charge="first 1")
    life.result("1116", "2026-07-06", charge="first 2")
    assert life.disposal("2026-07-06") == ["2026-03-02 | 2026-07-06 | 1 | disposal_current"]


def test_a_charge_that_another_replaced_is_concluded(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=2)
    life.result("2060", "2026-03-02", charge="first 1")
    life.result("1002", "2026-04-06", charge="first 2")
    assert life.disposal("2026-03-02") == []
    assert life.disposal("2026-04-06") == ["2026-04-06 | 2026-04-06 | 0 | disposal_current"]


def test_a_case_that_is_opened_again_keeps_its_first_day_of_disposal(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.result("1002", "2026-03-02", charge="first 1")
    life.result("4584", "2026-05-04", charge="first 1")
    life.result("1116", "2026-07-06", charge="first 1")
    assert life.disposal("2026-03-01") == []
    assert life.disposal("2026-05-03") == ["2026-03-02 | 2026-03-02 | 0 | disposal_current"]
    assert life.disposal("2026-05-04") == ["2026-03-02 | - | 1 | disposal_reopened"]
    assert life.status("2026-05-04") == "open awaiting_trial by case_awaiting_trial"
    assert life.disposal("2026-07-06") == ["2026-03-02 | 2026-07-06 | 1 | disposal_current"]


def test_opening_one_of_two_charges_again_opens_the_case(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=2)
    life.result("1002", "2026-03-02", charge="first 1")
    life.result("1002", "2026-03-09", charge="first 2")
    life.result("4584", "2026-05-04", charge="first 1")
    life.result("1015", "2026-05-04", charge="first 1")
    assert life.disposal("2026-05-04") == ["2026-03-09 | 2026-05-04 | 1 | disposal_current"]


def test_a_reopening_by_an_application_opens_every_charge_of_the_case(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=2)
    life.result("1002", "2026-03-02", charge="first 1")
    life.result("1002", "2026-03-02", charge="first 2")
    life.result("4584", "2026-05-04")
    assert life.rows("offence_conclusion", "2026-05-04", "offence_id", "reopened_on") == [
        "first 1 | 2026-05-04",
        "first 2 | 2026-05-04",
    ]


def test_an_opening_before_the_case_was_disposed_is_not_counted(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=2)
    life.result("1002", "2026-03-02", charge="first 1")
    life.result("4584", "2026-03-09", charge="first 1")
    life.result("1002", "2026-04-06", charge="first 1")
    life.result("1002", "2026-04-06", charge="first 2")
    assert life.disposal("2026-04-06") == ["2026-04-06 | 2026-04-06 | 0 | disposal_current"]


def test_an_amended_result_keeps_the_day_on_which_it_was_made(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first")
    life.result("1015", "2026-03-02", charge="first 1", is_final=True, amended_on="2026-04-06")
    assert life.disposal("2026-04-06") == ["2026-03-02 | 2026-03-02 | 0 | disposal_current"]
    assert life.rows("disposal", "2026-04-05", "last_amended_on") == ["-"]
    assert life.rows("disposal", "2026-04-06", "last_amended_on") == ["2026-04-06"]


def test_a_result_without_a_day_decides_nothing(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first")
    life.result("1015", None, charge="first 1", is_final=True)
    assert life.disposal("2026-03-02") == []
