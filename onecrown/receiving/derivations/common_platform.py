"""Derivations of Common Platform's datasets."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from onecrown.receiving.derivations.surroundings import Surroundings, items, said
from onecrown.receiving.landing_key import LONDON

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d+)?)?")


def hearing_day(at: Surroundings) -> str | None:
    """The hearing day that a hearing-resulted event shares."""
    return _hearing_day(at.root)[0]


def hearing_day_basis(at: Surroundings) -> str | None:
    """How the hearing day was got: a code of the list `hearing_day_basis`."""
    return _hearing_day(at.root)[1]


def _hearing_day(root: Any) -> tuple[str | None, str | None]:
    """`hearingDay`; else the only sitting day; else the latest not after the day of sharing; else the first."""
    stated = said(root, "hearingDay")
    if stated:
        return stated, "stated"
    sittings = (_london_day(day) for day in items(root, "hearing.hearingDays.sittingDay"))
    days = sorted({day for day in sittings if day})
    if len(days) == 1:
        return days[0], "only_sitting_day"
    shared_on = _london_day(said(root, "sharedTime"))
    past = [day for day in days if shared_on and day <= shared_on]
    if past:
        return past[-1], "latest_before_sharing"
    return (days[0], "first_sitting_day") if days else (None, None)


def _london_day(instant: Any) -> str | None:
    try:
        moment = datetime.fromisoformat(str(instant).replace("[UTC]", ""))
    except ValueError:
        return None
    return (moment.astimezone(LONDON) if moment.tzinfo else moment).date().isoformat()


def defendant_case_id(at: Surroundings) -> str | None:
    """The first case of the document with the record's `defendant_id`.

    Events name a defendant by the `id` on the case or, over several cases, by `masterDefendantId`.
    """
    wanted = (at.fields.get("defendant_id") or "").strip().lower()
    if not wanted:
        return None
    for name in ("id", "masterDefendantId"):
        for case in items(at.root, "hearing.prosecutionCases"):
            if wanted in {str(found).strip().lower() for found in items(case, f"defendants.{name}")}:
                return (said(case, "id") or "").lower() or None
    return None


def hearing_defendant_id(at: Surroundings) -> str | None:
    """The `id` on its case of the defendant of whom attendance or a result is told.

    Events name the defendant by that id, by the id of the person in its place, or by `masterDefendantId` alone. A
    defendant whom no case of the document holds keeps the id that was sent.
    """
    entry = _entry_around(at)
    sent = (said(entry, "defendantId") or "").lower()
    person = (said(entry, "masterDefendantId") or "").lower()
    for name, wanted in (("id", sent), ("masterDefendantId", sent), ("masterDefendantId", person)):
        for defendant in items(at.root, "hearing.prosecutionCases.defendants") if wanted else ():
            if (said(defendant, name) or "").lower() == wanted:
                return (said(defendant, "id") or "").lower() or None
    return sent or None


def _entry_around(at: Surroundings) -> Any:
    """The entry of `defendantAttendance` or `defendantJudicialResults` that holds the record."""
    for path, inner in (
        ("hearing.defendantAttendance", "attendanceDays"),
        ("hearing.defendantJudicialResults", "judicialResult"),
    ):
        for entry in items(at.root, path):
            if any(found is at.value for found in items(entry, inner)):
                return entry
    return {}


def case_marker_count(at: Surroundings) -> str | None:
    """How many markers a case has; None where no list of them was sent."""
    markers = at.value.get("caseMarkers") if isinstance(at.value, dict) else None
    return str(len(markers)) if isinstance(markers, list) else None


def migrated_listing(at: Surroundings) -> str | None:
    """What tells a migrated hearing from the others of its case and court: date and time, or week, or `unscheduled`."""
    day, time = said(at.value, "dateOfHearing"), said(at.value, "timeOfHearing")
    if day:
        return f"{day}T{time}" if time else day
    week = said(at.value, "weekCommencingDate.startDate")
    return f"week {week}" if week else "unscheduled"


def migrated_listing_start(at: Surroundings) -> str | None:
    """The London time at which a migrated hearing is listed, where it has a date and a time."""
    day, time = said(at.value, "dateOfHearing") or "", (said(at.value, "timeOfHearing") or "").removesuffix("Z")
    if _DATE.fullmatch(day) and _TIME.fullmatch(time):
        return f"{day}T{time}" if time.count(":") == 2 else f"{day}T{time}:00"
    return None
