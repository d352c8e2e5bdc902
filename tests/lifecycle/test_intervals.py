"""Warrants, deferred sentences, remand and transfers: from when to when."""

from __future__ import annotations

import pytest

from .telling import Life

WARRANT = ("defendant_id", "issued_on", "ended_on", "decided_by")
REMAND = ("remand_code", "begun_on", "ended_on", "decided_by")


def test_a_recorded_warrant_is_live_until_its_execution(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.warrant("first", issued_on="2026-02-02", executed_on="2026-03-02")
    assert life.rows("warrant_interval", "2026-02-01", *WARRANT) == []
    assert life.rows("warrant_interval", "2026-03-01", *WARRANT) == ["first | 2026-02-02 | - | warrant_recorded"]
    assert life.rows("warrant_interval", "2026-03-02", *WARRANT) == [
        "first | 2026-02-02 | 2026-03-02 | warrant_recorded"
    ]


def test_a_warrant_told_by_a_result_ends_when_the_defendant_comes(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first")
    life.defendant("second")
    life.result("4576", "2026-02-02", charge="first 1")
    life.hearing("2026-02-09", came="second")
    life.hearing("2026-03-02", came="first")
    assert life.rows("warrant_interval", "2026-02-28", *WARRANT) == ["first | 2026-02-02 | - | warrant_result"]
    assert life.rows("warrant_interval", "2026-03-02", *WARRANT) == ["first | 2026-02-02 | 2026-03-02 | warrant_result"]


def test_a_warrant_told_by_a_result_ends_at_the_hearing_to_execute_it(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first")
    life.result("4575", "2026-02-02", charge="first 1")
    life.hearing("2026-03-02", kind="execution_of_bench_warrant")
    assert life.rows("warrant_interval", "2026-03-02", *WARRANT) == ["first | 2026-02-02 | 2026-03-02 | warrant_result"]


def test_a_warrant_told_by_a_result_ends_with_a_result_that_ends_it(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first")
    life.result("4577", "2026-02-02", charge="first 1")
    life.result("2509", "2026-03-02", charge="first 1", is_final=False)
    assert life.rows("warrant_interval", "2026-03-02", *WARRANT) == ["first | 2026-02-02 | 2026-03-02 | warrant_result"]


def test_a_sentence_is_deferred_until_the_charge_is_concluded(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.result("4005", "2026-02-02", charge="first 1")
    life.result("4004", "2026-04-06", charge="first 1")
    life.result("1116", "2026-08-03", charge="first 1")
    columns = ("offence_id", "deferred_on", "ended_on", "decided_by")
    assert life.rows("deferred_interval", "2026-08-02", *columns) == ["first 1 | 2026-02-02 | - | sentence_deferred"]
    assert life.rows("deferred_interval", "2026-08-03", *columns) == [
        "first 1 | 2026-02-02 | 2026-08-03 | sentence_deferred"
    ]


def test_a_put_back_for_a_warrant_is_no_deferred_sentence(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.result("4004", "2026-02-02", charge="first 1", result_source_code="BWBAILB")
    assert life.rows("deferred_interval", "2026-02-02", "offence_id") == []


def test_a_transfer_is_a_move_out_of_one_court_and_into_the_other(life: Life) -> None:
    columns = ("direction_code", "from_court_code", "to_court_code", "moved_on", "decided_by")
    life.case("old", court_code="old court", transferred_to_court_code="new court", transferred_out_on="2026-02-02")
    assert life.rows("transfer_flow", "2026-02-01", *columns) == []
    assert life.rows("transfer_flow", "2026-02-02", *columns) == [
        "out | old court | new court | 2026-02-02 | transferred"
    ]
    life.case("new", court_code="new court", transferred_from_court_code="old court", transferred_in_on="2026-02-02")
    assert life.rows("transfer_flow", "2026-02-02", *columns) == [
        "in | old court | new court | 2026-02-02 | transferred"
    ]


def test_a_case_that_was_linked_after_a_transfer_shows_both_directions_once(life: Life) -> None:
    courts = {"transferred_from_court_code": "old court", "transferred_to_court_code": "new court"}
    life.case(court_code="new court", transferred_out_on="2026-02-02", transferred_in_on="2026-02-02", **courts)
    assert life.rows("transfer_flow", "2026-02-02", "direction_code", "from_court_code", "to_court_code") == [
        "in | old court | new court",
        "out | old court | new court",
    ]


def test_remand_follows_the_results_and_ends_with_the_defendants_case(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first")
    life.result("4506", "2026-01-05", charge="first 1", post_hearing_custody_code="custody")
    life.result("4506", "2026-02-02", charge="first 1", post_hearing_custody_code="custody")
    life.result("4506", "2026-03-02", charge="first 1", post_hearing_custody_code="conditional_bail")
    life.result("4506", "2026-03-09", charge="first 1", post_hearing_custody_code="not_applicable")
    life.result("1002", "2026-04-06", charge="first 1")
    assert life.rows("remand_interval", "2026-02-28", *REMAND) == ["custody | 2026-01-05 | - | remand_result"]
    assert life.rows("remand_interval", "2026-04-06", *REMAND) == [
        "conditional_bail | 2026-03-02 | 2026-04-06 | remand_result",
        "custody | 2026-01-05 | 2026-03-02 | remand_result",
    ]


def test_of_several_statuses_on_one_day_the_most_serious_stands(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first", charges=2)
    life.result("4506", "2026-01-05", charge="first 1", post_hearing_custody_code="unconditional_bail")
    life.result("4506", "2026-01-05", charge="first 2", post_hearing_custody_code="local_authority_care")
    assert life.rows("remand_interval", "2026-01-05", *REMAND) == [
        "local_authority_care | 2026-01-05 | - | remand_result"
    ]


def test_the_record_of_a_defendant_tells_the_status_from_the_london_day_of_its_telling(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.row(
        "remand_status",
        **{"remand_status_id": "one", "defendant_id": "first", "case_id": "the case", "remand_code": "bail"},
        **{"remand_at": "2026-06-01 23:30:00+00", "police_bail_code": "custody"},
    )
    assert life.rows("remand_interval", "2026-06-01", *REMAND) == []
    assert life.rows("remand_interval", "2026-06-02", *REMAND) == ["bail | 2026-06-02 | - | remand_record"]


def test_the_status_at_committal_holds_from_the_day_of_sending(life: Life) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.row(
        "remand_status",
        **{"remand_status_id": "one", "defendant_id": "first", "case_id": "the case", "remand_code": "bail"},
        **{"remand_at": "2026-06-01 02:00:00+00", "committal_remand_code": "custody", "committal_on": "2026-01-05"},
    )
    assert life.rows("remand_interval", "2026-01-05", *REMAND) == ["custody | 2026-01-05 | - | remand_committal"]
    assert life.rows("remand_interval", "2026-06-01", *REMAND) == [
        "bail | 2026-06-01 | - | remand_record",
        "custody | 2026-01-05 | 2026-06-01 | remand_committal",
    ]


@pytest.mark.parametrize(
    ("code", "day"), [("not_applicable", "2026-01-05"), ("custody", None)], ids=["does not apply", "has no day"]
)
def test_a_status_at_committal_that_does_not_apply_or_has_no_day_says_nothing(
    life: Life, code: str, day: str | None
) -> None:
    life.case(sent_on="2026-01-05")
    life.defendant("first")
    life.row(
        "remand_status",
        **{"remand_status_id": "one", "defendant_id": "first", "case_id": "the case"},
        **{"remand_at": "2026-06-01 02:00:00+00", "committal_remand_code": code, "committal_on": day},
    )
    assert life.rows("remand_interval", "2026-02-02", *REMAND) == []


def test_an_open_defendant_has_the_latest_status_and_a_concluded_one_the_most_serious_ever(life: Life) -> None:
    columns = ("remand_code", "decided_by")
    life.case(system="common_platform")
    life.defendant("first")
    assert life.rows("remand_as_at", "2026-01-04", *columns) == ["- | remand_unknown"]
    life.result("4506", "2026-01-05", charge="first 1", post_hearing_custody_code="secure_accommodation")
    life.result("4506", "2026-02-02", charge="first 1", post_hearing_custody_code="unconditional_bail")
    life.result("1002", "2026-03-02", charge="first 1")
    assert life.rows("remand_as_at", "2026-02-02", *columns) == ["unconditional_bail | remand_latest"]
    assert life.rows("remand_as_at", "2026-03-02", *columns) == ["secure_accommodation | remand_most_serious"]


def test_custody_is_more_serious_than_care_and_any_bail_more_than_not_applicable(life: Life) -> None:
    life.case(system="common_platform")
    life.defendant("first")
    order = (
        "custody",
        "secure_accommodation",
        "local_authority_care",
        "conditional_bail",
        "bail",
        "unconditional_bail",
    )
    for month, code in enumerate(reversed(order), 1):
        life.result("4506", f"2026-{month:02}-02", charge="first 1", post_hearing_custody_code=code)
        life.result("1015", f"2026-{month:02}-02", charge="first 1")
        assert life.rows("remand_as_at", f"2026-{month:02}-02", "remand_code") == [code]
