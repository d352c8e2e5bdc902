"""A table of a product as rows of cells: one row for every period and category, headings that say what stands below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product as combinations

from onecrown.definitions.measures import COUNT, STOCK, Measure, Measures
from onecrown.definitions.products import BY_MEASURE, ProductTable
from onecrown.publishing.adding_up import Place
from onecrown.publishing.opendocument import Cell
from onecrown.publishing.opendocument_styles import Look
from onecrown.publishing.product_notes import Notes
from onecrown.publishing.product_values import ProductValues, Shown
from onecrown.publishing.site.names import NOT_KNOWN, Names
from onecrown.publishing.site.wording import day, months

ALL = ""
"""The category that stands for all of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers: its heading, and where its values are found beside the categories of the row."""

    heading: str
    measure: Measure
    statistic: str
    across: str = ALL


@dataclass(frozen=True, slots=True)
class TableCells:
    """A table at work: its definition, the values, and what things are called."""

    table: ProductTable
    values: ProductValues
    measures: Measures
    names: Names
    notes: Notes

    @property
    def row_dimensions(self) -> tuple[str, ...]:
        """The dimensions whose categories stand in rows."""
        return tuple(name for name in self.table.dimensions if name != self.table.across)

    def columns(self) -> list[Column]:
        """The columns of numbers."""
        shown = [self.measures.measures[name] for name in self.table.measures]
        if self.table.across == BY_MEASURE:
            return [Column(self._of_measure(m, s), m, s) for m in shown for s in self.table.statistics]
        (measure,), (statistic,) = shown, self.table.statistics
        unit = f" ({measure.unit})"
        codes = [ALL, *self._codes(self.table.across)]
        return [Column(self._category(self.table.across, code) + unit, measure, statistic, code) for code in codes]

    def _of_measure(self, measure: Measure, statistic: str) -> str:
        how = "" if statistic == COUNT or len(measure.statistics) == 1 else f", {statistic}"
        return self.notes.marked(f"{measure.title}{how} ({measure.unit})", measure.measure_id)

    def headings(self) -> list[Cell]:
        """The heading row."""
        said = ["As at" if self._is_all_stock() else "Period", *map(self._title, self.row_dimensions)]
        numbers = [Cell(Look.number_column, column.heading) for column in self.columns()]
        return [*(Cell(Look.column, text) for text in said), *numbers]

    def _title(self, dimension: str) -> str:
        return self.measures.dimensions[dimension].title

    def _is_all_stock(self) -> bool:
        return all(self.measures.measures[name].kind == STOCK for name in self.table.measures)

    def rows(self) -> Iterator[list[Cell]]:
        """One row for every period and every category, all of them first; the newest period last."""
        columns = self.columns()
        codes = [[ALL, *self._codes(dimension)] for dimension in self.row_dimensions]
        for begun_on, ended_on in self.periods():
            when = day(ended_on) if self._is_all_stock() else months(begun_on, ended_on)
            for categories in combinations(*codes):
                said = [self._category(*each) for each in zip(self.row_dimensions, categories, strict=True)]
                numbers = [self._number(column, ended_on, categories) for column in columns]
                yield [*(Cell(Look.text, text) for text in (when, *said)), *numbers]

    def periods(self) -> list[tuple[date, date]]:
        """First and last day of every period that has a value."""
        kind = self.table.period_kind
        return sorted(
            {
                (one.begun_on, one.ended_on)
                for place, said in self.values.values.items()
                if place.measure_id in self.table.measures and place.period_kind == kind
                for one in said.values()
            }
        )

    def _codes(self, dimension: str) -> list[str]:
        """Every category of a dimension that any value of the table has, in the order of its list; what is not known last."""
        found = {
            category
            for place in self.values.values
            if place.measure_id in self.table.measures and place.period_kind == self.table.period_kind
            for name, category in zip(place.dimensions, place.categories, strict=True)
            if name == dimension
        }
        return sorted(found, key=lambda code: (code == NOT_KNOWN, self.names.place(dimension, code), code))

    def _category(self, dimension: str, code: str) -> str:
        return "All" if code == ALL else self.names.of(dimension, code)

    def _number(self, column: Column, ended_on: date, categories: Sequence[str]) -> Cell:
        of_rows = dict(zip(self.row_dimensions, categories, strict=True))
        every = [(name, of_rows.get(name, column.across)) for name in self.table.dimensions]
        kept = [(name, code) for name, code in every if code != ALL]
        place = Place(column.measure.measure_id, self.table.period_kind, ended_on, "")
        at = place.at(tuple(name for name, _ in kept), tuple(code for _, code in kept))
        return _cell(self.values.of(at, column.statistic), column.statistic)


def _cell(shown: Shown, statistic: str) -> Cell:
    if shown.number is None:
        return Cell(Look.shorthand, shown.shorthand)
    places = 0 if statistic == COUNT else 1
    return Cell(Look.decimal if places else Look.whole, f"{shown.number:,.{places}f}", shown.number)
