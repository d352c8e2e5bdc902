"""How a case stands on a day: open, and at which stage, or not, and why. One test for each edge case."""

from __future__ import annotations

from .telling import Life

TRIAL, SENTENCE = "open awaiting_trial by case_awaiting_trial", "open awaiting_sentence by case_awaiting_sentence"
DISPOSED = "disposed by case_disposed"


def test_a_case_is_open_until_its_last_charge_has_a_final_result(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=2)
    life.result("2004", "2026-03-02", charge="first 1")
    life.result("1002", "2026-03-09", charge="first 2")
    assert life.status("2026-03-08") == TRIAL
    assert life.status("2026-03-09") == DISPOSED


def test_a_case_that_came_later_is_not_received_yet(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    assert life.status("2026-01-04") == "not_received by case_not_received"
    assert life.status("2026-01-05") == TRIAL


def test_a_case_of_several_defendants_is_disposed_with_the_last_of_them(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.defendant("second")
    life.result("1002", "2026-03-02", charge="first 1")
    life.result("1116", "2026-05-04", charge="second 1")
    assert life.status("2026-03-02") == TRIAL
    assert life.status("2026-05-04") == DISPOSED
    assert life.rows("principal_offence_duration", "2026-05-04", "defendant_id") == []


def test_a_bench_warrant_against_one_of_two_defendants_leaves_the_case_open(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.defendant("second")
    life.warrant("first", issued_on="2026-02-02")
    assert life.status("2026-02-02") == TRIAL
    life.warrant("second", issued_on="2026-02-16", executed_on="2026-04-20")
    assert life.status("2026-02-15") == TRIAL
    assert life.status("2026-02-16") == "on_warrant by case_on_warrant"
    assert life.status("2026-04-20") == TRIAL


def test_the_only_defendant_who_is_not_concluded_puts_the_case_on_warrant(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.defendant("second")
    life.warrant("first", issued_on="2026-02-02")
    life.result("1015", "2026-03-02", charge="second 1")
    assert life.status("2026-03-01") == TRIAL
    assert life.status("2026-03-02") == "on_warrant by case_on_warrant"


def test_an_executed_warrant_does_not_restart_the_age(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.warrant("first", issued_on="2026-02-02", executed_on="2026-03-06")
    assert life.rows("case_status_as_at", "2026-02-03", "age_days") == ["-"]
    assert life.rows("case_status_as_at", "2026-03-06", "age_days") == ["60"]


def test_a_convicted_defendant_awaits_sentence(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=2)
    life.plea("guilty", "2026-02-02", charge="first 1")
    life.verdict("guilty", "2026-03-02", charge="first 2", is_conviction=True)
    assert life.status("2026-03-01") == TRIAL
    assert life.status("2026-03-02") == SENTENCE


def test_a_plea_without_a_date_counts_from_the_first_hearing(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.hearing("2026-02-02", kind="plea_and_trial_preparation")
    life.plea("guilty", None, charge="first 1")
    assert life.status("2026-02-01") == TRIAL
    assert life.status("2026-02-02") == SENTENCE


def test_a_case_after_a_breach_is_for_sentence_from_its_receipt(life: Life) -> None:
    life.case(case_type_code="committal_for_sentence", receipt_type_code="bring_back", received_on="2026-01-05")
    life.defendant("first")
    life.result("1507", "2026-02-02", charge="first 1")
    assert life.status("2026-01-05") == SENTENCE
    assert life.status("2026-02-02") == DISPOSED


def test_a_deferred_sentence_keeps_the_case_open_at_a_stage_of_its_own(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.plea("guilty", "2026-02-02", charge="first 1")
    life.result("4005", "2026-03-02", charge="first 1")
    life.result("1116", "2026-09-01", charge="first 1")
    assert life.status("2026-03-01") == SENTENCE
    assert life.status("2026-03-02") == "open deferred by case_deferred"
    assert life.status("2026-09-01") == DISPOSED


def test_a_case_adjourned_without_a_day_is_open_at_a_stage_of_its_own(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.result("2007", "2026-03-02", charge="first 1")
    life.result("4506", "2026-06-01", charge="first 1")
    assert life.status("2026-03-01") == TRIAL
    assert life.status("2026-03-02") == "open sine_die by case_sine_die"
    assert life.status("2026-06-01") == TRIAL


def test_a_defendant_who_is_unfit_to_plead_awaits_trial(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.plea("unfit_to_plead", "2026-02-02", charge="first 1")
    life.verdict("under_a_disability", "2026-03-02", charge="first 1", is_conviction=False)
    life.result("1008", "2026-04-06", charge="first 1")
    assert life.status("2026-03-02") == TRIAL
    assert life.status("2026-04-06") == DISPOSED


def test_a_jury_that_cannot_agree_leaves_the_same_case_open(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.verdict("jury_unable_to_agree", "2026-03-02", charge="first 1", is_conviction=False)
    assert life.status("2026-03-02") == TRIAL


def test_an_appeal_is_open_until_its_result(life: Life) -> None:
    life.case(case_type_code="appeal", received_on="2026-01-05")
    life.defendant("first")
    life.verdict("appeal_dismissed", "2026-04-06", charge="first 1")
    assert life.status("2026-04-05") == "open awaiting_appeal by case_awaiting_appeal"
    assert life.status("2026-04-06") == DISPOSED


def test_an_appeal_that_was_only_heard_in_part_goes_on(life: Life) -> None:
    life.case(case_type_code="appeal", received_on="2026-01-05")
    life.defendant("first")
    life.verdict("appeal_part_heard", "2026-04-06", charge="first 1")
    assert life.status("2026-04-06") == "open awaiting_appeal by case_awaiting_appeal"


def test_a_case_without_a_defendant_or_a_charge_is_incomplete_and_not_open(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    assert life.status("2026-01-05") == "incomplete by case_incomplete"
    life.defendant("first", charges=0)
    assert life.status("2026-01-05") == "incomplete by case_incomplete"
    life.charge("first 1", "first")
    assert life.status("2026-01-05") == TRIAL


def test_fewer_defendants_than_declared_make_a_case_incomplete(life: Life) -> None:
    life.case(sent_on="2026-01-05", declared_defendant_count=2)
    life.defendant("first")
    assert life.status("2026-01-05") == "incomplete by case_incomplete"
    life.defendant("second")
    assert life.status("2026-01-05") == TRIAL


def test_an_ejected_case_without_a_successor_counts_nowhere(life: Life) -> None:
    life.case(system="common_platform", reason="ejected")
    life.defendant("first")
    assert life.status("2026-03-02") == "ejected by case_ejected"
    assert life.rows("receipt", "2026-03-02", "receipt_on") == []


def test_an_ejected_case_goes_on_as_its_legacy_record_tells_it(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("as Xhibit tells")
    life.told_by("common_platform", unit="the ejected record", reason="ejected")
    life.defendant("as Common Platform told")
    life.result("1002", "2026-02-02", charge="as Common Platform told 1")
    assert life.status("2026-02-02") == TRIAL
    assert life.rows("case_status_as_at", "2026-02-02", "defendant_count") == ["1"]


def test_a_migrated_case_is_told_by_its_new_record_alone_and_heard_by_both(life: Life) -> None:
    life.case(system="common_platform", reason="preferred_source")
    life.defendant("as Common Platform tells")
    life.told_by("xhibit", unit="the migrated record", reason="migrated")
    life.defendant("as Xhibit told")
    life.hearing("2025-06-02")
    assert life.rows("case_status_as_at", "2026-02-02", "defendant_count") == ["1"]
    assert life.receipt() == "2025-06-02 by receipt_first_hearing inferred"


def test_a_record_that_only_repeats_another_is_suppressed(life: Life) -> None:
    life.case(reason="placeholder", received_on="2026-01-05")
    assert life.status("2026-03-02") == "suppressed by case_suppressed"


def test_a_case_transferred_out_is_neither_open_nor_disposed(life: Life) -> None:
    life.case(sent_on="2026-01-05", transferred_out_on="2026-02-02")
    life.defendant("first")
    assert life.status("2026-02-01") == TRIAL
    assert life.status("2026-02-02") == "transferred_out by case_transferred_out"


def test_a_case_that_came_in_by_transfer_is_open_at_its_new_court(life: Life) -> None:
    life.case(sent_on="2026-01-05", transferred_out_on="2026-02-02", transferred_in_on="2026-02-02")
    life.defendant("first")
    assert life.status("2026-02-02") == TRIAL


def test_a_severed_case_and_its_original_are_two_cases(life: Life) -> None:
    life.case("original", sent_on="2026-01-05")
    life.defendant("first")
    life.result("1002", "2026-03-02", charge="first 1")
    life.case("severed", received_on="2026-02-02", original_source_case_id="original")
    life.defendant("second")
    assert life.status("2026-03-02", case_id="original") == DISPOSED
    assert life.status("2026-03-02", case_id="severed") == TRIAL


def test_linked_cases_stay_separate_and_share_their_hearing(life: Life) -> None:
    life.case("one", sent_on="2026-01-05")
    life.defendant("first")
    life.hearing("2026-02-02", kind="trial")
    life.case("other", sent_on="2026-01-06")
    life.defendant("second")
    life.row("hearing_case", hearing_case_id="shared", hearing_id="hearing 1", case_id="other", hearing_on="2026-02-02")
    life.result("2004", "2026-02-02", charge="second 1")
    assert life.status("2026-02-02", case_id="one") == TRIAL
    assert life.status("2026-02-02", case_id="other") == DISPOSED


def test_an_open_case_that_nobody_moves_is_dormant_after_six_months(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.hearing("2026-02-02")
    assert life.rows("case_status_as_at", "2026-08-02", "is_dormant", "dormant_decided_by") == ["false | -"]
    assert life.rows("case_status_as_at", "2026-08-03", "is_dormant", "dormant_decided_by") == ["true | case_dormant"]
    assert life.status("2026-08-03") == TRIAL
    life.hearing("2026-12-07", status="listed")
    assert life.rows("case_status_as_at", "2026-08-03", "is_dormant") == ["false"]


def test_a_case_on_warrant_is_never_dormant(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.warrant("first", issued_on="2026-02-02")
    assert life.rows("case_status_as_at", "2027-02-02", "status_code", "is_dormant") == ["on_warrant | false"]


def test_a_youth_and_a_company_count_like_anybody(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("a youth", is_youth=True)
    life.defendant("a company", is_organisation=True)
    life.result("1015", "2026-02-02", charge="a company 1")
    assert life.status("2026-02-02") == TRIAL
    life.result("1081", "2026-03-02", charge="a youth 1")
    assert life.status("2026-03-02") == DISPOSED


def test_the_status_that_the_source_shows_is_never_used(life: Life) -> None:
    life.case(sent_on="2026-01-05", case_status_source_code="CLOSED", concluded_on="2026-02-02")
    life.defendant("first")
    assert life.status("2026-02-02") == TRIAL
