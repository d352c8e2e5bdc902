"""The files of a release: values whole and by family, quality, gates, drops, products; then the digest of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.quality_tables import quality_tables
from onecrown.flows.release_databases import MEASURE_VALUE, release_relation
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Connection
from onecrown.publishing.exports import (
    DROPS,
    GATE_COLUMNS,
    GATES,
    VALUES,
    all_values,
    drops_of,
    family_file,
    gate_row,
    values_of,
)
from onecrown.publishing.manifest import ExportedFile, Manifest
from onecrown.publishing.quality import quality_csv
from onecrown.rendering.table_layouts import OPS
from onecrown.sql.quoting import file
from onecrown.steps import Step, announced

_PARQUET = "(FORMAT parquet, COMPRESSION zstd)"
_CSV = "(FORMAT csv, HEADER true)"


@dataclass(frozen=True, slots=True)
class Exporting:
    """A release at work: the manifest without its files, and a connection to the tables as published."""

    home: Surroundings
    con: Connection
    tables: PublishedTables
    draft: Manifest

    def relation(self, table: str) -> str:
        """SQL of a FROM item that reads a table of the release."""
        pinned = self.draft.pinned(table)
        return self.tables.read(table) if pinned is None else release_relation(self.home, self.draft, pinned)


Product = Callable[[Exporting, Path], None]
"""Writes a product's files into the folder of a release."""


def export_release(exporting: Exporting, folder: Path, products: Mapping[str, Product]) -> tuple[ExportedFile, ...]:
    """Write every file of a release into an empty folder; give their paths, digests and sizes."""
    (folder / "data").mkdir()
    for path, write in _writers(exporting, products):
        with announced(exporting.home.steps, Step.EXPORT_RELEASE, path):
            write(folder)
    return tuple(_digested(folder, path) for path in sorted(folder.rglob("*")) if path.is_file())


def _writers(exporting: Exporting, products: Mapping[str, Product]) -> Iterator[tuple[str, Callable[[Path], None]]]:
    yield (
        VALUES,
        lambda folder: _copy(exporting, all_values(exporting.relation(MEASURE_VALUE)), folder / VALUES, _PARQUET),
    )
    measures = exporting.home.model.measures
    for family in measures.families.values() if measures else ():
        select = values_of(exporting.relation(MEASURE_VALUE), family.measures)
        yield family_file(family.name), _copying(exporting, select, family_file(family.name))
    yield DROPS, _copying(exporting, drops_of(exporting.relation(f"{OPS}.drop")), DROPS)
    yield GATES, lambda folder: _write(folder / GATES, _gates_csv(exporting.draft))
    yield "data/quality", lambda folder: _write_quality(exporting, folder)
    for name, product in products.items():
        yield name, _producing(exporting, product)


def _copying(exporting: Exporting, select: str, path: str) -> Callable[[Path], None]:
    return lambda folder: _copy(exporting, select, folder / path, _CSV)


def _producing(exporting: Exporting, product: Product) -> Callable[[Path], None]:
    return lambda folder: product(exporting, folder)


def _copy(exporting: Exporting, select: str, target: Path, options: str) -> None:
    exporting.con.execute(f"COPY ({select}) TO {file(target)} {options}")


def _write(target: Path, text: str) -> None:
    target.write_text(text, encoding="utf-8", newline="")


def _gates_csv(draft: Manifest) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(GATE_COLUMNS)
    writer.writerows(gate_row(gate) for gate in draft.gates)
    return out.getvalue()


def _write_quality(exporting: Exporting, folder: Path) -> None:
    for table in quality_tables(exporting.home, exporting.con, exporting.tables):
        _write(folder / "data" / f"quality_{table.name}.csv", quality_csv(table))


def _digested(folder: Path, path: Path) -> ExportedFile:
    content = path.read_bytes()
    return ExportedFile(path.relative_to(folder).as_posix(), sha256(content).hexdigest(), len(content))
