"""Daily court lists: three roots, where the court is found, and a list with nothing on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.ports import VALIDATED

from .homes import Home, rules
from .invented import LISTS, WEEK, bare_request, court_list, list_case, list_document, session, soap
from .walking import of_type, xml_records

ONE_SESSION = session(list_case(1), list_case(2))
ROOTS = {
    "SOAP envelope": soap(bare_request(list_document(ONE_SESSION))),
    "bare request": bare_request(list_document(ONE_SESSION)),
    "court list alone": court_list(ONE_SESSION),
}
KEYED = {
    "list": ("court_code", "list_on", "room"),
    "session": ("court_code", "list_on", "room", "session"),
    "case": ("caseno",),
    "defendant": ("caseno", "defendant_ref"),
    "entry": ("court_code", "list_on", "room", "block_start", "caseno", "defendant_ref", "entry_ordinal"),
    "offence": ("caseno", "defendant_ref", "offence_slot", "offence_ordinal"),
    "list_offence": ("court_code", "list_on", "room", "caseno", "offence_slot", "offence_ordinal"),
}


@pytest.mark.parametrize("root", list(ROOTS))
def test_a_list_has_the_same_records_under_every_root(tmp_path: Path, root: str) -> None:
    records = xml_records(LISTS, ROOTS[root], tmp_path)
    expected = xml_records(LISTS, ROOTS["bare request"], tmp_path)
    for kind, key in KEYED.items():
        said = [[record.fields[part] for part in key] for record in of_type(records, kind)]
        assert said == [[record.fields[part] for part in key] for record in of_type(expected, kind)] != [], kind


def the_list(folder: Path, xml: str, landing: str = "") -> dict[str, str | None]:
    return of_type(xml_records(LISTS, xml, folder, landing=landing), "list")[0].fields


NAMELESS = session(list_case(1), ou_code="")
COURTS = {
    "the file's name first": (
        bare_request(list_document(session(ou_code="B01LY01"))),
        "court=B01GU/",
        "B01EF",
        "source_file_name",
    ),
    "then the OU code": (court_list(ONE_SESSION), "court=B01GU/", "B01EF", "ou_code"),
    "then the landing key": (court_list(NAMELESS), "court=B01GU/", "B01GU", "landing_key"),
    "then the name": (court_list(NAMELESS), "", "CROYDON MAGISTRATES' COURT", "name"),
    "a name of another form says nothing": (
        bare_request(list_document(ONE_SESSION, name="list.xml")),
        "",
        "B01EF",
        "ou_code",
    ),
}


@pytest.mark.parametrize("what", list(COURTS))
def test_where_the_court_of_a_list_is_found(tmp_path: Path, what: str) -> None:
    xml, landing, court, basis = COURTS[what]
    fields = the_list(tmp_path, xml, landing)
    assert (fields["court_code"], fields["court_basis"]) == (court, basis)


@pytest.mark.parametrize(
    "xml", [bare_request(list_document()), soap(bare_request(list_document()))], ids=["bare", "SOAP"]
)
def test_an_empty_list_is_a_valid_and_complete_snapshot(home: Home, xml: str) -> None:
    drop = home.received(f"{LISTS}/{WEEK}/empty.xml", xml.encode())
    assert drop.state == VALIDATED
    assert drop.counts["list"]["accepted"] == drop.total("read") == 1
    found = {(row["record_type"], row["scope"], row["listed"], row["complete"]) for row in home.snapshots(drop)}
    assert ("entry", "B01EF|2026-01-13|01", 0, True) in found
    assert {(listed, complete) for _, _, listed, complete in found} == {(0, True)}


def test_a_court_list_that_names_no_court_or_day_is_set_aside_and_not_forgotten(home: Home) -> None:
    drop = home.received(f"{LISTS}/{WEEK}/hollow.xml", court_list().encode())
    assert rules(home.rejects(drop)) == {"no_record"}


def test_a_court_taken_from_its_name_is_flagged(home: Home) -> None:
    drop = home.received(f"{LISTS}/{WEEK}/named.xml", court_list(NAMELESS).encode())
    assert "LIB-COURT-BY-NAME" in rules(home.flags(drop))
    assert home.rejects(drop) == []


def test_two_documents_of_one_file_are_two_lists(tmp_path: Path) -> None:
    other = "1_13012026_2576_B01EF02_ADULT_COURT_LIST_DAILY"
    xml = bare_request(list_document(ONE_SESSION), list_document(session(list_case(3), room="02"), name=other))
    assert [record.fields["room"] for record in of_type(xml_records(LISTS, xml, tmp_path), "list")] == ["01", "02"]


def test_a_case_listed_twice_in_one_block_is_two_entries(tmp_path: Path) -> None:
    records = xml_records(LISTS, court_list(session(list_case(1), list_case(1))), tmp_path)
    assert [record.fields["entry_ordinal"] for record in of_type(records, "entry")] == ["1", "2"]
