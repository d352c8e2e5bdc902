"""One centre's record of a case: its number, its days, and what is odd about its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from onecrown.synthesis.cases import Case, Defendant, Hearing
from onecrown.synthesis.people import Person
from onecrown.synthesis.systems import XhibitRecord

Cells = dict[str, str]
Row = tuple[str, str, Cells]
"""The table, the native id of the record, and the cells that are not empty."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True, slots=True)
class Oddities:
    """What is odd about this case's rows: identifiers of hearings, charges and defendants, and the whole case."""

    iso_dates: bool = False
    in_libra: bool = False
    slashed: frozenset[int] = frozenset()
    newlines: frozenset[int] = frozenset()
    colons: frozenset[int] = frozenset()
    free_text: frozenset[int] = frozenset()
    elsewhere: frozenset[int] = frozenset()
    contradicting: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    dummy_asns: frozenset[int] = frozenset()
    written: dict[int, Person] = field(default_factory=dict)


def charge_id(defendant: Defendant, place: int) -> int:
    """The centre's number of a charge."""
    return defendant.number * 20 + place + 1


def disposal_id(charge: int, turn: int = 0) -> int:
    """The centre's number of a disposal of a charge: 0 how it ended, 1 a deferral, 2 how it ended after a re-opening."""
    return charge * 3 + turn


def hearing_id(case: Case, hearing: Hearing) -> int:
    """The centre's number of a list entry."""
    return case.life.number * 60 + hearing.number


@dataclass(frozen=True, slots=True)
class RecordRows:
    """One case under one centre's number, for extracts of which the last is of `last_on`."""

    case: Case
    record: XhibitRecord
    oddities: Oddities
    last_on: date

    @property
    def native_id(self) -> str:
        """Court, letter and number."""
        return f"{self.record.centre.crest_id}{self.case.letter}{self.record.number}"

    @property
    def _entered_on(self) -> date:
        entered = self.case.life.entered
        late = date.fromordinal(entered) if entered else self.case.arrived_on
        return max(late, self.record.first_on)

    def _day(self, day: date | None) -> str:
        if day is None:
            return ""
        if self.oddities.iso_dates:
            return day.isoformat()
        return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year % 100:02d}"

    def _past(self, day: date | None, on: date) -> str:
        return self._day(day) if day and day < on else ""

    def _key(self) -> Cells:
        return {
            "CASE_NO": self.record.number,
            "CASE_TYPE": self.case.letter,
            "CREST_COURT_ID": self.record.centre.crest_id,
        }

    @property
    def _is_current(self) -> bool:
        """Whether the case did not leave the record for another centre or system."""
        return self.record.moved_to is None and not self.record.is_moved

    def _is_elsewhere(self, day: date) -> bool:
        """Whether the centre did not hold the case on that day."""
        last = self.record.last_on
        return day < self.record.first_on or (last is not None and day > last)
