"""Fields that a contract derives by name: each a function of one record's surroundings and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onecrown.receiving.landing_key import LONDON, LandingKey


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a derivation may look at."""

    value: Any
    root: Any
    fields: dict[str, str | None]
    ancestors: dict[str, dict[str, str | None]]
    key: LandingKey
    meaning: dict[str, str]
    envelope: dict[str, str]
    pseudonym_key: bytes
    ordinal: Callable[[tuple[str, ...]], int]


Derivation = Callable[[Surroundings], str | None]


def _london_day(instant: str) -> str | None:
    try:
        moment = datetime.fromisoformat(instant.replace("[UTC]", ""))
    except ValueError:
        return None
    return (moment.astimezone(LONDON) if moment.tzinfo else moment).date().isoformat()


def _sitting_days(root: Any) -> list[str]:
    hearing = root.get("hearing") if isinstance(root, dict) else None
    days = hearing.get("hearingDays") if isinstance(hearing, dict) else None
    found = []
    for day in days if isinstance(days, list) else []:
        said = day.get("sittingDay") if isinstance(day, dict) else None
        local = _london_day(said) if isinstance(said, str) else None
        if local:
            found.append(local)
    return found


def _hearing_day(root: Any) -> tuple[str | None, str | None]:
    """The day that an event shares, and how it was got.

    `hearingDay` where it is there; else the London date of the only sitting day; else the latest sitting day not
    after the London date of sharing; else the first.
    """
    stated = root.get("hearingDay") if isinstance(root, dict) else None
    if isinstance(stated, str) and stated.strip():
        return stated.strip(), "stated"
    days = sorted(set(_sitting_days(root)))
    if len(days) == 1:
        return days[0], "only_sitting_day"
    shared = root.get("sharedTime") if isinstance(root, dict) else None
    shared_on = _london_day(shared) if isinstance(shared, str) else None
    past = [day for day in days if shared_on and day <= shared_on]
    if past:
        return past[-1], "latest_before_sharing"
    return (days[0], "first_sitting_day") if days else (None, None)


def hearing_day(at: Surroundings) -> str | None:
    """The hearing day that a hearing-resulted event shares."""
    return _hearing_day(at.root)[0]


def hearing_day_basis(at: Surroundings) -> str | None:
    """How the hearing day was got."""
    return _hearing_day(at.root)[1]


def keyed_pseudonym(key: bytes, *parts: str) -> str:
    """HMAC-SHA256, first 16 bytes, of upper-cased, trimmed, NFC parts; the key's version stands in the value."""
    text = "|".join(unicodedata.normalize("NFC", part).strip().upper() for part in parts)
    return "hmac:v1:" + hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def dig(value: Any, path: str) -> Any:
    """The value at a dotted path, or None; of a list, the first item."""
    for name in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


_ASN = re.compile(r"(\d{2})[A-Z0-9]{4,9}\d{1,12}[A-HJ-NP-RT-Z]")


def is_asn(text: str | None) -> bool:
    """Whether a prosecutor's reference is an arrest/summons number and not a dummy or a name."""
    compact = (text or "").replace("/", "").replace(" ", "").upper()
    return 18 <= len(compact) <= 21 and bool(_ASN.fullmatch(compact)) and "0" * 11 not in compact


def defendant_case_id(at: Surroundings) -> str | None:
    """The case of a hearing's attendance: the first case of the document with that defendant.

    Events name a defendant of a case by `id` or, over several cases, by `masterDefendantId`.
    """
    wanted = (at.fields.get("defendant_id") or "").lower()
    for name in ("id", "masterDefendantId") if wanted else ():
        for case in _cases(at.root):
            for defendant in case.get("defendants") or ():
                if isinstance(defendant, dict) and str(defendant.get(name, "")).strip().lower() == wanted:
                    return str(case.get("id", "")).strip().lower() or None
    return None


def _cases(root: Any) -> list[dict[str, Any]]:
    found = dig(root, "hearing")
    cases = found.get("prosecutionCases") if isinstance(found, dict) else None
    return [case for case in cases if isinstance(case, dict)] if isinstance(cases, list) else []


DERIVATIONS: dict[str, Derivation] = {
    "defendant_case_id": defendant_case_id,
    "hearing_day": hearing_day,
    "hearing_day_basis": hearing_day_basis,
}
