"""Distinct keys in the sample files, counted by plain Python from what the suppliers' documents promise.

Nothing here comes from onecrown: a second reading of the same files, so that a mistake of the parser cannot hide. Each
reading gives, by record type, the set of distinct keys of one file.
"""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Keys = dict[str, set[tuple[Any, ...]]]
LONDON = ZoneInfo("Europe/London")


# --- Common Platform, hearing resulted --------------------------------------------------------------------------------


def hearing_resulted_keys(path: Path) -> Keys:
    """Keys of an event; owners of results, pleas and verdicts are told by the objects that they stand in."""
    event = json.loads(path.read_text(encoding="utf-8"))
    hearing, keys = event["hearing"], defaultdict(set)
    hearing_id = _folded(hearing["id"])
    keys["hearing"].add((hearing_id,))
    _cases_of(hearing, hearing_id, keys)
    _applications_of(hearing, keys)
    for attendance in hearing.get("defendantAttendance", []):
        for day in attendance.get("attendanceDays", []):
            keys["attendance"].add((hearing_id, _folded(attendance["defendantId"]), day["day"]))
    for day in hearing.get("hearingDays", []):
        keys["hearing_day"].add((hearing_id, hearing_day(event), day["sittingDay"]))
    for owner, result in _owned(hearing, ("hearing", hearing_id), "judicialResultId"):
        keys["result"].add((owner, _folded(result["judicialResultId"])))
    for name in ("plea", "verdict"):
        for owner, _ in _members(hearing, ("hearing", hearing_id), name):
            keys[name].add((owner,))
    return keys


def current_hearing_resulted_keys(paths: list[Path]) -> Keys:
    """Keys that stand after several events: what the latest event of a hearing and day lists, of the rest all."""
    latest: dict[tuple[str, str | None], tuple[str, Path]] = {}
    for path in paths:
        event = json.loads(path.read_text(encoding="utf-8"))
        scope = (_folded(event["hearing"]["id"]), hearing_day(event))
        latest[scope] = max(latest.get(scope, ("", path)), (event["sharedTime"], path))
    standing: Keys = defaultdict(set)
    for path in paths:
        is_latest = any(path == found for _, found in latest.values())
        for record_type, keys in hearing_resulted_keys(path).items():
            if is_latest or record_type not in {"result", "attendance", "hearing_day", "hearing_case"}:
                standing[record_type] |= keys
    return standing


def hearing_day(event: dict[str, Any]) -> str | None:
    """`hearingDay`; else the only sitting day by London's calendar; else the latest not after the day of sharing; else the first."""
    if event.get("hearingDay"):
        return event["hearingDay"]
    days = sorted({_london(day["sittingDay"]) for day in event["hearing"].get("hearingDays", [])})
    past = [day for day in days if day <= _london(event["sharedTime"])]
    return days[0] if len(days) == 1 or (days and not past) else past[-1] if past else None


def _london(instant: str) -> str:
    return datetime.fromisoformat(instant.replace("Z", "+00:00")).astimezone(LONDON).date().isoformat()


def _cases_of(hearing: dict[str, Any], hearing_id: str, keys: Keys) -> None:
    for case in hearing.get("prosecutionCases", []):
        case_id = _folded(case["id"])
        keys["case"].add((case_id,))
        keys["hearing_case"].add((hearing_id, case_id))
        for defendant in case.get("defendants", []):
            defendant_id = _folded(defendant["id"])
            keys["defendant"].add((case_id, defendant_id))
            for offence in defendant.get("offences", []):
                key = (case_id, defendant_id, _folded(offence["id"]))
                keys["offence"].add(key)
                if offence.get("allocationDecision"):
                    keys["allocation"].add(key)


def _applications_of(hearing: dict[str, Any], keys: Keys) -> None:
    for application in hearing.get("courtApplications", []):
        application_id = _folded(application["id"])
        keys["application"].add((application_id,))
        for respondent in application.get("respondents", []):
            keys["application_respondent"].add((application_id, _folded(respondent["id"])))
        for ordered in application.get("courtOrder", {}).get("courtOrderOffences", []):
            key = (application_id, "order", _folded(ordered["prosecutionCaseId"]), _folded(ordered["offence"]["id"]))
            keys["application_offence"].add(key)
        for case in application.get("courtApplicationCases", []):
            case_id = _folded(case["prosecutionCaseId"])
            keys["application_case"].add((application_id, case_id))
            for offence in case.get("offences", []):
                keys["application_offence"].add((application_id, "case", case_id, _folded(offence["id"])))


_IDENTIFIED = {
    "prosecutionCases",
    "defendants",
    "offences",
    "courtApplications",
    "courtOrderOffences",
    "courtApplicationCases",
}


def _walk(value: Any, owner: tuple[Any, ...], name: str) -> Any:
    """Every object anywhere below, with the chain of identified objects that it stands in."""
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, owner, name)
    elif isinstance(value, dict):
        if name in _IDENTIFIED:
            inner = value.get("offence", {}).get("id") if name == "courtOrderOffences" else None
            said = (value.get("id"), value.get("prosecutionCaseId"), inner)
            owner = (*owner, name, *(_folded(part) for part in said if part))
        if "masterDefendantId" in value and "judicialResult" in value:
            owner = (*owner, "person", _folded(value["masterDefendantId"]))
        yield owner, name, value
        for key, below in value.items():
            yield from _walk(below, owner, key)


def _owned(hearing: dict[str, Any], owner: tuple[Any, ...], key: str) -> Any:
    return ((where, value) for where, _, value in _walk(hearing, owner, "hearing") if key in value)


def _members(hearing: dict[str, Any], owner: tuple[Any, ...], wanted: str) -> Any:
    return ((where, value) for where, name, value in _walk(hearing, owner, "hearing") if name == wanted)


# --- Common Platform, migrated case -----------------------------------------------------------------------------------


def migrated_case_keys(path: Path) -> Keys:
    """Keys of a migrated case. A hearing whose date is no date is left out: it alone is set aside."""
    details, keys = json.loads(path.read_text(encoding="utf-8"))["migratedCaseDetails"], defaultdict(set)
    case_id = _folded(details["caseDetails"]["caseId"])
    keys["case"].add((case_id,))
    for defendant in details.get("defendants", []):
        defendant_id = _folded(defendant["prosecutorDefendantId"])
        keys["defendant"].add((case_id, defendant_id))
        for offence in defendant.get("offences", []):
            key = (case_id, defendant_id, _folded(offence["prosecutorOffenceId"]))
            keys["offence"].add(key)
            for name, member in (("plea", "plea"), ("verdict", "verdict"), ("allocation", "allocationDecision")):
                if offence.get(member):
                    keys[name].add(key)
    seen: Counter[tuple[Any, ...]] = Counter()
    for hearing in details.get("hearings", []):
        if not _is_date(hearing.get("dateOfHearing")):
            continue
        week = hearing.get("weekCommencingDate", {}).get("startDate")
        slot = (
            hearing["courtHearingLocation"].upper(),
            hearing.get("dateOfHearing") or week,
            hearing.get("timeOfHearing"),
        )
        seen[slot] += 1
        keys["hearing"].add((case_id, *slot, seen[slot]))
    return keys


def bad_hearing_dates(path: Path) -> int:
    """Hearings of a migrated case whose date is no date."""
    hearings = json.loads(path.read_text(encoding="utf-8"))["migratedCaseDetails"].get("hearings", [])
    return sum(1 for hearing in hearings if not _is_date(hearing.get("dateOfHearing")))


def _is_date(text: str | None) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


# --- Libra, resulted case (SPI) ---------------------------------------------------------------------------------------

_ASN = re.compile(r"[0-9]{2}[A-Z0-9]{6,7}[0-9]{11}[A-Z]")


def resulted_case_keys(path: Path) -> Keys:
    """Keys of every resulted case message of a file, however it is wrapped; none where no message is found."""
    keys: Keys = defaultdict(set)
    for message in _messages(ET.fromstring(path.read_bytes())):
        session = _one(message, "Session")
        where = tuple(
            _said(session, f"CourtHearing/Hearing/{name}")
            for name in ("CourtHearingLocation", "DateOfHearing", "TimeOfHearing")
        )
        hearing = (where[0].upper(), *where[1:])
        keys["hearing"].add(hearing)
        for case in _all(session, "Case"):
            urn = _said(case, "PTIURN").strip().upper()
            keys["case"].add((urn,))
            keys["hearing_case"].add((*hearing, urn))
            for defendant in _all(case, "Defendant"):
                _spi_defendant(defendant, urn, hearing, keys)
    return keys


def _spi_defendant(defendant: ET.Element, urn: str, hearing: tuple[str, ...], keys: Keys) -> None:
    key = (urn, _spi_person(defendant))
    keys["defendant"].add(key)
    keys["attendance"].add((*hearing, *key))
    used: Counter[str] = Counter()
    for offence in _all(defendant, "Offence"):
        number = _said(offence, "BaseOffenceDetails/OffenceSequenceNumber").strip()
        start = _said(offence, "BaseOffenceDetails/OffenceTiming/OffenceStart/OffenceDateStartDate")
        code = _said(offence, "BaseOffenceDetails/OffenceCode").upper()
        name = number.zfill(3) if number.isdigit() and int(number) else f"000 {code} {start}"
        used[name] += 1
        charge = (*key, name, used[name])
        keys["offence"].add(charge)
        for record_type, element in (("plea", "Plea"), ("verdict", "Finding"), ("allocation", "ModeOfTrial")):
            if _all(offence, element):
                keys[record_type].add(charge)
        like: Counter[str] = Counter()
        for result in _all(offence, "Result"):
            like[_said(result, "ResultCode").strip()] += 1
            slot = _said(result, "ResultCode").strip()
            keys["result"].add((*charge, *hearing, slot, like[slot]))


def _spi_person(defendant: ET.Element) -> tuple[str, ...]:
    """The reference where it is an ASN, else names and birth date."""
    reference = re.sub(r"[/\s]", "", _said(defendant, "ProsecutorReference")).upper()
    if _ASN.fullmatch(reference):
        return (reference,)
    telling = {
        "PersonGivenName1",
        "PersonGivenName2",
        "PersonGivenName3",
        "PersonFamilyName",
        "Birthdate",
        "OrganisationName",
    }
    return tuple((element.text or "").strip().upper() for element in defendant.iter() if _local(element) in telling)


def _messages(root: ET.Element) -> list[ET.Element]:
    found = _named(root, "ResultedCaseMessage")
    for element in root.iter():
        if (
            not len(element)
            and _local(element) in {"DataStreamContent", "Message"}
            and (text := (element.text or "").strip())
        ):
            while "&lt;" in text[:64]:
                text = html.unescape(text)
            if text.startswith("<"):
                found += _messages(ET.fromstring(text.encode()))
    return found


# --- Libra, daily court list ------------------------------------------------------------------------------------------


def daily_court_list_keys(path: Path) -> Keys:
    """Keys of a court list: one list for each document of a request, else one for each court, day and room."""
    root, keys = ET.fromstring(path.read_bytes()), defaultdict(set)
    requests = _named(root, "document")
    for document in requests or [root]:
        name = _said(document, "info/source_file_name").split("_")
        told = (name[3][:5], f"{name[1][4:]}-{name[1][2:4]}-{name[1][:2]}", name[3][5:]) if len(name) > 3 else None
        if told:
            keys["list"].add(told)
        for session in _named(document, "session"):
            day = "-".join(reversed(_said(session, "doh").split("/")))
            listed = told or (_said(session, "court").upper(), day, _said(session, "room"))
            keys["list"].add(listed)
            _list_session(session, listed, keys)
    return keys


def _list_session(session: ET.Element, listed: tuple[str, ...], keys: Keys) -> None:
    own = (*listed, _said(session, "room"), _said(session, "sstart"))
    keys["session"].add(own)
    entries: Counter[tuple[str, ...]] = Counter()
    for place, block in enumerate(_named(session, "block")):
        keys["block"].add((*own, place))
        for case in _named(block, "case"):
            number = _said(case, "caseno")
            person = (number, *_list_person(case))
            slot = (*listed, _said(block, "bstart"), number, _said(case, "c_id"), *person)
            entries[slot] += 1
            entry = (*slot, entries[slot])
            keys["case"].add((number,))
            keys["defendant"].add(person)
            keys["entry"].add(entry)
            _list_offences(case, person, entry, keys)


def _list_offences(case: ET.Element, person: tuple[str, ...], entry: tuple[Any, ...], keys: Keys) -> None:
    like: Counter[tuple[str, ...]] = Counter()
    for offence in _named(case, "offence"):
        charge = (_said(offence, "oseq"), _said(offence, "code").upper())
        like[charge] += 1
        keys["offence"].add((*person, *charge, like[charge]))
        keys["list_offence"].add((*entry, *charge, like[charge]))
        if _all(offence, "plea"):
            keys["plea"].add((*person, *charge, like[charge]))
        if _said(offence, "plea"):
            keys["plea taken"].add((*person, *charge, like[charge]))


def _list_person(case: ET.Element) -> tuple[str, ...]:
    """What tells one person from another: the name as shown, its elements and the birth date."""
    names = tuple(
        _said(case, f"def_name_elements/{part}").upper() for part in ("surname", "forename1", "forename2", "forename3")
    )
    return (*(names if any(names) else (_said(case, "def_name").upper(),)), _said(case, "def_dob"))


# --- Standing data ----------------------------------------------------------------------------------------------------


def standing_data_keys(path: Path) -> Keys:
    """Every entry of a list: where two are alike, each still counts."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    names = list(entries) if isinstance(entries, dict) else range(len(entries))
    return {"code": {(path.stem, name) for name in names}}


# --- all --------------------------------------------------------------------------------------------------------------


def united(files: list[Keys]) -> dict[str, int]:
    """Distinct keys over several files, by record type."""
    together: Keys = defaultdict(set)
    for keys in files:
        for record_type, found in keys.items():
            together[record_type] |= found
    return counts(together)


def counts(keys: Keys) -> dict[str, int]:
    """How many distinct keys each record type has."""
    return {record_type: len(found) for record_type, found in keys.items() if found}


def _folded(text: str) -> str:
    return text.strip().lower()


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _named(element: ET.Element, name: str) -> list[ET.Element]:
    return [found for found in element.iter() if _local(found) == name]


def _all(element: ET.Element, name: str) -> list[ET.Element]:
    return [child for child in element if _local(child) == name]


def _one(element: ET.Element, path: str) -> ET.Element | None:
    here: ET.Element | None = element
    for name in path.split("/"):
        children = _all(here, name) if here is not None else []
        here = children[0] if children else None
    return here


def _said(element: ET.Element, path: str) -> str:
    found = _one(element, path)
    return (found.text or "").strip() if found is not None else ""
