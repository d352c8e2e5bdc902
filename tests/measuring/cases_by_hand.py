"""Fourteen invented cases of 2025, told as unified rows. What they come to is worked out by hand in `test_cases_by_hand.py`."""

from __future__ import annotations

from lifecycle.telling import Life


def tell_every_case(life: Life) -> None:
    """Tell all of them."""
    for tell in CASES.values():
        tell(life)


def _plain(life: Life) -> None:
    life.case("plain", sent_on="2025-01-10", court_code="C01SN00", receipt_type_code="either_way")
    life.defendant("plain", sex_code="male")
    life.trial("2025-05-12", "effective")
    life.result("1002", "2025-05-20", charge="plain 1")


def _sentence(life: Life) -> None:
    life.case("sentence", case_type_code="committal_for_sentence", committed_on="2025-02-03", court_code="C01SN00")
    life.defendant("sentence")
    life.result("1116", "2025-02-24", charge="sentence 1")


def _appeal(life: Life) -> None:
    life.case("appeal", case_type_code="appeal", received_on="2025-03-31", court_code="C20BI00")
    life.defendant("appeal")
    life.verdict("appeal_dismissed", "2025-06-30", charge="appeal 1")


def _two_defendants(life: Life) -> None:
    life.case("two defendants", sent_on="2025-02-01", court_code="C20BI00")
    life.defendant("one")
    life.defendant("other")
    life.hearing("2025-04-02", minutes=61, beside="appeal")
    life.trial("2025-04-07", "ineffective", "ineffective_not_reached")
    life.trial("2025-07-14", "cracked", "cracked_late_guilty_plea")
    life.result("1015", "2025-04-10", charge="one 1")
    life.result("1002", "2025-07-15", charge="other 1")


def _warrant(life: Life) -> None:
    life.case("warrant", sent_on="2025-01-15", court_code="C01SN00")
    life.defendant("absent")
    life.warrant("absent", issued_on="2025-03-20", executed_on="2025-05-06")
    life.trial("2025-04-28", "vacated", "vacated_other")
    life.trial("2025-07-28", "effective")
    life.result("1002", "2025-08-01", charge="absent 1")


def _opened_again(life: Life) -> None:
    life.case("opened again", sent_on="2025-01-20", court_code="C01SN00")
    life.defendant("again")
    life.hearing("2025-02-17", status="listed", minutes=60)
    life.told_by("common_platform", "again as it came there", "migrated")
    life.hearing("2025-02-17", minutes=45)
    life.system, life.unit = "xhibit", "opened again"
    life.trial("2025-03-03", "cracked", "cracked_bound_over")
    life.result("1015", "2025-03-03", charge="again 1")
    life.result("4584", "2025-04-14", charge="again 1")
    life.result("1115", "2025-09-09", charge="again 1")


def _no_receipt(life: Life) -> None:
    life.case("no receipt", court_code="C62CR00")
    life.defendant("undated")
    life.hearing("2025-04-02")
    life.result("2004", "2025-12-01", charge="undated 1")


def _parent(life: Life) -> None:
    moved = {"transferred_from_court_code": "C20BI00", "transferred_in_on": "2025-08-11"}
    life.case("parent", sent_on="2025-02-10", court_code="C62CR00", **moved)
    life.defendant("stays")
    life.trial("2025-07-15", "vacated", "vacated_other")


def _child(life: Life) -> None:
    life.case("child", sent_on="2025-02-10", entered_on="2025-05-01", court_code="C20BI00")
    life.defendant("leaves")
    life.link("severed", "parent", "child")
    life.result("1002", "2025-10-10", charge="leaves 1")


def _copy(life: Life) -> None:
    life.case("copy", system="common_platform", reason="migrated", sent_on="2025-01-10", court_code="C01SN00")
    life.defendant("copied")


def _in_part(life: Life) -> None:
    life.case("in part", sent_on="2025-06-01", court_code="C01SN00")


def _deferred(life: Life) -> None:
    life.case("deferred", sent_on="2025-05-05", court_code="C62CR00")
    life.defendant("waits")
    life.plea("guilty", "2025-06-02", charge="waits 1")
    life.result("4005", "2025-06-20", charge="waits 1")
    life.result("1115", "2025-12-20", charge="waits 1")


def _retrial(life: Life) -> None:
    life.case("retrial", sent_on="2025-08-18", retrial=True, court_code="C01SN00")
    life.defendant("tried again")
    life.link("retrial", "plain", "retrial")
    life.trial("2025-11-03", "ineffective", "ineffective_defendant_absent")
    life.trial("2025-12-08", "effective")
    life.result("2004", "2025-12-10", charge="tried again 1")


def _sent_up(life: Life) -> None:
    life.case("sent up", system="common_platform", court_code="C20BI00")
    life.defendant("sent")
    life.hearing("2025-02-17", "first_hearing", tier="magistrates", court="B20EB00")
    life.hearing("2025-03-24", "first_hearing", tier="magistrates", court="B20EB00")
    life.result("4558", "2025-03-24", charge="sent 1")
    life.hearing("2025-04-28")
    life.result("1002", "2025-11-17", charge="sent 1")


CASES = {
    "plain": _plain,
    "sentence": _sentence,
    "appeal": _appeal,
    "two defendants": _two_defendants,
    "warrant": _warrant,
    "opened again": _opened_again,
    "no receipt": _no_receipt,
    "parent": _parent,
    "child": _child,
    "copy": _copy,
    "in part": _in_part,
    "deferred": _deferred,
    "retrial": _retrial,
    "sent up": _sent_up,
}
