"""What the stated rules make of two records: little scenes, each with the decision that it should come to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import pytest

from onecrown.definitions.person_linkage import PersonLinkage
from onecrown.linkage.person_records import prepare_people, take_defendants
from onecrown.linkage.splink_scoring import SCORED, score_pairs

from .people import Defendant, in_memory, invented_people, load_people, stated_rules, without_truth

BACKGROUND = [replace(d, defendant_id=f"z{d.defendant_id}") for d in without_truth(invented_people(120, seed=7))]
"""Other people, so that names are as common as names are."""

ONE = Defendant(
    "a",
    sex_code="male",
    first_name="Quillon",
    last_name="Thornaldwick",
    birth_on=date(1988, 3, 11),
    postcode="ZX4 2EH",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """Two records, and what should be decided of them by weight."""

    rule: str
    one: Defendant
    other: Defendant
    decision: str


NAMES_ONLY = replace(ONE, postcode=None)
SCENES = (
    Scene("the same names and birth date are one person", NAMES_ONLY, NAMES_ONLY, "accepted"),
    Scene(
        "one slip in the surname is one person where the rest agrees",
        ONE,
        replace(ONE, last_name="THORNALDWIK"),
        "accepted",
    ),
    Scene(
        "a new surname is one person where the PNC number agrees",
        replace(NAMES_ONLY, pnc_id="2006/0000417K"),
        replace(NAMES_ONLY, pnc_id="06/417K", last_name="Pemcombe"),
        "accepted",
    ),
    Scene(
        "forename and surname that changed places are one person with the birth date",
        NAMES_ONLY,
        replace(NAMES_ONLY, first_name="Thornaldwick", last_name="Quillon"),
        "accepted",
    ),
    Scene(
        "a birth date with day and month swapped is one person where name and address agree",
        ONE,
        replace(ONE, birth_on=date(1988, 11, 3)),
        "accepted",
    ),
    Scene("twins at one address wait for somebody", ONE, replace(ONE, first_name="Ebrulf"), "review"),
    Scene(
        "a father and a son of one name at one address are not one person by weight",
        ONE,
        replace(ONE, birth_on=date(1961, 7, 25)),
        "not accepted",
    ),
    Scene(
        "the same names and birth date with other PNC numbers are not one person by weight",
        replace(NAMES_ONLY, pnc_id="2006/0000417K"),
        replace(NAMES_ONLY, pnc_id="2011/0092256J"),
        "not accepted",
    ),
    Scene(
        "a PNC number alone joins nobody whose name, birth date and sex all differ",
        replace(NAMES_ONLY, pnc_id="2006/0000417K"),
        Defendant(
            "b",
            None,
            pnc_id="06/417K",
            first_name="Ebba",
            last_name="Marlow",
            birth_on=date(1971, 9, 30),
            sex_code="female",
        ),
        "not accepted",
    ),
    Scene(
        "masked names and a shared birth date are nobody",
        Defendant("a", first_name="*****", last_name="*****", birth_on=ONE.birth_on),
        Defendant("b", first_name="*****", last_name="*****", birth_on=ONE.birth_on),
        "nothing",
    ),
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with in_memory() as opened:
        yield opened


@pytest.fixture(scope="module")
def rules() -> PersonLinkage:
    return stated_rules()


def scored(con: duckdb.DuckDBPyConnection, rules: PersonLinkage, *defendants: Defendant) -> list[tuple[object, ...]]:
    load_people(con, defendants)
    take_defendants(con, "defendants")
    prepare_people(con, "identities", rules)
    score_pairs(con, rules)
    return con.execute(f"SELECT left_id, right_id, match_weight, explanation FROM {SCORED} ORDER BY 1, 2").fetchall()


Weighed = dict[str, tuple[float | None, str]]
_STEMS = ("Bel", "Cor", "Dray", "Fro", "Gul", "Hum", "Jes", "Kip", "Lud", "Mow")


@pytest.fixture(scope="module")
def weighed(con: duckdb.DuckDBPyConnection, rules: PersonLinkage) -> Weighed:
    """The weight and explanation of each scene by its rule, all compared at once; None where nothing is said of it."""
    cast = [
        replace(_elsewhere(said, number), defendant_id=f"{number}{side}")
        for number, scene in enumerate(SCENES)
        for side, said in (("a", scene.one), ("b", scene.other))
    ]
    found = {
        (left, right): (float(str(weight)), str(said))
        for left, right, weight, said in scored(con, rules, *cast, *BACKGROUND)
    }
    return {scene.rule: found.get((f"{number}a", f"{number}b"), (None, "")) for number, scene in enumerate(SCENES)}


def _elsewhere(said: Defendant, number: int) -> Defendant:
    """The same with names and birth dates of the scene's own, so that no name is common because many scenes use it."""
    stem = _STEMS[number]
    names = {
        field: text and text.replace("Thorn", stem).replace("THORN", stem).replace("Quill", f"{stem}kin")
        for field, text in (("first_name", said.first_name), ("last_name", said.last_name))
    }
    born = said.birth_on and said.birth_on.replace(year=said.birth_on.year - number)
    return replace(said, birth_on=born, **names)


@pytest.mark.parametrize("scene", SCENES, ids=[scene.rule for scene in SCENES])
def test_a_scene_comes_to_its_decision(weighed: Weighed, rules: PersonLinkage, scene: Scene) -> None:
    weight, _ = weighed[scene.rule]
    is_accepted = weight is not None and weight >= rules.accept_at
    holds = {
        "accepted": is_accepted,
        "review": weight is not None and not is_accepted,
        "not accepted": not is_accepted,
        "nothing": weight is None,
    }
    assert holds[scene.decision], weight


def test_a_rare_surname_weighs_more_than_a_common_one(con: duckdb.DuckDBPyConnection, rules: PersonLinkage) -> None:
    common = [
        replace(NAMES_ONLY, defendant_id=f"c{n}", first_name=f"Given{chr(65 + n)}", birth_on=None) for n in range(20)
    ]
    rare = replace(NAMES_ONLY, last_name="Oakjarlow", birth_on=date(1990, 5, 6))
    known = replace(NAMES_ONLY, birth_on=date(1990, 7, 8))
    cast = [replace(rare, defendant_id="ra"), replace(rare, defendant_id="rb")]
    cast += [replace(known, defendant_id="sa"), replace(known, defendant_id="sb")]
    found = {(left, right): weight for left, right, weight, _ in scored(con, rules, *common, *cast)}
    assert found["ra", "rb"] > found["sa", "sb"]  # type: ignore[operator]


def test_an_explanation_names_comparisons_and_levels_and_no_value(weighed: Weighed) -> None:
    assert weighed["twins at one address wait for somebody"][1] == (
        "surname same; forename different; birth date same; postcode same; PNC number absent; CRO number absent; sex same"
    )


@pytest.mark.parametrize("count", [0, 2])
def test_a_home_of_hardly_anybody_is_weighed_all_the_same(
    con: duckdb.DuckDBPyConnection, rules: PersonLinkage, count: int
) -> None:
    people = [replace(ONE, defendant_id=f"p{number}") for number in range(count)]
    assert len(scored(con, rules, *people)) == (1 if count == 2 else 0)


def test_nothing_is_logged_while_people_are_compared(
    con: duckdb.DuckDBPyConnection,
    rules: PersonLinkage,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG):
        scored(con, rules, *BACKGROUND[:30])
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
