"""The pages of the dictionary on publication: the gates with their limits and SQL, and the products with what they hide."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.gates import Gate, Part
from onecrown.definitions.model import Model
from onecrown.definitions.products import Product, Suppression
from onecrown.rendering import markdown as md

_GATES = """
A gate must hold before anything is published. `onecrown gates` asks them all; `onecrown publish` asks them and stops where one that
stops does not hold. Each value is asked in Athena's SQL; what follows `:` is said by the part or when it is asked (`:now` the
time, `:failing` what fails), and `previous` is the database of the last release. A gate without data says so: where it *fails*
without them, it stops like any other.
"""
_PRODUCTS = """
A product is a set of tables that is published together as an accessible spreadsheet, `tables/<product>.ods` of a release. Its policy
says what is not shown. How cells are chosen is said in decision 0022.
"""


def publication_pages(model: Model) -> dict[str, str]:
    """`gates.md` and `products.md`, where the model has any."""
    pages = {"gates.md": _gates_page(model)} if model.gates else {}
    return pages | ({"products.md": _products_page(model)} if model.products else {})


def _gates_page(model: Model) -> str:
    gates = list(model.gates.values())
    header = ("Gate", "What holds", "Class", "Limit", "Where it does not", "Without data")
    return md.page(
        "# Gates", _GATES, md.table(header, map(_gate_row, gates)), *(block for gate in gates for block in _gate(gate))
    )


def _gate_row(gate: Gate) -> tuple[str, ...]:
    limits = dict.fromkeys(_limit(part) for part in gate.parts)
    stops = "publication stops" if gate.is_stopping else "it warns"
    link = md.link(gate.gate_id, md.anchor(gate.gate_id))
    return link, md.prose(gate.title), gate.error_class, ", ".join(limits), stops, gate.without_data


def _limit(part: Part) -> str:
    return f"{part.threshold.bound.replace('_', ' ')} {part.threshold.limit:g} {part.threshold.unit}"


def _gate(gate: Gate) -> Iterator[str]:
    yield f"## {gate.gate_id}"
    yield f"{md.prose(gate.meaning)} Version {gate.version}, {gate.standing}; owner: {md.prose(gate.owner)}. After: {md.prose(gate.source)}."
    yield md.table(
        ("Part", "With", "Limit", "Of fewer than", "Where the limit is from"),
        (_part_row(gate, part) for part in gate.parts),
    )
    yield md.folded("The SQL that gives the values", md.fenced("sql", gate.value))
    yield md.folded("The SQL that lists the records", md.fenced("sql", gate.records))


def _part_row(gate: Gate, part: Part) -> tuple[str, ...]:
    asked = {"": "", "dataset": "each dataset", "case_dataset": "each dataset with cases"}[gate.for_each]
    own = [f"{subject}: {limit:g}" for subject, limit in part.threshold.limits.items()]
    least = f"{part.threshold.least} nothing is said" if part.threshold.least > 1 else ""
    named = part.name or asked or "all"
    said = md.codes(f"{name}: {sql}" for name, sql in part.said.items())
    return md.prose(named), said, "; ".join([_limit(part), *own]), least, md.prose(part.threshold.source)


def _products_page(model: Model) -> str:
    products = list(model.products.values())
    header = ("Product", "What it holds", "For", "What is not shown")
    return md.page(
        "# Products",
        _PRODUCTS,
        md.table(header, map(_product_row, products)),
        *(block for product in products for block in _product(product)),
    )


def _product_row(product: Product) -> tuple[str, ...]:
    link = md.link(product.product_id, md.anchor(product.product_id))
    return link, md.prose(product.title), product.audience, _policy(product.suppression)


def _policy(policy: Suppression) -> str:
    """A policy in a line."""
    if not policy.is_on:
        return "nothing is hidden"
    zeros = "zeros are shown" if policy.shows_zeros else "zeros too"
    secondary = ", and what would give it away" if policy.has_secondary else ""
    rounding = f"; counts rounded to {policy.rounding}" if policy.rounding > 1 else ""
    return f"{md.code(policy.marker)} for what stands on fewer than {policy.threshold} ({zeros}){secondary}{rounding}"


def _product(product: Product) -> Iterator[str]:
    yield f"## {product.product_id}"
    yield f"{md.prose(product.meaning)} Version {product.version}, {product.standing}; owner: {md.prose(product.owner)}."
    yield f"Policy: {_policy(product.suppression)}. {md.prose(product.suppression.source)}."
    rows = (
        (
            table.name,
            md.prose(table.title),
            md.codes(table.measures),
            md.codes(table.statistics),
            md.code(table.breakdown),
            table.period_kind,
        )
        for table in product.tables
    )
    yield md.table(("Sheet", "Title", "Measures", "Statistics", "By", "Every"), rows)
