"""Changes of measures, gates and products, and what each does."""

from __future__ import annotations

from dataclasses import replace

from onecrown.definitions.entities import Standing
from onecrown.definitions.gates import Part, Threshold
from onecrown.definitions.measures import Dimension, UnitColumn

from .cases import Case
from .invented import (
    BY_MONTH,
    COUNTED,
    GATE,
    MEASURES,
    PLEADED,
    PRODUCT,
    with_gate,
    with_measure,
    with_measures,
    with_model,
    with_product,
    with_threshold,
    with_unit,
    with_views,
)

OLD = Standing("deprecated", use="fine_amount")

PUBLISHED = [
    Case(
        "added",
        "measure charges_dropped",
        "a measure is new",
        with_measures(
            measures={"charges_pleaded": PLEADED, "charges_dropped": replace(PLEADED, measure_id="charges_dropped")}
        ),
    ),
    Case("broken", "measure charges_pleaded", "a measure is gone", with_measures(measures={})),
    Case("broken", "measure charges_pleaded: version", "it counts otherwise from here on", with_measure(version=2)),
    Case(
        "broken",
        "measure charges_pleaded: version",
        "it counts otherwise under its version",
        with_measure(where=(("none", "true"),)),
    ),
    Case(
        "broken",
        "measure charges_pleaded: unit",
        "it counts something else",
        with_measure(unit="defendants", version=2),
    ),
    Case(
        "widened",
        "measure charges_pleaded: breakdowns",
        "it is broken down further",
        with_measure(dimensions=("plea", "court"), version=2),
    ),
    Case(
        "broken",
        "measure charges_pleaded: breakdowns",
        "it is broken down less",
        with_measure(dimensions=(), version=2),
    ),
    Case("deprecated", "measure charges_pleaded: standing", "another is to be used", with_measure(standing=OLD)),
    Case(
        "restated",
        "measure charges_pleaded: left_out",
        "a reason is said better",
        with_measure(where=(("without a plea", "plea_code IN (:answered)"),)),
    ),
    Case(
        "restated", "measure charges_pleaded: owners", "others answer for it", with_measure(owners={"moj": "One body"})
    ),
    Case(
        "added",
        "dimension court",
        "a dimension is new",
        with_measures(
            dimensions={**MEASURES.dimensions, "court": Dimension("court", "t", "m", "", {"counted_charge": "c"}, 1)}
        ),
    ),
    Case(
        "broken",
        "dimension plea: sql",
        "its categories are others",
        with_measures(dimensions={"plea": replace(MEASURES.dimensions["plea"], sql={"counted_charge": "'x'"})}),
    ),
    Case("broken", "unit table counted_charge: sql", "other units count", with_unit(sql="SELECT 1")),
    Case(
        "added",
        "unit column counted_charge.court",
        "a column is new",
        with_unit(columns=(*COUNTED.columns, UnitColumn("court", "string", "m"))),
    ),
    Case("broken", "unit column counted_charge.plea_code", "a column is gone", with_unit(columns=COUNTED.columns[:1])),
    Case("added", "view other", "a view is new", with_views(BY_MONTH, replace(BY_MONTH, name="other"))),
    Case("broken", "view charges_by_month: sql", "its rows are others", with_views(replace(BY_MONTH, sql="SELECT 1"))),
    Case(
        "broken",
        "view column charges_by_month.charge_count",
        "a column is gone",
        with_views(replace(BY_MONTH, columns=())),
    ),
    Case(
        *("widened", "view column charges_by_month.charge_count: type", "int becomes long"),
        with_views(replace(BY_MONTH, columns=(UnitColumn("charge_count", "long", "m"),))),
    ),
    Case(
        "broken",
        "counting set answered: codes",
        "other codes count",
        with_measures(code_sets={"answered": replace(MEASURES.code_sets["answered"], codes=("x",))}),
    ),
    Case("broken", "counting periods: first_on", "the series begins later", with_measures(first_on="2002-01-01")),
    Case("widened", "counting periods: days", "more days have numbers", with_measures(days=500)),
    Case(
        "added",
        "gate another",
        "more must hold",
        with_model(gates={"few_without_plea": GATE, "another": replace(GATE, gate_id="another")}),
    ),
    Case("broken", "gate few_without_plea", "less must hold", with_model(gates={})),
    Case("broken", "gate few_without_plea: stopping", "it stops nothing any more", with_gate(is_stopping=False)),
    Case(
        "widened",
        "gate few_without_plea: stopping",
        "it stops",
        with_gate(version=1),
        with_gate(version=1, is_stopping=False),
    ),
    Case(
        "broken", "gate few_without_plea: without_data", "nothing to judge is enough", with_gate(without_data="passes")
    ),
    Case("broken", "gate few_without_plea: value", "it asks something else", with_gate(value="SELECT 1")),
    Case("restated", "gate few_without_plea: records", "it lists more", with_gate(version=1, records="SELECT 2")),
    Case(
        "restated",
        "gate few_without_plea: value",
        "one that stops nothing asks otherwise",
        with_gate(is_stopping=False, value="SELECT 1"),
        with_gate(version=1, is_stopping=False),
    ),
    Case("broken", "gate part few_without_plea.every court: limit", "more may be missing", with_threshold(limit=6.0)),
    Case("widened", "gate part few_without_plea.every court: limit", "less may be missing", with_threshold(limit=4.0)),
    Case(
        "broken",
        "gate part few_without_plea.every court: limit",
        "less must be there",
        with_gate(version=3, parts=(Part("every court", {}, Threshold("at_least", 4.0, "percent", "s")),)),
        with_gate(parts=(Part("every court", {}, Threshold("at_least", 5.0, "percent", "s")),)),
    ),
    Case(
        "broken",
        "gate few_without_plea: version",
        "it asks otherwise under its version",
        with_gate(version=1, value="SELECT 1"),
    ),
    Case(
        "added",
        "product monthly",
        "a product is new",
        with_model(products={"quarterly": PRODUCT, "monthly": replace(PRODUCT, product_id="monthly")}),
    ),
    Case(
        "broken",
        "product quarterly: suppression",
        "other cells are hidden",
        with_product(suppression=replace(PRODUCT.suppression, threshold=3)),
    ),
    Case("broken", "product table quarterly.Table_1", "a table is gone", with_product(tables=())),
]
