"""The stock of open cases, quarter by quarter: who comes in, who leaves, who returns.

In a quarter of the truth there are as many receipts, disposals and open cases as were published. What the change in open cases
differs by is carried by events that the files tell with their day: a bench warrant issued to every defendant of a case (the case
is not open until it is executed), a re-opening, a severance or a joinder. Rule: open at the end = open at the start + receipts -
disposals + the sum of the events' effects. A case that was opened again is disposed of on its last day; when it was closed at first is an
event. A late entry on the system changes nothing: the case is open from its receipt.

No file of Common Platform tells that a case was severed or joined, so only cases of before it are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from onecrown.synthesis.leaving import chosen_to_leave
from onecrown.synthesis.lives import Life
from onecrown.synthesis.published import BAND_DAYS, Published, Quarter, largest_remainder

LATE_SHARE = 0.0015  # of the receipts of the quarter before that are open: entered on the system in this quarter
REOPENED_SHARE = 0.0012  # of the disposals of a quarter: closed besides, and opened again in the next
SEVERED_SHARE = 0.0035  # of receipts
JOINED_SHARE = 0.0030
EXECUTED_SHARE = 0.28  # of the warrants that are out at a quarter's start
OPENING_WARRANTS = 0.022  # of the opening stock: on warrant before the first quarter
TRIAL_SHARE = 0.64  # of receipts
OPENING_TAIL_DAYS = 320  # mean excess of age over two years in the opening stock


class _Leaving(NamedTuple):
    """How many open cases leave in a quarter: disposed of, joined to others, closed to be opened again, on a warrant."""

    disposed: int
    joined: int
    passing: int
    issued: int


class Stock:
    """The open cases and those who may return. Memory is that of the open cases and of one quarter's disposals."""

    def __init__(self, published: Published, seed: int) -> None:
        self._published = published
        self._rng = random.Random(f"stock {seed}")
        self._number = 0
        self.open: list[Life] = []
        self._reopened: list[Life] = []
        self._on_warrant: list[Life] = []
        self._recent: list[Life] = []
        self._passing: list[Life] = []  # closed in the quarter before, and opened again in this one
        self._fresh: list[Life] = []  # of the receipts of the quarter before

    def lives(self) -> Iterator[Life]:
        """Every case once, when its truth is final: in the quarter after its disposal, or at the end."""
        first = self._published.quarters[0]
        self._seed_stock(first)
        for quarter in self._published.quarters:
            span = range(quarter.start_on.toordinal(), quarter.end_on.toordinal() + 1)
            yield from self._pass(quarter, [day for day in span if (day - 1) % 7 < 5])
        for rest in (self._recent, self.open, self._reopened, self._on_warrant):
            yield from rest

    def _seed_stock(self, first: Quarter) -> None:
        """Cases received before the first quarter, of the ages that the first published snapshot shows."""
        start, rng = first.start_on.toordinal(), self._rng
        extra = max(round(self._published.opening * OPENING_WARRANTS), _most_brought_back(self._published))
        count = self._published.opening + extra
        per_band = largest_remainder(first.open_by_band, count)
        for band, wanted in enumerate(per_band):
            trials = sum(first.open_trials[band]) / max(first.open_by_band[band], 1)
            for _ in range(wanted):
                life = self._new(start - 1 - _age_in(band, rng), rng.random() < trials, "opening")
                self.open.append(life)
        rng.shuffle(self.open)
        for life in self.open[self._published.opening :]:
            issued = max(life.received, start - rng.randrange(1, 400))
            life.warrants.append([issued, 0])
            life.events.append(("bench_warrant_issued", issued, -1))
            self._on_warrant.append(life)
        del self.open[self._published.opening :]

    def _new(self, received: int, is_trial: bool, origin: str) -> Life:
        self._number += 1
        return Life(self._number, received, is_trial, origin)

    def _pass(self, quarter: Quarter, days: list[int]) -> Iterator[Life]:
        rng, before = self._rng, len(self.open) + len(self._reopened)
        self._enter_late(days)
        self._receive(quarter, days)
        closed_again = self._close_again(quarter.disposals, days)
        came = self._reopen(days)
        came += self._execute(round(len(self._on_warrant) * EXECUTED_SHARE), days)
        came += self._sever(_about(quarter.receipts * SEVERED_SHARE, rng), days)
        joined = min(_about(quarter.receipts * JOINED_SHARE, rng), len(self.open) // 10)
        is_last = quarter is self._published.quarters[-1]
        passing = 0 if is_last else _about(quarter.disposals * REOPENED_SHARE, rng)
        issued = before + quarter.receipts + came - quarter.disposals - joined - passing - quarter.open_cases
        spared = min(joined, max(0, -issued))
        kept = min(passing, max(0, -issued - spared))
        issued += spared + kept
        if issued < 0:
            self._sever(-issued - self._execute(-issued, days), days)
            issued = 0
        yield from self._recent
        self._leave(quarter, days, _Leaving(quarter.disposals - closed_again, joined - spared, passing - kept, issued))

    def _receive(self, quarter: Quarter, days: list[int]) -> None:
        rng = self._rng
        lives = [self._new(rng.choice(days), rng.random() < TRIAL_SHARE, "receipt") for _ in range(quarter.receipts)]
        self._link_to_the_past(lives)
        self.open.extend(lives)
        self._fresh = lives

    def _link_to_the_past(self, lives: list[Life]) -> None:
        """A few receipts are retrials ordered on appeal, or breaches of orders, of cases disposed a quarter ago."""
        for kind, share in (("retrial", 0.0015), ("breach", 0.02)):
            pool = [past for past in self._recent if past.is_trial and not past.links]
            for life in self._rng.sample(lives, min(_about(len(lives) * share, self._rng), len(pool))):
                if life.links or (kind == "retrial") != life.is_trial:
                    continue
                past = self._rng.choice(pool)
                if not past.links and past.disposed < life.received:
                    life.links.append((kind, past))
                    past.links.append(("retried" if kind == "retrial" else "breached", life))

    def _enter_late(self, days: list[int]) -> None:
        """Some cases of the quarter before to which nothing has happened are entered on the system only now."""
        pool = [life for life in self._fresh if life.is_open and not (life.links or life.warrants)]
        for life in self._rng.sample(pool, _about(len(pool) * LATE_SHARE, self._rng)):
            life.entered = self._rng.choice(days)
            life.events.append(("late_entry", life.entered, 0))

    def _reopen(self, days: list[int]) -> int:
        """Cases that were closed in the quarter before come back."""
        for life in self._passing:
            life.disposed, life.reopened = 0, self._rng.choice(days)
            life.events.append(("re_opened", life.reopened, 1))
        count = len(self._passing)
        self._reopened += self._passing
        self._passing = []
        return count

    def _close_again(self, most: int, days: list[int]) -> int:
        closing = [life for life in self._reopened if self._rng.random() < 0.6][:most]
        for life in closing:
            life.disposed = self._rng.choice(days)
        taken = set(map(id, closing))
        self._reopened = [life for life in self._reopened if id(life) not in taken]
        self._recent.extend(closing)
        return len(closing)

    def _execute(self, wanted: int, days: list[int]) -> int:
        found = self._rng.sample(self._on_warrant, min(wanted, len(self._on_warrant)))
        for life in found:
            life.warrants[-1][1] = self._rng.choice(days)
            life.events.append(("bench_warrant_executed", life.warrants[-1][1], 1))
        taken = set(map(id, found))
        self._on_warrant = [life for life in self._on_warrant if id(life) not in taken]
        self.open.extend(found)
        return len(found)

    def _sever(self, wanted: int, days: list[int]) -> int:
        """Part of a case goes on under a number of its own, with the receipt date of the whole."""
        pool = [life for life in self.open if life.is_single and life.received < days[0]]
        found = self._rng.sample(pool, min(wanted, len(pool)))
        for whole in found:
            part = self._new(whole.received, True, "severed")
            part.entered = self._rng.choice(days)
            part.links.append(("severed", whole))
            whole.links.append(("severed_into", part))
            part.events.append(("severed", part.entered, 1))
            self.open.append(part)
        return len(found)

    def _leave(self, quarter: Quarter, days: list[int], wanted: _Leaving) -> None:
        leaving, self.open = chosen_to_leave(self.open, quarter, sum(wanted), len(self._reopened), self._rng)
        others = [life for life in leaving if life.is_single and life.received < days[0]]
        self._join(others[: wanted.joined], days)
        rest = [life for life in leaving if not life.joined]
        short = wanted.joined - (len(leaving) - len(rest))
        warranted = [life for life in rest if life.received < days[-1]][: wanted.issued + short]
        for life in warranted:
            day = self._day_after(_latest(life), days)
            life.warrants.append([day, 0])
            life.events.append(("bench_warrant_issued", day, -1))
        gone = set(map(id, warranted))
        self._on_warrant.extend(warranted)
        disposed = [life for life in rest if id(life) not in gone]
        for life in disposed:
            life.first_disposed = life.disposed = self._day_after(_latest(life), days)
        single = sorted((life for life in disposed if not life.links), key=lambda life: not life.is_trial)
        for life in single[: wanted.passing]:
            life.events.append(("closed_at_first", life.disposed, -1))
            self._passing.append(life)
        kept = set(map(id, self._passing))
        self._recent = [life for life in leaving if id(life) not in gone | kept]

    def _join(self, absorbed: list[Life], days: list[int]) -> None:
        pool = [into for into in self.open if into.is_single]
        for life, into in zip(absorbed, self._rng.sample(pool, min(len(absorbed), len(pool))), strict=False):
            life.joined = self._day_after(max(_latest(life), into.received), days)
            life.links.append(("joined", into))
            into.links.append(("joined_from", life))
            life.events.append(("joined", life.joined, -1))

    def _day_after(self, day: int, days: list[int]) -> int:
        later = [each for each in days if each > day] if day >= days[0] else days
        return self._rng.choice(later or days[-1:])


def _latest(life: Life) -> int:
    """The last day on which anything is known to have happened to it."""
    return max(life.received, life.entered, *(warrant[1] for warrant in life.warrants), 0)


def _most_brought_back(published: Published) -> int:
    """How many more cases come back than leave without disposal, at most, by the end of any quarter."""
    standing, most = published.opening, 0
    for quarter in published.quarters:
        standing += quarter.receipts - quarter.disposals
        most = max(most, quarter.open_cases - standing)
    return most


def _age_in(band: int, rng: random.Random) -> int:
    low = BAND_DAYS[band]
    if band + 1 < len(BAND_DAYS):
        return rng.randrange(low, BAND_DAYS[band + 1])
    return low + min(int(rng.expovariate(1 / OPENING_TAIL_DAYS)), 2500)


def _about(wanted: float, rng: random.Random) -> int:
    """A whole number whose mean is `wanted`."""
    return int(wanted) + (rng.random() < wanted - int(wanted))
