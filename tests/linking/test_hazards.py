"""Where cases were counted twice, or not at all: the hazards of the unified view, one by one."""

from __future__ import annotations

import pytest

from .records import MIGRATED, SPI, Person, common_platform, labels, libra, linked, migrated, xhibit

OTHER = Person("e", "2601ZD0100000000002B", "valid", "Figmentley", "Uma", "1985-06-07", (("ZZ25002", 1, "2025-11-02"),))


def test_a_migrated_case_stands_in_common_platform_and_its_legacy_record_is_suppressed() -> None:
    legacy, moved = xhibit(concluded_on="2026-02-01"), migrated()
    found = linked(legacy, moved)
    assert found.standing() == {legacy.label: (False, "migrated"), moved.label: (True, "preferred_source")}
    assert ("migrated", legacy.label, moved.label) in found.links()
    assert found.ask("SELECT count(*), count(concluded_on) FROM of.court_case") == [(1, 0)]


def test_a_migrated_case_that_was_heard_since_is_still_one_case_of_three_records() -> None:
    records = xhibit(), migrated(), common_platform(case_status_source_code="ACTIVE")
    found = linked(*records)
    assert found.cases() == [labels(*records)]
    assert [label for label, (stands, _) in found.standing().items() if stands] == [records[2].label]


@pytest.mark.parametrize("status", ["EJECTED", "ACTIVE"])
def test_an_ejected_case_stands_in_the_legacy_system(status: str) -> None:
    """Whether Common Platform says so or not: nothing of the case migrated, so it came to Xhibit in no other way."""
    ejected, legacy = common_platform(case_status_source_code=status), xhibit()
    found = linked(ejected, legacy)
    assert found.standing() == {ejected.label: (False, "ejected"), legacy.label: (True, "preferred_source")}
    assert found.ask("SELECT source_case_id FROM of.court_case") == [("453T20260001",)]


def test_a_case_that_was_transferred_and_numbered_anew_is_one_case_at_the_receiving_court() -> None:
    left = xhibit(transferred_out_on="2026-01-05", transferred_to_court_source_code="448", received_on="2025-06-01")
    came = xhibit(
        "T20260009",
        "448",
        "C04PR00",
        original_source_case_id="453T20260001",
        transferred_from_court_source_code="453",
        received_on="2026-01-05",
    )
    found = linked(left, came)
    assert found.standing() == {left.label: (False, "transferred"), came.label: (True, "preferred_source")}
    assert ("transferred", left.label, came.label) in found.links()
    assert found.ask("SELECT court_code, transferred_out_on FROM of.court_case") == [("C04PR00", None)]


def test_a_migration_file_that_was_sent_again_is_the_same_record() -> None:
    """The record's key is the case, so that a second submission is a later version; under a new id the legacy number tells."""
    first, again = migrated(), migrated(number=2)
    assert linked(first, again, xhibit()).cases() == [labels(first, again, xhibit())]


def test_a_severed_case_stays_a_case_and_names_the_one_that_it_left() -> None:
    whole, severed = xhibit(is_severed=False), xhibit("T20260002", is_severed=True).with_people(OTHER)
    found = linked(whole, severed)
    assert len(found.cases()) == 2
    assert ("severed", whole.label, severed.label) in found.links()


def test_cases_joined_under_one_group_stay_cases() -> None:
    records = (
        xhibit(case_group_number="7"),
        xhibit("T20260002", case_group_number="7", case_urn="01ZD0303326").with_people(OTHER),
    )
    found = linked(*records)
    assert len(found.cases()) == 2
    assert [code for code, _, _ in found.links()] == ["joined"]


def test_a_retrial_that_was_ordered_is_a_new_case_and_names_the_old_one() -> None:
    tried = xhibit(case_urn="01ZD0303126")
    again = xhibit("T20260002", retrial=True, original_source_case_id="20260001").with_people(OTHER)
    found = linked(tried, again)
    assert len(found.cases()) == 2
    assert ("retrial", tried.label, again.label) in found.links()


def test_a_retrial_without_a_number_shares_the_police_number_at_its_court() -> None:
    tried, again = xhibit(), xhibit("T20260002", retrial=True).with_people(OTHER)
    found = linked(tried, again)
    assert len(found.cases()) == 2
    assert ("retrial", tried.label, again.label) in found.links()


def test_a_breach_is_a_new_case_and_names_the_one_whose_order_was_broken() -> None:
    sentenced = xhibit()
    breach = xhibit(
        "S20260002", receipt_type_code="bring_back", original_source_case_id="T20260001", case_urn="01ZD0303126"
    ).with_people(OTHER)
    assert ("breach_of", sentenced.label, breach.label) in linked(sentenced, breach).links()


def test_a_magistrates_leg_and_the_crown_courts_case_are_two_of_which_one_was_sent() -> None:
    below, above = libra(), common_platform()
    assert linked(below, above).links() == {("sent", below.label, above.label)}


def test_a_dummy_number_shared_by_many_links_nobody() -> None:
    many = [migrated("T20260001", number=number) for number in range(1, 15)]
    found = linked(*many)
    assert len(found.cases()) == 14
    assert {said[1:] for said in found.reviews()} >= {("migration_id", "too_many")}


def test_the_placeholder_that_stood_for_a_case_of_common_platform_takes_no_part() -> None:
    placeholder = xhibit("TCPP0001", is_cp_placeholder=True)
    records = placeholder, common_platform(), common_platform(MIGRATED)
    assert [placeholder.label] in linked(*records).cases()


def test_libras_numbers_of_the_defendants_of_one_police_case_are_one_case_with_the_message_that_tells_them_all() -> (
    None
):
    lists = libra(number="2600000001"), libra(number="2600000002").with_people(OTHER)
    message = libra(SPI, "01ZD0303226").with_people(Person(), OTHER)
    assert linked(*lists, message).cases() == [labels(*lists, message)]
