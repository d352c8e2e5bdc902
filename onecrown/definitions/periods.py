"""Periods that are measured and published: a quarter `2025-Q4`, a month `2025-12` or a day `2025-12-31`, by the London calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from onecrown.definitions.measures import DAY, MONTH, QUARTER
from onecrown.errors import UsageError

_WRITTEN = re.compile(r"(?P<year>\d{4})-(?:Q(?P<quarter>[1-4])|(?P<month>\d{2})(?:-(?P<day>\d{2}))?)")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole London days, both included. `kind` is day, month or quarter."""

    kind: str
    begun_on: date
    ended_on: date

    @property
    def name(self) -> str:
        """As people write it: `2025-Q4`, `2025-12`, `2025-12-31`."""
        if self.kind == QUARTER:
            return f"{self.begun_on.year:04}-Q{self.ended_on.month // 3}"
        return f"{self.begun_on.year:04}-{self.begun_on.month:02}" if self.kind == MONTH else self.begun_on.isoformat()


def period_named(name: str) -> Period:
    """The period of a name. Raises `UsageError` where it names none."""
    found = _WRITTEN.fullmatch(name)
    try:
        if found:
            return _period(**found.groupdict())
    except ValueError:
        pass
    raise UsageError("this is no period; write a day (2025-12-31), a month (2025-12) or a quarter (2025-Q4)")


def _period(year: str, quarter: str | None, month: str | None, day: str | None) -> Period:
    if day is not None:
        at = date(int(year), int(month or 0), int(day))
        return Period(DAY, at, at)
    last = 3 * int(quarter) if quarter else int(month or 0)
    begun_on = date(int(year), last - 2 if quarter else last, 1)
    ended_on = date(int(year), last, monthrange(int(year), last)[1])
    return Period(QUARTER if quarter else MONTH, begun_on, ended_on)
