"""The exact tier of persons: one keyed id wherever exact keys agree, in any system and case."""

from __future__ import annotations

import pytest

from .records import Linked, Person, Record, libra, linked, xhibit

HERE = xhibit().with_people(Person(pnc_id="2004/0012345U"))


def elsewhere(**said: str | None) -> Record:
    """Another case in another system, with one defendant."""
    return libra(case_urn=None, case_urn_standing_code="absent").with_people(
        Person(**{"asn": None, "last_name": "Figmentley", **said})
    )


def persons(found: Linked) -> int:
    ((distinct,),) = found.ask("SELECT count(DISTINCT person_id) FROM of.defendant")
    return int(distinct)


@pytest.mark.parametrize("form", ["2004/0012345U", "04/12345U", "20040012345U", "2004.0012345u", " 04/0012345U "])
def test_a_pnc_number_is_one_in_every_form(form: str) -> None:
    assert persons(linked(HERE, elsewhere(pnc_id=form))) == 1


@pytest.mark.parametrize("form", ["2004/0012346U", "2005/0012345U", "2004/0012345X", "2004/0000000U", "NOT KNOWN"])
def test_another_or_a_malformed_pnc_number_is_another_person(form: str) -> None:
    assert persons(linked(HERE, elsewhere(pnc_id=form))) == 2


def test_without_a_pnc_number_the_cro_number_tells() -> None:
    one = xhibit().with_people(Person(cro_number="123456/04A"))
    assert persons(linked(one, elsewhere(cro_number="123456/04A"))) == 1
    assert persons(linked(one, elsewhere(cro_number="123457/04A"))) == 2


def test_without_either_the_systems_own_id_of_the_person_tells() -> None:
    one = xhibit().with_people(Person(master_defendant_id="p"))
    assert persons(linked(one, elsewhere(master_defendant_id="p"))) == 1


def test_a_defendant_of_whom_nothing_is_known_is_a_person_alone() -> None:
    assert persons(linked(xhibit().with_people(Person(asn=None, last_name=None)), elsewhere(last_name=None))) == 2


def test_an_id_of_a_person_shows_no_number() -> None:
    ((said,),) = linked(HERE).ask("SELECT person_id FROM of.defendant")
    assert len(said) == 32 and "12345" not in said
