"""The registry of measures, read from `model/measures/`: what is counted, by which rule, over which periods and breakdowns."""

from __future__ import annotations

from dataclasses import dataclass, field

from onecrown.definitions.entities import Standing

FOLDER = "measures"
FLOW, STOCK = "flow", "stock"
COUNT, MEAN, MEDIAN, RATE = "count", "mean", "median", "rate"
STATISTICS = (COUNT, MEAN, MEDIAN, RATE)
TOTAL = "total"
DAY, MONTH, QUARTER = "day", "month", "quarter"
PERIOD_KINDS = (DAY, MONTH, QUARTER)


@dataclass(frozen=True, slots=True)
class UnitColumn:
    """A column of a unit table."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class UnitTable:
    """What is counted: a row per case, spell of a case, defendant or trial.

    `sql` is Athena's; it reads `onecrown.<entity>` and `lifecycle.<piece>`. `over_time` says that the pieces are asked for every
    day on which a case may have changed, and not for its end. `of` is the entity whose every row is counted or left out.
    """

    name: str
    meaning: str
    grain: str
    of: str
    key: str
    over_time: bool
    columns: tuple[UnitColumn, ...]
    sql: str
    why: str
    line: int = 1

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class CountedCodes:
    """Codes that mean the same to a unit table."""

    name: str
    meaning: str
    codes: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way in which a measure is broken down.

    `sql` by unit table, over its columns and those of its case; `TABLE.DAY` goes before it for flows that are counted by that day.
    """

    name: str
    title: str
    meaning: str
    code_list: str
    sql: dict[str, str]
    line: int

    def sql_of(self, counts: str, day: str) -> str | None:
        """The SQL for rows of a unit table that are counted by a day, '' for stocks; None where the table does not tell it."""
        return self.sql.get(f"{counts}.{day}", self.sql.get(counts))


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that everybody shows alike.

    `counts` names the unit table, `day` the day by which a row of a flow falls into a period; a stock counts the spells that hold the
    last day of the period. `where` holds conditions, each with the reason why a row is left out that does not fulfil it. `value` is what means, medians and rates are taken of: a number, or, for a rate, a condition.
    """

    measure_id: str
    family: str
    title: str
    meaning: str
    unit: str
    kind: str
    counts: str
    day: str
    where: tuple[tuple[str, str], ...]
    value: str
    statistics: tuple[str, ...]
    dimensions: tuple[str, ...]
    crossed: tuple[tuple[str, str], ...]
    has_days: bool
    rule: str
    document: str
    version: int
    standing: Standing
    owners: dict[str, str]
    not_comparable_with: tuple[str, ...]
    line: int

    def breakdowns(self) -> tuple[tuple[str, ...], ...]:
        """Every breakdown as its dimensions: none, each alone, and some two together."""
        return ((), *((name,) for name in self.dimensions), *self.crossed)


@dataclass(frozen=True, slots=True)
class Family:
    """Measures that are shown together."""

    name: str
    title: str
    meaning: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatedView:
    """A view that the model writes out: one SELECT of Athena's, every table named in full, and its columns in order."""

    name: str
    grain: str
    why: str
    columns: tuple[UnitColumn, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Measures:
    """The whole registry. `first_on` is the first day measured (ISO), `days` how many last days have numbers of their own."""

    first_on: str
    days: int
    day_dimensions: tuple[str, ...]
    code_sets: dict[str, CountedCodes]
    units: dict[str, UnitTable]
    dimensions: dict[str, Dimension]
    families: dict[str, Family]
    measures: dict[str, Measure]
    views: dict[str, StatedView] = field(default_factory=dict)
