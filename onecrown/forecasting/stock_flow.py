"""Open cases month by month under stated receipts and capacity: ringfenced work first, then all else that the days hold.

The arithmetic is that of the Ministry of Justice's public model of the Crown Court (moj-analytical-services/prisonsreadyreckoner,
`R/crown.R`): capacity is sitting days by time a day; ringfenced work takes from it first; what is left clears the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of case: how many are open, how many come in each month, how long a disposal takes in court.

    `receipts` are cases a month, the last of which goes on. `kept_open_cases` is what stays in hand however many days there are:
    cases that are being prepared. Ringfenced work is heard before any other.
    """

    name: str
    open_cases: float
    receipts: tuple[float, ...]
    minutes_per_disposal: float
    is_ringfenced: bool = False
    kept_open_cases: float = 0.0


@dataclass(frozen=True, slots=True)
class WorkMonth:
    """One kind of case in one month, in cases; `minutes` is the time in court that its disposals took."""

    name: str
    receipts: float
    disposals: float
    open_cases: float
    minutes: float


@dataclass(frozen=True, slots=True)
class ProjectedMonth:
    """One month: the first is number 1. `capacity_minutes` is what there was, `minutes` what was used."""

    number: int
    capacity_minutes: float
    work: tuple[WorkMonth, ...]

    @property
    def receipts(self) -> float:
        """Cases received."""
        return sum(part.receipts for part in self.work)

    @property
    def disposals(self) -> float:
        """Cases disposed of."""
        return sum(part.disposals for part in self.work)

    @property
    def open_cases(self) -> float:
        """Cases open at the month's end."""
        return sum(part.open_cases for part in self.work)

    @property
    def minutes(self) -> float:
        """Time in court."""
        return sum(part.minutes for part in self.work)


def project(work: Sequence[Work], capacity_minutes: Sequence[float]) -> tuple[ProjectedMonth, ...]:
    """The months to come, one for each capacity, in minutes of court time."""
    first = ProjectedMonth(0, 0.0, tuple(WorkMonth(kind.name, 0.0, 0.0, kind.open_cases, 0.0) for kind in work))
    months = accumulate(capacity_minutes, lambda before, minutes: _next_month(work, before, minutes), initial=first)
    return tuple(months)[1:]


def of_month(said: Sequence[float], number: int) -> float:
    """What is said of a month, the first of which is number 1; the last goes on."""
    return said[min(number, len(said)) - 1]


def _next_month(work: Sequence[Work], before: ProjectedMonth, capacity_minutes: float) -> ProjectedMonth:
    number = before.number + 1
    there = {
        kind.name: part.open_cases + of_month(kind.receipts, number)
        for kind, part in zip(work, before.work, strict=True)
    }
    wanted = {kind.name: max(0.0, there[kind.name] - kind.kept_open_cases) * kind.minutes_per_disposal for kind in work}
    used = _shared_out([kind.name for kind in work if kind.is_ringfenced], wanted, capacity_minutes)
    left = capacity_minutes - sum(used.values())
    used |= _shared_out([kind.name for kind in work if not kind.is_ringfenced], wanted, left)
    parts = (_worked(kind, number, there[kind.name], used[kind.name]) for kind in work)
    return ProjectedMonth(number, capacity_minutes, tuple(parts))


def _shared_out(names: Sequence[str], wanted: dict[str, float], minutes: float) -> dict[str, float]:
    """Minutes for each of some kinds of work: all that they want, or as large a share of it as there is."""
    whole = sum(wanted[name] for name in names)
    share = min(1.0, max(0.0, minutes) / whole) if whole else 0.0
    return {name: wanted[name] * share for name in names}


def _worked(kind: Work, number: int, there: float, minutes: float) -> WorkMonth:
    disposals = minutes / kind.minutes_per_disposal
    return WorkMonth(kind.name, of_month(kind.receipts, number), disposals, max(0.0, there - disposals), minutes)
