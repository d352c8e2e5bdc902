"""A small invented model in dataclasses, for tests to change one thing at a time."""

from __future__ import annotations

from dataclasses import replace

from onecrown.definitions.codelists import Code, CodeList, Crossing
from onecrown.definitions.contracts import Contract, Field, Format, Limit, RecordType, Rule, Scope
from onecrown.definitions.entities import Column, Entity, Standing
from onecrown.definitions.gates import Gate, Part, Threshold
from onecrown.definitions.lifecycle import CodeSet, Lifecycle, Parameter, Piece
from onecrown.definitions.lifecycle import Rule as LifecycleRule
from onecrown.definitions.linking import Linking, Rung
from onecrown.definitions.measures import CountedCodes, Dimension, Measure, Measures, StatedView, UnitColumn, UnitTable
from onecrown.definitions.model import Model
from onecrown.definitions.person_linkage import Comparison, Level, PersonLinkage
from onecrown.definitions.products import Product, ProductTable, Suppression
from onecrown.rendering.model_changes.versions import ModelVersion

OFFICE, COURTS, STATISTICS = "The invented office", "The invented courts", "The invented statisticians"
PROPOSED = Standing("proposed")


def column(name: str, number: int, **said: object) -> Column:
    """A column of the invented entity."""
    plain = Column(name, number, "string", False, "m", "d", "official", COURTS, PROPOSED, "s", ("one", "other"))
    return replace(plain, **said)  # type: ignore[arg-type]


CHARGE = Entity(
    "charge",
    "A charge.",
    "one row per charge",
    ("charge_id",),
    "case",
    (
        column("charge_id", 1, required=True),
        column("plea_code", 2, code_list="plea", source_column="plea_source_code"),
        column("plea_source_code", 3),
        column("fine_pounds", 4, type="decimal(8,2)", unit_of_measure="pounds"),
        column("counts_count", 5, type="int"),
        column("parent_charge_id", 6, references="charge", may_wait=True),
    ),
)
PLEAS = CodeList(
    "plea",
    "What a defendant answers.",
    STATISTICS,
    "proposed",
    "s",
    False,
    (Code("guilty", "Guilty", "guilty", "", ""), Code("not_guilty", "Not guilty", "not_guilty", "", "")),
    (Crossing("one", "answers", "G", "guilty", ""), Crossing("one", "answers", "N", "not_guilty", "")),
)
CHARGES = RecordType(
    "charge",
    "member",
    ("number",),
    ("case", ("case_number",)),
    (
        Field("case_number", path="case"),
        Field("number", path="number", type="integer"),
        Field("plea", path="plea"),
        Field("charged_on", path="charged", type="date", formats=("%Y-%m-%d",)),
    ),
    scope="case_charges",
    known=frozenset({"colour"}),
    columns=("case", "number"),
)
NO_NUMBER = Rule("INV-NONE", "charge", "plea", "r.plea IS NULL", "reject", "human", "clerk", "m", "e")
LATE = Rule("INV-LATE", "charge", "plea", "r.plea = 'L'", "flag", "human", "clerk", "m", "e")
MAPPING = """SELECT charge.key AS charge_id, plea.standard_code AS plea_code FROM charge
LEFT JOIN crosswalk.plea AS plea ON plea.list = 'answers' AND plea.source_code = charge.plea"""
CONTRACT = Contract(
    "one",
    "charges",
    1,
    "The invented office sends charges.",
    OFFICE,
    "delta",
    Format("json"),
    ("path", "sent"),
    None,
    {"charge": CHARGES},
    {"case_charges": Scope("case_charges", "case", ("case_number",))},
    (NO_NUMBER, LATE),
    required_parts=("extract_date",),
    tolerance=Limit(0.2, 10),
    late_after_hours=24,
    every="day",
    mappings={"charge": MAPPING},
)
LADDER = Linking(
    "charge", "m", 1, 50, (Rung("same_number", "m", "SELECT 1 AS id"), Rung("same_urn", "m", "SELECT 2 AS id")), (), ()
)
PERSONS = PersonLinkage(
    *(1, 0.5, 100, 10, 7.0, 1.0, 100, 10, 20, {}, (("last_name",),)),
    (
        Comparison(
            "sex",
            ("sex_code",),
            "m",
            (Level("same", "l.sex_code = r.sex_code", 0.9, 0.5), Level("other", "", 0.1, 0.5)),
        ),
    ),
)
COUNTED = UnitTable(
    name="counted_charge",
    meaning="Charges.",
    grain="one row per charge",
    key="charge_id",
    of="charge",
    over_time=False,
    columns=(UnitColumn("charge_id", "string", "m"), UnitColumn("plea_code", "string", "m")),
    sql="SELECT charge_pleaded.charge_id, charge_pleaded.plea_code FROM lifecycle.charge_pleaded",
    why="w",
)
PLEADED = Measure(
    measure_id="charges_pleaded",
    family="pleas",
    title="Charges with a plea",
    meaning="m",
    unit="cases",
    kind="flow",
    counts="counted_charge",
    day="pleaded_on",
    where=(("no plea", "plea_code IN (:answered)"),),
    value="",
    statistics=("count",),
    dimensions=("plea",),
    crossed=(),
    has_days=False,
    rule="r",
    document="d",
    version=1,
    standing=PROPOSED,
    owners={"hmcts": COURTS, "moj": STATISTICS},
    not_comparable_with=(),
    line=1,
)
BY_MONTH = StatedView(
    "charges_by_month",
    "one row per month",
    "w",
    (UnitColumn("charge_count", "int", "m"),),
    "SELECT count(*) AS charge_count FROM :units_of(charges_pleaded, plea) AS charge",
)
MEASURES = Measures(
    "2001-01-01",
    400,
    ("plea",),
    {"answered": CountedCodes("answered", "m", ("guilty",), 1)},
    {"counted_charge": COUNTED},
    {"plea": Dimension("plea", "Plea", "m", "plea", {"counted_charge": "plea_code"}, 1)},
    {},
    {"charges_pleaded": PLEADED},
    {"charges_by_month": BY_MONTH},
)
GATE = Gate(
    gate_id="few_without_plea",
    version=1,
    title="t",
    meaning="m",
    error_class="completeness",
    owner=STATISTICS,
    standing="proposed",
    source="s",
    is_stopping=True,
    without_data="fails",
    for_each="",
    parts=(
        Part(
            "every court", {"measure": "charges_pleaded"}, Threshold("at_most", 5.0, "percent", "s", {"C01": 9.0}, 10)
        ),
    ),
    value="SELECT value FROM onecrown_measures.measure_value WHERE measure_id = ':measure'",
    records="SELECT charge_id FROM onecrown.charge",
)
PRODUCT = Product(
    *("quarterly", 1, "t", "m", "public", STATISTICS, "c", "proposed", "s"),
    Suppression(5, True, True, 1, "[c]", "s"),
    (ProductTable("Table_1", "t", ("charges_pleaded",), ("count",), "quarter", "plea", "plea", ()),),
    (),
    1,
)
MODEL = Model(
    {"charge": CHARGE},
    {"plea": PLEAS},
    {"one/charges": CONTRACT},
    PERSONS,
    LADDER,
    MEASURES,
    {"few_without_plea": GATE},
    {"quarterly": PRODUCT},
)
LIFE = Lifecycle(
    "m",
    STATISTICS,
    "proposed",
    {"months": Parameter("months", 6, "m", "s", 1)},
    {"guilty": CodeSet("guilty", "m", "s", ("guilty",), 1)},
    {"pleaded": LifecycleRule("pleaded", 1, "charge_pleaded", "m", "s", (), 1)},
    {
        "asked": Piece("asked", False, "one row", "w", (), (), "SELECT charge.charge_id FROM onecrown.charge"),
        "charge_pleaded": Piece(
            *("charge_pleaded", True, "one row per charge", "w", ("pleaded/1",), ("asked",)),
            "SELECT asked.charge_id, charge.plea_code FROM lifecycle.asked JOIN onecrown.charge ON charge.plea_code IN (:guilty)",
        ),
    },
)
VERSION = ModelVersion(MODEL, LIFE)


def with_column(name: str, **said: object) -> ModelVersion:
    """The model with one column said anew."""
    columns = tuple(replace(c, **said) if c.name == name else c for c in CHARGE.columns)  # type: ignore[arg-type]
    return with_entity(columns=columns)


def with_entity(**said: object) -> ModelVersion:
    """The model with its entity said anew."""
    return with_model(entities={"charge": replace(CHARGE, **said)})  # type: ignore[arg-type]


def with_list(**said: object) -> ModelVersion:
    """The model with its code list said anew."""
    return with_model(code_lists={"plea": replace(PLEAS, **said)})  # type: ignore[arg-type]


def with_contract(**said: object) -> ModelVersion:
    """The model with its contract said anew, under the next version unless another is said."""
    return with_model(contracts={"one/charges": replace(CONTRACT, **{"version": 2, **said})})  # type: ignore[arg-type]


def with_records(**said: object) -> ModelVersion:
    """The model with its record type said anew, under the contract's next version."""
    return with_contract(record_types={"charge": replace(CHARGES, **said)})  # type: ignore[arg-type]


def with_field(name: str, **said: object) -> ModelVersion:
    """The model with one field said anew, under the contract's next version."""
    return with_records(fields=tuple(replace(f, **said) if f.name == name else f for f in CHARGES.fields))  # type: ignore[arg-type]


def with_rule(which: Rule, **said: object) -> ModelVersion:
    """The model with one of the contract's rules said anew, under the contract's next version."""
    rules = (replace(rule, **said) if rule is which else rule for rule in CONTRACT.rules)  # type: ignore[arg-type]
    return with_contract(rules=tuple(rules))


def with_measures(**said: object) -> ModelVersion:
    """The model with its registry of measures said anew."""
    return with_model(measures=replace(MEASURES, **said))  # type: ignore[arg-type]


def with_measure(**said: object) -> ModelVersion:
    """The model with its measure said anew."""
    return with_measures(measures={"charges_pleaded": replace(PLEADED, **said)})  # type: ignore[arg-type]


def with_unit(**said: object) -> ModelVersion:
    """The model with its unit table said anew."""
    return with_measures(units={"counted_charge": replace(COUNTED, **said)})  # type: ignore[arg-type]


def with_views(*views: StatedView) -> ModelVersion:
    """The model with these views."""
    return with_measures(views={view.name: view for view in views})


def with_gate(**said: object) -> ModelVersion:
    """The model with its gate said anew, under the next version."""
    return with_model(gates={"few_without_plea": replace(GATE, **{"version": 2, **said})})  # type: ignore[arg-type]


def with_threshold(**said: object) -> ModelVersion:
    """The model with the threshold of its gate said anew, under the gate's next version."""
    part = GATE.parts[0]
    return with_gate(parts=(replace(part, threshold=replace(part.threshold, **said)),))  # type: ignore[arg-type]


def with_product(**said: object) -> ModelVersion:
    """The model with its product said anew, under the next version."""
    return with_model(products={"quarterly": replace(PRODUCT, **{"version": 2, **said})})  # type: ignore[arg-type]


def with_linking(**said: object) -> ModelVersion:
    """The model with its ladder said anew, under the next version."""
    return with_model(linking=replace(LADDER, **{"version": 2, **said}))  # type: ignore[arg-type]


def with_persons(**said: object) -> ModelVersion:
    """The model with its rules of persons said anew, under the next version."""
    return with_model(person_linkage=replace(PERSONS, **{"version": 2, **said}))  # type: ignore[arg-type]


def with_life(**said: object) -> ModelVersion:
    """The model with its lifecycle said anew."""
    return ModelVersion(MODEL, replace(LIFE, **said))  # type: ignore[arg-type]


def with_model(**said: object) -> ModelVersion:
    """The model with some of its parts said anew."""
    return ModelVersion(replace(MODEL, **said), LIFE)  # type: ignore[arg-type]
