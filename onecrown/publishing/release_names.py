"""What a release is called: its period, and its revision from the second on. A name means one set of figures for good."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onecrown.definitions.measures import DAY
from onecrown.definitions.periods import Period, period_named
from onecrown.errors import UsageError

DATABASE = "onecrown_release_"
_REVISED = re.compile(r"(?P<period>.+?)(?:-r(?P<revision>[1-9]\d*))?")


@dataclass(frozen=True, slots=True, order=True)
class ReleaseName:
    """A period and the number of its revision, from 1."""

    period: Period
    revision: int = 1

    @property
    def text(self) -> str:
        """`2025-Q4`, and `2025-Q4-r2` for its second revision."""
        return self.period.name if self.revision == 1 else f"{self.period.name}-r{self.revision}"

    @property
    def tag(self) -> str:
        """The Iceberg tag of its tables."""
        return f"release-{self.text}"

    @property
    def database(self) -> str:
        """The database of its views: Glue takes small letters, digits and underscores."""
        return DATABASE + self.text.lower().replace("-", "_")


def read_release_name(said: str) -> ReleaseName:
    """The release that a text names, whether there is one or not. Raises `UsageError`."""
    found = _REVISED.fullmatch(said)
    period = period_named(found["period"] if found else said)
    if period.kind == DAY:
        raise UsageError(f"`{said}` is a day; releases are of a quarter such as 2025-Q4, or a month such as 2025-12")
    return ReleaseName(period, int(found["revision"] or 1) if found else 1)
