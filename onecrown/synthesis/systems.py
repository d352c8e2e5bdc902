"""Which systems record a case, under which numbers, from when to when.

Rules: a case of a court that is live on Common Platform starts there, but for appeals and for retrials of older cases; the others
start in Xhibit and stay; from 2025 those that are open are moved. Some are ejected from Common Platform and made again in Xhibit.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from onecrown.synthesis.cases import Case, Hearing
from onecrown.synthesis.courts import Centre, Centres
from onecrown.synthesis.faults import Planter
from onecrown.synthesis.identifiers import uuid_of

MOVED_SHARE = 0.9  # of the open legacy cases of a centre on its day
LIBRA_SHARE = 0.2  # of legacy cases, whose magistrates' leg is delivered too


@dataclass(frozen=True, slots=True)
class XhibitRecord:
    """One centre's record of a case; `first_on` and `last_on` bound what is heard under it."""

    centre: Centre
    number: str
    first_on: date
    last_on: date | None = None
    moved_to: Centre | None = None
    came_from: tuple[Centre, str] | None = None
    is_moved: bool = False


@dataclass(slots=True)
class Recorded:
    """Where a case is recorded. `cp_id` is '' where Common Platform never had it."""

    xhibit: list[XhibitRecord] = field(default_factory=list)
    cp_id: str = ""
    cp_from: date | None = None
    cp_until: date | None = None
    moved_on: date | None = None
    is_placeholder: bool = False
    is_resubmitted: bool = False
    in_libra: bool = False

    @property
    def system(self) -> str:
        """The system whose record stands."""
        return "common_platform" if self.cp_id and not self.cp_until else "xhibit"


class Recorder:
    """Gives numbers: those of Xhibit count up within a centre, a letter and a year."""

    def __init__(self, centres: Centres, planter: Planter, end_on: date) -> None:
        self._centres = centres
        self._planter = planter
        self._end_on = end_on
        self._numbers: Counter[tuple[str, str, int]] = Counter()

    def recorded(self, case: Case, rng: random.Random) -> Recorded:
        """Where this case is recorded."""
        ejected, moved = self._planter.strikes("ejected", rng), rng.random()
        placeholder = self._planter.strikes("cpp_placeholder", rng)
        again, libra = self._planter.strikes("resubmitted_migration", rng), rng.random() < LIBRA_SHARE
        if starts_on_cp(case):
            return self._on_cp(case, ejected, placeholder)
        found = Recorded(in_libra=libra and is_sent(case) and case.receipt_recorded)
        found.xhibit = self._transferred(case, rng)
        self._move(case, found, moved, again)
        return found

    def _on_cp(self, case: Case, ejected: bool, placeholder: bool) -> Recorded:
        found = Recorded(cp_id=uuid_of("case", case.case_id), cp_from=case.received_on)
        held = [hearing for hearing in case.hearings if hearing.listed_for <= self._end_on]
        tried_twice = any(
            kind in ("retrial", "retried") for kind, _ in case.life.links
        )  # two cases of the same numbers
        if ejected and case.centre.is_known and len(held) > 1 and not tried_twice:
            found.cp_until = held[0].listed_for
            found.xhibit = [XhibitRecord(case.centre, self._number(case, case.centre), held[1].listed_for)]
        elif placeholder and case.centre.is_known:
            found.is_placeholder = True
        return found

    def _transferred(self, case: Case, rng: random.Random) -> list[XhibitRecord]:
        """One record, or two where the case went from one centre to another."""
        strikes, other = self._planter.strikes("transferred", rng), self._centres.drawn(rng)
        held = [hearing for hearing in case.hearings if hearing.listed_for <= self._end_on]
        alone = XhibitRecord(case.centre, self._number(case, case.centre), case.received_on)
        if not strikes or other is case.centre or len(held) < 2 or case.life.links:
            return [alone]
        went_on = held[0].listed_for
        if went_on >= held[1].listed_for:
            return [alone]
        first = XhibitRecord(other, self._number(case, other), case.received_on, went_on, moved_to=case.centre)
        return [first, XhibitRecord(case.centre, alone.number, held[1].listed_for, came_from=(other, first.number))]

    def _move(self, case: Case, found: Recorded, drawn: float, again: bool) -> None:
        """To Common Platform, where the case is open on the centre's day and has a hearing to come."""
        day, life = case.centre.moves_on, case.life
        started = max(life.received, life.entered, found.xhibit[-1].first_on.toordinal())
        later = any(hearing.listed_for.toordinal() > day for hearing in case.hearings)
        if drawn > MOVED_SHARE or not later or day > self._end_on.toordinal():
            return
        if not started < day < (life.first_disposed or 1 << 30) or life.is_out_on(day) or life.joined:
            return
        found.moved_on = found.cp_from = date.fromordinal(day)
        found.cp_id, found.is_resubmitted = uuid_of("moved case", case.case_id), again
        last = found.xhibit[-1]
        found.xhibit[-1] = XhibitRecord(
            *(last.centre, last.number, last.first_on, found.moved_on), came_from=last.came_from, is_moved=True
        )

    def _number(self, case: Case, centre: Centre) -> str:
        key = (centre.crest_id, case.letter, case.received_on.year)
        self._numbers[key] += 1
        return f"{key[2]}{self._numbers[key]:04d}"


def starts_on_cp(case: Case) -> bool:
    """Whether Common Platform is where the case begins; the retrial of an older case is registered where that one was."""
    live = case.centre.goes_live
    older = any(kind == "retrial" and tried.received < live for kind, tried in case.life.links)
    return not case.centre.is_known or (case.life.received >= live and case.letter != "A" and not older)


def is_sent(case: Case) -> bool:
    """Whether a magistrates' court sent or committed it: an appeal is lodged, a retrial ordered, a severed case cut out."""
    ordered = any(kind == "retrial" for kind, _ in case.life.links)
    return case.letter in "TS" and case.life.origin != "severed" and not ordered


def is_sent_on_cp(case: Case, found: Recorded) -> bool:
    """Whether Common Platform shared the hearing at which a magistrates' court sent the case."""
    return bool(found.cp_id) and found.moved_on is None and case.receipt_recorded


def told_on_cp(case: Case, found: Recorded, last_on: date) -> list[Hearing]:
    """The Crown Court's hearings that Common Platform shared until a day."""
    if not found.cp_id or found.cp_from is None:
        return []
    first = found.cp_from + timedelta(days=1) if found.moved_on else found.cp_from
    last = min(found.cp_until or last_on, last_on)
    return [hearing for hearing in case.hearings if first <= hearing.listed_for <= last]


def source_records(
    case: Case, found: Recorded, magistrates_id: str, last_on: date
) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Rows of the truth's table `source_record` for the Crown Court's case and its magistrates' leg in Libra."""
    stands = found.system
    for record in found.xhibit:
        native = f"{record.centre.crest_id}{case.letter}{record.number}"
        if record.moved_to:
            yield case.case_id, "xhibit", "xhibit/extract", native, "suppressed", "transferred"
        elif stands == "xhibit":
            reason = "preferred_source" if found.cp_id or len(found.xhibit) > 1 else "only_record"
            yield case.case_id, "xhibit", "xhibit/extract", native, "survivor", reason
        else:
            yield case.case_id, "xhibit", "xhibit/extract", native, "suppressed", "migrated"
    if found.cp_id:
        yield from _cp_records(case, found, is_sent_on_cp(case, found) or bool(told_on_cp(case, found, last_on)))
    if magistrates_id:
        yield magistrates_id, "libra", "libra/resulted_case", case.urn, "survivor", "preferred_source"
        for defendant in case.first_defendants:
            native = libra_number(case, defendant.number)
            yield magistrates_id, "libra", "libra/daily_court_list", native, "suppressed", "re_sent"


def _cp_records(case: Case, found: Recorded, is_told: bool) -> Iterator[tuple[str, str, str, str, str, str]]:
    system = "common_platform"
    if found.cp_until:
        yield case.case_id, system, "common_platform/hearing_resulted", found.cp_id, "suppressed", "ejected"
        return
    if found.moved_on:
        yield case.case_id, system, "common_platform/migrated_case", found.cp_id, "survivor", "preferred_source"
        if is_told:
            yield case.case_id, system, "common_platform/hearing_resulted", found.cp_id, "same_id", ""
        return
    role, reason = "survivor", "preferred_source" if found.is_placeholder else "only_record"
    if not is_told:
        role, reason = "unseen", ""
    yield case.case_id, system, "common_platform/hearing_resulted", found.cp_id, role, reason
    if found.is_placeholder:
        native = f"{case.centre.crest_id}{case.letter}CPP{case.urn}"
        yield case.case_id, "xhibit", "xhibit/extract", native, "suppressed", "placeholder"


def libra_number(case: Case, defendant: int) -> str:
    """Libra's case number: two digits of the year and eight of a serial; a co-defendant has one of their own."""
    return f"{case.sent_on.year % 100:02d}{defendant % 100_000_000:08d}"
