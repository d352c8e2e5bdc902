"""Messages of the standard prosecutor interface: envelopes, and keys of defendants and offences."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.receiving.records import Record

from .invented import DUMMY_ASN, MESSAGES, REAL_ASN, cdata, escaped, route_data, soap, spi, spi_offence
from .walking import of_type, xml_records

DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n' + spi()
ENVELOPES = {
    "declared": DECLARED,
    "RouteData with escaped text": route_data(escaped(DECLARED)),
    "RouteData with CDATA": route_data(cdata(DECLARED)),
    "RouteData escaped twice": route_data(escaped(DECLARED, 2)),
    "RouteData escaped within CDATA": route_data(cdata(escaped(spi()))),
    "RouteData with blanks around": route_data("\n  " + escaped(spi()) + "\n"),
    "Message with the element itself": f"<DeliverRequest><Message>\n{spi()}\n</Message></DeliverRequest>",
    "Message in a SOAP envelope": soap(f"<Message>{spi()}</Message>"),
    "Message in a SOAP envelope, escaped": soap(f"<Message>{escaped(spi())}</Message>"),
    "RouteData within a Message": soap(f"<Message>{escaped(route_data(escaped(spi())))}</Message>"),
    "another prefix": spi()
    .replace("xmlns=", "xmlns:l=")
    .replace("</", "</l:")
    .replace("<", "<l:")
    .replace("<l:/l:", "</l:"),
}


def told(records: list[Record]) -> list[tuple[str, dict[str, str | None]]]:
    """What records say, without who sent them."""
    return [(r.record_type, {name: said for name, said in r.fields.items() if name != "sender"}) for r in records]


@pytest.mark.parametrize("envelope", list(ENVELOPES))
def test_a_message_tells_the_same_in_every_envelope(tmp_path: Path, envelope: str) -> None:
    plain = xml_records(MESSAGES, spi(), tmp_path)
    assert told(xml_records(MESSAGES, ENVELOPES[envelope], tmp_path)) == told(plain) != []


@pytest.mark.parametrize("envelope", [name for name in ENVELOPES if name != "another prefix"])
def test_a_record_has_the_same_text_in_every_envelope(tmp_path: Path, envelope: str) -> None:
    texts = [record.text for record in xml_records(MESSAGES, spi(), tmp_path)]
    assert [record.text for record in xml_records(MESSAGES, ENVELOPES[envelope], tmp_path)] == texts


def test_comments_and_layout_do_not_change_a_record(tmp_path: Path) -> None:
    laid_out = spi().replace("><", ">\n  <!-- invented --><")
    hashes = [record.record_hash for record in xml_records(MESSAGES, spi(), tmp_path)]
    assert [record.record_hash for record in xml_records(MESSAGES, laid_out, tmp_path)] == hashes


def test_a_record_leaves_out_the_records_below_it(tmp_path: Path) -> None:
    records = xml_records(MESSAGES, spi(), tmp_path)
    assert "<Result>" not in of_type(records, "offence")[0].text
    assert "<Offence>" not in of_type(records, "defendant")[0].text
    assert "1015" in of_type(records, "result")[0].text


SENDERS = {
    "bare": (spi(), "common_platform"),
    "Libra's system": (route_data(escaped(spi())), "libra"),
    "Common Platform's system": (
        route_data(escaped(spi())).replace("C00LIBRA", "C00CommonPlatform"),
        "common_platform",
    ),
}


@pytest.mark.parametrize("who", list(SENDERS))
def test_the_envelope_tells_who_sent_a_message(tmp_path: Path, who: str) -> None:
    xml, sender = SENDERS[who]
    assert {record.fields["sender"] for record in of_type(xml_records(MESSAGES, xml, tmp_path), "hearing")} == {sender}


def test_the_creation_time_of_the_envelope_is_the_second_key_of_order(tmp_path: Path) -> None:
    xml = f"<R><CreationDateTime>2026-01-05T17:30:01Z</CreationDateTime><Message>{spi()}</Message></R>"
    assert {record.sequence for record in xml_records(MESSAGES, xml, tmp_path)} == {"2026-01-05T17:30:01Z"}
    assert {record.sequence for record in xml_records(MESSAGES, spi(), tmp_path)} == {None}


# --- keys --------------------------------------------------------------------------------------------------------------


def defendant_key(folder: Path, **said: str) -> str:
    key = of_type(xml_records(MESSAGES, spi(**said), folder), "defendant")[0].fields["defendant_ref"]  # type: ignore[arg-type]
    assert key is not None
    return key


@pytest.mark.parametrize("reference", [REAL_ASN, REAL_ASN.lower(), f" {REAL_ASN} ", "25/01ZD/01/00000003001N"])
def test_an_arrest_summons_number_is_the_key_however_it_is_written(tmp_path: Path, reference: str) -> None:
    assert defendant_key(tmp_path, reference=reference) == REAL_ASN


NO_ASNS = [DUMMY_ASN, "0800NP0100000000001H", "2500NP0000000000001H", "TFL", "", REAL_ASN[:-1], REAL_ASN[:-1] + "I"]


@pytest.mark.parametrize("reference", NO_ASNS)
def test_a_dummy_or_what_is_no_number_gives_way_to_a_keyed_pseudonym(tmp_path: Path, reference: str) -> None:
    key = defendant_key(tmp_path, reference=reference)
    assert key.startswith("hmac:v1:") and len(key) == len("hmac:v1:") + 32
    assert "PSEUDONYM" not in key.upper()


def test_a_pseudonym_looks_through_case_blanks_and_composition(tmp_path: Path) -> None:
    names = ["Pseudonymé", " PSEUDONYMÉ ", "pseudonyme\u0301"]
    assert len({defendant_key(tmp_path, reference="TFL", family_name=name) for name in names}) == 1


@pytest.mark.parametrize("other", [{"family_name": "Otherperson"}, {"born": "1985-02-01"}], ids=["name", "birth date"])
def test_another_name_or_birth_date_is_another_pseudonym(tmp_path: Path, other: dict[str, str]) -> None:
    assert defendant_key(tmp_path, reference="TFL") != defendant_key(tmp_path, reference="TFL", **other)


def test_another_home_has_other_pseudonyms(tmp_path: Path) -> None:
    keys = {
        of_type(xml_records(MESSAGES, spi(reference="TFL"), tmp_path, key=key), "defendant")[0].fields["defendant_ref"]
        for key in (b"a" * 32, b"b" * 32)
    }
    assert len(keys) == 2


OFFENCES = {
    "a number": ([spi_offence("001"), spi_offence("002")], ["001", "002"]),
    "a number in short": ([spi_offence("1")], ["001"]),
    "a number used again": ([spi_offence("001"), spi_offence("001"), spi_offence("001")], ["001", "001/2", "001/3"]),
    "noughts": ([spi_offence("000")], ["000/TH68010/2025-11-01/1"]),
    "noughts twice": (
        [spi_offence("000"), spi_offence("000")],
        ["000/TH68010/2025-11-01/1", "000/TH68010/2025-11-01/2"],
    ),
    "noughts of two codes": (
        [spi_offence("000", "TH68010"), spi_offence("000", "TH68023")],
        ["000/TH68010/2025-11-01/1", "000/TH68023/2025-11-01/1"],
    ),
    "noughts of two days": (
        [spi_offence("000"), spi_offence("000", start="2025-11-02")],
        ["000/TH68010/2025-11-01/1", "000/TH68010/2025-11-02/1"],
    ),
    "no number": ([spi_offence("")], ["000/TH68010/2025-11-01/1"]),
    "a template for a number": ([spi_offence("SEQUENCE")], ["000/TH68010/2025-11-01/1"]),
}


@pytest.mark.parametrize("what", list(OFFENCES))
def test_an_offence_is_known_by_its_number_or_else_by_code_day_and_ordinal(tmp_path: Path, what: str) -> None:
    offences, keys = OFFENCES[what]
    found = of_type(xml_records(MESSAGES, spi(offences=offences), tmp_path), "offence")
    assert [record.fields["offence_ref"] for record in found] == keys


def test_results_of_one_code_on_one_offence_are_numbered(tmp_path: Path) -> None:
    twice = spi_offence().replace("</Offence>", "<Result><ResultCode>1015</ResultCode></Result></Offence>")
    records = of_type(xml_records(MESSAGES, spi(offences=[twice]), tmp_path), "result")
    assert len({tuple(sorted(record.fields.items())) for record in records}) == len(records) == 2
