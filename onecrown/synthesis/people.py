"""Invented people and how the sources write them. Names are strung together from syllables that no real name list holds."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from onecrown.synthesis.identifiers import cro_number, pnc_id

_ONSETS = ("Bl", "Cr", "Dw", "Fl", "Gr", "Kl", "Mv", "Pl", "Qu", "Sn", "Squ", "Thr", "Vl", "Wr", "Y", "Zb")
_VOWELS = ("a", "e", "i", "o", "u", "oo", "ee", "aw")
_CODAS = ("b", "ck", "dge", "ft", "mp", "nk", "rble", "sk", "tch", "x", "zz", "lm")
_ENDINGS = ("ington", "wick", "sby", "nott", "foodle", "sworth", "ling", "quist", "bottle", "mire")
_STREETS = ("Madeup Street", "Fictional Row", "Invented Lane", "Imaginary Close", "Pretend Avenue")
_TOWNS = ("Nowhereton", "Falseborough", "Mockham", "Fabley", "Notaplace")
_SELF_DEFINED = ("W1", "W1", "W1", "W1", "W9", "M1", "A1", "A2", "B1", "B2", "O9", "NS")
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
ETHNICITY_SHARE = 0.88  # of people who said their ethnicity
REFORM_YEAR = 1995  # the earliest year of a PNC identifier here

Noise = dict[str, float]
"""How often, of the appearances of a person in a source, each way of writing wrongly occurs."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person or company as they are, or as one source writes them; `noise` says in what it differs."""

    number: int
    surname: str
    forename_1: str = ""
    forename_2: str = ""
    born_on: date | None = None
    sex: str = "M"  # M, F, or C for a company; '' where a source does not say
    ethnicity: str = "W1"
    address: tuple[str, str, str] = ("", "", "")  # line, town, postcode
    pnc_id: str = ""
    cro_number: str = ""
    noise: str = ""

    @property
    def is_company(self) -> bool:
        """Whether it is a company."""
        return self.sex == "C"


def invented_person(number: int, received_on: date, rng: random.Random) -> Person:
    """A new person who is an adult when the case is received."""
    age_days = int(18 * 365.25 + min(rng.expovariate(1 / 4800), 21000))
    born_on = received_on - timedelta(days=age_days + 30)
    first_year = max(REFORM_YEAR, min(received_on.year, born_on.year + 16 + rng.randrange(12)))
    has_record = rng.random() < 0.8
    return Person(
        number,
        _surname(rng),
        _forename(rng),
        _forename(rng) if rng.random() < 0.45 else "",
        born_on,
        "F" if rng.random() < 0.14 else "M",
        rng.choice(_SELF_DEFINED) if rng.random() < ETHNICITY_SHARE else "",
        _address(rng),
        pnc_id(number * 7 + 11, first_year) if has_record else "",
        cro_number(number * 3 + 1, first_year) if has_record and rng.random() < 0.7 else "",
    )


def invented_company(number: int, rng: random.Random) -> Person:
    """A company: no birth date, no record."""
    return Person(number, f"{_surname(rng)} Invented Widgets Ltd", sex="C", ethnicity="", address=_address(rng))


def as_written(person: Person, noise: Noise, rng: random.Random) -> Person:
    """The person as one source writes them: most often right, else wrong in one way."""
    if person.is_company:
        return person
    drawn = rng.random()
    for kind, share in noise.items():
        if drawn < share:
            return _written(person, kind, rng)
        drawn -= share
    return person


def _written(person: Person, kind: str, rng: random.Random) -> Person:
    born = person.born_on
    if kind == "birth_date_missing":
        return replace(person, born_on=None, noise=kind)
    if kind == "forenames_swapped" and person.forename_2:
        return replace(person, forename_1=person.forename_2, forename_2=person.forename_1, noise=kind)
    if kind == "day_and_month_transposed" and born and born.day <= 12 and born.day != born.month:
        return replace(person, born_on=date(born.year, born.day, born.month), noise=kind)
    if kind == "surname_variant":
        return replace(person, surname=_misspelt(person.surname, rng), noise=kind)
    if kind == "forename_variant":
        return replace(person, forename_1=_misspelt(person.forename_1, rng), noise=kind)
    if kind == "sex_missing":
        return replace(person, sex="", noise=kind)
    if kind == "pnc_id_missing":
        return replace(person, pnc_id="", noise=kind)
    return person


def _misspelt(name: str, rng: random.Random) -> str:
    """Two neighbours change places, a letter is doubled or one is lost; never the first."""
    at = rng.randrange(1, max(2, len(name) - 1))
    way = rng.randrange(3)
    if way == 0 and at + 1 < len(name) and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + name[at] + name[at:] if way == 1 else name[:at] + name[at + 1 :]


def _forename(rng: random.Random) -> str:
    return (
        f"{_skewed(_ONSETS, rng)}{rng.choice(_VOWELS)}{_skewed(_CODAS, rng)}{rng.choice(('y', 'o', 'ina', 'us', ''))}"
    )


def _surname(rng: random.Random) -> str:
    middle = f"{rng.choice(_VOWELS)}{_skewed(_CODAS, rng)}"
    more = f"{rng.choice(_VOWELS)}{rng.choice(_CODAS)}" if rng.random() < 0.5 else ""
    return f"{_skewed(_ONSETS, rng)}{middle}{more}{rng.choice(_ENDINGS)}"


def _skewed(choices: tuple[str, ...], rng: random.Random) -> str:
    """The earlier the more often, as names are."""
    return choices[int(rng.random() ** 1.6 * len(choices))]


def _address(rng: random.Random) -> tuple[str, str, str]:
    """No postcode area is called ZQ."""
    letters = rng.choice(_LETTERS) + rng.choice(_LETTERS)
    postcode = f"ZQ{rng.randrange(1, 99)} {rng.randrange(1, 10)}{letters}"
    return f"{rng.randrange(1, 200)} {rng.choice(_STREETS)}", rng.choice(_TOWNS), postcode
