"""Libra's magistrates' leg of some cases: daily court lists and resulted cases (SPI messages), a file a month.

In truth lists come a day or three before their day; here those of a month lie in one file that was extracted before it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from onecrown.synthesis.cases import Case, Defendant
from onecrown.synthesis.charges import Charge
from onecrown.synthesis.faults import Planter
from onecrown.synthesis.people import Person, as_written
from onecrown.synthesis.results import RESULTS, sending
from onecrown.synthesis.spool import Finished, Frame, Spool
from onecrown.synthesis.systems import libra_number
from onecrown.synthesis.truth import TruthTables

LISTS, MESSAGES = "libra/daily_court_list", "libra/resulted_case"
_GENDERS = {"M": "1", "F": "2", "": "0"}
_SPI = "http://www.dca.gov.uk/xmlschemas/libra"
_HEADS = {
    LISTS: '<?xml version="1.0" encoding="UTF-8"?>\n<documents>\n',
    MESSAGES: f'<?xml version="1.0" encoding="UTF-8"?>\n<Messages xmlns="{_SPI}">\n',
}


class LibraDeliveries:
    """Takes cases whose magistrates' leg is in Libra."""

    def __init__(self, folder: Path, planter: Planter, truth: TruthTables) -> None:
        self._planter, self._truth = planter, truth
        self._lists, self._messages = Spool(folder), Spool(folder)
        self._rooms: Counter[tuple[str, date]] = Counter()  # each list has a room of its own

    def add(self, case: Case, magistrates_id: str, rng: random.Random) -> None:
        """A list with an entry for each defendant, and a message for each."""
        bench, day = case.centre.magistrates_code, case.sent_on
        self._rooms[bench, day] += 1
        room = f"{self._rooms[bench, day] % 100:02d}"
        listed = [(one, as_written(one.person, self._planter.noise, rng)) for one in case.first_defendants]
        self._lists.add(list_key(day), _list(case, listed, room))
        for one, person in listed:
            number = libra_number(case, one.number)
            self._tell(LISTS, list_key(day), magistrates_id, (number, number), one, person)
            written, key = as_written(one.person, self._planter.noise, rng), message_key(day)
            self._messages.add(key, self._message(case, one, written, key, rng))
            self._tell(MESSAGES, key, magistrates_id, (case.urn, one.asn), one, written)

    def _tell(
        self, dataset: str, key: str, case_id: str, native: tuple[str, str], defendant: Defendant, person: Person
    ) -> None:
        row = (
            f"D{defendant.number:07d}",
            case_id,
            f"P{person.number:07d}",
            dataset,
            *native,
            defendant.asn,
            person.noise,
        )
        self._truth.add("defendant", *row)
        if person.noise == "birth_date_missing":
            kind = "list_birth_date_missing" if dataset == LISTS else "message_birth_date_missing"
            self._planter.note(kind, key, "defendant", native[1], case_id)

    def finish(self) -> Iterator[Finished]:
        """Compress every file."""
        yield from self._lists.finish(lambda _key: Frame(_HEADS[LISTS], tail="</documents>\n", arranged=sorted))
        yield from self._messages.finish(lambda _key: Frame(_HEADS[MESSAGES], tail="</Messages>\n", arranged=sorted))

    def _message(self, case: Case, defendant: Defendant, person: Person, key: str, rng: random.Random) -> str:
        urn, finding = case.urn, case.letter == "S"
        if self._planter.strikes("lower_case_ptiurn", rng):
            urn = urn.lower()
            self._planter.note("lower_case_ptiurn", key, "case", case.urn, case.case_id)
        if self._planter.strikes("conviction_without_finding", rng) and finding:
            finding = False
            self._planter.note(
                "conviction_without_finding", key, "offence", f"{case.urn}/{defendant.asn}", case.case_id
            )
        return _message(case, defendant, person, urn, finding)


def list_key(day: date) -> str:
    """The landing key of the lists of a day's month, extracted on the day before it."""
    before = day.replace(day=1) - timedelta(days=1)
    return f"{LISTS}/extract_date={before.isoformat()}T18:00:00/lists-{day:%Y-%m}.xml.gz"


def message_key(day: date) -> str:
    """The landing key of the messages of a day's month, sent on the first day of the next."""
    after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return f"{MESSAGES}/extract_date={after.isoformat()}T06:00:00/messages-{day:%Y-%m}.xml.gz"


def _list(case: Case, listed: list[tuple[Defendant, Person]], room: str) -> str:
    bench, day = case.centre.magistrates_code[:5], case.sent_on
    start = f"{9 + case.life.number % 6:02d}:{case.life.number % 60:02d}"
    entries = "".join(_entry(case, one, person, nth + 1) for nth, (one, person) in enumerate(listed))
    return (
        f"<document><info><general><doc_type>EDT_Adult_Daily_Courtlist</doc_type></general><source_file_name>"
        f"1_{day:%d%m%Y}_{case.centre.magistrates_psa}_{bench}{room}_ADULT_COURT_LIST_DAILY</source_file_name></info>"
        f"<data><job><sessions><session><s_id>{case.life.number}</s_id><doh>{day:%d/%m/%Y}</doh><panel>Adult Panel</panel>"
        f"<room>{room}</room><sstart>{start}</sstart><send>17:00</send><blocks><block><sb_id>{case.life.number}</sb_id>"
        f"<bstart>{start}</bstart><bend>17:00</bend><desc>First Hearings Slot</desc><cases>{entries}</cases></block>"
        f"</blocks><ou_code>{bench}{room}</ou_code></session></sessions></job></data></document>"
    )


def _entry(case: Case, defendant: Defendant, person: Person, place: int) -> str:
    line, town, postcode = person.address
    born = f"<def_dob>{person.born_on:%d/%m/%Y}</def_dob>" if person.born_on else ""
    sex = f"<def_sex>{person.sex}</def_sex>" if person.sex and not person.is_company else ""
    shown = person.surname if person.is_company else f"MX {person.forename_1} {person.surname.upper()}"
    names = f"<forename1>{person.forename_1}</forename1>" if person.forename_1 else ""
    names += f"<forename2>{person.forename_2}</forename2>" if person.forename_2 else ""
    offences = "".join(
        f"<offence><oseq>{nth + 1}</oseq><co_id>{defendant.number * 20 + nth}</co_id><code>{charge.offence.code}</code>"
        f"<title>{escape(charge.offence.title)}</title><sum>Invented wording of an invented charge</sum></offence>"
        for nth, charge in enumerate(defendant.charges)
    )
    return (
        f"<case><urn>{case.urn}</urn><c_id>{defendant.number}</c_id><h_id>{case.life.number}</h_id><valid>Y</valid>"
        f"<caseno>{libra_number(case, defendant.number)}</caseno><type>C</type><def_name>{escape(shown)}</def_name>{born}"
        f"<def_type>{'O' if person.is_company else 'P'}</def_type>{sex}"
        f"<def_name_elements>{names}<surname>{escape(person.surname)}</surname></def_name_elements>"
        f"<def_addr><line1>{line}</line1><line5>{town}</line5><pcode>{postcode}</pcode></def_addr>"
        f"<inf>POL01</inf><cseq>{place}</cseq><listno>1st</listno><offences>{offences}</offences></case>"
    )


def _message(case: Case, defendant: Defendant, person: Person, urn: str, finding: bool) -> str:
    day = case.sent_on.isoformat()
    born = f"<Birthdate>{person.born_on.isoformat()}</Birthdate>" if person.born_on else ""
    line, town, postcode = person.address
    address = (
        f"<Address><SimpleAddress><AddressLine1>{line}</AddressLine1><AddressLine2>{town}</AddressLine2>"
        f"<AddressLine5>{postcode}</AddressLine5></SimpleAddress></Address>"
    )
    if person.is_company:
        who = (
            f"<CourtCorporateDefendant><OrganisationName><OrganisationName>{escape(person.surname)}</OrganisationName>"
            f"</OrganisationName><BailStatus>A</BailStatus>{address}<PresentAtHearing>A</PresentAtHearing></CourtCorporateDefendant>"
        )
    else:
        second = f"<PersonGivenName2>{person.forename_2}</PersonGivenName2>" if person.forename_2 else ""
        who = (
            f"<CourtIndividualDefendant><PersonDefendant><BasePersonDetails><PersonName><PersonGivenName1>{person.forename_1}"
            f"</PersonGivenName1>{second}<PersonFamilyName>{person.surname}</PersonFamilyName></PersonName>{born}"
            f"<Gender>{_GENDERS[person.sex]}</Gender></BasePersonDetails></PersonDefendant>"
            f"<BailStatus>{'C' if defendant.remand_on(case.sent_on) == 'custody' else 'U'}</BailStatus>{address}"
            f"<PresentAtHearing>Y</PresentAtHearing></CourtIndividualDefendant>"
        )
    offences = "".join(
        _offence(case, defendant, charge, place, finding) for place, charge in enumerate(defendant.charges)
    )
    return (
        f'<ResultedCaseMessage Flow="ResultedCasesForThePolice" Interface="LibraStandardProsecutorPolice" SchemaVersion="0.6g">'
        f"<Session><CourtHearing><Hearing><CourtHearingLocation>{case.centre.magistrates_code[:5]}01</CourtHearingLocation>"
        f"<DateOfHearing>{day}</DateOfHearing><TimeOfHearing>10:00:00</TimeOfHearing></Hearing>"
        f"<PSAcode>{case.centre.magistrates_psa}</PSAcode></CourtHearing><Case><PTIURN>{urn}</PTIURN><Defendant>"
        f"<ProsecutorReference>{defendant.asn}</ProsecutorReference>{who}{offences}</Defendant></Case></Session></ResultedCaseMessage>"
    )


def _offence(case: Case, defendant: Defendant, charge: Charge, place: int, finding: bool) -> str:
    committed = case.letter == "S"
    result = RESULTS[sending(case, defendant)]
    convicted = f"<ConvictionDate>{case.sent_on.isoformat()}</ConvictionDate>" if committed else ""
    mode = "02" if charge.offence.mode == "IO" else "01"
    return (
        f"<Offence><BaseOffenceDetails><OffenceSequenceNumber>{place + 1:03d}</OffenceSequenceNumber><OffenceCode>"
        f"{charge.offence.code}</OffenceCode><OffenceWording>Invented wording of an invented charge</OffenceWording>"
        f"<OffenceTiming><OffenceDateCode>1</OffenceDateCode><OffenceStart><OffenceDateStartDate>{charge.offence_on.isoformat()}"
        f"</OffenceDateStartDate></OffenceStart></OffenceTiming><ChargeDate>{charge.charged_on.isoformat()}</ChargeDate>"
        f"<ArrestDate>{charge.charged_on.isoformat()}</ArrestDate></BaseOffenceDetails><Plea>{'1' if committed else '3'}</Plea>"
        f"<ModeOfTrial>{mode}</ModeOfTrial><FinalDisposalIndicator>N</FinalDisposalIndicator>{convicted}"
        f"{'<Finding>G</Finding>' if finding else ''}<Result><ResultCode>{result.cjs_code}</ResultCode>"
        f"<ResultText>{escape(result.label)}</ResultText></Result></Offence>"
    )
