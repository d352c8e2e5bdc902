"""How a case goes and ends: pleas, trials, sentences; and what of it has not happened yet.

Shares: 21,805 trials came to their day for the first time in 2021, a year with 93,383 disposals, so that about 37 of 100 cases for
trial have one. Of those listings 48 % are effective and 23 to 26 % ineffective (published for 2021 to 2025), the rest cracked.
"""

from __future__ import annotations

import random
from datetime import date

from onecrown.synthesis.cases import Case
from onecrown.synthesis.charges import Charge
from onecrown.synthesis.results import sentence

_INEFFECTIVE = ("M1", "M2", "N1", "N3", "O1", "Q2", "R", "S1", "S2", "W1", "W1", "W2", "W2", "W3", "W3", "W5", "X")
_CRACKED_BY_PLEA = ("A", "A", "A", "B", "C")
_CRACKED_BY_END = ("I", "I", "J", "K")
_VACATED = ("B", "C", "D", "E", "F", "G", "K", "K", "P")
MOST_CONTESTED = 0.95  # of cases for trial that last very long
HALF_CONTESTED_DAYS = 240  # how long those last of which half as many are contested: a guilty plea ends a case sooner
EFFECTIVE_SHARE = 0.64  # of a trial's last listing
INEFFECTIVE_SHARE = 0.28  # of trials whose last listing has a hearing between it and the plea; and again of those
VACATED_SHARE = 0.10  # of the other hearings between
PUT_OFF_SHARE = 0.7  # of the hearings between a plea of guilty and the sentence
DEFERRED_SHARE = 0.015
CONVICTED_SHARE = 0.6  # of effective trials


def end(case: Case, rng: random.Random) -> None:
    """What the hearings of a whole case, of which the last is its end, did to each charge."""
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


def cut_off(case: Case, told_on: date) -> None:
    """Leave out what happens after a day. Of an open case the next hearing stays, as it is listed."""
    held = [hearing for hearing in case.hearings if hearing.listed_for <= told_on]
    coming = case.hearings[len(held) : len(held) + 1] if case.life.is_open else []
    for hearing in coming:
        before = held[-1].listed_for if held else case.received_on
        hearing.outcome, hearing.vacated, hearing.listed_on = "", "", min(hearing.listed_on, before)
    case.hearings = held + coming
    for charge in _charges(case):
        _undo(charge, told_on)


def _undo(charge: Charge, told_on: date) -> None:
    if charge.plea == "changed" and charge.changed_on and charge.changed_on > told_on:
        charge.plea, charge.changed_on = "not_guilty", None
    if charge.plea_on and charge.plea_on > told_on:
        charge.plea, charge.plea_on = "", None
    if charge.result_on and charge.result_on > told_on:
        charge.result, charge.result_on, charge.months, charge.pounds = "", None, 0, 0
    charge.convicted_on = _by(charge.convicted_on, told_on)
    charge.acquitted_on = _by(charge.acquitted_on, told_on)
    charge.deferred_on = _by(charge.deferred_on, told_on)


def _by(day: date | None, told_on: date) -> date | None:
    return day if day and day <= told_on else None


def _end_trial(case: Case, rng: random.Random) -> None:
    count = len(case.hearings)
    if rng.random() > _contested_share(case) or count == 1:
        _plead(case, "guilty")
        _for_sentence(case, rng)
        _sentenced(case, case.hearings[0].listed_for, rng)
        return
    _plead(case, "not_guilty")
    effective = rng.random() < EFFECTIVE_SHARE
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


def _for_sentence(case: Case, rng: random.Random) -> None:
    """After a plea of guilty at the first hearing most of the others are listed for sentence, and put off."""
    for hearing in case.hearings[1:-1]:
        hearing.code = "SEN" if rng.random() < PUT_OFF_SHARE else "MEN"


def _contested_share(case: Case) -> float:
    """The share of cases that last as long as this one in which the defendants plead not guilty."""
    lasts = (case.hearings[-1].listed_for - case.received_on).days
    return MOST_CONTESTED * lasts**2 / (lasts**2 + HALF_CONTESTED_DAYS**2)


def _earlier_listings(case: Case, before: int, rng: random.Random) -> None:
    """Some hearings between the plea and the trial were trials that did not go ahead, or were taken out of the list."""
    between = case.hearings[1:before]
    rng.shuffle(between)
    while between and rng.random() < INEFFECTIVE_SHARE:
        hearing = between.pop()
        hearing.code, hearing.outcome = "TRL", rng.choice(_INEFFECTIVE)
    for hearing in between:
        if rng.random() < VACATED_SHARE and hearing.listed_on < hearing.listed_for:
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


def _charges(case: Case) -> list[Charge]:
    return [charge for defendant in case.defendants for charge in defendant.charges]
