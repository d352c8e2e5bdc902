"""The products of a release as files: each as an accessible spreadsheet, `tables/<product>.ods`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from onecrown.definitions.measures import Measures
from onecrown.definitions.model import Model
from onecrown.definitions.products import Product
from onecrown.flows.export_release import Exporting
from onecrown.flows.export_release import Product as Written
from onecrown.flows.release_databases import MEASURE_VALUE
from onecrown.publishing.product_document import write_product
from onecrown.publishing.site.names import names_of
from onecrown.publishing.site.values import Value
from onecrown.sql.quoting import value

TABLES = "tables"
_COLUMNS = (
    *("measure_id", "measure_version", "statistic", "period_kind", "period_begun_on", "period_ended_on"),
    *("breakdown", "category_1", "category_2", "value", "counted_count", "base_count", "unit"),
)


def product_files(model: Model) -> Mapping[str, Written]:
    """What writes each product, by the folder-relative path of its file; nothing where the model has no measures."""
    if model.measures is None:
        return {}
    return {
        f"{TABLES}/{name}.ods": partial(_write, product, model, model.measures)
        for name, product in model.products.items()
    }


def _write(product: Product, model: Model, measures: Measures, exporting: Exporting, folder: Path) -> None:
    (folder / TABLES).mkdir(exist_ok=True)
    values = _values(exporting, product)
    write_product(folder / TABLES, product, values, measures, names_of(model, measures), exporting.draft)


def _values(exporting: Exporting, product: Product) -> Iterator[Value]:
    """The values that a product shows, up to the end of the release's period."""
    wanted = sorted(set(product.published()))
    listed = ", ".join(f"({', '.join(map(value, said))})" for said in wanted)
    last = exporting.draft.name.period.ended_on.isoformat()
    sql = f"""SELECT {", ".join(_COLUMNS)} FROM {exporting.relation(MEASURE_VALUE)}
        WHERE (measure_id, period_kind, breakdown) IN ({listed}) AND period_ended_on <= DATE {value(last)}"""
    return (Value(*row) for row in exporting.con.execute(sql).fetchall())
