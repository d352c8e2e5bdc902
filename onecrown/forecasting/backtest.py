"""How wrong each method has been: forecasts from every quarter that has enough behind it, held to what came.

The origin rolls: at each, a method knows the quarters up to it. What it knows is the series as last revised, and not as it was
first published, so a real forecast would have been a little worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from statistics import fmean

from onecrown.errors import UsageError
from onecrown.forecasting.methods import METHODS, Method
from onecrown.forecasting.series import Caseload, Series, Subject, values

LEAST_HISTORY_QUARTERS = 12
"""Quarters known at the first origin: three years."""

QUARTERS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Miss:
    """One forecast and what came, in cases. `horizon` is in quarters; `known` is the last known open cases.

    `step` is the mean change, whatever its sign, from quarter to quarter up to the origin.
    """

    subject: Subject
    method: str
    origin_on: date
    came_on: date
    horizon: int
    forecast: float
    came: float
    step: float
    known: float

    @property
    def error(self) -> float:
        """What came less what was forecast."""
        return self.came - self.forecast


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How wrong a method was so many quarters ahead, over `forecasts` origins.

    `mae` in cases, `mape` in percent of what came, `mase` in mean changes from quarter to quarter up to each origin (Hyndman and
    Koehler, 2006): below 1 is better than one step of the last value was until then. None where that would divide by nothing.
    """

    subject: Subject
    method: str
    horizon: int
    forecasts: int
    mae: float
    mape: float | None
    mase: float | None


def can_be_tested(series: Series) -> bool:
    """Whether a quarter has enough behind it and one after it."""
    return len(series) > LEAST_HISTORY_QUARTERS


def misses(series: Series, first_origin_on: date | None = None) -> list[Miss]:
    """Every forecast of every method with what came.

    Raises `UsageError` where no quarter has enough behind it and one after it.
    """
    origins = [
        place
        for place in range(LEAST_HISTORY_QUARTERS - 1, len(series) - 1)
        if first_origin_on is None or series[place].ended_on >= first_origin_on
    ]
    if not origins:
        raise UsageError(
            f"a back-test needs {LEAST_HISTORY_QUARTERS} quarters before its first origin and one after it; "
            f"there are {len(series)}, so begin earlier or load more"
        )
    return [miss for place in origins for miss in _misses_at(series[: place + 1], series[place + 1 :][:QUARTERS_AHEAD])]


def _misses_at(known: Series, coming: Series) -> Iterator[Miss]:
    for subject in Subject:
        step = _step(known, subject)
        for method in METHODS:
            if subject in method.subjects:
                yield from _misses_of(method, subject, known, coming, step)


def _misses_of(method: Method, subject: Subject, known: Series, coming: Series, step: float) -> Iterator[Miss]:
    forecasts = method.forecast(known, subject, coming)
    for horizon, (forecast, came) in enumerate(zip(forecasts, values(coming, subject), strict=True), 1):
        days = (known[-1].ended_on, coming[horizon - 1].ended_on)
        yield Miss(subject, method.name, *days, horizon, forecast, came, step, known[-1].open_cases)


def _step(known: Sequence[Caseload], subject: Subject) -> float:
    return fmean(abs(after - before) for before, after in pairwise(values(known, subject)))


def accuracy(found: Iterable[Miss]) -> list[Accuracy]:
    """The misses summed up by subject, method and horizon, in the order of the methods."""
    order = [method.name for method in METHODS]
    ranked = sorted(found, key=lambda miss: (list(Subject).index(miss.subject), order.index(miss.method), miss.horizon))
    groups = groupby(ranked, key=lambda miss: (miss.subject, miss.method, miss.horizon))
    return [_accuracy(subject, method, horizon, list(group)) for (subject, method, horizon), group in groups]


def _accuracy(subject: Subject, method: str, horizon: int, group: Sequence[Miss]) -> Accuracy:
    return Accuracy(
        *(subject, method, horizon, len(group)),
        mae=fmean(abs(miss.error) for miss in group),
        mape=_mean_share([(abs(miss.error) * 100, miss.came) for miss in group]),
        mase=_mean_share([(abs(miss.error), miss.step) for miss in group]),
    )


def _mean_share(said: Sequence[tuple[float, float]]) -> float | None:
    return fmean(part / whole for part, whole in said) if all(whole for _, whole in said) else None
