"""Faults of one hearing-resulted event, each as a change of the event that says which record it changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from onecrown.synthesis.cases import Hearing
from onecrown.synthesis.event_offences import LONDON, Json, stamp
from onecrown.synthesis.hearing_events import Telling
from onecrown.synthesis.identifiers import uuid_of
from onecrown.synthesis.results import RESULTS

Planted = tuple[str, str] | None
"""The record type and the native id of the record that was changed; None where the event has no such record."""
Change = Callable[[Json, Telling, Hearing], Planted]


def _court_code(write: Callable[[str], str]) -> Change:
    def change(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
        centre = event["hearing"]["courtCentre"]
        if "code" not in centre or write(centre["code"]) == centre["code"]:
            return None
        centre["code"] = write(centre["code"])
        return "hearing", event["hearing"]["id"]

    return change


def _vacated_for_cracked(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    trial = event["hearing"].get("crackedIneffectiveTrial")
    if not trial or trial["type"] != "Cracked" or trial["code"] != "A":
        return None
    trial |= {"type": "Vacated", "id": uuid_of("trial outcome", "Vacated", "A")}
    return "trial_outcome", event["hearing"]["id"]


def _upper_case_id(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    case = event["hearing"]["prosecutionCases"][0]
    case["id"] = case["id"].upper()
    return "case", case["id"].lower()


def _lower_case_urn(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    case = event["hearing"]["prosecutionCases"][0]
    case["prosecutionCaseIdentifier"]["caseURN"] = case["prosecutionCaseIdentifier"]["caseURN"].lower()
    return "case", case["id"]


def _contradicting_verdict(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    for offence in _offences(event):
        verdict = offence.get("verdict")
        if verdict and verdict["verdictType"]["categoryType"] == "NOT_GUILTY":
            verdict["verdictType"]["category"] = "Guilty"
            return "verdict", offence["id"]
    return None


def _no_conviction_date(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    for offence in _offences(event):
        if "convictionDate" in offence and any(result["isConvictedResult"] for result in offence["judicialResults"]):
            del offence["convictionDate"]
            return "result", offence["judicialResults"][0]["judicialResultId"]
    return None


_TOLD_BY_CODE = {RESULTS[name].cjs_code for name in ("sent", "sent_in_custody", "committed", "warrant", "reopened")}
"""Results whose code alone tells a receipt, a warrant or a re-opening."""


def _no_cjs_code(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    for offence in _offences(event):
        for result in offence["judicialResults"]:
            if result["cjsCode"] in _TOLD_BY_CODE:
                continue
            del result["cjsCode"]
            return "result", result["judicialResultId"]
    return None


def _after_midnight(event: Json, _telling: Telling, hearing: Hearing) -> Planted:
    """Only where the day's London midnight is 23:00 UTC of the day before."""
    sitting = datetime.combine(hearing.listed_for, time(0, 30), LONDON)
    if not sitting.dst():
        return None
    utc = sitting - sitting.utcoffset() if sitting.utcoffset() else sitting  # type: ignore[operator]
    event["hearing"]["hearingDays"][0]["sittingDay"] = stamp(utc)
    del event["hearingDay"], event["isReshare"]
    return "hearing", event["hearing"]["id"]


def _unknown_field(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    event["hearing"]["inventedNewField"] = "invented"
    return "hearing", event["hearing"]["id"]


def _unknown_attendance(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    for attendance in event["hearing"]["defendantAttendance"]:
        attendance["attendanceDays"][0]["attendanceType"] = "BY_TELEPHONE"
        return "attendance", attendance["defendantId"]
    return None


def _role_as_object(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    role = {"judicialRoleTypeId": uuid_of("role"), "judiciaryType": "Circuit Judge"}
    event["hearing"]["judiciary"] = [{"judicialId": uuid_of("judge"), "judicialRoleType": role}]
    return "hearing", event["hearing"]["id"]


def _list_as_object(event: Json, _telling: Telling, _hearing: Hearing) -> Planted:
    event["hearing"]["hearingDays"] = event["hearing"]["hearingDays"][0]
    return "hearing_day", event["hearing"]["id"]


def _impossible_date(event: Json, telling: Telling, _hearing: Hearing) -> Planted:
    """Only in an event that decides nothing, of a case that has several."""
    told = [one for one in telling.case.hearings if one.listed_for <= telling.last_on]
    offence = next(_offences(event))
    results = offence["judicialResults"]
    if len(told) < 2 or any(one["category"] == "FINAL" or one.get("cjsCode") in _TOLD_BY_CODE for one in results):
        return None
    offence["startDate"] = f"{offence['startDate'][:4]}-02-30"
    return "offence", offence["id"]


EVENT_FAULTS: dict[str, Change] = {
    "court_code_of_five_characters": _court_code(lambda code: code[:5]),
    "court_code_with_room": _court_code(lambda code: f"{code[:5]}01"),
    "court_code_without_zero": _court_code(lambda code: code[0] + code[1:].lstrip("0")),
    "reused_letter_code": _vacated_for_cracked,
    "upper_case_uuid": _upper_case_id,
    "lower_case_urn": _lower_case_urn,
    "verdict_category_contradiction": _contradicting_verdict,
    "conviction_date_missing": _no_conviction_date,
    "result_without_cjs_code": _no_cjs_code,
    "sitting_after_midnight": _after_midnight,
    "unknown_field": _unknown_field,
    "unknown_enum_value": _unknown_attendance,
    "text_became_object": _role_as_object,
    "list_became_object": _list_as_object,
    "impossible_date": _impossible_date,
}


def application_only(telling: Telling, day: date, shared_at: datetime) -> Json:
    """A hearing of an application alone, about the case."""
    case = telling.case
    hearing_id, number = uuid_of("application hearing", telling.case_id), uuid_of("application", telling.case_id)
    first = case.defendants[0]
    person = {"firstName": first.person.forename_1 or "Invented", "lastName": first.person.surname}
    application: Json = {
        "id": number,
        "type": {
            "id": uuid_of("application type"),
            "type": "Application to vary bail",
            "code": "BA76001",
            "linkType": "LINKED",
        },
        "applicationReceivedDate": day.isoformat(),
        "applicationStatus": "FINALISED",
        "applicant": {"id": uuid_of("applicant", telling.case_id), "personDetails": person},
        "courtApplicationCases": [
            {
                "prosecutionCaseId": telling.case_id,
                "prosecutionCaseIdentifier": {"caseURN": telling.urn},
                "caseStatus": "ACTIVE",
                "isSJP": False,
            }
        ],
    }
    return {
        "hearing": {
            "id": hearing_id,
            "jurisdictionType": "CROWN",
            "courtCentre": {"id": case.centre.cp_id, "code": case.centre.code, "name": "Invented name of the court"},
            "hearingLanguage": "ENGLISH",
            "type": {"id": uuid_of("hearing type", "BVA"), "description": "Bail Variation Application"},
            "hearingDays": [{"sittingDay": f"{day.isoformat()}T12:00:00.000Z", "listedDurationMinutes": 10}],
            "courtApplications": [application],
        },
        "hearingDay": day.isoformat(),
        "sharedTime": stamp(shared_at),
        "isReshare": False,
    }


def _offences(event: Json) -> Any:
    for case in event["hearing"]["prosecutionCases"]:
        for defendant in case["defendants"]:
            yield from defendant["offences"]
