"""What is odd about a case's rows in Xhibit: drawn once for each record, and noted under the extract that shows it last."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date

from onecrown.synthesis.cases import Case, Defendant
from onecrown.synthesis.faults import Planter
from onecrown.synthesis.people import Person, as_written
from onecrown.synthesis.systems import XhibitRecord
from onecrown.synthesis.xhibit_records import Oddities, charge_id, disposal_id, hearing_id
from onecrown.synthesis.xhibit_rows import CaseRows

MASK = "*****"
Numbered = list[tuple[int, str]]
"""Numbers of rows, each with the native id of its record."""


def landing_key(court: str, table: str, day: date) -> str:
    """The landing key of the file of one table of one court on one day."""
    return f"xhibit/extract/extract_date={day.isoformat()}T02:00:00/court_{court}_{table}.csv.gz"


def plain(case: Case) -> Oddities:
    """Nothing odd."""
    return Oddities(written={one.number: one.person for one in case.defendants})


@dataclass(slots=True)
class Drawing:
    """Draws the oddities of one record of a case. `days` are those of the extracts."""

    case: Case
    record: XhibitRecord
    days: tuple[date, ...]
    planter: Planter
    rng: random.Random
    _shown: dict[str, str] = field(default_factory=dict)

    def oddities(self, in_libra: bool) -> Oddities:
        """All of them. Rows that the last extract does not show have none."""
        rows = CaseRows(self.case, self.record, plain(self.case), self.days[-1])
        self._shown = {row: table for table, row, _ in rows.rows(self.days[-1])}
        if not self.case.receipt_recorded:
            self._note("receipt_date_missing", "case", self._native)
        days, heard = self._hearings()
        charges = [pair for one in self.case.defendants for pair in self._charges(one)]
        free = self._struck("offence_in_free_text", "charge", charges)
        return Oddities(
            iso_dates=self._strikes("iso_dates", "case", self._native),
            in_libra=in_libra,
            slashed=self._struck("slashed_date", "case_hearing_day", heard),
            newlines=self._struck("newline_in_field", "case_hearing_day", days),
            free_text=free,
            colons=self._struck("quote_became_colon", "charge", [pair for pair in charges if pair[0] not in free]),
            elsewhere=self._struck("row_of_another_court", "charge", charges),
            contradicting=self._struck("conviction_markers_contradict", "disposal", self._convicted()),
            removed=self._removed(heard),
            dummy_asns=self._struck("dummy_asn_xhibit", "case_subject", self._defendants()),
            written={one.number: self._written(one) for one in self.case.defendants},
        )

    @property
    def _court(self) -> str:
        return self.record.centre.crest_id

    @property
    def _native(self) -> str:
        return f"{self._court}{self.case.letter}{self.record.number}"

    def _note(self, kind: str, table: str, row: str) -> bool:
        shown = self._shown.get(row) == table
        if shown:
            self.planter.note(kind, landing_key(self._court, table, self.days[-1]), table, row, self.case.case_id)
        return shown

    def _strikes(self, kind: str, table: str, row: str) -> bool:
        return self.planter.strikes(kind, self.rng) and self._note(kind, table, row)

    def _struck(self, kind: str, table: str, numbers: Numbered) -> frozenset[int]:
        return frozenset(number for number, row in numbers if self._strikes(kind, table, row))

    def _hearings(self) -> tuple[Numbered, Numbered]:
        """All list entries, and those whose loss would hide no trial, plea or sentence, and no receipt."""
        hearings = self.case.hearings
        every = [(number, f"{self._court}/{number}") for number in (hearing_id(self.case, one) for one in hearings)]
        quiet = [row for row, one in zip(every, hearings, strict=True) if one.code in ("MEN", "PTR")]
        if not self.case.receipt_recorded and quiet[:1] == every[:1]:
            del quiet[0]
        return every, quiet

    def _defendants(self) -> Numbered:
        return [
            (one.number, f"{self._native}/{one.number}") for one in self.case.defendants if not one.person.is_company
        ]

    def _charges(self, one: Defendant) -> Numbered:
        numbers = [charge_id(one, place) for place in range(len(one.charges))]
        return [(number, f"{self._native}/{one.number}/{number}") for number in numbers]

    def _convicted(self) -> Numbered:
        return [
            (charge_id(one, place), f"{self._court}/{disposal_id(charge_id(one, place))}")
            for one in self.case.defendants
            for place, charge in enumerate(one.charges)
            if charge.result and charge.acquitted_on is None and self.case.letter != "A"
        ]

    def _written(self, one: Defendant) -> Person:
        row = f"{self._court}/{one.number}"
        person = as_written(one.person, self.planter.noise, self.rng)
        if person.is_company:
            self._note("company_defendant", "subject", row)
        elif self._strikes("masked_name", "subject", row):
            person = replace(one.person, surname=MASK, forename_1=MASK, forename_2="", noise="masked_name")
        elif person.noise == "birth_date_missing":
            self._note("birth_date_missing_xhibit", "subject", row)
        return person

    def _removed(self, numbers: Numbered) -> frozenset[int]:
        """Entries that an earlier extract shows and the last does not."""
        if len(self.days) < 2:
            return frozenset()
        rows = CaseRows(self.case, self.record, plain(self.case), self.days[-1])
        before = {row for _, row, _ in rows.rows(self.days[-2])}
        return self._struck("hearing_day_removed", "case_hearing_day", [pair for pair in numbers if pair[1] in before])
