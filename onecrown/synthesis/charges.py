"""What a defendant is charged with, and what becomes of each charge."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from onecrown.definitions.model import model_folder

CHARGES = (0.24, 0.32, 0.26, 0.12, 0.06)  # of 1 to 5 for each defendant: mean 2.4

DELAY = (
    4.2,
    2.05,
)  # of the logarithm of days from offence to charge: with it the published means and medians come near
MOST_DELAY = 12_000  # days


@dataclass(frozen=True, slots=True)
class Offence:
    """A real code of the CJS list with its Home Office class; `mode` is EW triable either way or IO indictable only."""

    code: str
    title: str
    ho_class: str
    ho_subclass: str
    group: str
    mode: str


@dataclass(slots=True)
class Charge:
    """A charge on a defendant; `result` is a key of `results.RESULTS`, '' while there is none."""

    offence: Offence
    count: int
    offence_on: date
    charged_on: date
    plea: str = ""  # guilty | not_guilty | changed | ''
    plea_on: date | None = None
    changed_on: date | None = None
    convicted_on: date | None = None
    deferred_on: date | None = None
    acquitted_on: date | None = None
    result: str = ""
    result_on: date | None = None
    months: int = 0
    pounds: int = 0


def charges_on(receipt_type: str, first_heard_on: date, rng: random.Random) -> list[Charge]:
    """What one defendant is charged with: the first charge is of the case's mode of trial."""
    arrested = first_heard_on - timedelta(days=rng.randrange(1, 29))
    charged_on = arrested + timedelta(days=rng.randrange(0, 2))
    delay = min(int(rng.lognormvariate(*DELAY)), MOST_DELAY)
    offence_on = min(arrested, charged_on - timedelta(days=delay))
    wanted = "IO" if receipt_type == "IO" else "EW"
    charges = []
    for nth in range(1 + drawn_place(CHARGES, rng)):
        offence = _an_offence(wanted if nth == 0 else "", rng)
        charges.append(Charge(offence, nth + 1, offence_on, max(charged_on, offence_on)))
    return charges


def _an_offence(mode: str, rng: random.Random) -> Offence:
    offences, weights = offence_list(mode)
    return rng.choices(offences, cum_weights=weights)[0]


@cache
def offence_list(mode: str) -> tuple[tuple[Offence, ...], tuple[int, ...]]:
    """Offences of one mode of trial ('' for both), with their cumulated weights."""
    with (model_folder() / "synthesis" / "offences.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if mode in ("", row["mode"])]
    offences = tuple(
        Offence(
            *(row["offence_code"], row["title"], row["ho_class"], row["ho_subclass"], row["offence_group"], row["mode"])
        )
        for row in rows
    )
    return offences, tuple(accumulate(int(row["weight"]) for row in rows))


def drawn_place(shares: Iterable[float], rng: random.Random) -> int:
    """The place of one of the shares, drawn by them."""
    drawn = rng.random()
    for at, share in enumerate(shares):
        drawn -= share
        if drawn < 0:
            return at
    return 0
