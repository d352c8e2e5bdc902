"""Nobody is real, and identifiers have their form."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date

from onecrown.synthesis.identifiers import UNUSED_FORCE, asn, cro_number, pnc_id, short_pnc_id, urn, uuid_of
from onecrown.synthesis.people import as_written, invented_company, invented_person

PERSON = invented_person(1, date(2024, 5, 1), random.Random(5))  # noqa: S311  not for secrets
RNG = random.Random(1)  # noqa: S311  not for secrets


def test_identifiers_have_the_form_of_real_ones() -> None:
    assert re.fullmatch("[A-Z0-9]{4}[0-9]{7}", urn(123_456, 2024))
    assert re.fullmatch("[0-9]{2}[A-Z0-9]{4}[0-9]{2}[0-9]{11}[A-HJ-NP-RT-Z]", asn(99, 2024))
    assert re.fullmatch("[0-9]{4}/[0-9]{7}[A-HJ-NP-RT-Z]", pnc_id(77, 2003))
    assert re.fullmatch("[0-9]{1,6}/[0-9]{2}[A-HJ-NP-RT-Z]", cro_number(77, 2003))
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid_of("case", 1))


def test_urns_and_asns_are_of_a_force_that_is_not_in_use() -> None:
    assert urn(1, 2024)[:2] == asn(1, 2024)[2:4] == UNUSED_FORCE


def test_a_short_pnc_id_leads_back_to_the_long_one() -> None:
    assert short_pnc_id("2003/0000077A") == "03/77A"
    assert len(short_pnc_id("2003/1234567A")) <= 11


def test_a_new_person_is_an_adult_when_the_case_comes() -> None:
    ages = [
        (date(2024, 5, 1) - born).days / 365.25
        for number in range(300)
        if (born := invented_person(number, date(2024, 5, 1), RNG).born_on)
    ]
    assert 18 <= min(ages) <= max(ages) < 90


def test_a_person_is_written_wrongly_in_the_way_that_is_said() -> None:
    twelfth = replace(PERSON, born_on=date(1980, 3, 12), forename_2="Plooby")
    assert as_written(twelfth, {"birth_date_missing": 1}, RNG).born_on is None
    assert as_written(twelfth, {"day_and_month_transposed": 1}, RNG).born_on == date(1980, 12, 3)
    assert as_written(twelfth, {"forenames_swapped": 1}, RNG).forename_1 == "Plooby"
    assert as_written(twelfth, {"surname_variant": 1}, RNG).surname[0] == twelfth.surname[0]
    assert as_written(twelfth, {}, RNG) == twelfth


def test_what_cannot_be_written_wrongly_in_a_way_is_written_right() -> None:
    late = replace(PERSON, born_on=date(1980, 3, 28), forename_2="")
    assert as_written(late, {"day_and_month_transposed": 1}, RNG) == late
    assert as_written(late, {"forenames_swapped": 1}, RNG) == late


def test_a_company_has_no_birth_date() -> None:
    company = invented_company(3, RNG)
    assert company.is_company and company.born_on is None
    assert as_written(company, {"birth_date_missing": 1}, RNG) == company
