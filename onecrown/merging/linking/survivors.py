"""Which record of a case stands for it, and why the others are suppressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ONLY, PREFERRED, MIGRATED, EJECTED = "only_record", "preferred_source", "migrated", "ejected"
TRANSFERRED, RE_SENT, LINKED, PLACEHOLDER = "transferred", "re_sent", "linked", "placeholder"
_COMMON_PLATFORM = "common_platform"
_FULLEST = (
    "common_platform/hearing_resulted",
    "common_platform/migrated_case",
    "xhibit/extract",
    "libra/resulted_case",
)


@dataclass(frozen=True, slots=True)
class Record:
    """One source's record of a case, as far as it decides who stands."""

    member: str
    system: str
    dataset: str
    is_placeholder: bool = False
    is_ejected: bool = False
    is_transferred_out: bool = False
    is_migrated: bool = False


def survivor(records: Sequence[Record]) -> Record:
    """The record that stands: no placeholder, not ejected, still at its court, of Common Platform before legacy systems."""
    return min(records, key=lambda said: _order(said, is_ejected(said, records)))


def is_ejected(said: Record, records: Sequence[Record]) -> bool:
    """Whether a record of Common Platform was ejected: it says so, or a legacy system has the case and nothing of it migrated.

    No dataset carries the event of the ejection. A case of a court that is live on Common Platform comes to a legacy system in no
    other way.
    """
    if said.system != _COMMON_PLATFORM:
        return False
    has_legacy = any(other.system != _COMMON_PLATFORM and not other.is_placeholder for other in records)
    return said.is_ejected or (has_legacy and not any(other.is_migrated for other in records))


def _order(said: Record, ejected: bool) -> tuple[bool, bool, bool, bool, int, str]:
    fullest = _FULLEST.index(said.dataset) if said.dataset in _FULLEST else len(_FULLEST)
    is_legacy = said.system != _COMMON_PLATFORM
    return said.is_placeholder, ejected, is_legacy, said.is_transferred_out, fullest, said.member


def reason(said: Record, stands: Record, records: Sequence[Record]) -> str:
    """Why a record stands or is suppressed; a code of `survivor_reason`."""
    if said.is_placeholder:
        return PLACEHOLDER
    if said is stands:
        return PREFERRED if len(records) > 1 else ONLY
    if is_ejected(said, records):
        return EJECTED
    if said.system == stands.system:
        return TRANSFERRED if said.is_transferred_out else RE_SENT
    if stands.system == _COMMON_PLATFORM and any(record.is_migrated for record in records):
        return MIGRATED
    return LINKED
