"""The rows of one case in the seven tables of a centre's extract, as at a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from onecrown.synthesis.cases import Hearing
from onecrown.synthesis.systems import libra_number
from onecrown.synthesis.xhibit_defendants import DefendantRows
from onecrown.synthesis.xhibit_records import Cells, Row, hearing_id

PUT_AWAY = timedelta(days=28)  # from the end of a case to the closing of its file
HEARING_TYPES = {"PTP": "PCM", "FPTP": "PLE", "DSE": "DSE"}


class CaseRows(DefendantRows):
    """One case under one centre's number. `rows` gives what the tables hold when they are read on a day."""

    __slots__ = ()

    def rows(self, on: date) -> Iterator[Row]:
        """Every row as at the extract of a day: what happened before it."""
        if self._entered_on >= on:
            return
        yield "case", self.native_id, self._case(on)
        for nth, defendant in enumerate(self.case.defendants):
            if defendant.is_on(on - timedelta(days=1)):
                yield from self._defendant(defendant, nth + 1, on)
        yield from self._hearings(on)

    def _case(self, on: date) -> Cells:
        case, life = self.case, self.case.life
        cells = self._key() | {
            "CLASS": "3",
            "DATE_RECEIVED": self._day(case.arrived_on) if case.receipt_recorded else "",
            "DATE_INPUT": self._day(self._entered_on),
            "PSD_CT_CODE": case.centre.magistrates_psa,
            "PSD_REFERENCE": libra_number(case, case.defendants[0].number) if self.oddities.in_libra else "",
            "RECEIPT_TYPE": case.receipt_type,
            "EITHER_WAY_TYPE": case.receipt_type if case.receipt_type in ("EW", "IO") else "",
            "RE_TRIAL": "Y" if any(kind == "retrial" for kind, _ in life.links) else "N",
            "TOTAL_DEFTS": str(len(case.defendants)),
            "HO_POL_FORCE": "77",
            "CASE_TITLE": f"R v {case.defendants[0].person.surname.upper()}",
            "INIT_HRG_TYPE": _hearing_code(case.hearings[0].code) if case.hearings else "",
            "CASE_GROUP": case.group,
            "SEVERED_IND": "Y" if life.origin == "severed" else "",
        }
        return cells | self._below() | self._ending(on) | self._moves(on)

    def _below(self) -> Cells:
        """What the magistrates' court did; the day of sending or committal, where it is on record."""
        case, day = self.case, self._day(self.case.sent_on)
        if case.letter == "A":
            return {"APPEAL_TYPE": "C", "LC_CONV_DATE": day}
        sent = day if case.receipt_recorded else ""
        return {"SENT_FOR_TRIAL_DATE": sent} if case.letter == "T" else {"COMM_DATE": sent, "LC_CONV_DATE": day}

    def _ending(self, on: date) -> Cells:
        life, ended = self.case.life, self._ended_on(on)
        put_away = ended + PUT_AWAY if ended else None
        joined = date.fromordinal(life.joined) if life.joined else None
        reopened = date.fromordinal(life.reopened) if life.reopened and self._is_current else None
        cells = {
            "DATE_CONCLUDED": self._past(ended, on),
            "DATE_CLOSED": self._past(self.record.last_on or joined or put_away, on),
            "DATE_REOPENED": self._past(reopened, on),
            "BW_IND": "Y" if life.is_out_on(on.toordinal() - 1) else "",
        }
        if self.case.letter == "A" and cells["DATE_CONCLUDED"]:
            cells |= {"APP_RESULT": "AD", "APP_RESULT_DATE": cells["DATE_CONCLUDED"]}
        return cells | {"LIVE_STATUS": "C" if cells["DATE_CONCLUDED"] or cells["DATE_CLOSED"] else "L"}

    def _ended_on(self, on: date) -> date | None:
        """When the case ended, as the record says before a day: a case that was opened again ended twice."""
        life = self.case.life
        ended = life.first_disposed if life.reopened >= on.toordinal() else life.disposed
        return date.fromordinal(ended) if ended and self._is_current else None

    def _moves(self, on: date) -> Cells:
        record = self.record
        cells: Cells = {}
        if record.moved_to and record.last_on and record.last_on < on:
            cells = {"CCC_TRANS_TO": record.moved_to.crest_id, "DATE_TRANS_TO": self._day(record.last_on)}
        if record.came_from:
            centre, number = record.came_from
            cells |= {"CCC_TRANS_FROM": centre.crest_id, "DATE_TRANS_FROM": self._day(record.first_on)}
            cells |= {"ORIGINAL_CASE_NO": number}
        return cells

    def _hearings(self, on: date) -> Iterator[Row]:
        for hearing in self.case.hearings:
            number = hearing_id(self.case, hearing)
            if hearing.listed_on >= on or (number in self.oddities.removed and on >= self.last_on):
                continue
            if self._is_elsewhere(hearing.listed_for):
                continue
            yield "case_hearing_day", f"{self.record.centre.crest_id}/{number}", self._hearing(hearing, number, on)

    def _hearing(self, hearing: Hearing, number: int, on: date) -> Cells:
        day = hearing.listed_for
        cells = self._key() | {
            "CHD_ID": str(number),
            "LIST_DATE": day.strftime("%d/%m/%Y") if number in self.oddities.slashed else self._day(day),
            **{"TIME_MARKING": "NOT BEFORE 10:30", "PRIORITY": "R", "CHD_SITE_CODE": "A"},
            "LIST_TYPE": "D" if day < on else "X",
            "HEARING_TYPE": _hearing_code(hearing.code),
            "DATE_LISTED": self._day(hearing.listed_on),
        }
        if number in self.oddities.newlines:
            cells["LIST_NOTES"] = "INVENTED NOTE, FIRST LINE\nAND SECOND LINE"
        if hearing.outcome and day < on:
            cells["EFFECTIVE_IND"] = hearing.outcome
        if hearing.vacated:
            removed_on = max(hearing.listed_on, day - timedelta(days=5))
            if removed_on < on and removed_on < day:
                cells |= {"REASON_REMOVED": hearing.vacated, "DATE_REMOVED": self._day(removed_on)}
        return cells


def _hearing_code(code: str) -> str:
    """Xhibit's code of a kind of hearing."""
    return HEARING_TYPES.get(code, code)
