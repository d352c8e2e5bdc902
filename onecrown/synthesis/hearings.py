"""When a case is heard.

The mean number of hearings of the cases disposed of in a quarter is the published one. A case that has not ended is told as one that
will: its whole course is drawn, and what is to come is cut off. So trials, pleas and sentences of the last quarters are as frequent as
those of the others.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from math import exp

from onecrown.synthesis.cases import Case, Hearing
from onecrown.synthesis.endings import cut_off, end

_MORE_OF = {"T": 1.50, "S": 0.56, "A": 0.42}  # hearings beyond the first, against the mean of all
_DAYS_TO_COME = {"T": 330, "S": 190, "A": 190}  # mean time that is left to an open case, as those of the past had
_OLD_DAYS = 730  # an older case has about twice as long to go
REMAND_CHANGED_SHARE = 0.1  # of defendants who come to a third hearing


def hear(case: Case, mean: float, end_on: date, rng: random.Random) -> None:
    """Fill the hearings of a case to its end, or to `end_on` with one to come; and what they did to each charge.

    `mean` is the mean number of hearings of cases disposed of in the quarter of its disposal.
    """
    life = case.life
    told = life.first_disposed or life.joined or _last_before_warrant(case) or end_on.toordinal()
    last = life.first_disposed or told + _days_to_come(case, told, rng)
    days = _days(case, told, last, 1 + _poisson((mean - 1) * _MORE_OF[case.letter], rng), rng)
    codes = _codes(case, len(days), rng)
    case.hearings = [
        Hearing(nth + 1, day, _listed_on(case, day, days, nth), code)
        for nth, (day, code) in enumerate(zip(days, codes, strict=True))
    ]
    end(case, rng)
    if not life.first_disposed:
        cut_off(case, date.fromordinal(told))
    _around_warrants(case)
    case.arrived_on = _arrived_on(case, end_on, rng)
    _remand(case, end_on, rng)
    for day, code in ((life.reopened, "MEN"), (life.reopened and life.disposed, "SEN")):
        if day:
            on = date.fromordinal(day)
            case.hearings.append(Hearing(len(case.hearings) + 1, on, on, code))


def _days_to_come(case: Case, told: int, rng: random.Random) -> int:
    mean = _DAYS_TO_COME[case.letter] * (2 if told - case.life.received > _OLD_DAYS else 1)
    return 1 + int(rng.expovariate(1 / mean))


def _arrived_on(case: Case, end_on: date, rng: random.Random) -> date:
    """The day on which the Crown Court notes the case: some days after it was sent, and before anything happens to it."""
    delay = timedelta(days=0 if case.letter == "A" else rng.randrange(0, 8))
    return min(case.received_on + delay, end_on, *(hearing.listed_for for hearing in case.hearings))


def _remand(case: Case, end_on: date, rng: random.Random) -> None:
    """Some are bailed after a time in custody, or the reverse, at one of the hearings between the first and the last."""
    between = [hearing.listed_for for hearing in case.hearings if hearing.listed_for <= end_on and not hearing.vacated]
    for defendant in case.defendants:
        drawn, day = rng.random(), rng.choice(between[1:-1] or [case.received_on])
        is_remanded = defendant.remand in ("bail", "custody") and not defendant.person.is_company
        if drawn < REMAND_CHANGED_SHARE and is_remanded and day > case.received_on:
            defendant.remanded_on = day


def _last_before_warrant(case: Case) -> int:
    out = [issued for issued, executed in case.life.warrants if not executed]
    return out[0] if out else 0


def _days(case: Case, told: int, last: int, count: int, rng: random.Random) -> list[date]:
    """Working days after the receipt, the first some weeks later, the last the end; none while the case is on a warrant.

    One of them at least is not after `told`, up to which the case is told. A case whose receipt no file tells is heard on the day of
    receipt: its first hearing stands in for it.
    """
    life, is_told = case.life, case.receipt_recorded
    start = max(life.received, life.entered) + 1
    first = min(start + rng.randrange(10, 32), last)
    between = max(0, last - first)
    drawn = [first] if count > 1 else []
    drawn += [first + rng.randrange(between) for _ in range(count - 2 if is_told else count - 3)] if between else []
    found = {day - max(0, (day - 1) % 7 - 4) for day in drawn}
    found = {day for day in found if start <= day < last and not life.is_out_on(day)} | {last}
    if not is_told:
        found.add(life.received)
    if min(found) > told:
        found.add(told)
    return [date.fromordinal(day) for day in sorted(found) if day >= life.received]


def _listed_on(case: Case, day: date, days: list[date], nth: int) -> date:
    before = days[nth - 1] if nth else case.received_on
    return min(max(before, day - timedelta(days=120)), day)


def _codes(case: Case, count: int, rng: random.Random) -> list[str]:
    """The kinds of hearing of a case, in order."""
    if case.letter == "A":
        return ["MEN"] * (count - 1) + ["APL"]
    if case.letter == "S":
        return ["CSE"] + ["MEN"] * (count - 2) + ["SEN"] * (count > 1)
    middle = [rng.choice(("MEN", "FPTP", "PTR", "MDA")) for _ in range(max(0, count - 2))]
    return ["PTP", *middle] + ["SEN"] * (count > 1)


def _around_warrants(case: Case) -> None:
    """A warrant is issued at a mention, and its execution is a hearing; nothing is heard while it is out."""
    for issued, executed in case.life.warrants:
        day = date.fromordinal(issued)
        kept = [hearing for hearing in case.hearings if hearing.listed_for != day]
        kept.append(Hearing(0, day, day, "MDA"))
        if executed:
            back = date.fromordinal(executed)
            kept.append(Hearing(0, back, back, "EBW"))
        case.hearings = sorted(kept, key=lambda hearing: hearing.listed_for)
    for nth, hearing in enumerate(case.hearings):
        hearing.number = nth + 1


def _poisson(mean: float, rng: random.Random) -> int:
    limit, product, count = exp(-max(mean, 0.0)), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
