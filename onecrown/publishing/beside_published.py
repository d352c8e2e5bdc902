"""Published figures and ours, side by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from onecrown.definitions.measures import COUNT, TOTAL, Measures
from onecrown.definitions.published_columns import QUARTER_END, PublishedColumn, PublishedTable, breakdown_of

Cell = tuple[str, str, date, str, str, str]
"""Measure, statistic, last day of the quarter, breakdown, and the codes of its two dimensions ('' where it has fewer)."""
Row = Mapping[str, str]
LEAST = 10  # counts of fewer say little in percent
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Laid:
    """One published figure, in the measure's unit and at the scale of ours, and ours; None where we have none."""

    measure_id: str
    statistic: str
    unit: str
    quarter_end_on: date
    breakdown: str
    category: str
    published: float
    ours: float | None

    @property
    def difference(self) -> float | None:
        """Ours less the published one."""
        return None if self.ours is None else self.ours - self.published

    @property
    def difference_percent(self) -> float | None:
        """The difference of the published figure, in percent; None where that is 0."""
        return None if self.difference is None or not self.published else 100 * self.difference / self.published


@dataclass(frozen=True, slots=True)
class Closeness:
    """How close a measure comes over all its figures: the middle of the differences, whatever their sign, and the largest.

    Published counts below `LEAST`, at the scale of ours, are left out of both.
    """

    measure_id: str
    statistic: str
    breakdown: str
    figures: int
    without_ours: int
    middle_percent: float | None
    largest: Laid | None


@dataclass(frozen=True, slots=True)
class Beside:
    """How published figures are read and which ours are: counts are taken at `scale`, and `codes` stand for words of theirs.

    `known` are the codes of ours, which a table may write as they are.
    """

    measures: Measures
    codes: Mapping[str, str]
    scale: float
    ours: Mapping[Cell, float]
    known: Collection[str]

    def laid(self, table: PublishedTable, row: Row) -> Iterator[Laid]:
        """Every figure of a row beside ours. Raises `ValueError` where a cell is no number or no day."""
        for column in table.columns:
            if row[column.name].strip():
                yield self._laid(column, row)

    def _laid(self, column: PublishedColumn, row: Row) -> Laid:
        measure = self.measures.measures[column.measure_id]
        said = dict(column.of) | {dimension: self._code(row[name]) for name, dimension in column.by}
        codes = [said[dimension] for dimension in breakdown_of(column, self.measures) or ()]
        breakdown = "+".join(breakdown_of(column, self.measures) or ()) or TOTAL
        ended_on = column.quarter_end_on or date.fromisoformat(row[QUARTER_END])
        figure = float(row[column.name]) * column.times * (self.scale if column.statistic == COUNT else 1)
        first, second = (*codes, "", "")[:2]
        found = self._found((column.measure_id, column.statistic, ended_on, breakdown, first, second))
        return Laid(
            *(column.measure_id, column.statistic, measure.unit, ended_on, breakdown),
            *(" ".join(codes), figure, found),
        )

    def _found(self, cell: Cell) -> float | None:
        """Ours; a count of a category that is not kept, in a quarter that was counted, is none."""
        counted = cell[1] == COUNT and (*cell[:3], TOTAL, "", "") in self.ours
        return self.ours.get(cell, 0.0 if counted else None)

    def _code(self, said: str) -> str:
        """A code as it stands, else its words; no word at all is what is not known."""
        folded = _NO_WORD.sub("_", said.lower()).strip("_") or "unknown"
        return said if said and said in self.known else self.codes.get(folded, folded)


def closeness(laid: Iterable[Laid]) -> list[Closeness]:
    """By measure, statistic and breakdown, in the order in which they come."""
    groups: dict[tuple[str, str, str], list[Laid]] = {}
    for one in laid:
        groups.setdefault((one.measure_id, one.statistic, one.breakdown), []).append(one)
    return [_close(key, found) for key, found in groups.items()]


def _says_much(one: Laid) -> bool:
    return one.statistic != COUNT or one.published >= LEAST


def _close(key: tuple[str, str, str], laid: list[Laid]) -> Closeness:
    compared = [one for one in laid if one.difference_percent is not None and _says_much(one)]
    sizes = [abs(one.difference_percent or 0) for one in compared]
    return Closeness(
        *key,
        len(laid),
        sum(one.ours is None for one in laid),
        median(sizes) if sizes else None,
        max(compared, key=lambda one: abs(one.difference_percent or 0)) if compared else None,
    )
