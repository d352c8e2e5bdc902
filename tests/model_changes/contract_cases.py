"""Changes of contracts and mappings, and what each does."""

from __future__ import annotations

from dataclasses import replace

from onecrown.definitions.contracts import Field, Limit, Scope

from .cases import Case
from .invented import (
    CHARGES,
    CONTRACT,
    LATE,
    MAPPING,
    NO_NUMBER,
    with_contract,
    with_field,
    with_model,
    with_records,
    with_rule,
)

NEW_RULE = replace(LATE, rule_id="INV-NEW")

CONTRACTS = [
    Case(
        "added",
        "contract two/charges",
        "a dataset is new",
        with_model(contracts={"one/charges": CONTRACT, "two/charges": replace(CONTRACT, source="two")}),
    ),
    Case("broken", "contract one/charges", "a dataset is gone", with_model(contracts={})),
    Case("restated", "contract one/charges: version", "its version alone is the next", with_contract()),
    Case("broken", "contract one/charges: version", "its version is an earlier one", with_contract(version=0)),
    Case(
        "broken",
        "contract one/charges: version",
        "it takes more under the version that it had",
        with_contract(version=1, late_after_hours=48),
    ),
    Case(
        "restated", "contract one/charges: meaning", "its meaning is said better", with_contract(version=1, meaning="x")
    ),
    Case("broken", "contract one/charges: delivery", "absence means removed now", with_contract(delivery="full")),
    Case(
        "widened",
        "contract one/charges: late_after_hours",
        "a delivery may take longer",
        with_contract(late_after_hours=48),
    ),
    Case("widened", "contract one/charges: late_after_hours", "none is ever late", with_contract(late_after_hours=0)),
    Case("broken", "contract one/charges: late_after_hours", "it is late sooner", with_contract(late_after_hours=12)),
    Case("widened", "contract one/charges: tolerance", "more may be wrong", with_contract(tolerance=Limit(0.3, 10))),
    Case("broken", "contract one/charges: tolerance", "less may be wrong", with_contract(tolerance=Limit(0.3, 5))),
    Case(
        "widened", "contract one/charges: required_parts", "less must be in the name", with_contract(required_parts=())
    ),
    Case(
        "broken",
        "contract one/charges: required_parts",
        "more must be in the name",
        with_contract(required_parts=("extract_date", "court")),
    ),
    Case(
        "widened",
        "contract one/charges: name_pattern",
        "any name will do",
        with_contract(),
        with_contract(version=1, name_pattern="x"),
    ),
    Case("broken", "contract one/charges: name_pattern", "not any name will do", with_contract(name_pattern="x")),
    Case(
        "added",
        "scope one/charges case_pleas",
        "a scope is new",
        with_contract(scopes={**CONTRACT.scopes, "case_pleas": Scope("case_pleas", "case", ("n",))}),
    ),
    Case(
        "broken",
        "scope one/charges case_charges: key",
        "it is listed by another key",
        with_contract(scopes={"case_charges": Scope("case_charges", "case", ("n",))}),
    ),
    Case(
        "added",
        "record type one/charges fine",
        "a kind of record is new",
        with_contract(record_types={"charge": CHARGES, "fine": replace(CHARGES, name="fine")}),
    ),
    Case("broken", "record type one/charges charge: mode", "absence means removed now", with_records(mode="upsert")),
    Case(
        "widened",
        "record type one/charges charge: known",
        "one more name is known",
        with_records(known=frozenset({"colour", "size"})),
    ),
    Case(
        "broken",
        "record type one/charges charge: columns",
        "one more column is demanded",
        with_records(columns=("case", "number", "plea")),
    ),
    Case(
        "added",
        "field one/charges charge.fine",
        "a field is new",
        with_records(fields=(*CHARGES.fields, Field("fine", path="fine"))),
    ),
    Case(
        "broken",
        "field one/charges charge.fine",
        "a new one promises a number",
        with_records(fields=(*CHARGES.fields, Field("fine", path="fine", type="integer"))),
    ),
    Case(
        "broken",
        "field one/charges charge.plea",
        "a field is gone",
        with_records(fields=(*CHARGES.fields[:2], CHARGES.fields[3])),
    ),
    Case(
        "widened",
        "field one/charges charge.charged_on: type",
        "any text will do",
        with_field("charged_on", type="text"),
    ),
    Case("broken", "field one/charges charge.plea: type", "only numbers will do", with_field("plea", type="integer")),
    Case(
        "widened",
        "field one/charges charge.charged_on: formats",
        "a form is tried last",
        with_field("charged_on", formats=("%Y-%m-%d", "%d/%m/%Y")),
    ),
    Case(
        "broken", "field one/charges charge.plea: origin", "it comes from elsewhere", with_field("plea", path="answer")
    ),
    Case(
        "restated",
        "field one/charges charge.plea: meaning",
        "its meaning is said",
        with_field("plea", meaning="The answer."),
    ),
    Case(
        "added", "contract rule one/charges INV-NEW", "a flag is new", with_contract(rules=(NO_NUMBER, LATE, NEW_RULE))
    ),
    Case(
        "broken",
        "contract rule one/charges INV-NEW",
        "more is set aside",
        with_contract(rules=(NO_NUMBER, LATE, replace(NEW_RULE, severity="reject"))),
    ),
    Case("widened", "contract rule one/charges INV-NONE", "less is set aside", with_contract(rules=(LATE,))),
    Case(
        "widened",
        "contract rule one/charges INV-NONE: severity",
        "it flags only",
        with_rule(NO_NUMBER, severity="flag"),
    ),
    Case("broken", "contract rule one/charges INV-LATE: severity", "it sets aside", with_rule(LATE, severity="reject")),
    Case(
        "broken",
        "contract rule one/charges INV-NONE: when",
        "it sets other records aside",
        with_rule(NO_NUMBER, when="r.plea = ''"),
    ),
    Case(
        "restated", "contract rule one/charges INV-LATE: when", "it flags others", with_rule(LATE, when="r.plea = 'l'")
    ),
    Case(
        "added",
        "mapping one/charges/case",
        "a mapping is new",
        with_contract(version=1, mappings={"charge": MAPPING, "case": MAPPING}),
    ),
    Case("broken", "mapping one/charges/charge", "a mapping is gone", with_contract(version=1, mappings={})),
    Case(
        "broken",
        "mapping one/charges/charge: rows",
        "its rows are others",
        with_contract(version=1, mappings={"charge": f"{MAPPING} WHERE charge.plea = 'G'"}),
    ),
    Case(
        "added",
        "mapped column one/charges/charge.parent",
        "it says one more column",
        with_contract(version=1, mappings={"charge": MAPPING.replace("SELECT", "SELECT charge.up AS parent,")}),
    ),
    Case(
        "broken",
        "mapped column one/charges/charge.plea_code: says",
        "it says another value",
        with_contract(version=1, mappings={"charge": MAPPING.replace("plea.standard_code AS", "'guilty' AS")}),
    ),
]
