"""How often a dataset comes, and when the next delivery of it is late: as its contract says, in the courts' working time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from onecrown.definitions.contracts import Contract

LONDON = ZoneInfo("Europe/London")
PERIODS: Mapping[str, timedelta] = MappingProxyType(
    {"event": timedelta(0), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}
)
"""How long after a delivery the next one is due. What comes when something happens is due at once."""
WORKING_DAYS_ONLY = ("event", "day")
_SATURDAY = 5


def late_at(contract: Contract, last_at: datetime) -> datetime | None:
    """From when on the delivery after one that came at `last_at` is late; None where the contract names no lateness.

    Of what comes by the event or by the day, Saturdays and Sundays in London do not count: little is resulted and listed
    then, and an alarm every weekend is one that nobody reads. Bank holidays do count, as nothing here knows them.
    """
    if not contract.late_after_hours:
        return None
    every = contract.every or "event"
    wait = PERIODS[every] + timedelta(hours=contract.late_after_hours)
    if every in WORKING_DAYS_ONLY:
        return _after_working_time(last_at, wait)
    return last_at + wait


def rhythm_in_words(contract: Contract) -> str:
    """`every week; late after 48 hours`."""
    late = f"; late after {contract.late_after_hours} hours" if contract.late_after_hours else ""
    return f"every {contract.every or 'time that it is sent'}{late}"


def _after_working_time(since: datetime, wait: timedelta) -> datetime:
    """The instant at which so much time has passed, without that of Saturdays and Sundays."""
    at, left = since.astimezone(LONDON), wait
    while True:
        midnight = datetime.combine(at.date() + timedelta(days=1), time(), LONDON)
        if at.weekday() < _SATURDAY:
            if at + left <= midnight:
                return (at + left).astimezone(UTC)
            left -= midnight - at
        at = midnight
