"""Changes of rules of a case's life, of linking and of persons, and what each does."""

from __future__ import annotations

from dataclasses import replace

from onecrown.definitions.linking import Rung

from .cases import Case
from .invented import LADDER, LIFE, PERSONS, with_life, with_linking, with_persons

NEW_RUNG = Rung("same_person", "m", "SELECT 3 AS id")
STEP, FUNCTION = LIFE.pieces["asked"], LIFE.pieces["charge_pleaded"]

RULES = [
    Case(
        "broken",
        "lifecycle rule pleaded: version",
        "it decides otherwise",
        with_life(rules={"pleaded": replace(LIFE.rules["pleaded"], version=2)}),
    ),
    Case(
        "restated",
        "lifecycle rule pleaded: meaning",
        "it is said better",
        with_life(rules={"pleaded": replace(LIFE.rules["pleaded"], meaning="x")}),
    ),
    Case("broken", "lifecycle rule pleaded", "it is gone", with_life(rules={})),
    Case(
        "added",
        "lifecycle step more",
        "a step is new",
        with_life(pieces={**LIFE.pieces, "more": replace(STEP, name="more")}),
    ),
    Case(
        "broken",
        "lifecycle step asked: sql",
        "a step tells otherwise",
        with_life(pieces={**LIFE.pieces, "asked": replace(STEP, sql=f"{STEP.sql} WHERE false")}),
    ),
    Case(
        "broken",
        "lifecycle function charge_pleaded: grain",
        "its rows are others",
        with_life(pieces={**LIFE.pieces, "charge_pleaded": replace(FUNCTION, grain="one")}),
    ),
    Case(
        "broken",
        "lifecycle set guilty: codes",
        "a set has another code",
        with_life(code_sets={"guilty": replace(LIFE.code_sets["guilty"], codes=("guilty", "x"))}),
    ),
    Case(
        "broken",
        "lifecycle number months: value",
        "a number is another",
        with_life(parameters={"months": replace(LIFE.parameters["months"], value=7)}),
    ),
    Case(
        "broken",
        "linking rung case.same_person",
        "a rung makes one of two",
        with_linking(rungs=(*LADDER.rungs, NEW_RUNG)),
    ),
    Case(
        "added",
        "linking rung case.same_person",
        "a rung only proposes",
        with_linking(rungs=(*LADDER.rungs, replace(NEW_RUNG, proposes=True))),
    ),
    Case("broken", "linking case: order", "another rung is stronger", with_linking(rungs=LADDER.rungs[::-1])),
    Case(
        "broken",
        "linking rung case.same_urn: key",
        "it fits others",
        with_linking(rungs=(LADDER.rungs[0], replace(LADDER.rungs[1], key="SELECT 9"))),
    ),
    Case("broken", "linking case: version", "its version stays", with_linking(version=1, most_records=99)),
    Case("broken", "linking person: thresholds", "a person is found sooner", with_persons(accept_at=6.0)),
    Case("restated", "linking person: version", "its version alone is the next", with_persons()),
    Case(
        "broken",
        "comparison person.sex: levels",
        "a level weighs otherwise",
        with_persons(comparisons=(replace(PERSONS.comparisons[0], levels=()),)),
    ),
]
