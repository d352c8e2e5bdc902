"""When a case was received, and by which date."""

from __future__ import annotations

import pytest

from .telling import Life


def test_a_trial_case_is_received_when_it_is_sent(life: Life) -> None:
    life.case(sent_on="2026-01-05", received_on="2026-01-07")
    assert life.receipt() == "2026-01-05 by receipt_sent"


def test_the_earliest_valid_date_counts(life: Life) -> None:
    life.case(sent_on="2026-01-09", received_on="2026-01-07")
    assert life.receipt() == "2026-01-07 by receipt_received"


def test_sending_may_be_told_by_a_result_alone(life: Life) -> None:
    life.case(system="common_platform", case_type_code=None)
    life.defendant("first")
    life.hearing("2026-01-05", tier="magistrates")
    life.hearing("2026-02-02", tier="crown")
    life.result("4558", "2026-01-05", charge="first 1")
    assert life.receipt() == "2026-01-05 by receipt_sending_result"


def test_a_case_for_sentence_is_received_when_it_is_committed(life: Life) -> None:
    life.case(
        case_type_code="committal_for_sentence",
        sent_on="2026-01-02",
        committed_on="2026-01-05",
        received_on="2026-01-07",
    )
    assert life.receipt() == "2026-01-05 by receipt_committed"


def test_committal_may_be_told_by_a_result_alone(life: Life) -> None:
    life.case(system="common_platform", case_type_code=None)
    life.defendant("first")
    life.result("4016", "2026-01-05", charge="first 1")
    assert life.receipt() == "2026-01-05 by receipt_committal_result"


def test_an_appeal_is_received_when_it_is_lodged(life: Life) -> None:
    life.case(case_type_code="appeal", received_on="2026-01-07", sent_on="2025-12-01")
    assert life.receipt() == "2026-01-07 by receipt_lodged"


@pytest.mark.parametrize("column", ["sent_on", "received_on", "committed_on"])
def test_a_receipt_is_never_later_than_the_first_hearing(life: Life, column: str) -> None:
    life.case(**{column: "2026-01-12"})
    life.hearing("2026-01-09")
    assert life.receipt() == "2026-01-09 by receipt_first_hearing inferred"


def test_a_hearing_of_the_magistrates_is_no_first_hearing_of_a_crown_court_case(life: Life) -> None:
    life.case(sent_on="2026-01-12")
    life.hearing("2026-01-09", tier="magistrates")
    life.hearing("2026-02-09", tier="crown")
    assert life.receipt() == "2026-01-12 by receipt_sent"


def test_a_day_that_was_taken_out_of_the_list_is_no_first_hearing(life: Life) -> None:
    life.case(sent_on="2026-01-12")
    life.hearing("2026-01-09", status="vacated")
    assert life.receipt() == "2026-01-12 by receipt_sent"


def test_without_any_date_the_receipt_is_unknown_and_the_case_counts(life: Life) -> None:
    life.case()
    life.defendant("first")
    assert life.receipt() == "- by receipt_unknown"
    assert life.rows("case_status_as_at", "2026-01-05", "status_code", "age_days") == ["open | -"]


def test_a_case_registered_anew_after_a_transfer_keeps_its_first_receipt(life: Life) -> None:
    life.case("old number", sent_on="2026-01-05", transferred_out_on="2026-03-02")
    life.case("new number", received_on="2026-03-02", original_source_case_id="old number")
    assert life.receipt() == "2026-01-05 by receipt_inherited"


def test_a_severed_case_inherits_the_receipt_of_its_original(life: Life) -> None:
    life.case("original", sent_on="2026-01-05")
    life.case("severed", received_on="2026-04-06", original_source_case_id="original")
    assert life.receipt() == "2026-01-05 by receipt_inherited"


def test_a_retrial_that_was_ordered_is_a_new_receipt_and_shows_the_original_date(life: Life) -> None:
    life.case("first trial", sent_on="2025-01-06")
    life.case("retrial", received_on="2026-03-02", retrial=True, original_source_case_id="first trial")
    assert life.receipt() == "2026-03-02 by receipt_received"
    assert life.rows("receipt", "2026-03-02", "original_receipt_on") == ["2025-01-06"]


def test_a_receipt_does_not_change_with_the_day_that_is_asked_about(life: Life) -> None:
    life.case()
    life.hearing("2026-02-02")
    assert life.receipt("2026-01-01") == life.receipt("2026-03-01") == "2026-02-02 by receipt_first_hearing inferred"


def test_a_link_to_the_case_that_it_left_gives_a_severed_case_its_receipt(life: Life) -> None:
    life.case("original", sent_on="2026-01-05")
    life.case("severed", received_on="2026-04-06")
    life.link("severed", "original", "severed")
    assert life.receipt() == "2026-01-05 by receipt_severed"


def test_a_link_to_the_first_trial_leaves_a_retrial_its_own_receipt(life: Life) -> None:
    life.case("first trial", sent_on="2025-01-06")
    life.case("retrial", received_on="2026-03-02")
    life.link("retrial", "first trial", "retrial")
    assert life.receipt() == "2026-03-02 by receipt_received"
    assert life.rows("receipt", "2026-03-02", "original_receipt_on") == ["2025-01-06"]


def test_the_magistrates_case_that_was_sent_tells_when(life: Life) -> None:
    life.case("below", system="libra", jurisdiction_code="magistrates", case_type_code=None, received_on="2025-12-01")
    life.defendant("first")
    life.result("4560", "2026-01-05", charge="first 1")
    life.case("above", received_on="2026-01-09")
    life.link("sent", "below", "above")
    assert life.receipt() == "2026-01-05 by receipt_sending_result"


def test_the_sending_of_the_original_is_not_that_of_a_retrial(life: Life) -> None:
    life.case("below", system="libra", jurisdiction_code="magistrates", case_type_code=None, received_on="2024-12-02")
    life.defendant("first")
    life.result("4560", "2025-01-06", charge="first 1")
    life.case("first trial", sent_on="2025-01-06")
    life.case("retrial", received_on="2026-03-02", retrial=True)
    life.link("sent", "below", "retrial")
    assert life.receipt() == "2026-03-02 by receipt_received"


def test_a_case_that_continues_another_is_no_new_receipt_and_a_retrial_is(life: Life) -> None:
    life.case("old number", sent_on="2026-01-05", transferred_out_on="2026-03-02")
    life.case("new number", sent_on="2026-01-05", original_source_case_id="old number")
    life.case("retrial", received_on="2026-05-04", retrial=True, original_source_case_id="old number")
    told = {
        case: life.rows("receipt", "2026-06-01", "is_new", case_id=case)
        for case in ("old number", "new number", "retrial")
    }
    assert told == {"old number": ["true"], "new number": ["false"], "retrial": ["true"]}


def test_a_receipt_inherited_from_an_inferred_one_is_inferred(life: Life) -> None:
    life.case("old number", transferred_out_on="2026-03-02")
    life.hearing("2026-01-12")
    life.case("new number", received_on="2026-03-02", original_source_case_id="old number")
    assert life.receipt() == "2026-01-12 by receipt_inherited inferred"


def test_a_day_that_the_old_system_listed_and_the_new_one_took_out_is_no_hearing(life: Life) -> None:
    life.case(system="common_platform", reason="preferred_source")
    life.hearing("2026-02-02", status="cancelled")
    life.hearing("2026-03-02")
    life.told_by("xhibit", "legacy", "migrated")
    life.hearing("2026-02-02", status="listed")
    assert life.receipt() == "2026-03-02 by receipt_first_hearing inferred"
