"""Changes of entities, columns and code lists, and what each does."""

from __future__ import annotations

from dataclasses import replace

from onecrown.definitions.codelists import Code, Crossing
from onecrown.definitions.entities import Standing

from .cases import Case
from .invented import CHARGE, PLEAS, column, with_column, with_entity, with_list, with_model

NEW_CODE = Code("no_plea", "No plea", "none", "", "")
AGREED = Standing("agreed", by="both bodies", on="2001-02-03")
OLD = Standing("deprecated", use="fine_amount")

ENTITIES = [
    Case(
        "added",
        "entity fine",
        "an entity is new",
        with_model(entities={"charge": CHARGE, "fine": replace(CHARGE, name="fine")}),
    ),
    Case("broken", "entity charge", "an entity is gone", with_model(entities={})),
    Case("broken", "entity charge: key", "its key is another", with_entity(key=("plea_code",))),
    Case(
        "restated",
        "entity charge: meaning",
        "its meaning is said better",
        with_entity(meaning="A charge, said better."),
    ),
    Case(
        "added",
        "column charge.laid_on",
        "a column is new",
        with_entity(columns=(*CHARGE.columns, column("laid_on", 7))),
    ),
    Case(
        *("broken", "column charge.laid_on", "a column is new that no row may lack"),
        with_entity(columns=(*CHARGE.columns, column("laid_on", 7, required=True))),
    ),
    Case("broken", "column charge.plea_code", "a column is gone", with_entity(columns=CHARGE.columns[:1])),
    Case("widened", "column charge.counts_count: type", "int becomes long", with_column("counts_count", type="long")),
    Case(
        "widened",
        "column charge.fine_pounds: type",
        "a decimal has more digits",
        with_column("fine_pounds", type="decimal(9,2)"),
    ),
    Case(
        "broken",
        "column charge.fine_pounds: type",
        "other digits are fractions",
        with_column("fine_pounds", type="decimal(9,3)"),
    ),
    Case(
        "broken",
        "column charge.counts_count: type",
        "a number becomes text",
        with_column("counts_count", type="string"),
    ),
    Case(
        "broken",
        "column charge.charge_id: required",
        "a value may be missing now",
        with_column("charge_id", required=False),
    ),
    Case(
        "broken",
        "column charge.plea_code: required",
        "a value may not be missing",
        with_column("plea_code", required=True),
    ),
    Case(
        "widened",
        "column charge.plea_code: sensitivity",
        "more people may read it",
        with_column("plea_code", sensitivity="public"),
    ),
    Case(
        "broken",
        "column charge.plea_code: sensitivity",
        "fewer may read it",
        with_column("plea_code", sensitivity="personal"),
    ),
    Case("broken", "column charge.plea_code: id", "its field id is another", with_column("plea_code", field_id=9)),
    Case(
        "broken",
        "column charge.plea_code: code_list",
        "its codes are another list's",
        with_column("plea_code", code_list="answer"),
    ),
    Case(
        "restated",
        "column charge.counts_count: unit_of_measure",
        "its unit is said",
        with_column("counts_count", unit_of_measure="n"),
    ),
    Case(
        "broken",
        "column charge.fine_pounds: unit_of_measure",
        "its unit is another",
        with_column("fine_pounds", unit_of_measure="p"),
    ),
    Case(
        "widened",
        "column charge.plea_code: survivorship",
        "one more source is asked last",
        with_column("plea_code", survivorship=("one", "other", "new")),
    ),
    Case(
        "broken",
        "column charge.plea_code: survivorship",
        "another source wins",
        with_column("plea_code", survivorship=("other", "one")),
    ),
    Case(
        "deprecated",
        "column charge.fine_pounds: standing",
        "another is to be used",
        with_column("fine_pounds", standing=OLD),
    ),
    Case(
        "restated", "column charge.fine_pounds: standing", "it is agreed", with_column("fine_pounds", standing=AGREED)
    ),
    Case(
        "restated",
        "column charge.plea_code: owner",
        "another answers for it",
        with_column("plea_code", owner="Another"),
    ),
    Case(
        "added",
        "code list answer",
        "a list is new",
        with_model(code_lists={"plea": PLEAS, "answer": replace(PLEAS, name="answer")}),
    ),
    Case("broken", "code list plea", "a list is gone", with_model(code_lists={})),
    Case("deprecated", "code list plea: standing", "it is not to be used", with_list(standing="deprecated")),
    Case("restated", "code list plea: source", "its source is said better", with_list(source="another")),
    Case("widened", "code plea.no_plea", "a code is new", with_list(codes=(*PLEAS.codes, NEW_CODE))),
    Case("broken", "code plea.not_guilty", "a code is gone", with_list(codes=PLEAS.codes[:1])),
    Case(
        "broken",
        "code plea.guilty: group",
        "its group is another",
        with_list(codes=(replace(PLEAS.codes[0], group="x"), PLEAS.codes[1])),
    ),
    Case(
        "deprecated",
        "code plea.guilty: valid_to",
        "it ends",
        with_list(codes=(replace(PLEAS.codes[0], valid_to="2001-01-01"), PLEAS.codes[1])),
    ),
    Case(
        "restated",
        "code plea.guilty: meaning",
        "it is said better",
        with_list(codes=(replace(PLEAS.codes[0], meaning="x"), PLEAS.codes[1])),
    ),
    Case(
        "widened",
        "source code plea: one answers X",
        "a system's code is known",
        with_list(crossings=(*PLEAS.crossings, Crossing("one", "answers", "X", "guilty", ""))),
    ),
    Case("broken", "source code plea: one answers N", "it is known no more", with_list(crossings=PLEAS.crossings[:1])),
    Case(
        *("broken", "source code plea: one answers G: standard_code", "it stands for another code"),
        with_list(crossings=(replace(PLEAS.crossings[0], standard_code="not_guilty"), PLEAS.crossings[1])),
    ),
]
