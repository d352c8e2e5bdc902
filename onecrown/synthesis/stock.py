"""The stock of open cases, quarter by quarter: who comes in, who leaves, who returns.

In a quarter of the truth there are as many receipts, disposals and open cases as were published. What the change in open cases
differs by is carried by events: a bench warrant issued to every defendant of a case (the case is not open until it is
executed), a late entry on the system, a re-opening, a severance or a joinder. Rule: open at the end = open at the start +
receipts - disposals + the sum of the events' effects.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onecrown.synthesis.leaving import chosen_to_leave
from onecrown.synthesis.published import BAND_DAYS, Published, Quarter, largest_remainder

LATE_SHARE = 0.0015  # of receipts: entered on the system in a later quarter than received
REOPENED_SHARE = 0.0012  # of the disposals of the quarter before
SEVERED_SHARE = 0.0035  # of receipts
JOINED_SHARE = 0.0030
EXECUTED_SHARE = 0.28  # of the warrants that are out at a quarter's start
OPENING_WARRANTS = 0.022  # of the opening stock: on warrant before the first quarter
TRIAL_SHARE = 0.64  # of receipts
OPENING_TAIL_DAYS = 320  # mean excess of age over two years in the opening stock


@dataclass(slots=True, eq=False)
class Life:
    """A case's way through the stock; days are ordinals, 0 where there is none. `case` is what is known of it beside."""

    number: int
    received: int
    is_trial: bool
    origin: str  # opening | receipt | severed
    entered: int = 0
    first_disposed: int = 0
    disposed: int = 0
    joined: int = 0
    warrants: list[list[int]] = field(default_factory=list)  # issued, executed (0 while out)
    links: list[tuple[str, Life]] = field(default_factory=list)  # kind, the other case
    events: list[tuple[str, int, int]] = field(default_factory=list)  # kind, day, effect on the open cases
    reopened: int = 0
    case: Any = None

    @property
    def is_open(self) -> bool:
        """Whether it is open when the last quarter ends."""
        return not (self.disposed or self.joined or (self.warrants and not self.warrants[-1][1]) or self.is_entering)

    @property
    def is_entering(self) -> bool:
        """Whether it was received and is not yet on the system."""
        return self.entered == -1


class Stock:
    """The open cases and those who may return. Memory is that of the open cases and of one quarter's disposals."""

    def __init__(self, published: Published, seed: int) -> None:
        self._published = published
        self._rng = random.Random(f"stock {seed}")
        self._number = 0
        self.open: list[Life] = []
        self._reopened: list[Life] = []
        self._on_warrant: list[Life] = []
        self._entering: list[Life] = []
        self._recent: list[Life] = []
        self._reopened_now: list[Life] = []

    def lives(self) -> Iterator[Life]:
        """Every case once, when its truth is final: in the quarter after its disposal, or at the end."""
        first = self._published.quarters[0]
        self._seed_stock(first)
        for quarter in self._published.quarters:
            days = [
                day for day in range(quarter.start_on.toordinal(), quarter.end_on.toordinal() + 1) if (day - 1) % 7 < 5
            ]
            yield from self._pass(quarter, days)
        for rest in (self._recent, self.open, self._reopened, self._on_warrant, self._entering):
            yield from rest

    def _seed_stock(self, first: Quarter) -> None:
        """Cases received before the first quarter, of the ages that the first published snapshot shows."""
        start, rng = first.start_on.toordinal(), self._rng
        extra = round(self._published.opening * OPENING_WARRANTS)
        count = self._published.opening + extra
        per_band = largest_remainder(first.open_by_band, count)
        for band, wanted in enumerate(per_band):
            trials = sum(first.open_trials[band]) / max(first.open_by_band[band], 1)
            for _ in range(wanted):
                life = self._new(start - 1 - _age_in(band, rng), rng.random() < trials, "opening")
                self.open.append(life)
        rng.shuffle(self.open)
        for life in self.open[self._published.opening :]:
            life.warrants.append([max(life.received + 1, start - rng.randrange(1, 400)), 0])
            self._on_warrant.append(life)
        del self.open[self._published.opening :]

    def _new(self, received: int, is_trial: bool, origin: str) -> Life:
        self._number += 1
        return Life(self._number, received, is_trial, origin)

    def _pass(self, quarter: Quarter, days: list[int]) -> Iterator[Life]:
        rng, before = self._rng, len(self.open) + len(self._reopened)
        came = self._receive(quarter, days)
        late = came.pop("late")
        gained = {
            "late_entry": self._enter_late(late, days),
            "re_opened": self._reopen(days),
            "bench_warrant_executed": self._execute(round(len(self._on_warrant) * EXECUTED_SHARE), days),
            "severed": self._sever(_about(quarter.receipts * SEVERED_SHARE, rng), days),
        }
        closed_again = self._close_again(days)
        joined = min(_about(quarter.receipts * JOINED_SHARE, rng), len(self.open) // 10)
        now = before + quarter.receipts - len(late) + sum(gained.values()) - closed_again
        issued = now - quarter.disposals - joined - quarter.open_cases
        if issued < 0 and joined:
            spared = min(joined, -issued)
            joined, issued = joined - spared, issued + spared
        if issued < 0:
            found = self._execute(-issued, days)
            self._sever(-issued - found, days)
            issued = 0
        yield from self._recent
        self._leave(quarter, days, joined, issued)

    def _receive(self, quarter: Quarter, days: list[int]) -> dict[str, list[Life]]:
        rng = self._rng
        lives = [self._new(rng.choice(days), rng.random() < TRIAL_SHARE, "receipt") for _ in range(quarter.receipts)]
        self._link_to_the_past(lives)
        late = lives[: _about(quarter.receipts * LATE_SHARE, rng)]
        for life in late:
            life.entered = -1
            life.events.append(("late_entry_awaited", life.received, -1))
        self.open.extend(lives[len(late) :])
        return {"late": late}

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

    def _enter_late(self, fresh: list[Life], days: list[int]) -> int:
        entering, self._entering = self._entering, fresh
        for life in entering:
            life.entered = self._rng.choice(days)
            life.events.append(("late_entry", life.entered, 1))
        self.open.extend(entering)
        return len(entering)

    def _reopen(self, days: list[int]) -> int:
        pool = [life for life in self._recent if life.is_trial and not (life.reopened or life.joined or life.links)]
        wanted = min(_about(len(self._recent) * REOPENED_SHARE, self._rng), len(pool))
        found = self._rng.sample(pool, wanted)
        for life in found:
            life.disposed, life.reopened = 0, self._rng.choice(days)
            life.events.append(("re_opened", life.reopened, 1))
        taken = set(map(id, found))
        self._recent = [life for life in self._recent if id(life) not in taken]
        self._reopened_now = found
        return len(found)

    def _close_again(self, days: list[int]) -> int:
        closing = [life for life in self._reopened if self._rng.random() < 0.6]
        for life in closing:
            life.disposed = self._rng.choice(days)
            life.events.append(("closed_again", life.disposed, -1))
        taken = set(map(id, closing))
        self._reopened = [life for life in self._reopened if id(life) not in taken] + self._reopened_now
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
        pool = [life for life in self.open if life.is_trial and not life.links and life.received < days[0]]
        found = self._rng.sample(pool, min(wanted, len(pool)))
        for whole in found:
            part = self._new(whole.received, True, "severed")
            part.entered = self._rng.choice(days)
            part.links.append(("severed", whole))
            whole.links.append(("severed_into", part))
            part.events.append(("severed", part.entered, 1))
            self.open.append(part)
        return len(found)

    def _leave(self, quarter: Quarter, days: list[int], joined: int, issued: int) -> None:
        leaving, self.open = chosen_to_leave(
            self.open, quarter, quarter.disposals + joined + issued, len(self._reopened), self._rng
        )
        others = [life for life in leaving if life.is_trial and not life.links and life.received < days[0]]
        self._join(others[:joined], days)
        rest = [life for life in leaving if not life.joined]
        short = joined - sum(1 for life in others[:joined] if life.joined)
        warranted = [life for life in rest if life.received < days[-1]][: issued + short]
        for life in warranted:
            day = self._day_after(_latest(life), days)
            life.warrants.append([day, 0])
            life.events.append(("bench_warrant_issued", day, -1))
        gone = set(map(id, warranted))
        self._on_warrant.extend(warranted)
        disposed = [life for life in rest if id(life) not in gone]
        for life in disposed:
            life.first_disposed = life.disposed = self._day_after(_latest(life), days)
        self._recent = disposed + [life for life in leaving if life.joined]

    def _join(self, absorbed: list[Life], days: list[int]) -> None:
        pool = self._rng.sample(self.open, min(len(absorbed), len(self.open)))
        for life, into in zip(absorbed, pool, strict=False):
            if into.is_trial and not into.links:
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


def _age_in(band: int, rng: random.Random) -> int:
    low = BAND_DAYS[band]
    if band + 1 < len(BAND_DAYS):
        return rng.randrange(low, BAND_DAYS[band + 1])
    return low + min(int(rng.expovariate(1 / OPENING_TAIL_DAYS)), 2500)


def _about(wanted: float, rng: random.Random) -> int:
    """A whole number whose mean is `wanted`."""
    return int(wanted) + (rng.random() < wanted - int(wanted))


def on(day: int) -> date | None:
    """The date of an ordinal day; None for 0."""
    return date.fromordinal(day) if day > 0 else None
