"""Ways to forecast a caseload: naive ones, and stock and flow as the last year had them.

A method sees the quarters known at its origin. It is given the receipts of the quarters to come only to answer "what if
somebody had known them?"; every other method takes their number alone. Naive methods: R. J. Hyndman and G. Athanasopoulos,
*Forecasting: principles and practice*, section 5.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean

from onecrown.forecasting.series import QUARTERS_A_YEAR, Caseload, Subject, values

Forecast = Callable[[Sequence[Caseload], Subject, Sequence[Caseload]], list[float]]
BASELINE = "stock_flow"


@dataclass(frozen=True, slots=True)
class Method:
    """One way: `forecast` gives a value for each quarter to come, in cases. `knows_more`: it is no forecast, it knows what came."""

    name: str
    meaning: str
    forecast: Forecast
    subjects: frozenset[Subject] = frozenset(Subject)
    knows_more: bool = False


def _last_value(known: Sequence[Caseload], subject: Subject, coming: Sequence[Caseload]) -> list[float]:
    return [values(known, subject)[-1]] * len(coming)


def _drift(known: Sequence[Caseload], subject: Subject, coming: Sequence[Caseload]) -> list[float]:
    said = values(known, subject)
    a_quarter = (said[-1] - said[0]) / (len(said) - 1)
    return [said[-1] + a_quarter * ahead for ahead in range(1, len(coming) + 1)]


def _seasonal(known: Sequence[Caseload], subject: Subject, coming: Sequence[Caseload]) -> list[float]:
    last_year = values(known, subject)[-QUARTERS_A_YEAR:]
    return [last_year[ahead % QUARTERS_A_YEAR] for ahead in range(len(coming))]


def _year_goes_on(known: Sequence[Caseload], subject: Subject, coming: Sequence[Caseload]) -> list[float]:
    return [_of_last_year(known, subject)] * len(coming)


def _stock_flow(known: Sequence[Caseload], _: Subject, coming: Sequence[Caseload]) -> list[float]:
    return _stocks(known, [_of_last_year(known, Subject.receipts)] * len(coming))


def _receipts_known(known: Sequence[Caseload], _: Subject, coming: Sequence[Caseload]) -> list[float]:
    return _stocks(known, values(coming, Subject.receipts))


def _flows_known(known: Sequence[Caseload], _: Subject, coming: Sequence[Caseload]) -> list[float]:
    changes = (caseload.receipts - caseload.disposals for caseload in coming)
    return list(accumulate(changes, initial=known[-1].open_cases))[1:]


def _stocks(known: Sequence[Caseload], receipts: Sequence[float]) -> list[float]:
    """Open cases where as many are disposed of as in the last year, and never more than there are."""
    capacity = _of_last_year(known, Subject.disposals)
    return list(
        accumulate(receipts, lambda stock, came: max(0.0, stock + came - capacity), initial=known[-1].open_cases)
    )[1:]


def _of_last_year(known: Sequence[Caseload], subject: Subject) -> float:
    return fmean(values(known, subject)[-QUARTERS_A_YEAR:])


_FLOWS = frozenset((Subject.receipts, Subject.disposals))
_STOCK = frozenset((Subject.open_cases,))

METHODS = (
    Method("last_value", "Naive: every quarter as the last one.", _last_value),
    Method("drift", "Naive: the line from the first known quarter to the last goes on.", _drift),
    Method("seasonal", "Naive: every quarter as the same one of the last year.", _seasonal),
    Method("year_goes_on", "Every quarter as the mean of the last four.", _year_goes_on, _FLOWS),
    Method(
        BASELINE,
        "Receipts and disposals as the mean of the last four quarters; open cases follow.",
        _stock_flow,
        _STOCK,
    ),
    Method(
        "receipts_known",
        "The same with the receipts that came: what stated receipts are worth where capacity is not known.",
        _receipts_known,
        _STOCK,
        knows_more=True,
    ),
    Method(
        "flows_known",
        "The open cases at the origin with the receipts and disposals that came: what the arithmetic alone gets wrong.",
        _flows_known,
        _STOCK,
        knows_more=True,
    ),
)
