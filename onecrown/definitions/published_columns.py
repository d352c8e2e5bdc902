"""Which columns of published tables are which measures, read from `model/published/tables.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onecrown.definitions.located_yaml import Block
from onecrown.definitions.measures import TOTAL, Measures
from onecrown.definitions.model import model_folder
from onecrown.definitions.reading import Reading, nearest
from onecrown.errors import DefinitionError

FOLDER, FILE = "published", "published/tables.yaml"
QUARTER_END = "quarter_end"


@dataclass(frozen=True, slots=True)
class PublishedColumn:
    """A column of figures: the measure and statistic that it shows.

    `by` are columns beside it, each with its dimension; `of` are dimensions with the code that the column itself means. Figures times
    `times` are in the measure's unit. `quarter_end_on` is None where each row says its own.
    """

    name: str
    measure_id: str
    statistic: str
    by: tuple[tuple[str, str], ...]
    of: tuple[tuple[str, str], ...]
    times: float
    quarter_end_on: date | None

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions by which it is broken down, in no order."""
        return (*(dimension for dimension, _ in self.of), *(dimension for _, dimension in self.by))


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A file of figures; `left_out` are columns that are no measure, each with the reason."""

    file: str
    columns: tuple[PublishedColumn, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that the file must have."""
        rows = (QUARTER_END,) if any(column.quarter_end_on is None for column in self.columns) else ()
        beside = [name for column in self.columns for name, _ in column.by]
        return tuple(dict.fromkeys((*rows, *beside, *(column.name for column in self.columns))))


@dataclass(frozen=True, slots=True)
class PublishedColumns:
    """The tables by file; `codes` are words of theirs that stand for another code."""

    tables: dict[str, PublishedTable]
    codes: dict[str, str]


def breakdown_of(column: PublishedColumn, measures: Measures) -> tuple[str, ...] | None:
    """The measure's breakdown by the column's dimensions, in the measure's order; None where it has none."""
    known = measures.measures[column.measure_id].breakdowns()
    return next((each for each in known if sorted(each) == sorted(column.dimensions)), None)


def load_published_columns(measures: Measures, folder: Path | None = None) -> PublishedColumns:
    """Read what published tables show. Raises `DefinitionError` with every mistake in the file."""
    reading = Reading(FILE)
    block = reading.whole((folder or model_folder()) / FILE)
    if block is None:
        raise DefinitionError(reading.problems)
    reading.only(block, ("codes", "tables"), "the file")
    said = reading.block(block, "codes", "the file")
    codes = {name: reading.text(said, name, "`codes`") for name in said}
    tables = {file: _table(file, each, reading) for file, each in reading.named_blocks(block, "tables", "it").items()}
    for file, each in reading.named_blocks(block, "tables", "it").items():
        for line, problem in _problems(tables[file], each, measures):
            reading.wrong(line, problem)
    if reading.problems:
        raise DefinitionError(reading.problems)
    return PublishedColumns(tables, codes)


def _table(file: str, block: Block, reading: Reading) -> PublishedTable:
    what = f"the table `{file}`"
    reading.only(block, ("by", "columns", "left_out"), what)
    by = _pairs(reading.block(block, "by", what), reading)
    columns = reading.named_blocks(block, "columns", what)
    left_out = _pairs(reading.block(block, "left_out", what), reading)
    return PublishedTable(file, tuple(_column(name, said, by, reading) for name, said in columns.items()), left_out)


def _column(name: str, block: Block, by: tuple[tuple[str, str], ...], reading: Reading) -> PublishedColumn:
    what = f"the column `{name}`"
    reading.only(block, ("measure", "statistic", "of", "times", QUARTER_END), what)
    return PublishedColumn(
        name,
        reading.text(block, "measure", what),
        reading.text(block, "statistic", what),
        by,
        _pairs(reading.block(block, "of", what), reading),
        reading.number(block, "times", what, 1),
        _day(block, reading, what),
    )


def _pairs(block: Block, reading: Reading) -> tuple[tuple[str, str], ...]:
    return tuple((name, reading.text(block, name, "it")) for name in block)


def _day(block: Block, reading: Reading, what: str) -> date | None:
    said = reading.text(block, QUARTER_END, what, "")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        reading.wrong(block.line_of(QUARTER_END), f"`{QUARTER_END}` of {what} is a day such as 2025-12-31")
        return None


def _problems(table: PublishedTable, block: Block, measures: Measures) -> Iterator[tuple[int, str]]:
    for column in table.columns:
        line = block["columns"].line_of(column.name)
        measure = measures.measures.get(column.measure_id)
        if measure is None:
            hint = nearest(column.measure_id, measures.measures)
            yield line, f"`{column.name}` of `{table.file}` is no measure `{column.measure_id}`{hint}"
        elif column.statistic not in measure.statistics:
            hint = nearest(column.statistic, measure.statistics)
            yield line, f"`{column.name}` of `{table.file}`: `{column.measure_id}` has no {column.statistic}{hint}"
        elif breakdown_of(column, measures) is None:
            said, known = "+".join(column.dimensions), ["+".join(each) or TOTAL for each in measure.breakdowns()]
            hint = nearest(said, known)
            yield line, f"`{column.name}` of `{table.file}`: `{column.measure_id}` is not counted by {said}{hint}"
