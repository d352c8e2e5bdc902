"""Each rung of the ladder: what it links, what it must not, and that nothing else would have linked it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onecrown.definitions.model import load_model

from .records import (
    MIGRATED,
    SPI,
    Linked,
    Person,
    Record,
    common_platform,
    each_alone,
    labels,
    libra,
    linked,
    migrated,
    without_rung,
    xhibit,
)

NOBODY = Person(asn=None, last_name=None, first_name=None, birth_on=None, offences=())
NAMED = Person(asn=None)
COMPANY = replace(NOBODY, organisation_name="Invented Widgets Ltd", offences=(("ZZ25001", 1, "2025-11-02"),))
STORIES: dict[str, tuple[Record, Record]] = {
    "native_id": (
        common_platform(case_urn=None, case_urn_standing_code="absent").with_people(NOBODY),
        common_platform(MIGRATED, case_urn=None, case_urn_standing_code="absent").with_people(NOBODY),
    ),
    "migration_id": (
        xhibit(case_urn=None, case_urn_standing_code="absent").with_people(NOBODY),
        migrated(case_urn=None, case_urn_standing_code="absent").with_people(NOBODY),
    ),
    "transfer": (
        xhibit(transferred_out_on="2026-01-05", transferred_to_court_source_code="448").with_people(NOBODY),
        xhibit(
            "T20260009",
            "448",
            "C04PR00",
            original_source_case_id="453T20260001",
            transferred_from_court_source_code="453",
        ).with_people(NOBODY),
    ),
    "libra_urn": (libra().with_people(NOBODY), libra(SPI, "01ZD0303226").with_people(NOBODY)),
    "urn_asn": (
        xhibit().with_people(Person(last_name=None, first_name=None, birth_on=None, offences=())),
        common_platform().with_people(Person(last_name=None, first_name=None, birth_on=None, offences=())),
    ),
    "urn_person_offence": (xhibit().with_people(NAMED), common_platform().with_people(NAMED)),
}


@pytest.mark.parametrize("rung", STORIES)
def test_two_records_are_one_case_by_the_rung(rung: str) -> None:
    found = linked(*STORIES[rung])
    assert found.cases() == [labels(*STORIES[rung])]
    assert found.rungs() == {rung}


@pytest.mark.parametrize("rung", STORIES)
def test_without_the_rung_they_are_two_cases(rung: str) -> None:
    assert Linked(STORIES[rung], without_rung(rung)).cases() == list(each_alone(STORIES[rung]))


def test_every_rung_of_the_model_that_links_has_a_story() -> None:
    linking = load_model().linking
    assert linking is not None
    assert [rung.code for rung in linking.rungs if not rung.proposes] == list(STORIES)


def test_person_and_offence_without_a_number_only_propose() -> None:
    one = xhibit(case_urn=None, case_urn_standing_code="absent").with_people(NAMED)
    other = common_platform(case_urn=None, case_urn_standing_code="absent").with_people(NAMED)
    found = linked(one, other)
    assert found.cases() == list(each_alone((one, other)))
    assert found.reviews() == {(record.label, "person_offence", "proposed") for record in (one, other)}
    assert Linked((one, other), without_rung("person_offence")).reviews() == set()


def test_a_libra_case_is_found_by_its_migrated_number() -> None:
    one = libra(case_urn=None, case_urn_standing_code="absent").with_people(NOBODY)
    other = migrated("2600000001", "LIBRA", jurisdiction_code="magistrates", court_code="B01EF00").with_people(NOBODY)
    assert linked(one, other).cases() == [labels(one, other)]


def test_a_company_is_found_by_its_name_the_police_number_and_the_offence() -> None:
    records = xhibit().with_people(COMPANY), common_platform().with_people(COMPANY)
    found = linked(*records)
    assert found.cases() == [labels(*records)]
    assert found.rungs() == {"urn_person_offence"}


def test_two_numbers_of_one_police_case_that_are_both_migrated_are_one_case() -> None:
    numbers = ("2600000001", "2600000002")
    lists = tuple(libra(number=number).with_people(NOBODY) for number in numbers)
    court = {"jurisdiction_code": "magistrates", "court_code": "B01EF00", "case_urn_standing_code": "absent"}
    moved = tuple(migrated(said, "LIBRA", place, **court).with_people(NOBODY) for place, said in enumerate(numbers, 1))
    assert linked(*lists, *moved).cases() == [labels(*lists, *moved)]


def test_a_list_and_a_result_of_a_magistrates_case_are_one_case() -> None:
    records = libra(), libra(SPI, "01ZD0303226")
    assert linked(*records).cases() == [labels(*records)]


@pytest.mark.parametrize("standing", ["placeholder", "malformed", "absent"])
def test_a_dummy_or_malformed_urn_never_links(standing: str) -> None:
    records = tuple(record_of(case_urn_standing_code=standing) for record_of in (xhibit, common_platform))
    assert linked(*records).cases() == list(each_alone(records))


def test_a_dummy_asn_that_collides_across_people_never_links() -> None:
    one, other = xhibit(), common_platform()
    other = other.with_people(Person(last_name="Figmentley"))
    dummies = Linked((one, other))
    assert dummies.cases() == [labels(one, other)], "with a good number they would be one"
    for dummy in (Person(asn_standing="placeholder"), Person(asn_standing="malformed"), Person(asn=None)):
        told = {"asn": dummy.asn, "asn_standing": dummy.asn_standing}
        nobody = tuple(r.with_people(*(replace(p, **told) for p in r.people)) for r in (one, other))
        assert linked(*nobody).cases() == list(each_alone(nobody))


def test_a_dummy_asn_sends_no_case_from_the_magistrates_court_to_the_crown_court() -> None:
    records = tuple(record.with_people(Person(asn_standing="placeholder")) for record in (libra(), common_platform()))
    assert linked(*records).links() == set()


def test_the_same_number_at_another_court_is_another_case() -> None:
    here, there = (
        xhibit(),
        xhibit(court="448", ou="C04PR00", case_urn="01ZD0303326").with_people(Person(asn=None, birth_on=None)),
    )
    assert linked(here, there).cases() == list(each_alone((here, there)))
    moved = migrated(case_urn=None, case_urn_standing_code="absent").with_people(NOBODY)
    assert labels(here, moved) in linked(here, there, moved).cases()


def test_a_placeholder_of_common_platform_in_xhibit_links_to_nothing() -> None:
    placeholder, case = xhibit("TCPP0001", is_cp_placeholder=True), common_platform()
    found = linked(placeholder, case)
    assert found.cases() == list(each_alone((placeholder, case)))


def test_the_two_tiers_are_two_cases_and_the_one_was_sent_to_the_other() -> None:
    below, above = libra(), xhibit()
    found = linked(below, above)
    assert found.cases() == list(each_alone((below, above)))
    assert found.links() == {("sent", below.label, above.label)}


def test_one_number_that_fits_two_cases_of_one_dataset_is_looked_at() -> None:
    records = xhibit(), xhibit("T20260002"), common_platform()
    found = linked(*records)
    assert found.cases() == list(each_alone(records))
    assert {said[2] for said in found.reviews() if said[1] == "urn_asn"} == {"ambiguous"}


def test_a_stronger_rung_takes_the_doubt_out_of_a_weaker_one() -> None:
    """Two numbers at two courts are one case by the transfer, so that the police number fits one case only."""
    transferred = STORIES["transfer"]
    before, after = (record.with_people(Person()) for record in transferred)
    found = linked(before, after, common_platform())
    assert found.cases() == [labels(before, after, common_platform())]


def test_a_component_of_more_records_than_the_set_size_goes_to_review() -> None:
    records = tuple(common_platform(number=number) for number in range(1, 8))
    many = tuple(
        replace(record, dataset=f"system_{place}/x", label=f"system {place} {record.label}")
        for place in range(2)
        for record in records
    )
    found = linked(*many)
    assert found.cases() == list(each_alone(many))
    assert {reason for _, _, reason in found.reviews()} == {"too_many"}


def test_a_retrial_shares_both_numbers_with_the_case_that_was_sent_and_was_not_sent_itself() -> None:
    below, first = libra(SPI, "01ZD0303226"), xhibit()
    again = xhibit("T20270001", retrial=True)
    assert {later for relation, _, later in linked(below, first, again).links() if relation == "sent"} == {first.label}
