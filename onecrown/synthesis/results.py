"""Results: real CJS codes, and the disposal codes that Xhibit has for them.

Source: `model/codelists/result.csv`. Xhibit tells an acquittal by the marker that the defendant was not convicted; the
disposal beside it is `DISMISS`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from onecrown.synthesis.cases import Case, Defendant
from onecrown.synthesis.charges import Charge


@dataclass(frozen=True, slots=True)
class Result:
    """A result by its name here: CJS code, label, Common Platform's category and Xhibit's disposal code."""

    cjs_code: str
    label: str
    category: str
    disposal_code: str
    convicts: bool


RESULTS = {
    "imprisonment": Result("1002", "Imprisonment", "FINAL", "IMP", True),
    "suspended": Result("1115", "Suspended sentence order - imprisonment", "FINAL", "SSSO", True),
    "community": Result("1116", "Community order", "FINAL", "CRO", True),
    "fine": Result("1015", "Fine", "FINAL", "FINE", True),
    "discharge": Result("1018", "Conditional discharge", "FINAL", "CD", True),
    "not_guilty": Result("2004", "Not guilty", "FINAL", "DISMISS", False),
    "no_evidence": Result("2050", "No evidence offered - dismissed", "FINAL", "NOEV", False),
    "appeal_decided": Result("2006", "Dismissed", "FINAL", "DISMISS", False),
    "deferred": Result("4005", "Sentence deferred", "INTERMEDIARY", "NDS", True),
    "reopened": Result("4584", "Case re-opened", "INTERMEDIARY", "", False),
    "adjourned": Result("4506", "Adjournment", "INTERMEDIARY", "", False),
    "warrant": Result("4576", "Warrant not backed for bail", "INTERMEDIARY", "", False),
    "sent": Result("4558", "Sent to the Crown Court for trial on unconditional bail", "FINAL", "", False),
    "sent_in_custody": Result("4560", "Sent to the Crown Court for trial in custody", "FINAL", "", False),
    "committed": Result("4014", "Committed to the Crown Court for sentence on unconditional bail", "FINAL", "", True),
}


def sending(case: Case, defendant: Defendant) -> str:
    """The result by which the magistrates' court sends a case for trial, or commits it for sentence."""
    if case.letter == "S":
        return "committed"
    return "sent_in_custody" if defendant.remand_on(case.sent_on) == "custody" else "sent"


_SENTENCES = {"imprisonment": 42, "suspended": 25, "community": 19, "fine": 5, "discharge": 9}


def sentence(charge: Charge, rng: random.Random) -> None:
    """Give a convicted charge one of the sentences."""
    charge.result = name = rng.choices(list(_SENTENCES), list(_SENTENCES.values()))[0]
    if name in ("imprisonment", "suspended"):
        charge.months = 1 + int(rng.expovariate(1 / (22 if name == "imprisonment" else 10)))
    if name == "fine":
        charge.pounds = 50 * rng.randrange(1, 21)
