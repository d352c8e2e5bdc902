"""Cases that were cut out of others, or joined to them: flows of their own, neither receipts nor disposals."""

from __future__ import annotations

from .telling import Life

TRIAL = "open awaiting_trial by case_awaiting_trial"


def in_a_group(life: Life, closed_on: str = "2026-03-02", concluded_on: str | None = None) -> None:
    """Two cases of a group, of which the one told last was closed."""
    life.case("into", sent_on="2026-01-05", case_group_number="7")
    life.defendant("first")
    life.case("joined", sent_on="2026-01-12", case_group_number="7", closed_on=closed_on, concluded_on=concluded_on)
    life.defendant("second")
    life.link("joined", "into", "joined")


def test_a_case_that_was_joined_is_closed_and_not_disposed_of(life: Life) -> None:
    in_a_group(life)
    assert life.status("2026-03-01") == TRIAL
    assert life.status("2026-03-02") == "joined by case_joined"
    assert life.disposal("2026-03-02") == []


def test_the_case_that_takes_the_other_in_goes_on(life: Life) -> None:
    in_a_group(life)
    assert life.status("2026-03-02", case_id="into") == TRIAL


def test_the_last_record_of_a_group_that_is_put_away_after_its_end_was_disposed_of(life: Life) -> None:
    in_a_group(life, closed_on="2026-03-30", concluded_on="2026-03-02")
    life.result("1002", "2026-03-02", charge="second 1")
    assert life.status("2026-03-30") == "disposed by case_disposed"


def test_a_record_that_was_closed_outside_a_group_is_no_joined_case(life: Life) -> None:
    life.case(sent_on="2026-01-12", closed_on="2026-03-02")
    life.defendant("first")
    assert life.status("2026-03-02") == TRIAL


def test_a_severed_case_has_the_receipt_of_the_whole_and_is_open_from_its_entry(life: Life) -> None:
    life.case("whole", sent_on="2026-01-05")
    life.case("part", sent_on="2026-01-05", is_severed=True, entered_on="2026-04-06")
    life.defendant("second")
    assert life.receipt() == "2026-01-05 by receipt_sent"
    assert life.rows("receipt", "2026-04-06", "is_new", "stands_from_on") == ["false | 2026-04-06"]
    assert life.status("2026-04-05") == "not_received by case_not_received"
    assert life.rows("case_status_as_at", "2026-04-06", "status_code", "age_days") == ["open | 91"]


def test_a_late_entry_changes_nothing(life: Life) -> None:
    life.case(sent_on="2026-01-05", entered_on="2026-04-06")
    life.defendant("first")
    assert life.status("2026-01-05") == TRIAL
