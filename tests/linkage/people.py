"""Invented people over three systems, spelt as people spell."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb

from onecrown.definitions.model import load_model
from onecrown.definitions.person_linkage import PersonLinkage
from onecrown.sql.loading import insert_rows

SYSTEMS = ("xhibit", "common_platform", "libra")
_FORENAMES = [
    first + last
    for first in ["Amb", "Beat", "Cuth", "Dorc", "Ezek", "Flor", "Gwen", "Hezek", "Isol", "Joc", "Ker", "Lys"]
    for last in ["a", "eth", "ian", "olyn", "us", "wyn", "or"]
]
_STEMS = [
    "Ald",
    "Brack",
    "Crum",
    "Dun",
    "Elder",
    "Fen",
    "Grim",
    "Hazel",
    "Inver",
    "Jar",
    "Kel",
    "Lang",
    "Mar",
    "Nether",
    "Oak",
    "Pem",
    "Quar",
    "Ros",
    "Stan",
    "Thorn",
]
_ENDINGS = ["wick", "hurst", "combe", "shaw", "thwaite", "bottom", "ington", "low", "mere", "stead"]


@dataclass(frozen=True, slots=True)
class Defendant:
    """A defendant with what the identity table says; the exact person is that of the system."""

    defendant_id: str
    exact_id: str | None = None
    system: str = "xhibit"
    case_id: str = ""
    is_organisation: bool = False
    sex_code: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    birth_on: date | None = None
    postcode: str | None = None
    pnc_id: str | None = None
    cro_number: str | None = None


FACTS = ("defendant_id", "person_id", "source_system", "case_id", "is_organisation", "sex_code", "unit_id")
IDENTITY = (
    *("defendant_id", "first_name", "middle_name", "last_name", "birth_on", "postcode", "pnc_id", "cro_number"),
    "unit_id",
)


def stated_rules() -> PersonLinkage:
    """The rules of the model."""
    said = load_model().person_linkage
    assert said is not None
    return said


@contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection without a home."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        yield con


def invented_people(count: int, seed: int = 1) -> Iterator[tuple[str, Defendant]]:
    """Who somebody is and how a system has them: one to three systems each, spelt with a fault in about a third of fields."""
    chance = random.Random(seed)  # noqa: S311 - nothing is secret here
    for number in range(count):
        person = _person(chance, number)
        for turn, system in enumerate(chance.sample(SYSTEMS, chance.choice((1, 2, 2, 3)))):
            defendant_id = f"{chance.getrandbits(64):016x}"
            yield f"person {number}", _as_spelt(chance, replace(person, defendant_id=defendant_id, system=system), turn)


def _person(chance: random.Random, number: int) -> Defendant:
    born = date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
    return Defendant(
        defendant_id="",
        sex_code=chance.choice(("male", "male", "male", "female")),
        first_name=chance.choice(_FORENAMES),
        last_name=chance.choice(_STEMS) + chance.choice(_ENDINGS),
        birth_on=born,
        postcode=f"ZX{chance.randrange(1, 30)} {chance.randrange(1, 10)}{chance.choice('ABDEFG')}{chance.choice('HJLNPQ')}",
        pnc_id=f"{born.year + 20}/{number + 1:07}K" if chance.random() < 0.6 else None,
        cro_number=f"{number + 1}/{(born.year + 20) % 100:02}K" if chance.random() < 0.4 else None,
    )


def _as_spelt(chance: random.Random, said: Defendant, turn: int) -> Defendant:
    if said.system in {"xhibit", "libra"}:
        said = replace(said, first_name=str(said.first_name).upper(), last_name=str(said.last_name).upper())
    if said.system == "xhibit" and said.pnc_id:
        year, serial = said.pnc_id.split("/")
        said = replace(said, pnc_id=f"{year[2:]}/{serial.lstrip('0')}")
    if said.system == "libra":
        said = replace(said, cro_number=None)
    if turn and chance.random() < 0.25:
        said = replace(said, last_name=_misspelt(chance, str(said.last_name)))
    if turn and chance.random() < 0.15:
        said = replace(said, first_name=str(said.first_name)[0])
    if turn and chance.random() < 0.08 and said.birth_on and said.birth_on.day <= 12:
        said = replace(said, birth_on=said.birth_on.replace(month=said.birth_on.day, day=said.birth_on.month))
    if turn and chance.random() < 0.3:
        said = replace(said, postcode=None)
    return replace(said, pnc_id=None) if chance.random() < 0.3 else said


def _misspelt(chance: random.Random, text: str) -> str:
    at = chance.randrange(1, len(text) - 1)
    return chance.choice((text[:at] + text[at + 1 :], text[:at] + text[at + 1] + text[at] + text[at + 2 :]))


def without_truth(people: Iterable[tuple[str, Defendant]]) -> list[Defendant]:
    """The defendants alone."""
    return [defendant for _, defendant in people]


def load_people(con: duckdb.DuckDBPyConnection, defendants: Sequence[Defendant]) -> None:
    """Make `defendants` and `identities` of a connection, as the unified tables have them."""
    facts = [(d.defendant_id, d.exact_id, d.system, d.case_id, d.is_organisation, d.sex_code) for d in defendants]
    said = [tuple(getattr(d, column) for column in IDENTITY[:-1]) for d in defendants]
    con.execute(
        """CREATE OR REPLACE TABLE defendants (defendant_id VARCHAR, person_id VARCHAR, source_system VARCHAR,
        case_id VARCHAR, is_organisation BOOLEAN, sex_code VARCHAR)"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE identities (defendant_id VARCHAR, first_name VARCHAR, middle_name VARCHAR,
        last_name VARCHAR, birth_on DATE, postcode VARCHAR, pnc_id VARCHAR, cro_number VARCHAR)"""
    )
    insert_rows(con, "defendants", FACTS[:-1], facts)
    insert_rows(con, "identities", IDENTITY[:-1], said)
