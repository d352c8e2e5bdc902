"""What compute costs: what a process runs on, how much of it work takes, and AWS's list prices, said here alone with their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

SECONDS_OF_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Prices:
    """List prices in US dollars, in which AWS bills, without tax: of a gigabyte-second of Lambda, of a DPU-hour of Glue."""

    region: str
    noted_on: date
    gigabyte_second: float
    dpu_hour: float


PRICES = Prices(region="eu-west-2", noted_on=date(2026, 11, 23), gigabyte_second=0.0000166667, dpu_hour=0.44)
"""Of Lambda on x86 and of Glue's standard workers, from AWS's price pages."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a process runs on, as it is billed: a function's memory in gigabytes, a job's units (DPU), a least time.

    One without either is nobody's bill, such as a laptop.
    """

    gigabytes: float = 0.0
    dpus: float = 0.0
    least_seconds: float = 0.0


OWN_MACHINE = Machine()
JOB_LEAST_SECONDS = 60.0  # Glue bills a run by the second from its first minute on


@dataclass(frozen=True, slots=True)
class Usage:
    """Compute that was used: gigabytes of Lambda and units of Glue, each by the seconds for which they were held."""

    gigabyte_seconds: float = 0.0
    dpu_seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.gigabyte_seconds + other.gigabyte_seconds, self.dpu_seconds + other.dpu_seconds)

    def shared(self, among: int) -> Usage:
        """One of so many equal parts."""
        return Usage(self.gigabyte_seconds / among, self.dpu_seconds / among)

    def dollars(self, prices: Prices = PRICES) -> float:
        """What it costs by list prices, in US dollars."""
        units = self.dpu_seconds / SECONDS_OF_HOUR * prices.dpu_hour
        return self.gigabyte_seconds * prices.gigabyte_second + units


class Meter:
    """Tells of a process, each time that it is read, what it has used since it was read last.

    The first reading bears the least time that is billed. `asked_at` is when the process was asked for, None where nobody
    waited for it to start.
    """

    def __init__(self, machine: Machine, began_at: datetime, asked_at: datetime | None = None) -> None:
        self.machine = machine
        self.asked_at = asked_at
        self._billed_from = began_at
        self._billed_at_least_until = began_at + timedelta(seconds=machine.least_seconds)

    def read(self, now: datetime) -> Usage:
        """What was used until now and not yet told."""
        until = max(now, self._billed_at_least_until, self._billed_from)
        seconds = (until - self._billed_from).total_seconds()
        self._billed_from = until
        return Usage(self.machine.gigabytes * seconds, self.machine.dpus * seconds)
