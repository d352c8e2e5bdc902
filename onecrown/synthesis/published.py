"""The published figures that the truth is held to, from `model/published/`.

Source: Criminal court statistics quarterly, October to December 2025 (Open Government Licence v3.0).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onecrown.definitions.model import model_folder
from onecrown.errors import UsageError

BANDS = (
    *("under_4_weeks", "4_to_8_weeks", "8_to_12_weeks", "12_to_16_weeks", "16_to_20_weeks"),
    *("20_to_26_weeks", "6_months_to_1_year", "1_to_2_years", "2_years_or_more"),
)
BAND_DAYS = (0, 28, 56, 84, 112, 140, 182, 365, 730)
"""The first day of age of each band."""

REMANDS = ("bail", "custody", "unknown")


@dataclass(frozen=True, slots=True)
class Quarter:
    """The counts of one quarter, at some scale. `open_trials` is by band and then remand, in the order of `REMANDS`."""

    start_on: date
    end_on: date
    receipts: int
    disposals: int
    open_cases: int
    valid_share: float
    hearings_mean: float
    open_by_band: tuple[int, ...]
    open_trials: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Court:
    """A Crown Court centre. `crest_court_id` and `court_code` are '' where the court is not known."""

    region: str
    name: str
    crest_court_id: str
    court_code: str
    open_cases: int
    open_a_year_before: int


@dataclass(frozen=True, slots=True)
class Published:
    """The quarters wanted, the cases open before the first of them, and the courts."""

    quarters: tuple[Quarter, ...]
    opening: int
    courts: tuple[Court, ...]


def read_published(first_on: date, last_on: date, scale: float, folder: Path | None = None) -> Published:
    """The whole quarters between two days, scaled so that each column keeps its sum.

    Raises `UsageError` where no whole quarter lies between them.
    """
    root = folder or model_folder() / "published"
    quarters = _quarters(root)
    wanted = [quarter for quarter in quarters if first_on <= quarter.start_on and quarter.end_on <= last_on]
    if not wanted:
        said = f"{quarters[0].start_on} to {quarters[-1].end_on}"
        raise UsageError(f"no whole quarter lies between --from and --to; there are figures from {said}")
    first, place = wanted[0], quarters.index(wanted[0])
    opening = quarters[place - 1].open_cases if place else first.open_cases - first.receipts + first.disposals
    scaled = _scaled(wanted, opening, scale)
    return Published(scaled[0], scaled[1], tuple(_courts(root)))


def largest_remainder(counts: Sequence[float], total: int) -> list[int]:
    """Whole numbers with a given sum in the proportions of `counts`; equal remainders go to the earlier."""
    whole = sum(counts)
    shares = [count * total / whole if whole else 0.0 for count in counts]
    floors = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda at: (floors[at] - shares[at], at))
    for at in order[: total - sum(floors)]:
        floors[at] += 1
    return floors


def band_of(age_days: int) -> int:
    """The place in `BANDS` of an age in days."""
    return next(at for at in range(len(BAND_DAYS) - 1, -1, -1) if age_days >= BAND_DAYS[at] or at == 0)


def _scaled(quarters: Sequence[Quarter], opening: int, scale: float) -> tuple[tuple[Quarter, ...], int]:
    def column(counts: list[int]) -> list[int]:
        return largest_remainder(counts, round(sum(counts) * scale))

    receipts = column([quarter.receipts for quarter in quarters])
    disposals = column([quarter.disposals for quarter in quarters])
    stocks = column([opening, *(quarter.open_cases for quarter in quarters)])
    scaled = tuple(
        Quarter(
            *(quarter.start_on, quarter.end_on, received, disposed, standing),
            *(quarter.valid_share, quarter.hearings_mean, quarter.open_by_band, quarter.open_trials),
        )
        for quarter, received, disposed, standing in zip(quarters, receipts, disposals, stocks[1:], strict=True)
    )
    return scaled, stocks[0]


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _quarters(root: Path) -> list[Quarter]:
    ages: dict[str, list[tuple[int, ...]]] = {}
    for row in _rows(root / "crown_open_ages.csv"):
        ages.setdefault(row["quarter_end"], []).append(tuple(int(said) for said in list(row.values())[2:]))
    return [_quarter(row, ages[row["quarter_end"]]) for row in _rows(root / "crown_quarters.csv")]


def _quarter(row: dict[str, str], ages: list[tuple[int, ...]]) -> Quarter:
    end_on = date.fromisoformat(row["quarter_end"])
    standing = int(row["open_cases"])
    return Quarter(
        date(end_on.year, end_on.month - 2, 1),
        end_on,
        int(row["receipts"]),
        int(row["disposals"]),
        standing,
        int(row["open_cases_with_computable_age"]) / standing,
        float(row["hearings_per_case_mean"]),
        tuple(band[0] for band in ages),
        tuple(band[1:] for band in ages),
    )


def _courts(root: Path) -> Iterable[Court]:
    for row in _rows(root / "crown_courts.csv"):
        standing = (int(row["open_cases_2025_q4"]), int(row["open_cases_2024_q4"]))
        yield Court(row["region"], row["court"], row["crest_court_id"], row["court_code"], *standing)
