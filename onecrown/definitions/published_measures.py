"""What gates and products ask of measures, checked against the registry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onecrown.definitions.gates import Gate
from onecrown.definitions.measures import DAY, Measures
from onecrown.definitions.products import BY_MEASURE, TOTAL, Product, ProductTable
from onecrown.definitions.reading import nearest
from onecrown.errors import Problem

_ONE = re.compile(r"\bmeasure_id = '([a-z_0-9]+)'")
_SEVERAL = re.compile(r"\bmeasure_id IN \(([^)]*)\)")
_QUOTED = re.compile(r"'([a-z_0-9]+)'")


def gate_problems(gates: dict[str, Gate], measures: Measures) -> Iterator[Problem]:
    """Measures that a gate names and nobody defines."""
    for gate in gates.values():
        for name in dict.fromkeys(_named(gate)):
            if name not in measures.measures:
                hint = nearest(name, measures.measures)
                yield Problem(f"gates/{gate.gate_id}.yaml", 1, f"asks for `{name}`, which is no measure{hint}")


def _named(gate: Gate) -> Iterator[str]:
    yield from (part.said["measure"] for part in gate.parts if "measure" in part.said)
    for sql in (gate.value, gate.records):
        yield from _ONE.findall(sql)
        for listed in _SEVERAL.findall(sql):
            yield from _QUOTED.findall(listed)


def product_problems(products: dict[str, Product], measures: Measures) -> Iterator[Problem]:
    """Measures, statistics and breakdowns that a product shows and the registry does not have."""
    for product in products.values():
        file = f"products/{product.product_id}.yaml"
        for table in product.tables:
            for problem in _table_problems(table, measures):
                yield Problem(file, table.line, f"the table `{table.name}` {problem}")
        for name in {name for said in product.adds_up for name in (said.total, *said.parts)} - measures.measures.keys():
            yield Problem(file, product.line, f"`adds_up` names no measure `{name}`{nearest(name, measures.measures)}")


def _table_problems(table: ProductTable, measures: Measures) -> Iterator[str]:
    for name in table.measures:
        measure = measures.measures.get(name)
        if measure is None:
            yield f"shows no measure `{name}`{nearest(name, measures.measures)}"
            continue
        for statistic in table.statistics:
            if statistic not in measure.statistics:
                yield f"shows the {statistic} of `{name}`, which has {', '.join(measure.statistics)}"
        known = {"+".join(dimensions) or TOTAL for dimensions in measure.breakdowns()}
        for breakdown in table.margins:
            if breakdown not in known:
                yield f"shows `{name}` by `{breakdown}`{nearest(breakdown, known)}"
        if table.period_kind == DAY and not measure.has_days:
            yield f"shows `{name}` by day, which has none"
    if table.across != BY_MEASURE and table.across not in measures.dimensions:
        yield f"has `{table.across}` across{nearest(table.across, measures.dimensions)}"
