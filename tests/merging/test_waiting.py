"""A child without its parent waits in history, is counted, and appears when the parent comes."""

from __future__ import annotations

from .builders import case_row, case_subject_row, charges, extract, subject_row
from .homes import Home, books

WEEK_1, WEEK_2 = "2026-01-05", "2026-01-12"
SEXES = "SELECT sex_source_code FROM {onecrown.defendant} ORDER BY 1"


def test_a_charge_waits_for_its_case_and_its_defendant_and_then_appears(home: Home) -> None:
    """It is judged by the record alone: nothing of it is quarantined for what has not come."""
    drop = home.run(extract("charge", charges("A B"), WEEK_1))[0]
    assert (books(drop, "charge"), home.charges()) == ("read 2 accepted 2 new 2", "")
    assert home.findings()["waiting children: xhibit/extract charge"][0] == "note"
    home.run(extract("case", [case_row()], WEEK_1), extract("case_subject", [case_subject_row()], WEEK_1))
    assert home.charges() == ""
    home.run(extract("subject", [subject_row()], WEEK_1))
    assert home.charges() == "A B"
    assert "waiting children: xhibit/extract charge" not in home.findings()


def test_a_changed_subject_changes_its_defendants_on_every_case(home: Home) -> None:
    home.run(
        extract("case", [case_row(1), case_row(2), case_row(3)], WEEK_1),
        extract("subject", [subject_row(1), subject_row(2)], WEEK_1),
        extract("case_subject", [case_subject_row(1, 1), case_subject_row(1, 2), case_subject_row(2, 3)], WEEK_1),
    )
    assert home.ask(SEXES) == ["F", "F", "F"]
    home.run(extract("subject", [subject_row(1, SEX="M"), subject_row(2)], WEEK_2))
    assert home.ask(SEXES) == ["F", "M", "M"]
