"""Products, read from `model/products/`: which tables are published together, for whom, and what of them is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

AUDIENCES = ("public", "official")
ZEROS = ("shown", "hidden")
PERIODS = ("month", "quarter")
TOTAL, BY_MEASURE = "total", "measures"
NO_SUPPRESSION = 1
"""The threshold below which no count lies but zero."""

Published = tuple[str, str, str]
"""A measure, a kind of period and a breakdown."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is not shown: counts below `threshold` (1: none), and with `has_secondary` what would give them away.

    What is shown is rounded to the nearest `rounding` (1: as it is).
    """

    threshold: int
    shows_zeros: bool
    has_secondary: bool
    rounding: int
    marker: str
    source: str

    @property
    def is_on(self) -> bool:
        """Whether anything can be hidden."""
        return self.threshold > NO_SUPPRESSION or not self.shows_zeros


@dataclass(frozen=True, slots=True)
class ProductTable:
    """One table: measures by period and breakdown. `across` says what its columns are: the measures, or a dimension."""

    name: str
    title: str
    measures: tuple[str, ...]
    statistics: tuple[str, ...]
    period_kind: str
    breakdown: str
    across: str
    notes: tuple[str, ...]
    line: int = 1

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of the breakdown: none, one or two."""
        return () if self.breakdown == TOTAL else tuple(self.breakdown.split("+"))

    @property
    def margins(self) -> tuple[str, ...]:
        """The breakdown and every one that stands in its totals, the finest first."""
        singles = self.dimensions if len(self.dimensions) > 1 else ()
        return tuple(dict.fromkeys((self.breakdown, *singles, TOTAL)))

    def published(self) -> Iterator[Published]:
        """Everything that it shows."""
        for measure in self.measures:
            for breakdown in self.margins:
                yield measure, self.period_kind, breakdown


@dataclass(frozen=True, slots=True)
class AddsUp:
    """A measure that is the sum of others, category by category."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Tables that are published together. `shown_whole` is what products without suppression show anyway: it hides nothing."""

    product_id: str
    version: int
    title: str
    meaning: str
    audience: str
    owner: str
    contact: str
    standing: str
    source: str
    suppression: Suppression
    tables: tuple[ProductTable, ...]
    adds_up: tuple[AddsUp, ...]
    line: int
    shown_whole: frozenset[Published] = field(default=frozenset())

    def published(self) -> Iterator[Published]:
        """Everything that its tables show."""
        for table in self.tables:
            yield from table.published()
