"""Rows of one case that several sources tell become one row: ids, values, what each said, and what stays apart."""

from __future__ import annotations

import pytest

from .records import HEARING, Linked, Person, common_platform, linked, migrated, without_rung, xhibit

SECOND = Person("e", None, "absent", "Figmentley", "Uma", None, ())


def pair(**legacy: object) -> Linked:
    return linked(xhibit(**legacy), migrated())


def test_a_case_that_two_sources_tell_has_one_row_in_each_table() -> None:
    found = pair()
    for entity in ("court_case", "defendant", "defendant_identity", "offence", "plea"):
        assert found.ask(f"SELECT count(*) FROM of.{entity}") == [(1,)], entity


def test_children_name_the_rows_that_stand() -> None:
    found = pair()
    assert found.ask(
        """SELECT count(*) FROM of.plea AS p JOIN of.offence AS o USING (offence_id) JOIN of.defendant AS d USING (defendant_id)
        JOIN of.court_case AS c ON c.case_id = p.case_id AND c.case_id = o.case_id AND c.case_id = d.case_id"""
    ) == [(1,)]


def test_an_id_that_ended_leads_to_the_one_that_stands() -> None:
    found = pair()
    ended = found.ask("SELECT entity_name, current_id FROM of.case_alias ORDER BY 1")
    standing = {
        entity: found.ask(f"SELECT {entity.removeprefix('court_')}_id FROM of.{entity}")[0][0]
        for entity in ("court_case", "defendant", "offence")
    }
    assert dict(ended) == standing


def test_each_column_has_the_value_of_the_source_that_wins_and_what_the_others_said_is_kept() -> None:
    """Of a receipt date Xhibit's word comes first; of the court, the record's that stands."""
    found = linked(xhibit(received_on="2025-06-01", ou="C01SN00"), migrated(received_on="2025-06-02"))
    assert found.ask("SELECT CAST(received_on AS VARCHAR) FROM of.court_case") == [("2025-06-01",)]
    said = """SELECT source_system, source_value, is_chosen, agrees FROM of.case_value
    WHERE entity_name = 'court_case' AND column_name = 'received_on' ORDER BY 1"""
    assert found.ask(said) == [("common_platform", "2025-06-02", False, False), ("xhibit", "2025-06-01", True, True)]


def test_a_value_that_one_source_alone_tells_stands() -> None:
    found = pair(declared_defendant_count=1)
    assert found.ask("SELECT declared_defendant_count FROM of.court_case") == [(1,)]


def test_a_code_and_the_sources_own_code_come_from_one_record() -> None:
    found = linked(
        xhibit(receipt_type_code=None, receipt_type_source_code="ZZ"),
        migrated(receipt_type_code="either_way", receipt_type_source_code="Either way case"),
    )
    assert found.ask("SELECT receipt_type_code, receipt_type_source_code FROM of.court_case") == [(None, "ZZ")]


def test_of_a_personal_column_only_agreement_is_kept() -> None:
    found = pair()
    personal = "SELECT count(*), count(source_value) FROM of.case_value WHERE entity_name = 'defendant_identity'"
    ((rows, shown),) = found.ask(personal)
    assert rows > 0 and shown == 0


def test_a_case_of_one_record_keeps_its_ids_and_has_no_alias() -> None:
    found = linked(xhibit())
    assert found.ask("SELECT count(*) FROM of.case_alias") == [(0,)]
    assert found.ask("SELECT count(*) FROM of.case_value") == [(0,)]
    assert found.standing() == {xhibit().label: (True, "only_record")}


def test_two_people_of_one_record_are_never_one() -> None:
    twins = Person("a"), Person("b")
    found = linked(xhibit().with_people(*twins), migrated().with_people(Person("c")))
    assert found.ask("SELECT count(*) FROM of.defendant") == [(3,)]


def test_a_defendant_of_one_record_alone_stands_beside_the_united_one() -> None:
    found = linked(xhibit().with_people(Person(), SECOND), migrated())
    assert found.ask("SELECT count(*) FROM of.defendant") == [(2,)]


@pytest.mark.parametrize("entity", ["hearing_case", "plea", "verdict"])
def test_rows_of_other_units_that_name_an_id_which_ends_are_worked_out_again(entity: str) -> None:
    """A hearing names its cases; so does a plea to an application, which is recomputed with the application."""
    cases = xhibit(), migrated()
    ended = max(case.label for case in cases)
    stood = {"unit_id": "of no case", "case_id": ended, "source_dataset": HEARING}
    found = Linked(cases, stood={entity: stood})
    assert found.mapped_too == [HEARING]
    assert found.ask("SELECT unit_id FROM w_refer_unit") == [("of no case",)]


def united_people(model_without: str, *people: Person) -> list[tuple[int]]:
    records = tuple(r.with_people(person) for r, person in zip((xhibit(), migrated()), people, strict=True))
    return Linked(records, without_rung(model_without)).ask("SELECT count(*) FROM of.defendant")


def test_defendants_are_one_by_their_arrest_or_summons_number() -> None:
    masked = Person(last_name=None)
    assert united_people("", masked, masked) == [(1,)]
    assert united_people("defendant.asn", masked, masked) == [(2,)]
    dummy = Person(last_name=None, asn_standing="placeholder")
    assert united_people("", dummy, dummy) == [(2,)]


def test_defendants_are_one_by_name_and_birth() -> None:
    one = Person(asn=None)
    assert united_people("defendant.name_alone", one, one) == [(1,)]


def test_defendants_are_one_by_name_alone_unless_their_births_differ() -> None:
    named, unborn = Person(asn=None), Person(asn=None, birth_on=None)
    assert united_people("", named, unborn) == [(1,)]
    assert united_people("defendant.name_alone", named, unborn) == [(2,)]
    assert united_people("", named, Person(asn=None, birth_on="1960-01-01")) == [(2,)]


def charged(*offences: tuple[str, int, str]) -> Person:
    return Person(offences=offences)


def united_offences(model_without: str, one: Person, other: Person) -> list[tuple[int]]:
    records = xhibit().with_people(one), migrated().with_people(other)
    return Linked(records, without_rung(model_without)).ask("SELECT count(*) FROM of.offence")


def test_offences_are_one_by_code_and_place_in_the_list() -> None:
    one = charged(("ZZ25001", 1, "2025-11-02"), ("ZZ25001", 2, "2025-11-02"))
    assert united_offences("", one, one) == [(2,)]
    assert united_offences("offence.code_and_sequence", one, one) == [(4,)]


def test_offences_are_one_by_code_and_day() -> None:
    one = charged(("ZZ25001", 1, "2025-11-02"), ("ZZ25001", 2, "2025-11-03"))
    other = charged(("ZZ25001", 8, "2025-11-02"), ("ZZ25001", 9, "2025-11-03"))
    assert united_offences("", one, other) == [(2,)]
    assert united_offences("offence.code_and_day", one, other) == [(4,)]


def test_offences_are_one_by_a_code_that_occurs_once() -> None:
    one, other = charged(("ZZ25001", 1, "2025-11-02")), charged(("ZZ25001", 9, "2025-12-02"))
    assert united_offences("", one, other) == [(1,)]
    assert united_offences("offence.code_alone", one, other) == [(2,)]


def test_offences_of_two_people_are_never_one() -> None:
    found = linked(xhibit(), common_platform().with_people(Person(asn=None, last_name="Figmentley"), Person("f")))
    assert found.ask("SELECT count(DISTINCT defendant_id), count(*) FROM of.offence") == [(2, 2)]
