"""The pages of the dictionary on measures: what each tells, by which rule, and the SQL that counts it."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.lifecycle import Lifecycle
from onecrown.definitions.measures import Family, Measure, Measures, UnitTable
from onecrown.definitions.model import Model
from onecrown.rendering import markdown as md
from onecrown.rendering.measure_layouts import DEFINITION, MEASURE_VALUE, PERIOD
from onecrown.rendering.measure_queries import measure_query
from onecrown.rendering.measure_views import measure_views
from onecrown.rendering.table_columns import MEASURES, TableLayout
from onecrown.rendering.unit_queries import unit_steps

_HOW = """
One registry, from which dashboards, monthly management information and quarterly statistics take the same number. The merge keeps
the tables of `onecrown_measures` up with every batch: first what is counted, one row per case, spell of a case, defendant or trial,
then the values, tall. `onecrown explain MEASURE PERIOD [DIMENSION=CODE]` lists every row that a number counts, and every other one
with the reason why it is left out. Units are never mixed: a measure of cases must not be divided by one of defendants.

Every breakdown shows what is not known as `not_known` and never drops it. Each query below runs on Athena and on the embedded
engine alike.
"""


def measure_pages(model: Model, lifecycle: Lifecycle) -> dict[str, str]:
    """`measures.md`, one page for each family, and one of what is counted; nothing where the model has no measures."""
    if model.measures is None:
        return {}
    said = model.measures
    families = {f"measures/{family.name}.md": _family_page(said, family) for family in said.families.values()}
    return {"measures.md": _overview(model, said), "measures/counted.md": _counted_page(model, lifecycle), **families}


def _overview(model: Model, said: Measures) -> str:
    views = [view.layout for view in measure_views(model).values()]
    return md.page(
        "# Measures",
        _HOW,
        "## Families",
        md.table(("Family", "Measures", "Meaning"), (_family_row(family) for family in said.families.values())),
        "## Dimensions",
        md.table(("Dimension", "Meaning", "Codes"), _dimensions(said)),
        "## Tables",
        f"What a row counts stands in [the unit tables](measures/counted.md). Beside them in `{MEASURES}`:",
        *(_layout(layout) for layout in (MEASURE_VALUE, PERIOD, DEFINITION)),
        "## Views",
        "A view for each family has a column for each dimension, which says `all` where the breakdown does not show it.",
        md.table(("View", "What it shows"), ((md.code(view.name), md.prose(view.comment)) for view in views)),
    )


def _family_row(family: Family) -> tuple[str, ...]:
    page = md.link(family.title, f"measures/{family.name}.md")
    return page, md.codes(family.measures), md.prose(family.meaning)


def _dimensions(said: Measures) -> Iterator[tuple[str, ...]]:
    for dimension in said.dimensions.values():
        codes = md.link(dimension.code_list, f"codelists/{dimension.code_list}.md") if dimension.code_list else ""
        yield md.code(dimension.name), md.prose(dimension.meaning), codes


def _layout(layout: TableLayout) -> str:
    rows = ((md.code(column.name), column.type, md.prose(column.comment)) for column in layout.columns)
    return f"### {layout.name}\n\n{md.prose(layout.comment)}\n\n{md.table(('Column', 'Type', 'Meaning'), rows)}"


def _family_page(said: Measures, family: Family) -> str:
    return md.page(
        f"# {family.title}",
        md.prose(family.meaning),
        *(_measure(said, said.measures[measure]) for measure in family.measures),
    )


def _measure(said: Measures, measure: Measure) -> str:
    left_out = md.bullets(f"{md.prose(why)}: unless {md.code(condition)}" for why, condition in measure.where)
    rows = (
        ("Unit", f"{measure.unit}; {', '.join(measure.statistics)}"),
        ("Kind", "over a period" if measure.kind == "flow" else "at the end of a period"),
        ("Rule", md.prose(measure.rule)),
        ("Document", md.prose(measure.document)),
        ("Version and standing", f"{measure.version}, {measure.standing}"),
        ("Owners", md.prose("; ".join(f"{who.upper()}: {owner}" for who, owner in sorted(measure.owners.items())))),
        ("Counts", md.link(measure.counts, f"counted.md#{measure.counts}")),
        ("Dimensions", md.codes("+".join(names) for names in measure.breakdowns() if names)),
        ("Must not be compared with", md.codes(measure.not_comparable_with)),
    )
    return "\n\n".join(
        (
            f"## {measure.title}",
            f"{md.code(measure.measure_id)}. {md.prose(measure.meaning)}",
            md.table(("", ""), rows),
            "What is left out, in this order:",
            left_out,
            md.folded("SQL", md.fenced("sql", measure_query(said, measure))),
        )
    )


def _counted_page(model: Model, lifecycle: Lifecycle) -> str:
    steps = {step.name: step.sql for step in unit_steps(model, lifecycle) if step.is_unit}
    units = model.measures.units.values() if model.measures else ()
    return md.page(
        "# What is counted",
        "Unit tables are worked out from the [life of a case](../lifecycle.md). The names of its functions and steps stand in the "
        "SQL as `lifecycle.<name>`.",
        *(_unit(unit, steps[unit.name]) for unit in units),
    )


def _unit(unit: UnitTable, sql: str) -> str:
    rows = ((md.code(column.name), column.type, md.prose(column.meaning)) for column in unit.columns)
    return "\n\n".join(
        (
            f"## {unit.name}",
            f"{md.prose(unit.meaning)} Grain: {md.prose(unit.grain)}. Why: {md.prose(unit.why)}.",
            md.table(("Column", "Type", "Meaning"), rows),
            md.folded("SQL", md.fenced("sql", sql)),
        )
    )
