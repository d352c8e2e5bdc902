"""Numbers, days and periods in words, as a page says them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from onecrown.definitions.measures import DAY, MONTH
from onecrown.definitions.periods import Period

PERCENT = "percent"
_STAYING = "\u00a0"  # a space at which no line ends
_PLACES = {"cases": 0, "defendants": 0, "trials": 0, "hearings": 2}  # after the point; one for all else


def amount(value: float, unit: str) -> str:
    """A value with what it is in: 80,203 cases; 27.7%; 181 days."""
    said = figure(value, unit)
    return said if unit == PERCENT else f"{said.removesuffix('.0')} {one_or_many(value, unit)}"


def figure(value: float, unit: str) -> str:
    """A value as a table shows it: 80,203; 27.7%; 181.0. Values of one unit have the same decimal places."""
    return f"{value:,.{_PLACES.get(unit, 1)}f}{'%' if unit == PERCENT else ''}"


def one_or_many(value: float, unit: str) -> str:
    """The unit in the singular where there is just one: 1 case."""
    return unit.removesuffix("s") if value == 1 else unit


def counted(count: int, one: str, many: str = "") -> str:
    """A number of things: 1 drop, 2 drops."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def change(now: float, before: float, unit: str) -> str:
    """How a value moved: up 1,234 (2.3%); down 0.4 percentage points; no change."""
    moved = round(now - before, 2)
    if not moved:
        return "no change"
    way = "up" if moved > 0 else "down"
    if unit == PERCENT:
        return f"{way} {abs(moved):.1f} percentage points"
    share = f" ({abs(moved) / before * 100:.1f}%)" if before else ""
    return f"{way} {figure(abs(moved), unit).removesuffix('.0')}{share}"


def signed_change(now: float, before: float, unit: str) -> str:
    """The same where there is little room: +1,234 (+2.3%); −0.4 points; 0."""
    moved = round(now - before, 2)
    sign = "+" if moved > 0 else "−"
    if not moved:
        return "0"
    if unit == PERCENT:
        return f"{sign}{abs(moved):.1f} points"
    share = f" ({sign}{abs(moved) / before * 100:.1f}%)" if before else ""
    return f"{sign}{figure(abs(moved), unit)}{share}"


def day(when: date) -> str:
    """A day in full: 31 December 2025."""
    return f"{when.day} {when:%B %Y}"


def instant(when: datetime) -> str:
    """An instant: 26 March 2026, 09:30 UTC."""
    return f"{day(when.date())}, {when:%H:%M} UTC"


def months(begun_on: date, ended_on: date) -> str:
    """The months of a period: October to December 2025; December 2025."""
    if (begun_on.year, begun_on.month) == (ended_on.year, ended_on.month):
        return f"{ended_on:%B %Y}"
    first = f"{begun_on:%B}" if begun_on.year == ended_on.year else f"{begun_on:%B %Y}"
    return f"{first} to {ended_on:%B %Y}"


def short_period(one: Period, is_stock: bool) -> str:
    """When a value holds, where there is little room, on one line: 31 Dec 2025; Oct to Dec 2025; Dec 2025."""
    if is_stock or one.kind == DAY:
        said = f"{one.ended_on.day} {one.ended_on:%b %Y}"
    else:
        said = f"{one.ended_on:%b %Y}" if one.kind == MONTH else f"{one.begun_on:%b} to {one.ended_on:%b %Y}"
    return said.replace(" ", _STAYING)


def in_full(one: Period, is_stock: bool) -> str:
    """When a value holds: the day at the end of a stock's period, the months of a flow's."""
    return day(one.ended_on) if is_stock or one.kind == DAY else months(one.begun_on, one.ended_on)


def at_or_in(one: Period, is_stock: bool) -> str:
    """The same with its preposition."""
    return f"{'at' if is_stock or one.kind == DAY else 'in'} {in_full(one, is_stock)}"


def year_before(when: date) -> date:
    """The last day of the same period a year before."""
    following = when + timedelta(days=1)
    return following.replace(year=following.year - 1, day=1) - timedelta(days=1)


def listed(said: Sequence[str]) -> str:
    """Words as a list: a, b and c."""
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}" if said else ""
