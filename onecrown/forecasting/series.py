"""A caseload over time: receipts, disposals and open cases, period after period."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from onecrown.definitions.model import model_folder
from onecrown.errors import UsageError

QUARTERS_A_YEAR = 4


class Subject(StrEnum):
    """What is forecast, in cases."""

    open_cases = "open_cases"
    receipts = "receipts"
    disposals = "disposals"


@dataclass(frozen=True, slots=True)
class Caseload:
    """Cases received and disposed of in one quarter, and those open on its last day."""

    ended_on: date
    receipts: float
    disposals: float
    open_cases: float


Series = tuple[Caseload, ...]


def values(series: Sequence[Caseload], subject: Subject) -> list[float]:
    """One column of a series."""
    return [float(getattr(caseload, subject.value)) for caseload in series]


def published_quarters(folder: Path | None = None) -> Series:
    """The published quarters of the Crown Court, oldest first, as the latest release has them.

    Source: Criminal court statistics quarterly; see the page beside the file in `model/published/`.
    """
    path = (folder or model_folder()) / "published" / "crown_quarters.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return quarters(_caseload(row) for row in csv.DictReader(stream))


def _caseload(row: dict[str, str]) -> Caseload:
    flows = (float(row["receipts"]), float(row["disposals"]), float(row["open_cases"]))
    return Caseload(date.fromisoformat(row["quarter_end"]), *flows)


def quarters(said: Iterable[Caseload]) -> Series:
    """The quarters in order. Raises `UsageError` where one is missing or comes twice."""
    series = tuple(sorted(said, key=lambda caseload: caseload.ended_on))
    for before, after in pairwise(series):
        if months_between(before.ended_on, after.ended_on) != 3:
            raise UsageError(
                f"after the quarter that ended on {before.ended_on} comes the one that ended on {after.ended_on}; "
                "a forecast needs every quarter once: load the drops of the others, or begin later"
            )
    return series


def months_between(earlier: date, later: date) -> int:
    """Whole calendar months from one to the other, by year and month alone."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month
