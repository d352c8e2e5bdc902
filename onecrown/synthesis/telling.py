"""The rows of the truth for one case."""

from __future__ import annotations

from datetime import date

from onecrown.synthesis.cases import Case
from onecrown.synthesis.lives import on
from onecrown.synthesis.published import Published
from onecrown.synthesis.systems import Recorded, source_records
from onecrown.synthesis.truth import TruthTables

_LINKS = ("severed", "joined", "retrial", "breach")
_CRACKED = "ABCIJK"


def tell_truth(
    truth: TruthTables, case: Case, found: Recorded, magistrates_id: str, told: set[int], end_on: date
) -> None:
    """Write a case, its records, links and events, and each person once (`told` holds those written)."""
    _tell_case(truth, case, found, end_on)
    for row in source_records(case, found, magistrates_id, end_on):
        truth.add("source_record", *row)
    for kind, other in case.life.links:
        if kind in _LINKS:
            truth.add("case_link", case.case_id, kind, f"C{other.number:07d}")
    for event, day, effect in case.life.events:
        truth.add("event", case.case_id, event, on(day), effect)
    if magistrates_id:
        _tell_magistrates(truth, case, magistrates_id)
    for defendant in case.defendants:
        person = defendant.person
        if person.number not in told:
            told.add(person.number)
            truth.add(
                *("person", f"P{person.number:07d}", person.surname, person.forename_1, person.forename_2, person.sex),
                *(person.born_on, person.is_company, person.pnc_id, person.cro_number, person.address[2]),
            )


def tell_published(truth: TruthTables, published: Published) -> None:
    """Write the figures that the truth is held to, quarter by quarter."""
    standing = published.opening
    for quarter in published.quarters:
        counts = (standing, quarter.receipts, quarter.disposals, quarter.open_cases)
        truth.add("quarter", quarter.start_on, quarter.end_on, *counts)
        standing = quarter.open_cases


def status(case: Case) -> str:
    """What the case is when the period ends."""
    life = case.life
    if life.disposed:
        return "disposed"
    if life.joined:
        return "joined"
    return "open" if life.is_open else "on_warrant"


def _tell_case(truth: TruthTables, case: Case, found: Recorded, end_on: date) -> None:
    life, centre = case.life, case.centre
    charges = [charge for defendant in case.defendants for charge in defendant.charges]
    held = [hearing for hearing in case.hearings if hearing.listed_for <= end_on and not hearing.vacated]
    outcomes = [hearing.outcome for hearing in held if hearing.outcome]
    effective = outcomes.count("E1")
    cracked = sum(1 for outcome in outcomes if outcome in _CRACKED)
    started = min(charge.offence_on for charge in charges)
    truth.add(
        *("case", case.case_id, "crown", life.origin, case.letter, case.receipt_type, centre.region, centre.name),
        *(centre.code or None, case.urn, charges[0].offence.group, case.remand, found.system, case.received_on),
        *(case.receipt_recorded, on(life.first_disposed), on(life.disposed), status(case)),
        *(len(case.defendants), len(charges), len(held)),
        *(effective, len(outcomes) - effective - cracked, cracked),
        life.disposed - started.toordinal() if life.disposed else None,
    )


def _tell_magistrates(truth: TruthTables, case: Case, magistrates_id: str) -> None:
    sent = case.sent_on
    charges = sum(len(defendant.charges) for defendant in case.first_defendants)
    truth.add(
        *("case", magistrates_id, "magistrates", "receipt", "", "", "", "", case.centre.magistrates_code, case.urn),
        *(case.defendants[0].charges[0].offence.group, case.remand, "libra", case.first_heard_on, True),
        *(sent, sent, "disposed", len(case.first_defendants), charges, 1, 0, 0, 0, None),
    )
    truth.add("case_link", magistrates_id, "sent", case.case_id)
