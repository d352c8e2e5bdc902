"""Derivations of `libra/daily_court_list`. A file's name reads area_ddMMyyyy_LJA_OUcode+room_LIST_TYPE."""

from __future__ import annotations

import re
from typing import Any

from onecrown.receiving.derivations.surroundings import Surroundings, items, keyed_pseudonym, said

_FILE = re.compile(r"[0-9]+_([0-9]{2})([0-9]{2})([0-9]{4})_[0-9]+_([A-Z][0-9]{2}[A-Z]{2})([A-Z0-9]{2})(_.*)?")
_OU = re.compile(r"[A-Z][0-9]{2}[A-Z]{2}")
_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_START = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:[0-9]{2})?")
_TITLES = {"MR", "MRS", "MISS", "MS", "MX", "DR", "REV", "SIR", "LADY", "LORD", "PROF"}


def list_court(at: Surroundings) -> str | None:
    """Five characters of the court's OU code, or the court's name where no code is given."""
    return _court(at)[0]


def list_court_basis(at: Surroundings) -> str | None:
    """How the court was found: source_file_name, ou_code, landing_key or name."""
    return _court(at)[1]


def list_date(at: Surroundings) -> str | None:
    """The day for which cases are listed, in ISO form; as it stands where it is no date."""
    day = said(_session(at), "doh")
    if day:
        return _iso(day)
    match = _file(at)
    return f"{match[3]}-{match[2]}-{match[1]}" if match else None


def list_room(at: Surroundings) -> str | None:
    """The room of the list: from the file's name, else the session's own."""
    match = _file(at)
    return match[5] if match else _own_room(_session(at))


def list_session(at: Surroundings) -> str:
    """A session's own room and start, such as 01@10:00."""
    return f"{_own_room(_session(at)) or list_room(at) or ''}@{_start(at) or '00:00'}"


def list_start_at(at: Surroundings) -> str | None:
    """The London time at which a session starts."""
    day, start = list_date(at), _start(at)
    return f"{day}T{start}:00" if start and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day or "") else None


def list_defendant_key(at: Surroundings) -> str:
    """A keyed pseudonym of surname, forenames and birth date; a displayed name is split after its title."""
    surname, forenames = _names(at.value)
    return keyed_pseudonym(at.pseudonym_key, surname, forenames, _iso(said(at.value, "def_dob") or ""))


def list_offence_slot(at: Surroundings) -> str:
    """The sequence number and the offence code."""
    return f"{said(at.value, 'oseq') or '0'}/{(said(at.value, 'code') or 'UNCODED').upper()}"


def _file(at: Surroundings) -> re.Match[str] | None:
    return _FILE.fullmatch((said(at.root, "info.source_file_name") or "").upper())


def _session(at: Surroundings) -> Any:
    """The session that the record is or stands in; for the list of a document, its first session."""
    if isinstance(at.value, dict) and at.value.keys() & {"doh", "blocks", "sstart"}:
        return at.value
    found = items(at.root, "data.job.sessions.session") or items(at.root, "sessions.session")
    return found[0] if found else {}


def _court(at: Surroundings) -> tuple[str | None, str | None]:
    if match := _file(at):
        return match[4], "source_file_name"
    session = _session(at)
    code = (said(session, "ou_code") or "").upper()
    if _OU.match(code):
        return code[:5], "ou_code"
    landed = (at.key.parts.get("court") or "").strip().upper()
    if landed:
        return (landed[:5] if _OU.match(landed) else landed), "landing_key"
    name = said(session, "court") or said(at.root, "courtName")
    return (" ".join(name.upper().split()), "name") if name else (None, None)


def _own_room(session: Any) -> str | None:
    code = (said(session, "ou_code") or "").upper()
    return (said(session, "room") or "").upper() or (code[5:7] if len(code) == 7 else None)


def _start(at: Surroundings) -> str | None:
    session = _session(at)
    start = said(session, "sstart") or said(session, "blocks.block.bstart")
    match = _START.fullmatch(start or "")
    return f"{int(match[1]):02}:{match[2]}" if match else None


def _iso(day: str) -> str:
    match = _DAY.fullmatch(day)
    return f"{match[3]}-{match[2]}-{match[1]}" if match else day


def _names(entry: Any) -> tuple[str, str]:
    surname = said(entry, "def_name_elements.surname")
    if surname:
        given = (said(entry, f"def_name_elements.forename{number}") for number in (1, 2, 3))
        return surname, " ".join(filter(None, given))
    shown = said(entry, "def_name") or ""
    if (said(entry, "def_type") or "P").upper() == "O":
        return shown, ""
    words = shown.upper().split()
    if len(words) > 1 and words[0].rstrip(".") in _TITLES:
        words = words[1:]
    return (words[-1] if words else ""), " ".join(words[:-1])
