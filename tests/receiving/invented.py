"""Invented files of every dataset, small, with the one thing that a test is about left to the test."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from hypothesis import settings

from onecrown.definitions.model import Model, load_model

relaxed = settings(deadline=None, max_examples=60)
EVENTS = "common_platform/hearing_resulted"
MIGRATED = "common_platform/migrated_case"
MESSAGES = "libra/resulted_case"
LISTS = "libra/daily_court_list"
EXTRACTS = "xhibit/extract"
STANDING = "reference/standing_data"
WEEK = "extract_date=2026-01-05"
REAL_ASN = "2501ZD0100000003001N"
DUMMY_ASN = "0800PP0100000000001H"


@cache
def model() -> Model:
    return load_model()


# --- Common Platform ---------------------------------------------------------------------------------------------------


def event_tree(number: int = 1, **hearing: Any) -> dict[str, Any]:
    """One shared hearing day with a case, a defendant, an offence, a plea and a result."""
    return {
        "sharedTime": "2026-01-07T15:00:00.000Z",
        "hearingDay": "2026-01-07",
        "hearing": {
            "id": f"00000000-0000-4000-8000-aa{number:010}",
            "jurisdictionType": "MAGISTRATES",
            "courtCentre": {"code": "B01LY00"},
            "hearingDays": [{"sittingDay": "2026-01-07T10:00:00.000Z"}],
            "prosecutionCases": [case(number)],
            **hearing,
        },
    }


def case(number: int = 1, plea: str = "GUILTY", result_code: str = "1015") -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-cc{number:010}",
        "prosecutionCaseIdentifier": {"caseURN": f"01ZD{number:07}"},
        "defendants": [
            {
                "id": f"00000000-0000-4000-8000-dd{number:010}",
                "personDefendant": {"personDetails": {"firstName": "Imogen", "lastName": "Madeupwell"}},
                "offences": [
                    {
                        "id": f"00000000-0000-4000-8000-ff{number:010}",
                        "offenceCode": "TH68010",
                        "startDate": "2025-11-15",
                        "plea": {"pleaDate": "2026-01-07", "pleaValue": plea},
                        "judicialResults": [
                            {
                                "judicialResultId": f"00000000-0000-4000-8000-ee{number:010}",
                                "cjsCode": result_code,
                                "label": "Fine",
                                "orderedDate": "2026-01-07",
                            }
                        ],
                    }
                ],
            }
        ],
    }


def event(number: int = 1, **hearing: Any) -> bytes:
    return json.dumps(event_tree(number, **hearing)).encode()


def lines(*documents: bytes) -> bytes:
    return b"".join(document + b"\n" for document in documents)


def migrated_tree(**details: Any) -> dict[str, Any]:
    return {
        "submissionId": "00000000-0000-4000-8000-5b0000000001",
        "migratedCaseDetails": {
            "caseDetails": {
                "caseId": "00000000-0000-4000-8000-cc0000000050",
                "prosecutorCaseReference": "01ZD2000525",
                "dateReceived": "2025-09-03",
            },
            "migrationSourceSystem": {
                "migrationSourceSystemName": "XHIBIT",
                "migrationSourceSystemCaseIdentifier": "T20250005",
            },
            "hearings": [{"courtHearingLocation": "C01SN01", "dateOfHearing": "2026-02-16", "hearingType": "PTR"}],
            "defendants": [
                {
                    "prosecutorDefendantId": "453-9005",
                    "offences": [{"prosecutorOffenceId": "453-70008", "offenceCode": "TH68010"}],
                }
            ],
            **details,
        },
    }


# --- Libra -------------------------------------------------------------------------------------------------------------

LIBRA = 'xmlns="http://www.dca.gov.uk/xmlschemas/libra"'


def spi_offence(number: str = "001", code: str = "TH68010", start: str = "2025-11-01", result: str = "1015") -> str:
    return (
        f"<Offence><BaseOffenceDetails><OffenceSequenceNumber>{number}</OffenceSequenceNumber>"
        f"<OffenceCode>{code}</OffenceCode><OffenceTiming><OffenceStart>"
        f"<OffenceDateStartDate>{start}</OffenceDateStartDate></OffenceStart></OffenceTiming></BaseOffenceDetails>"
        f"<Plea>1</Plea><Finding>G</Finding><Result><ResultCode>{result}</ResultCode></Result></Offence>"
    )


def spi(
    *,
    urn: str = "01ZD3000126",
    reference: str = REAL_ASN,
    family_name: str = "Pseudonym",
    born: str = "1985-01-31",
    day: str = "2026-01-05",
    offences: Sequence[str] = (spi_offence(),),
) -> str:
    """A resulted case message without an envelope or a declaration."""
    return (
        f'<ResultedCaseMessage {LIBRA} Flow="ResultedCasesForThePolice"><Session><CourtHearing><Hearing>'
        f"<CourtHearingLocation>B01GU01</CourtHearingLocation><DateOfHearing>{day}</DateOfHearing>"
        f"<TimeOfHearing>10:00:00</TimeOfHearing></Hearing><PSAcode>2572</PSAcode></CourtHearing>"
        f"<Case><PTIURN>{urn}</PTIURN><Defendant><ProsecutorReference>{reference}</ProsecutorReference>"
        f"<CourtIndividualDefendant><PersonDefendant><BasePersonDetails><PersonName>"
        f"<PersonGivenName1>Araminta</PersonGivenName1><PersonFamilyName>{family_name}</PersonFamilyName></PersonName>"
        f"<Birthdate>{born}</Birthdate></BasePersonDetails></PersonDefendant>"
        f"<PresentAtHearing>Y</PresentAtHearing></CourtIndividualDefendant>{''.join(offences)}</Defendant></Case>"
        f"</Session></ResultedCaseMessage>"
    )


def route_data(content: str) -> str:
    """A message in the envelope of the criminal justice exchange; `content` is what stands in its data stream."""
    return (
        '<RouteData xmlns="http://schemas.cjse.gov.uk/common/operations">'
        "<RequestFromSystem><SystemID>C00LIBRA</SystemID></RequestFromSystem>"
        f"<DataStream><DataStreamContent>{content}</DataStreamContent></DataStream></RouteData>"
    )


def escaped(xml: str, times: int = 1) -> str:
    for _ in range(times):
        xml = html.escape(xml, quote=False)
    return xml


def cdata(xml: str) -> str:
    return f"<![CDATA[{xml}]]>"


def list_case(number: int = 1, born: str = "14/02/1980", code: str = "TH68010") -> str:
    return (
        f"<case><urn>01ZD{number:07}</urn><c_id>50{number:05}</c_id><h_id>60{number:05}</h_id><valid>Y</valid>"
        f"<caseno>26{number:08}</caseno><type>C</type><def_name>MR Ignatius UNREALSON</def_name>"
        f"<def_dob>{born}</def_dob><def_type>P</def_type>"
        f"<offences><offence><oseq>1</oseq><co_id>40{number:05}</co_id><code>{code}</code></offence></offences></case>"
    )


def session(*cases: str, day: str = "13/01/2026", room: str = "01", ou_code: str = "B01EF01") -> str:
    said = f"<ou_code>{ou_code}</ou_code>" if ou_code else ""
    return (
        f"<session><s_id>5568</s_id><doh>{day}</doh><court>Croydon Magistrates' Court</court><room>{room}</room>"
        f"<sstart>10:00</sstart><blocks><block><sb_id>758</sb_id><bstart>10:00</bstart>"
        f"<cases>{''.join(cases)}</cases></block></blocks>{said}</session>"
    )


def list_document(*sessions: str, name: str = "1_13012026_2576_B01EF01_ADULT_COURT_LIST_DAILY") -> str:
    data = f"<data><job><sessions>{''.join(sessions)}</sessions></job></data>" if sessions else "<data/>"
    return f"<document><info><source_file_name>{name}</source_file_name></info>{data}</document>"


def bare_request(*documents: str) -> str:
    space = "http://www.justice.gov.uk/magistrates/external/ExternalDocumentRequest"
    return (
        f'<edr:ExternalDocumentRequest xmlns:edr="{space}"><documents>{"".join(documents)}</documents>'
        "</edr:ExternalDocumentRequest>"
    )


def soap(body: str) -> str:
    space = "http://www.w3.org/2003/05/soap-envelope"
    return f'<soap:Envelope xmlns:soap="{space}"><soap:Body>{body}</soap:Body></soap:Envelope>'


def court_list(*sessions: str) -> str:
    return f"<CourtList><courtName>Croydon</courtName><sessions>{''.join(sessions)}</sessions></CourtList>"


# --- Xhibit ------------------------------------------------------------------------------------------------------------


def columns(table: str) -> tuple[str, ...]:
    return model().contracts[EXTRACTS].record_types[table].columns


def subject(number: int = 9001, **said: str) -> dict[str, str]:
    return {"SUB_ID": str(number), "SURNAME": "TESTERSON", "SEX": "F", "CREST_COURT_ID": "453", **said}


def list_entry(number: int = 60001, **said: str) -> dict[str, str]:
    row = {"CHD_ID": str(number), "CASE_NO": "20250001", "CASE_TYPE": "T", "LIST_DATE": "01-SEP-25"}
    return {**row, "CREST_COURT_ID": "453", **said}


def extract(table: str, rows: Iterable[dict[str, str]], header: Sequence[str] = ()) -> bytes:
    """A table's file, with its promised columns or a header of the test's own."""
    names = tuple(header) or columns(table)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    out.write(",".join(names) + "\n")
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue().encode()


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
