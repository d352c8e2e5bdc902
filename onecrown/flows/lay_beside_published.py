"""The measures of a home beside the tables of a folder that somebody published."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from onecrown.definitions.measures import QUARTER
from onecrown.definitions.model import model_folder
from onecrown.definitions.published_columns import FOLDER, PublishedTable, load_published_columns
from onecrown.errors import UsageError
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.publishing.beside_published import Beside, Cell, Laid, Row
from onecrown.rendering.table_layouts import MEASURES


@dataclass(frozen=True, slots=True)
class Found:
    """Every figure laid beside ours; and what was not: file, column ('' for the whole file), reason."""

    laid: list[Laid]
    left_out: list[tuple[str, str, str]]


def lay_beside_published(home: Surroundings, scale: float = 1, folder: Path | None = None) -> Found:
    """Lay the tables of a folder, by default those of the model, beside the quarters of a home at its last batch.

    `scale` is the share of the published cases that the home holds. Raises `UsageError` with everything that is wrong with the files.
    """
    if scale <= 0:
        raise UsageError("--scale is above 0: the share of the published cases that this home holds")
    measures = home.model.measures
    if measures is None:
        raise UsageError("the model has no measures to lay beside what was published")
    said, files = load_published_columns(measures), _files(folder or model_folder() / FOLDER)
    rows = {file: _rows(path, said.tables[file]) for file, path in files.items() if file in said.tables}
    ours = _ours(home)
    beside = Beside(measures, said.codes, scale, ours, frozenset(code for cell in ours for code in cell[4:]))
    laid = [one for file, found in rows.items() for one in _laid(beside, said.tables[file], found)]
    left_out = [(file, "", "no measure is said for it") for file in files if file not in said.tables]
    left_out += [(file, *pair) for file in rows for pair in said.tables[file].left_out]
    return Found(list(dict.fromkeys(laid)), left_out)


def _files(folder: Path) -> dict[str, Path]:
    found = {path.name: path for path in sorted(folder.glob("*.csv"))}
    if not found:
        raise UsageError(f"{folder.name} holds no CSV files; name a folder of published tables")
    return found


def _rows(path: Path, table: PublishedTable) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, restval="")
        missing = [name for name in table.named if name not in (reader.fieldnames or ())]
        if missing:
            raise UsageError(f"{path.name} has no column {', '.join(missing)}; add it, or leave the file out")
        return list(reader)


def _laid(beside: Beside, table: PublishedTable, rows: list[Row]) -> list[Laid]:
    """Raises `UsageError` with the line of every cell that cannot be read."""
    laid: list[Laid] = []
    wrong: list[int] = []
    for number, row in enumerate(rows, 2):
        try:
            laid += beside.laid(table, row)
        except ValueError:
            wrong.append(number)
    if wrong:
        lines = ", ".join(map(str, wrong))
        raise UsageError(f"{table.file} has a figure that is no number, or a day not as 2025-12-31, in line {lines}")
    return laid


def _ours(home: Surroundings) -> dict[Cell, float]:
    with home.engine() as con:
        values = PublishedTables(home, con).read(f"{MEASURES}.measure_value")
        rows = con.execute(
            f"""SELECT measure_id, statistic, period_ended_on, breakdown, coalesce(category_1, ''), coalesce(category_2, ''), value
            FROM {values} WHERE period_kind = '{QUARTER}'"""
        ).fetchall()
    return {row[:6]: float(row[6]) for row in rows if row[6] is not None}
