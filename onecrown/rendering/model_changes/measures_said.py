"""Measures with what they count, gates and products, as a catalogue of definitions."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.gates import Gate, Part
from onecrown.definitions.measures import Dimension, Measure, Measures, StatedView, UnitTable
from onecrown.definitions.products import Product, ProductTable
from onecrown.rendering.model_changes import laws
from onecrown.rendering.model_changes.laws import ChangeClass, Facet
from onecrown.rendering.model_changes.said import Definition, without_layout
from onecrown.rendering.table_columns import MEASURES


def measures_said(measures: Measures) -> Iterator[Definition]:
    """Measures, dimensions, unit tables with their columns, and the sets of codes that these name."""
    facets = {
        "first_on": Facet(measures.first_on, laws.fixed),
        "days": Facet(measures.days, laws.may_rise),
        "day_dimensions": Facet(frozenset(measures.day_dimensions), laws.may_grow),
    }
    yield Definition("counting", "periods", facets)
    for codes in measures.code_sets.values():
        said = {"codes": Facet(frozenset(codes.codes), laws.fixed), "meaning": Facet(codes.meaning, laws.words)}
        yield Definition("counting set", codes.name, said, mentions=(f":{codes.name}",))
    for unit in measures.units.values():
        yield from _unit(unit)
    for view in measures.views.values():
        yield from _view(view)
    yield from (_dimension(measures, dimension) for dimension in measures.dimensions.values())
    yield from (_measure(measure) for measure in measures.measures.values())


def _unit(unit: UnitTable) -> Iterator[Definition]:
    facets = {
        "grain": Facet(unit.grain, laws.fixed),
        "key": Facet(unit.key, laws.fixed),
        "of": Facet(unit.of, laws.fixed),
        "over_time": Facet(unit.over_time, laws.fixed),
        "sql": Facet(without_layout(unit.sql), laws.fixed),
        "columns": Facet(unit.column_names, laws.keeps_order),
        "meaning": Facet(f"{unit.meaning} {unit.why}", laws.words),
    }
    yield Definition("unit table", unit.name, facets, mentions=(f"{MEASURES}.{unit.name}",))
    for column in unit.columns:
        said = {"type": Facet(column.type, laws.kind_of_value), "meaning": Facet(column.meaning, laws.words)}
        name, mentions = f"{unit.name}.{column.name}", (f"{MEASURES}.{unit.name}", column.name)
        yield Definition("unit column", name, said, within=("unit table", unit.name), mentions=mentions)


def _view(view: StatedView) -> Iterator[Definition]:
    facets = {
        "grain": Facet(view.grain, laws.fixed),
        "sql": Facet(without_layout(view.sql), laws.fixed),
        "why": Facet(view.why, laws.words),
    }
    yield Definition("view", view.name, facets)
    for column in view.columns:
        said = {"type": Facet(column.type, laws.kind_of_value), "meaning": Facet(column.meaning, laws.words)}
        yield Definition("view column", f"{view.name}.{column.name}", said, within=("view", view.name))


def _dimension(measures: Measures, dimension: Dimension) -> Definition:
    facets = {
        "sql": Facet(frozenset((unit, without_layout(sql)) for unit, sql in dimension.sql.items()), laws.may_grow),
        "code_list": Facet(dimension.code_list, laws.first_said),
        "title": Facet(dimension.title, laws.words),
        "meaning": Facet(dimension.meaning, laws.words),
    }
    broken_down = (m for m in measures.measures.values() if dimension.name in {d for b in m.breakdowns() for d in b})
    readers = frozenset(("measure", measure.measure_id) for measure in broken_down)
    return Definition("dimension", dimension.name, facets, readers=readers)


def _measure(measure: Measure) -> Definition:
    return Definition(
        "measure",
        measure.measure_id,
        _measure_facets(measure),
        tuple(measure.owners.values()),
        version=measure.version,
        mentions=(measure.measure_id,),
    )


def _measure_facets(measure: Measure) -> dict[str, Facet]:
    return {
        "version": Facet(measure.version, laws.fixed),  # what it counted before is another number
        "unit": Facet(measure.unit, laws.fixed),
        "kind": Facet(measure.kind, laws.fixed),
        "counts": Facet((measure.counts, measure.day), laws.fixed),
        "where": Facet(tuple(without_layout(condition) for _, condition in measure.where), laws.fixed),
        "left_out": Facet(tuple(reason for reason, _ in measure.where), laws.words),
        "value": Facet(without_layout(measure.value), laws.fixed),
        "statistics": Facet(frozenset(measure.statistics), laws.may_grow),
        "breakdowns": Facet(frozenset(map("+".join, measure.breakdowns())), laws.may_grow),
        "has_days": Facet(measure.has_days, laws.may_rise),
        "standing": Facet(str(measure.standing), laws.standing),
        "owners": Facet(tuple(sorted(measure.owners.items())), laws.words),
        "rule": Facet((measure.rule, measure.document), laws.words),
        "not_comparable_with": Facet(measure.not_comparable_with, laws.words),
        "meaning": Facet((measure.family, measure.title, measure.meaning), laws.words),
    }


def gate_said(gate: Gate) -> Iterator[Definition]:
    """A gate and its parts: a promise to readers of what is published, which one that stops nothing does not make."""
    stops = gate.is_stopping
    facets = {
        "version": Facet(gate.version, laws.version_of_record),
        "stopping": Facet(stops, laws.may_rise),
        "for_each": Facet(gate.for_each, laws.fixed, stops),
        "value": Facet(without_layout(gate.value), laws.fixed, stops),
        "without_data": Facet(gate.without_data, laws.without_data, stops),
        "records": Facet(without_layout(gate.records), laws.words),
        "standing": Facet(gate.standing, laws.standing),
        "owner": Facet(gate.owner, laws.words),
        "meaning": Facet((gate.title, gate.meaning, gate.error_class, gate.source), laws.words),
    }
    yield Definition("gate", gate.gate_id, facets, (gate.owner,), version=gate.version, mentions=(gate.gate_id,))
    yield from (_part(gate, part) for part in gate.parts)


def _part(gate: Gate, part: Part) -> Definition:
    threshold, stops = part.threshold, gate.is_stopping
    sign = -1.0 if threshold.bound == "at_most" else 1.0  # the greater, the stricter
    subjects = tuple(sorted(threshold.limits))
    limits = (sign * threshold.limit, *(sign * threshold.limits[subject] for subject in subjects))
    facets = {
        "asks": Facet((threshold.bound, threshold.unit, tuple(sorted(part.said.items())), subjects), laws.fixed, stops),
        "limit": Facet(limits, _stricter, stops),
        "least": Facet(threshold.least, laws.may_fall, stops),
        "source": Facet(threshold.source, laws.words),
    }
    name, within = f"{gate.gate_id}.{part.name or 'whole'}", ("gate", gate.gate_id)
    leaves = ChangeClass.broken if stops else ChangeClass.widened
    return Definition("gate part", name, facets, (gate.owner,), within, leaves=leaves)


def _stricter(before: tuple[float, ...], after: tuple[float, ...]) -> ChangeClass:
    """None may be looser; where other subjects have limits of their own, nobody can tell."""
    return laws.none_smaller(before, after) if len(before) == len(after) else laws.BROKEN


def product_said(product: Product) -> Iterator[Definition]:
    """A product and its tables. Whatever of its suppression changes, somebody loses cells or somebody is told too much."""
    facets = {
        "version": Facet(product.version, laws.version_of_record),
        "audience": Facet(product.audience, laws.fixed),
        "suppression": Facet(str(product.suppression), laws.fixed),
        "adds_up": Facet(str(product.adds_up), laws.fixed),
        "standing": Facet(product.standing, laws.standing),
        "owner": Facet(product.owner, laws.words),
        "meaning": Facet((product.title, product.meaning, product.contact, product.source), laws.words),
    }
    yield Definition("product", product.product_id, facets, (product.owner,), version=product.version)
    yield from (_table(product, table) for table in product.tables)


def _table(product: Product, table: ProductTable) -> Definition:
    facets = {
        "measures": Facet(table.measures, laws.may_be_appended),
        "statistics": Facet(table.statistics, laws.may_be_appended),
        "layout": Facet((table.period_kind, table.breakdown, table.across), laws.fixed),
        "title": Facet(table.title, laws.words),
        "notes": Facet(table.notes, laws.words),
    }
    within = ("product", product.product_id)
    return Definition("product table", f"{product.product_id}.{table.name}", facets, (product.owner,), within=within)
