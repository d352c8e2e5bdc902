"""The courts over time: when each went on to Common Platform, when its open cases were moved, and which get how many cases.

Source: Common Platform went live court by court from September 2020 (Derby first) to 2023, with a pause from August 2021 to
March 2022; legacy cases still open are moved from 2025.
"""

from __future__ import annotations

import csv
import random
from bisect import bisect
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from onecrown.definitions.model import model_folder
from onecrown.synthesis.identifiers import uuid_of
from onecrown.synthesis.published import Court, largest_remainder

_WAVES = ((date(2020, 9, 14), date(2021, 7, 26)), (date(2022, 4, 4), date(2023, 7, 31)))
_FIRST_WAVE = 0.35
_MOVES = (date(2025, 2, 3), date(2025, 11, 3))
UNKNOWN_FROM = date(2023, 9, 1).toordinal()
FIRST_LIVE = _WAVES[0][0].toordinal()
"""The first day on which a case could start on Common Platform."""


@dataclass(frozen=True, slots=True)
class Centre:
    """A Crown Court centre with its days (ordinals) and the magistrates' court that sends to it."""

    region: str
    name: str
    crest_id: str
    code: str
    cp_id: str
    goes_live: int
    moves_on: int
    magistrates_code: str
    magistrates_psa: str

    @property
    def is_known(self) -> bool:
        """Whether cases of it say at which court they are."""
        return bool(self.crest_id)


class Centres:
    """Every centre, and the share of each in cases."""

    def __init__(self, courts: tuple[Court, ...], open_at_end: int, seed: int) -> None:
        rng = random.Random(f"courts {seed}")
        self.all = tuple(_centres(courts, rng))
        known = [court.open_cases + court.open_a_year_before if court.crest_court_id else 0 for court in courts]
        self._known = list(accumulate(known))
        counts = largest_remainder([court.open_cases for court in courts], open_at_end)
        self._quota = Counter({at: count for at, count in enumerate(counts) if count})
        self._waiting = list(self._quota.elements())
        rng.shuffle(self._waiting)
        self._spent: Counter[int] = Counter()

    def drawn(self, rng: random.Random) -> Centre:
        """A centre by its share of the open cases of two years."""
        return self.all[bisect(self._known, rng.randrange(self._known[-1]))]

    def for_open(self, received: int, chosen: Centre | None, rng: random.Random) -> Centre:
        """A centre for a case that is open at the end, so that each has its published number of them.

        `chosen` is one that a link has fixed already: it is taken off the number that waits.
        """
        if chosen is not None:
            self._spent[self.all.index(chosen)] += 1
            return chosen
        for back in range(1, min(len(self._waiting), 500) + 1):
            at = self._waiting[-back]
            if self.all[at].is_known or received >= UNKNOWN_FROM:
                self._waiting.pop(-back)
                if self._spent[at]:
                    self._spent[at] -= 1
                    return self.for_open(received, None, rng)
                return self.all[at]
        return self.drawn(rng)


def _centres(courts: tuple[Court, ...], rng: random.Random) -> list[Centre]:
    order = [court.name for court in courts if court.name != "Derby"]
    rng.shuffle(order)
    order = [*(court.name for court in courts if court.name == "Derby"), *order]
    benches = magistrates_courts()
    return [
        Centre(
            *(court.region, court.name, court.crest_court_id, court.court_code),
            uuid_of("court centre", court.court_code or "unknown"),
            _in_waves(order.index(court.name) / len(order)),
            _between(*_MOVES, order.index(court.name) / len(order)),
            *benches[at % len(benches)],
        )
        for at, court in enumerate(courts)
    ]


def _in_waves(share: float) -> int:
    if share < _FIRST_WAVE:
        return _between(*_WAVES[0], share / _FIRST_WAVE)
    return _between(*_WAVES[1], (share - _FIRST_WAVE) / (1 - _FIRST_WAVE))


def _between(first: date, last: date, share: float) -> int:
    return (first + timedelta(days=round((last - first).days * share))).toordinal()


@cache
def magistrates_courts() -> tuple[tuple[str, str], ...]:
    """OU code and petty sessional area number of each magistrates' court of which both are public."""
    with (model_folder() / "codelists" / "court.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["list"] == "PSAcode" and row["standard_code"][0] == "B"]
    return tuple(sorted({row["standard_code"]: row["source_code"] for row in rows}.items()))
