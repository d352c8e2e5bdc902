"""Two releases beside each other: what each value was and is, and which units came, went or changed, by cause."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from onecrown.definitions.measures import COUNT
from onecrown.publishing.manifest import Manifest

LATE, CORRECTION, DUPLICATION, RULE_CHANGE, NOT_KNOWN = (
    "late record",
    "correction",
    "de-duplication",
    "rule change",
    "not known",
)
CAUSES = (LATE, CORRECTION, DUPLICATION, RULE_CHANGE, NOT_KNOWN)

MEASURES, RULES = "measures.", "lifecycle."
"""How the names in a manifest's versions begin."""

Cell = tuple[str, str, str, str]
"""A measure, a period, and up to two categories, each '' where the breakdown has none."""


@dataclass(frozen=True, slots=True)
class ValueRevision:
    """A published value, as it was and as it is: None where a release has none. `units_*` are the units that it was made of."""

    cell: Cell
    statistic: str
    unit: str
    was: float | None
    now: float | None
    units_were: int
    units_are: int

    @property
    def net(self) -> float | None:
        """The difference; a count that a release does not have was nothing."""
        if self.statistic == COUNT:
            return (self.now or 0) - (self.was or 0)
        return None if self.was is None or self.now is None else self.now - self.was


@dataclass(frozen=True, slots=True)
class UnitRevision:
    """Units of a cell that one cause added, removed, or left counted with another measured value."""

    cell: Cell
    cause: str
    added: int
    removed: int
    changed: int = 0

    @property
    def net(self) -> int:
        """What the cause did to the number of units."""
        return self.added - self.removed

    @property
    def gross(self) -> int:
        """All units that it touched, in whatever direction."""
        return self.added + self.removed + self.changed


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one release to another; `why_not` says why no cause could be found, '' where causes are known."""

    earlier: Manifest
    later: Manifest
    values: tuple[ValueRevision, ...]
    units: tuple[UnitRevision, ...]
    why_not: str = ""


def changed_versions(earlier: Manifest, later: Manifest) -> frozenset[str]:
    """The rules and measures that have another version in the later release, or are in one of the two alone."""
    names = earlier.versions.keys() | later.versions.keys()
    return frozenset(name for name in names if earlier.versions.get(name) != later.versions.get(name))


def explained(
    values: Iterable[ValueRevision], units: Iterable[UnitRevision], redefined: Collection[str]
) -> list[UnitRevision]:
    """The causes, with what is left over, so that of every cell they add up to the difference of the units published.

    A definition that changed counts other units of the same rows: no row came or went, and the difference is known as a whole.
    Of a measure that is not among the `redefined` the cause of what is left over is not known.
    """
    found = list(units)
    nets: dict[Cell, int] = {}
    for one in found:
        nets[one.cell] = nets.get(one.cell, 0) + one.net
    published = {value.cell: value.units_are - value.units_were for value in values}
    for cell, wanted in published.items():
        if left := wanted - nets.get(cell, 0):
            cause = RULE_CHANGE if cell[0] in redefined else NOT_KNOWN
            found.append(UnitRevision(cell, cause, max(left, 0), max(-left, 0)))
    return _united(found)


def redefined_measures(earlier: Manifest, later: Manifest) -> frozenset[str]:
    """Measures whose definition may differ between two releases: all of them where the models differ at all."""
    marks = earlier.versions if earlier.model_digest != later.model_digest else changed_versions(earlier, later)
    return frozenset(mark.removeprefix(MEASURES) for mark in marks if mark.startswith(MEASURES))


def _united(found: Iterable[UnitRevision]) -> list[UnitRevision]:
    """One for each cell and cause, in the order of cells and causes."""
    by_cause: dict[tuple[Cell, int], list[UnitRevision]] = {}
    for one in found:
        by_cause.setdefault((one.cell, CAUSES.index(one.cause)), []).append(one)
    return [
        UnitRevision(
            cell,
            CAUSES[cause],
            sum(one.added for one in said),
            sum(one.removed for one in said),
            sum(one.changed for one in said),
        )
        for (cell, cause), said in sorted(by_cause.items())
    ]
