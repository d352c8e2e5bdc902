"""A product, invented values for it, and a release, in a few lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from onecrown.definitions.measures import Measures
from onecrown.definitions.model import load_model
from onecrown.definitions.periods import period_named
from onecrown.definitions.products import AddsUp, Product, ProductTable, Suppression
from onecrown.publishing.manifest import PROVISIONAL, Manifest
from onecrown.publishing.release_names import read_release_name
from onecrown.publishing.site.names import Names, names_of
from onecrown.publishing.site.values import Value

PUBLIC = Suppression(1, True, False, 1, "[c]", "invented")
PROTECTED = Suppression(5, True, True, 1, "[c]", "invented")


@cache
def registry() -> tuple[Measures, Names]:
    """The project's own measures, and what their categories are called."""
    model = load_model()
    assert model.measures is not None
    return model.measures, names_of(model, model.measures)


def table(measure: str, breakdown: str = "total", across: str = "measures", **more: object) -> ProductTable:
    """One table, of a count by quarter unless said otherwise."""
    usual = ProductTable(
        "Table_1", f"Invented table of {measure}", (measure,), ("count",), "quarter", breakdown, across, ()
    )
    return replace(usual, **more)  # type: ignore[arg-type]


def product(*tables: ProductTable, suppression: Suppression = PROTECTED, adds_up: tuple[AddsUp, ...] = ()) -> Product:
    """A product of these tables."""
    numbered = tuple(replace(one, name=f"Table_{number}") for number, one in enumerate(tables, 1))
    said = (
        "invented_product",
        1,
        "Invented figures",
        "What nobody counted.",
        "public",
        "The invented office",
        "Nobody",
    )
    return Product(*said, "proposed", "An invented source", suppression, numbered, adds_up, 1)


def values(said: str, statistic: str = "count") -> list[Value]:
    """`measure period breakdown category value` a line; two categories are joined by a plus sign, `-` is none. Of a rate the
    value is written `with/base`."""
    return [_value(*line.split(), statistic) for line in said.strip().splitlines()]


def _value(measure: str, period: str, breakdown: str, category: str, number: str, statistic: str) -> Value:
    when, registered = period_named(period), registry()[0].measures[measure]
    first, _, second = category.replace("-", "").partition("+")
    counted, _, base = number.partition("/")
    worth = 100 * int(counted) / int(base) if base else float(number)
    units = int(counted) if base else int(float(number))
    days = (when.kind, when.begun_on, when.ended_on)
    return Value(
        *(measure, 1, statistic, *days, breakdown, first, second),
        *(worth, units, int(base) if base else None, registered.unit),
    )


def release() -> Manifest:
    """A release of the last quarter of 2025."""
    return Manifest(
        name=read_release_name("2025-Q4"),
        standing=PROVISIONAL,
        correction="",
        made_at=datetime(2026, 3, 26, 9, 30, tzinfo=UTC),
        made_by="a statistician",
        batch_id="a-batch",
        drops={},
        model_digest="0123456789abcdef",
        versions={},
        package_version="0.1.0",
        tables=(),
        gates=(),
        overrides=(),
        files=(),
    )
