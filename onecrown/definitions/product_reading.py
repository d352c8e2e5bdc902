"""Reads `model/products/` and reports every mistake in it with file, line and what to write instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from onecrown.definitions.located_yaml import Block
from onecrown.definitions.products import (
    AUDIENCES,
    BY_MEASURE,
    NO_SUPPRESSION,
    PERIODS,
    TOTAL,
    ZEROS,
    AddsUp,
    Product,
    ProductTable,
    Published,
    Suppression,
)
from onecrown.definitions.reading import Reading, nearest
from onecrown.errors import Problem

_KEYS = (
    *("product", "version", "title", "meaning", "audience", "owner", "contact", "standing", "source"),
    *("suppression", "tables", "adds_up"),
)
_SUPPRESSION_KEYS = ("threshold", "zeros", "primary", "secondary", "rounding", "marker", "source")
_TABLE_KEYS = ("table", "title", "measures", "statistics", "period_kind", "breakdown", "across", "notes")
_SHEET_CHARACTERS = 31  # more are cut off by spreadsheet programs


def read_products(folder: Path) -> tuple[dict[str, Product], list[Problem]]:
    """Every product of a folder by its id, with every mistake found."""
    products: dict[str, Product] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        reading = Reading(f"{folder.name}/{path.name}")
        product = _read_file(path, reading)
        if product is not None:
            products[product.product_id] = product
        problems += reading.problems
    problems += _told_twice(products)
    whole = frozenset(said for one in products.values() if not one.suppression.is_on for said in one.published())
    return {name: replace(one, shown_whole=whole) for name, one in products.items()}, problems


def _told_twice(products: Mapping[str, Product]) -> Iterator[Problem]:
    """Two products that hide cells of one breakdown each in its own way can be laid over each other."""
    held: dict[Published, str] = {}
    for product in products.values():
        if not product.suppression.is_on:
            continue
        for said in sorted({each for each in product.published() if each[2] != TOTAL}):
            other = held.setdefault(said, product.product_id)
            if other != product.product_id:
                message = (
                    f"`{said[0]}` by {said[2]} stands in `{other}` too, which hides other cells; keep it in one of them"
                )
                yield Problem(f"products/{product.product_id}.yaml", product.line, message)


def _read_file(path: Path, reading: Reading) -> Product | None:
    block = reading.whole(path)
    if block is None:
        return None
    product = _product(block, reading)
    if product.product_id != path.stem:
        reading.wrong(block.line_of("product"), f"`product` must be the file's name: write `product: {path.stem}`")
    return product


def _product(block: Block, reading: Reading) -> Product:
    product_id = reading.text(block, "product", "a product")
    what = f"the product `{product_id}`"
    reading.only(block, _KEYS, what)
    return Product(
        product_id,
        _whole_number(block, "version", reading, what, 1),
        reading.text(block, "title", what),
        reading.text(block, "meaning", what),
        reading.one_of(block, "audience", what, AUDIENCES),
        reading.text(block, "owner", what),
        reading.text(block, "contact", what),
        reading.text(reading.block(block, "standing", what), "state", f"the standing of {what}"),
        reading.text(block, "source", what),
        _suppression(reading.block(block, "suppression", what), reading, f"the suppression of {what}"),
        _tables(block, reading, what),
        tuple(_adds_up(item, reading, what) for item in reading.blocks(block, "adds_up", what)),
        block.line,
    )


def _whole_number(block: Block, key: str, reading: Reading, what: str, least: int, default: int | None = None) -> int:
    number = reading.number(block, key, what, default)
    if number < least or number != int(number):
        reading.wrong(block.line_of(key), f"`{key}` of {what} must be a whole number from {least}")
    return int(number)


def _suppression(block: Block, reading: Reading, what: str) -> Suppression:
    reading.only(block, _SUPPRESSION_KEYS, what)
    primary, secondary = reading.truth(block, "primary", what), reading.truth(block, "secondary", what)
    threshold = _whole_number(block, "threshold", reading, what, NO_SUPPRESSION)
    if secondary and not primary:
        reading.wrong(
            block.line_of("secondary"),
            f"{what} hides what gives small numbers away, but not these: set `primary: true`",
        )
    if primary and threshold == NO_SUPPRESSION:
        reading.wrong(
            block.line_of("threshold"),
            f"{what} hides nothing below 1; write a threshold of 2 or more, or `primary: false`",
        )
    marker = reading.text(block, "marker", what, "[c]")
    if not (marker.startswith("[") and marker.endswith("]")):
        reading.wrong(
            block.line_of("marker"), f"`marker` of {what} must be short words in square brackets, for example `'[c]'`"
        )
    return Suppression(
        threshold if primary else NO_SUPPRESSION,
        not primary or reading.one_of(block, "zeros", what, ZEROS, "shown") == "shown",
        secondary,
        _whole_number(block, "rounding", reading, what, 1, default=1),
        marker,
        reading.text(block, "source", what),
    )


def _tables(block: Block, reading: Reading, what: str) -> tuple[ProductTable, ...]:
    said = reading.blocks(block, "tables", what)
    if not said:
        reading.wrong(block.line_of("tables"), f"{what} has no tables; write at least one under `tables`")
    tables = tuple(_table(item, reading, what) for item in said)
    names = Counter(table.name for table in tables)
    for item, table in zip(said, tables, strict=True):
        if names[table.name] > 1:
            reading.wrong(
                item.line_of("table"), f"the table `{table.name}` of {what} is said twice; give each its own name"
            )
    return tables


def _table(block: Block, reading: Reading, of: str) -> ProductTable:
    name = reading.text(block, "table", f"a table of {of}")
    what = f"the table `{name}` of {of}"
    reading.only(block, _TABLE_KEYS, what)
    table = ProductTable(
        name,
        reading.text(block, "title", what),
        reading.texts(block, "measures", what),
        reading.texts(block, "statistics", what) or ("count",),
        reading.one_of(block, "period_kind", what, PERIODS),
        reading.text(block, "breakdown", what),
        reading.text(block, "across", what, BY_MEASURE),
        reading.texts(block, "notes", what),
        block.line,
    )
    for key, problem in _table_problems(table):
        reading.wrong(block.line_of(key), f"{what} {problem}")
    return table


def _table_problems(table: ProductTable) -> Iterator[tuple[str, str]]:
    if len(table.name) > _SHEET_CHARACTERS or " " in table.name:
        yield "table", f"names a sheet: at most {_SHEET_CHARACTERS} characters without blanks, for example `Table_1`"
    if not table.measures:
        yield "measures", "shows no measure; write `measures: [receipts]`"
    if len(table.dimensions) > 2:
        yield "breakdown", "has more than two dimensions; write one, or two joined by `+`"
    allowed = (BY_MEASURE, *table.dimensions)
    if table.across not in allowed:
        yield "across", f"cannot have `{table.across}` across{nearest(table.across, allowed)}"
    elif table.across != BY_MEASURE and len(table.measures) * len(table.statistics) > 1:
        yield (
            "across",
            "has several columns for each category; show one measure and one statistic, or write `across: measures`",
        )


def _adds_up(block: Block, reading: Reading, of: str) -> AddsUp:
    what = f"what adds up in {of}"
    reading.only(block, ("total", "parts"), what)
    return AddsUp(reading.text(block, "total", what), reading.texts(block, "parts", what))
