"""What is compared of a person: one form for every way in which a system writes it, and nothing where it means nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import permutations

import duckdb
import pytest

from onecrown.definitions.person_linkage import PersonLinkage
from onecrown.linkage.person_records import block_column, common_blocks, prepare_people, take_defendants

from .people import Defendant, in_memory, load_people, stated_rules


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with in_memory() as opened:
        yield opened


@pytest.fixture
def rules() -> PersonLinkage:
    return stated_rules()


def prepared(
    con: duckdb.DuckDBPyConnection, rules: PersonLinkage, columns: str, *defendants: Defendant
) -> list[tuple[object, ...]]:
    load_people(con, defendants)
    take_defendants(con, "defendants")
    prepare_people(con, "identities", rules)
    return con.execute(f"SELECT {columns} FROM p_person ORDER BY person_id").fetchall()


def one_form(con: duckdb.DuckDBPyConnection, rules: PersonLinkage, column: str, *texts: str) -> list[object]:
    said = [Defendant(f"d{number:02}", first_name="Invented", **{column: text}) for number, text in enumerate(texts)]  # type: ignore[arg-type]
    return [row[0] for row in prepared(con, rules, column, *said)]


def test_every_way_of_writing_a_pnc_number_is_one_form(con: duckdb.DuckDBPyConnection, rules: PersonLinkage) -> None:
    texts = (
        "2004/0012345U",
        "04/12345U",
        "2004.0012345U",
        "20040012345U",
        "040012345U",
        " 2004/0012345u ",
        "2004/0012345",
    )
    assert one_form(con, rules, "pnc_id", *texts) == ["04/12345"] * 7


def test_a_pnc_number_that_cannot_be_read_is_none(con: duckdb.DuckDBPyConnection, rules: PersonLinkage) -> None:
    assert one_form(con, rules, "pnc_id", "0412345U", "unknown", "-", "2004/U") == [None] * 4


def test_a_cro_number_is_the_same_with_and_without_slash_and_zeros(
    con: duckdb.DuckDBPyConnection, rules: PersonLinkage
) -> None:
    assert one_form(con, rules, "cro_number", "123456/99K", "12345699K", "012/07H", "12/07H", "none") == [
        *("123456/99K", "123456/99K", "12/07H", "12/07H", None)
    ]


def test_names_are_compared_without_case_accents_and_marks(
    con: duckdb.DuckDBPyConnection, rules: PersonLinkage
) -> None:
    assert one_form(con, rules, "last_name", "Brackwick-Élan", "BRACKWICK ELAN", "O'Brackwick") == [
        *("BRACKWICKELAN", "BRACKWICKELAN", "OBRACKWICK")
    ]


def test_masked_and_meaningless_values_are_none(con: duckdb.DuckDBPyConnection, rules: PersonLinkage) -> None:
    assert one_form(con, rules, "last_name", "*****", "Br***", "Not known", "-") == [None] * 4
    assert one_form(con, rules, "postcode", "No fixed abode", "ZZ99 3VZ", "zx1 1ab") == [None, None, "ZX11AB"]
    born = prepared(con, rules, "birth_on", Defendant("d1", last_name="Invented", birth_on=date(1900, 1, 1)))
    assert born == [(None,)]


def test_of_several_spellings_the_most_frequent_stands_whatever_their_order(
    con: duckdb.DuckDBPyConnection, rules: PersonLinkage
) -> None:
    spelt = [
        Defendant(f"d{number}", exact_id="one", last_name=name, birth_on=born)
        for number, (name, born) in enumerate(
            [("Crumshaw", date(1980, 1, 2)), ("Crumshaw", None), ("Crumshow", date(1980, 2, 1))]
        )
    ]
    found = {tuple(prepared(con, rules, "last_name, birth_on", *order)) for order in permutations(spelt)}
    assert found == {(("CRUMSHAW", date(1980, 1, 2)),)}


def test_organisations_are_not_compared(con: duckdb.DuckDBPyConnection, rules: PersonLinkage) -> None:
    body = Defendant("d1", is_organisation=True, last_name="Invented Works")
    assert prepared(con, rules, "person_id", body, Defendant("d2", last_name="Invented")) == [("d2",)]


def test_a_value_that_too_many_share_is_not_compared_within_and_is_counted(
    con: duckdb.DuckDBPyConnection, rules: PersonLinkage
) -> None:
    bounded = replace(rules, blocking=(("last_name",),), most_in_block=2)
    people = [Defendant(f"d{number}", last_name=name) for number, name in enumerate(("Dunmere",) * 3 + ("Fenlow",) * 2)]
    blocks = prepared(con, bounded, block_column(0), *people)
    assert blocks == [(None,)] * 3 + [("FENLOW",)] * 2
    assert common_blocks(con, bounded) == 1
