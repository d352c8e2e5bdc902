"""The rows of a case's defendants: person, defendant on the case, charges, disposals, warrants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from onecrown.synthesis.cases import Defendant
from onecrown.synthesis.charges import Charge
from onecrown.synthesis.identifiers import short_pnc_id
from onecrown.synthesis.people import Person
from onecrown.synthesis.results import RESULTS
from onecrown.synthesis.xhibit_records import Cells, RecordRows, Row, charge_id, disposal_id

_PLEAS = {"guilty": "G", "not_guilty": "NG", "changed": "CPG", "": ""}
_REMANDS = {"bail": "B", "custody": "C", "unknown": ""}
_ETHNIC_APPEARANCE = {"W": "W", "B": "B", "A": "A", "M": "O", "O": "O", "N": "N"}


class DefendantRows(RecordRows):
    """Rows of one defendant as at a day."""

    __slots__ = ()

    def _defendant(self, defendant: Defendant, nth: int, on: date) -> Iterator[Row]:
        court = self.record.centre.crest_id
        person = self.oddities.written[defendant.number]
        yield "subject", f"{court}/{defendant.number}", self._subject(defendant, person)
        native = f"{self.native_id}/{defendant.number}"
        yield "case_subject", native, self._case_subject(defendant, person, nth, on)
        for place, charge in enumerate(defendant.charges):
            number = charge_id(defendant, place)
            yield "charge", f"{native}/{number}", self._charge(defendant, charge, number, on)
            yield from self._disposals(defendant, charge, number, on)
        yield from self._warrants(defendant, on)

    def _subject(self, defendant: Defendant, person: Person) -> Cells:
        line, town, postcode = person.address
        return {
            "SUB_ID": str(defendant.number),
            "SURNAME": person.surname.upper(),
            "FORENAME1": person.forename_1.upper(),
            "FORENAME2": person.forename_2.upper(),
            "DOB": self._day(person.born_on),
            "SEX": person.sex,
            **{"ADDR1": line, "ADDR2": "-", "TOWN": town.upper(), "COUNTY": "FICTIONSHIRE", "POSTCODE": postcode},
            "CRO_NO": person.cro_number,
            "ETHNIC_APPEARANCE": _ETHNIC_APPEARANCE.get(person.ethnicity[:1], ""),
            "CREST_COURT_ID": self.record.centre.crest_id,
        }

    def _case_subject(self, defendant: Defendant, person: Person, nth: int, on: date) -> Cells:
        case, none = self.case, "N" if self.case.letter == "A" else ""
        heard = max(case.first_heard_on, *(charge.charged_on for charge in defendant.charges))
        return self._key() | {
            "SUB_ID": str(defendant.number),
            "DEFENDANT_NO": str(nth),
            "COMM_BC_STATUS": none or _REMANDS[defendant.remand_on(case.sent_on)],
            "CURRENT_BC_STATUS": none or _REMANDS[defendant.remand_on(on - timedelta(days=1))],
            "CTL_APPLIES": "N",
            "JUVENILE_IND": "N",
            "FIRST_MAG_HRG_DATE": self._day(min(heard, case.sent_on)),
            "LAST_MAG_HRG_DATE": self._day(case.sent_on),
            "ETHNIC_CLASSIFICATION": person.ethnicity,
            "POLICE_NATIONAL_COMPUTER": short_pnc_id(person.pnc_id) if person.pnc_id else "",
            "PTIURN": case.urn,
            "ARREST_SUMMONS_NUMBER": "0800NP0100000000001H"
            if defendant.number in self.oddities.dummy_asns
            else defendant.asn,
            "LIVE_STATUS": "L",
            "NATIONALITY": "GBR",
        }

    def _charge(self, defendant: Defendant, charge: Charge, number: int, on: date) -> Cells:
        changed = charge.plea == "changed" and (charge.changed_on is None or charge.changed_on >= on)
        plea = "NG" if changed else _PLEAS[charge.plea]
        offence, letter = charge.offence, self.case.letter
        breach = self.case.receipt_type in ("CB", "BB")
        cells = self._key() | {
            "SUB_ID": str(defendant.number),
            "CHARGE_TYPE": "B" if breach else {"T": "I", "S": "S", "A": "A"}[letter],
            "CHARGE_NO": str(charge.count),
            "OFFENCE_CODE": offence.code,
            "PLEA": plea if charge.plea_on and charge.plea_on < on else "",
            "HO_CLASS": offence.ho_class,
            "HO_SUB_CLASS": offence.ho_subclass,
            "OFFENCE_DESCRIPTION": offence.title,
            "CHG_ID": str(number),
            "CHG_DATE": self._day(self._entered_on),
            "SEQUENCE_NO": str(charge.count),
            "TOWN": "NOWHERETON",
            "OFFENCE_START_DATE": self._day(charge.offence_on),
            "ARREST_DATE": self._day(charge.charged_on),
            "CHARGE_DATE": self._day(charge.charged_on),
        }
        if letter == "A" and self._past(charge.result_on, on):
            cells["APP_RESULT_CODE"] = "AD"
        if number in self.oddities.free_text:
            cells |= {"OFFENCE_CODE": "ZZ99999", "HO_CLASS": "999", "HO_SUB_CLASS": "99"}
        if number in self.oddities.colons:
            cells["OFFENCE_DESCRIPTION"] = f"{offence.title} at the :Invented Arms:"
        return cells

    def _disposals(self, defendant: Defendant, charge: Charge, number: int, on: date) -> Iterator[Row]:
        life = self.case.life
        again = date.fromordinal(life.disposed) if life.reopened and life.disposed else None
        ends = ((0, charge.result, charge.result_on), (1, "deferred", charge.deferred_on), (2, charge.result, again))
        for turn, name, day in ends:
            if name and day and day < on and not self._is_elsewhere(day):
                table, row, cells = self._disposal(defendant, number, turn, name, day)
                yield table, row, cells if turn == 1 else cells | _amounts(charge)

    def _disposal(self, defendant: Defendant, number: int, turn: int, name: str, day: date) -> Row:
        result, disposal = RESULTS[name], disposal_id(number, turn)
        convicts = "" if self.case.letter == "A" else "Y" if result.convicts else "N"
        cells = self._key() | {
            "DIS_ID": str(disposal),
            "DISPOSAL_CODE": result.disposal_code,
            **{"MENU_GROUP": "A", "TEMPLATE_VERSION": "1", "COURT_TYPE": "C"},
            "SUB_ID": str(defendant.number),
            "OUTCOME_DATE": self._day(day),
            "CHG_ID": str(number),
            "CONV_RECORDED": convicts,
            "DEFENDANT_CONVICTED": convicts,
        }
        if self.case.letter == "A":
            cells["APP_RESULT_CODE"] = "AD"
        if number in self.oddities.contradicting and turn == 0:
            cells |= {"CONV_RECORDED": "Y", "DEFENDANT_CONVICTED": "N"}
        return "disposal", f"{self.record.centre.crest_id}/{disposal}", cells

    def _warrants(self, defendant: Defendant, on: date) -> Iterator[Row]:
        for issued, executed in self.case.life.warrants:
            day = date.fromordinal(issued)
            if day >= on or self._is_elsewhere(day):
                continue
            back = date.fromordinal(executed) if executed else None
            cells = self._key() | {
                "SUB_ID": str(defendant.number),
                "BC_STATUS_BW_ISSUED": "B",
                "BW_ISSUE_DATE": self._day(day),
                "BW_EXEC_DATE": self._past(back, on),
                "BW_INPUT_DATE": self._day(day),
            }
            yield "bw_history", f"{self.native_id}/{defendant.number}/{day.isoformat()}", cells


def _amounts(charge: Charge) -> Cells:
    """The term and the fine of a sentence, where it has them."""
    term = {"UNITS1": "months", "AMOUNT1": str(charge.months)} if charge.months else {}
    return term | ({"MO_FINE": str(charge.pounds)} if charge.pounds else {})
