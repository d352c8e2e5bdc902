"""Which charge stands for a case (by severity) and which for a defendant (by duration): two keys, never joined."""

from __future__ import annotations

from .telling import Life

SEVERITY, DURATION = "principal_offence_severity", "principal_offence_duration"


def test_indictable_only_goes_before_the_offence_group_and_summary_comes_last(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=0)
    life.charge("violence", "first", mode_of_trial_code="either_way", offence_group_code="01")
    life.charge("fraud", "first", mode_of_trial_code="indictable_only", offence_group_code="10")
    life.charge("motoring", "first", mode_of_trial_code="summary_only", offence_group_code="12")
    assert life.rows(SEVERITY, "2026-01-05", "offence_id", "decided_by") == ["fraud | severity_principal"]
    life.result("2060", "2026-03-02", charge="fraud")
    life.result("4580", "2026-04-06", charge="violence")
    assert life.rows(SEVERITY, "2026-03-02", "offence_id") == ["violence"]
    assert life.rows(SEVERITY, "2026-04-06", "offence_id") == ["motoring"]


def test_of_one_mode_the_published_number_of_the_group_decides_and_then_the_count(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=0)
    life.charge("theft", "first", offence_group_code="04", count_number=1)
    life.charge("second robbery", "first", offence_group_code="03", count_number=3)
    life.charge("robbery", "first", offence_group_code="03", count_number=2)
    assert life.rows(SEVERITY, "2026-01-05", "offence_id") == ["robbery"]


def test_the_decision_on_allocation_tells_the_mode_where_the_charge_does_not(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first", charges=0)
    life.charge("violence", "first", mode_of_trial_code="either_way", offence_group_code="01")
    life.charge("drugs", "first", offence_group_code="06")
    allocation = {"allocation_id": "one", "offence_id": "drugs", "case_id": "the case"}
    life.row("allocation", **allocation, mode_of_trial_reason_code="indictable_only")
    assert life.rows(SEVERITY, "2026-01-05", "offence_id") == ["drugs"]


def test_a_section_41_charge_is_principal_only_where_there_is_no_other(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=0)
    life.charge("sent along", "first", charge_type_code="summary_section_41", offence_group_code="01")
    assert life.rows(SEVERITY, "2026-01-05", "offence_id", "decided_by") == ["sent along | severity_no_other"]
    life.charge("count 1", "first", charge_type_code="indictment", offence_group_code="12")
    assert life.rows(SEVERITY, "2026-01-05", "offence_id", "decided_by") == ["count 1 | severity_principal"]


def test_by_duration_the_charge_with_the_most_days_to_conclusion_stands_for_a_defendant(life: Life) -> None:
    columns = ("defendant_id", "offence_id", "charge_to_completion_days", "defendant_concluded_on", "decided_by")
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=0)
    life.defendant("second", charges=0)
    life.charge("early", "first", charged_on="2025-12-01", mode_of_trial_code="summary_only")
    life.charge("late", "first", charged_on="2026-01-05", mode_of_trial_code="indictable_only")
    life.charge("other", "second", charged_on="2025-12-01")
    life.result("1015", "2026-02-02", charge="early")
    life.result("1002", "2026-03-02", charge="late")
    assert life.rows(DURATION, "2026-03-01", *columns) == []
    assert life.rows(DURATION, "2026-03-02", *columns) == ["first | early | 63 | 2026-03-02 | duration_principal"]
    assert life.rows(SEVERITY, "2026-03-02", "offence_id") == ["late"]


def test_a_replaced_charge_and_one_that_was_sent_along_are_left_out_of_duration(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first", charges=0)
    life.charge("replaced", "first", charged_on="2024-12-02")
    life.charge("sent along", "first", charged_on="2024-12-03", charge_type_code="summary_section_41")
    life.charge("replacing", "first", charged_on="2025-12-01")
    life.result("2060", "2026-02-02", charge="replaced")
    life.result("1015", "2026-03-02", charge="sent along")
    life.result("1002", "2026-03-02", charge="replacing")
    assert life.rows(DURATION, "2026-03-02", "offence_id") == ["replacing"]
