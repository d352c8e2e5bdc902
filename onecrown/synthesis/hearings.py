"""When a case is heard, how trials turn out, and how it ends.

Shares: of trial listings about 48 % are effective and 25 % ineffective, the rest cracked (published for 2021 to 2025); the
mean number of hearings of the cases disposed of in a quarter is the published one.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from math import exp

from onecrown.synthesis.cases import Case, Hearing
from onecrown.synthesis.charges import Charge
from onecrown.synthesis.results import sentence

_MORE_OF = {"T": 1.50, "S": 0.56, "A": 0.42}  # hearings beyond the first, against the mean of all
_INEFFECTIVE = ("M1", "M2", "N1", "N3", "O1", "Q2", "R", "S1", "S2", "W1", "W1", "W2", "W2", "W3", "W3", "W5", "X")
_CRACKED_BY_PLEA = ("A", "A", "A", "B", "C")
_CRACKED_BY_END = ("I", "I", "J", "K")
_VACATED = ("B", "C", "D", "E", "F", "G", "K", "K", "P")
INEFFECTIVE_SHARE = 0.125  # of the places before a trial's last listing
VACATED_SHARE = 0.10
DEFERRED_SHARE = 0.015
CONVICTED_SHARE = 0.6  # of effective trials
REMAND_CHANGED_SHARE = 0.1  # of defendants who come to a third hearing


def hear(case: Case, mean: float, end_on: date, rng: random.Random) -> None:
    """Fill the hearings of a case to its end, or to `end_on` with one to come; and what they did to each charge.

    `mean` is the mean number of hearings of cases disposed of in the quarter of its disposal.
    """
    life = case.life
    last = life.first_disposed or life.joined or _last_before_warrant(case) or end_on.toordinal()
    count = 1 + _poisson((mean - 1) * _MORE_OF[case.letter], rng)
    days = _days(case, last, count, bool(life.first_disposed), rng)
    codes = _codes(case, len(days), rng) if life.first_disposed else _codes_so_far(case, len(days), rng)
    case.hearings = [
        Hearing(nth + 1, day, _listed_on(case, day, days, nth), code)
        for nth, (day, code) in enumerate(zip(days, codes, strict=True))
    ]
    if life.first_disposed:
        _end(case, rng)
    else:
        _so_far(case, rng)
    _around_warrants(case)
    case.arrived_on = _arrived_on(case, end_on, rng)
    _remand(case, end_on, rng)
    if life.is_open and not life.reopened:
        _to_come(case, end_on, rng)
    for day, code in ((life.reopened, "MEN"), (life.reopened and life.disposed, "SEN")):
        if day:
            on = date.fromordinal(day)
            case.hearings.append(Hearing(len(case.hearings) + 1, on, on, code))


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


def _days(case: Case, last: int, count: int, ends: bool, rng: random.Random) -> list[date]:
    """Working days after the receipt, the last of them the end; none while the case is on a warrant.

    A case whose receipt no file tells is heard on the day of receipt: its first hearing stands in for it.
    """
    life, is_told = case.life, case.receipt_recorded
    start = max(life.received, life.entered) + 1
    first = min(start + rng.randrange(10, 32), last) if case.letter == "T" else min(start, last)
    between = max(0, last - first)
    drawn = [first + rng.randrange(between) for _ in range(count - 1 if is_told else count - 2)] if between else []
    found = {day - max(0, (day - 1) % 7 - 4) for day in drawn}
    found = {day for day in found if start <= day < last and not life.is_out_on(day)}
    if not is_told:
        found.add(life.received)
    if ends or not found:
        found.add(last)
    return [date.fromordinal(day) for day in sorted(found) if day >= case.life.received]


def _listed_on(case: Case, day: date, days: list[date], nth: int) -> date:
    before = days[nth - 1] if nth else case.received_on
    return min(max(before, day - timedelta(days=120)), day)


def _codes(case: Case, count: int, rng: random.Random) -> list[str]:
    """The kinds of hearing of a case that ended, in order."""
    if case.letter == "A":
        return ["MEN"] * (count - 1) + ["APL"]
    if case.letter == "S":
        return ["CSE"] + ["MEN"] * (count - 2) + ["SEN"] * (count > 1)
    middle = [rng.choice(("MEN", "FPTP", "PTR", "MDA")) for _ in range(max(0, count - 2))]
    return ["PTP", *middle] + ["SEN"] * (count > 1)


def _codes_so_far(case: Case, count: int, rng: random.Random) -> list[str]:
    if case.letter == "T":
        return ["PTP"] + [rng.choice(("MEN", "FPTP", "PTR", "MDA")) for _ in range(count - 1)]
    return ["CSE" if case.letter == "S" else "MEN"] + ["MEN"] * (count - 1)


def _end(case: Case, rng: random.Random) -> None:
    if case.letter == "T":
        _end_trial(case, rng)
        return
    last = case.hearings[-1].listed_for
    for charge in _charges(case):
        if case.letter == "S":
            charge.plea, charge.plea_on, charge.convicted_on = "guilty", case.sent_on, case.sent_on
            sentence(charge, rng)
        else:
            charge.result = "appeal_decided"
        charge.result_on = last


def _end_trial(case: Case, rng: random.Random) -> None:
    count, drawn = len(case.hearings), rng.random()
    if count == 1 or drawn < (0.62 if count == 2 else 0.25):
        _plead(case, "guilty")
        _sentenced(case, case.hearings[0].listed_for, rng)
        return
    _plead(case, "not_guilty")
    effective = rng.random() < 0.64
    convicted = rng.random() < CONVICTED_SHARE if effective else rng.random() < 0.8
    at = count - 2 if convicted and count > 2 else count - 1
    trial = case.hearings[at]
    trial.code = "TRL"
    trial.outcome = "E1" if effective else rng.choice(_CRACKED_BY_PLEA if convicted else _CRACKED_BY_END)
    if not convicted:
        del case.hearings[at + 1 :]
    _earlier_listings(case, at, rng)
    for charge in _charges(case):
        if not convicted:
            charge.acquitted_on = charge.result_on = trial.listed_for
            charge.result = "not_guilty" if effective else "no_evidence"
        elif not effective:
            charge.plea, charge.changed_on = "changed", trial.listed_for
    if convicted:
        _sentenced(case, trial.listed_for, rng)


def _earlier_listings(case: Case, before: int, rng: random.Random) -> None:
    """Some hearings between the plea and the trial were trials that did not go ahead, or were taken out of the list."""
    for hearing in case.hearings[1:before]:
        drawn = rng.random()
        if drawn < INEFFECTIVE_SHARE:
            hearing.code, hearing.outcome = "TRL", rng.choice(_INEFFECTIVE)
        elif drawn < INEFFECTIVE_SHARE + VACATED_SHARE and hearing.listed_on < hearing.listed_for:
            hearing.code, hearing.vacated = "TRL", rng.choice(_VACATED)


def _plead(case: Case, plea: str) -> None:
    """At the first hearing after the charge: a charge that was joined later is not pleaded to before it came."""
    for defendant in case.defendants:
        for charge in defendant.charges:
            since = max(charge.charged_on, defendant.joined_on or charge.charged_on)
            heard = [hearing.listed_for for hearing in case.hearings if hearing.listed_for >= since]
            if heard:
                charge.plea, charge.plea_on = plea, heard[0]


def _sentenced(case: Case, convicted_on: date, rng: random.Random) -> None:
    last, deferred_on = case.hearings[-1], None
    if len(case.hearings) > 2 and rng.random() < DEFERRED_SHARE and case.hearings[-2].listed_for >= convicted_on:
        last.code, deferred_on = "DSE", case.hearings[-2].listed_for
    for charge in _charges(case):
        charge.convicted_on = max(convicted_on, charge.plea_on or convicted_on)
        charge.deferred_on, charge.result_on = deferred_on, last.listed_for
        sentence(charge, rng)


def _so_far(case: Case, rng: random.Random) -> None:
    """A case that has not ended: most await trial, some sentence."""
    if case.letter == "S":
        for charge in _charges(case):
            charge.plea, charge.plea_on, charge.convicted_on = "guilty", case.sent_on, case.sent_on
    if case.letter != "T":
        return
    if rng.random() < 0.2:
        _plead(case, "guilty")
        for charge in _charges(case):
            charge.convicted_on = charge.plea_on
    else:
        _plead(case, "not_guilty")
        _earlier_listings(case, len(case.hearings), rng)


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


def _to_come(case: Case, end_on: date, rng: random.Random) -> None:
    convicted = any(charge.convicted_on for charge in _charges(case))
    code = "SEN" if convicted else {"T": "TRL", "S": "SEN", "A": "APL"}[case.letter]
    day = end_on + timedelta(days=rng.randrange(7, 45 if convicted or case.letter != "T" else 400))
    day -= timedelta(days=max(0, day.weekday() - 4))
    listed_on = case.hearings[-1].listed_for if case.hearings else case.received_on
    case.hearings.append(Hearing(len(case.hearings) + 1, day, min(listed_on, end_on), code))


def _charges(case: Case) -> list[Charge]:
    return [charge for defendant in case.defendants for charge in defendant.charges]


def _poisson(mean: float, rng: random.Random) -> int:
    limit, product, count = exp(-max(mean, 0.0)), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
