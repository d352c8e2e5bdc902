"""The whole: the stock's lives become cases, the cases records of systems, the records files; the truth beside them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from onecrown.errors import UsageError
from onecrown.synthesis.cases import Case, Registry
from onecrown.synthesis.closeness import Closeness
from onecrown.synthesis.common_platform import HearingEvents
from onecrown.synthesis.courts import Centres
from onecrown.synthesis.dues import Dues
from onecrown.synthesis.faults import Planter, read_faults
from onecrown.synthesis.hearings import hear
from onecrown.synthesis.libra import LibraDeliveries
from onecrown.synthesis.lives import Life
from onecrown.synthesis.migration import MigratedCases
from onecrown.synthesis.published import Published, Quarter, band_of, read_published
from onecrown.synthesis.reference_lists import write_offence_list
from onecrown.synthesis.stock import Stock
from onecrown.synthesis.systems import Recorded, Recorder, starts_on_cp
from onecrown.synthesis.telling import tell_published, tell_truth
from onecrown.synthesis.truth import TruthTables, truth_tables
from onecrown.synthesis.xhibit import XhibitExtracts, extract_days

Tell = Callable[[str, int, int], None]
"""Called with a step, how much of it is done, and the whole."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to make."""

    scale: float
    seed: int
    first_on: date = date(2016, 1, 1)
    last_on: date = date(2025, 12, 31)
    extracts: int = 2
    truth_only: bool = False


@dataclass(slots=True)
class Made:
    """What was made: files, rows and bytes by dataset, rows of the truth, planted faults, and how close it came."""

    files: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    truth: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    closeness: Closeness | None = None


def synthesise(folder: Path, wanted: Wanted, tell: Tell = lambda _step, _done, _whole: None) -> Made:
    """Write `drops/` and `truth/` into a folder. The same wants give the same bytes.

    Raises `UsageError` where the folder holds anything, or where there are no figures for the period.
    """
    if wanted.scale <= 0 or wanted.extracts < 1:
        raise UsageError("--scale is above 0 and --extracts at least 1")
    published = read_published(wanted.first_on, wanted.last_on, wanted.scale)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder.name} is not empty; name a folder that is new")
    with truth_tables(folder / "truth") as truth:
        made = _Maker(folder / "drops", wanted, published, truth).make(tell)
    (folder / "truth" / "README.md").write_text(README, encoding="utf-8")
    return made


class _Maker:
    def __init__(self, drops: Path, wanted: Wanted, published: Published, truth: TruthTables) -> None:
        self._drops, self._wanted, self._published, self._truth = drops, wanted, published, truth
        self._end_on = published.quarters[-1].end_on
        self._centres = Centres(published.courts, published.quarters[-1].open_cases, wanted.seed)
        self._planter = Planter(read_faults(), truth.add)
        self._registry = Registry(self._centres, wanted.seed)
        self._recorder = Recorder(self._centres, self._planter, self._end_on)
        self._dues = Dues()
        self._told: set[int] = set()
        days = extract_days(published.quarters[0].start_on, self._end_on, wanted.extracts)
        self._xhibit = XhibitExtracts(drops, days, self._planter, truth)
        self._events = HearingEvents(drops, self._end_on, self._planter, truth)
        self._moved = MigratedCases(drops, self._planter, truth)
        self._libra = LibraDeliveries(drops, self._planter, truth)
        self._means = {quarter.end_on: quarter.hearings_mean for quarter in published.quarters}
        self._starts = [quarter.start_on.toordinal() for quarter in published.quarters]

    def make(self, tell: Tell) -> Made:
        made, closeness = Made(), Closeness(self._published)
        tell_published(self._truth, self._published)
        whole = self._published.opening + sum(quarter.receipts for quarter in self._published.quarters)
        for done, life in enumerate(Stock(self._published, self._wanted.seed).lives()):
            self._case(life, closeness)
            if done % 500 == 0:
                tell("cases", min(done, whole), whole)
        tell("cases", whole, whole)
        if not self._wanted.truth_only:
            for done, (key, rows, size) in enumerate(self._finished()):
                dataset = "/".join(key.split("/")[:2])
                made.files[dataset] += 1
                made.rows[dataset] += rows
                made.bytes[dataset] += size
                tell("files", done + 1, done + 2)
        made.truth, made.faults, made.closeness = self._truth.counts, self._planter.planted, closeness
        return made

    def _case(self, life: Life, closeness: Closeness) -> None:
        case = self._registry.case_of(life, is_final=True)
        rng = self._registry.chance(life, 1)
        self._settle(case)
        hear(case, self._mean(life), self._end_on, rng)
        found = self._recorder.recorded(case, self._registry.chance(life, 2))
        magistrates = f"M{life.number:07d}" if found.in_libra else ""
        tell_truth(self._truth, case, found, magistrates, self._told, self._end_on)
        closeness.add(case, self._end_on)
        if not self._wanted.truth_only:
            self._deliver(case, found, magistrates)
        case.hearings = []

    def _settle(self, case: Case) -> None:
        """Remand and whether the receipt date is on record: for open cases as published by age."""
        life, last = case.life, self._published.quarters[-1]
        quarter = self._quarter(life.first_disposed) if life.first_disposed else last
        band = band_of(max(0, self._end_on.toordinal() - life.received)) if life.is_open else 4
        case.remand = self._remand(case, quarter.open_trials[band] if case.letter == "T" else (80, 20, 0))
        for defendant in case.defendants:
            defendant.remand = "unknown" if defendant.person.is_company else case.remand
        lost = self._dues.falls(f"receipt day {life.is_open} {starts_on_cp(case)}", 1 - quarter.valid_share)
        case.receipt_recorded = not lost or life.origin == "severed"

    def _remand(self, case: Case, shares: Sequence[int]) -> str:
        """Bail, custody or unknown, in the shares of the three; a company is not remanded, and is unknown."""
        bail, custody, unknown = shares
        of, only_companies = f"{case.letter} {case.life.is_open}", all(one.person.is_company for one in case.defendants)
        if self._dues.falls(f"unknown {of}", unknown / sum(shares) - only_companies) or only_companies:
            return "unknown"
        return "custody" if self._dues.falls(f"custody {of}", custody / max(bail + custody, 1)) else "bail"

    def _quarter(self, day: int) -> Quarter:
        at = max(place for place, start in enumerate(self._starts) if start <= day)
        return self._published.quarters[at]

    def _mean(self, life: Life) -> float:
        return (
            self._quarter(life.first_disposed).hearings_mean
            if life.first_disposed
            else self._published.quarters[-1].hearings_mean
        )

    def _deliver(self, case: Case, found: Recorded, magistrates: str) -> None:
        life = case.life
        if found.xhibit or found.is_placeholder:
            self._xhibit.add(case, found, self._registry.chance(life, 3))
        if found.cp_id:
            self._events.add(case, found, self._registry.chance(life, 4))
        if found.moved_on:
            self._moved.add(case, found)
        if magistrates:
            self._libra.add(case, magistrates, self._registry.chance(life, 5))

    def _finished(self) -> Iterator[tuple[str, int, int]]:
        yield from self._xhibit.finish(random.Random(f"files {self._wanted.seed}"))
        yield from self._events.finish()
        yield from self._moved.finish()
        yield from self._libra.finish()
        yield write_offence_list(self._drops, self._published.quarters[0].start_on)


README = """# The truth

What the drops beside it should lead to, by the generator that wrote them. Everybody in it is invented.

| table | grain | holds |
|---|---|---|
| case | case | what it truly is: type, court, days, status when the period ends, counts. `origin` receipt counts as a receipt on `received_on`; opening was received before the period; severed has the receipt date of the whole and is no receipt. `jurisdiction` magistrates: the leg before sending, in Libra |
| source_record | record of a case in a dataset | which case it tells of; survivor or suppressed, and why. A moved case has the record of `migrated_case` as its survivor, and may have records of `hearing_resulted` under the same id |
| defendant | defendant as one dataset has them | who it is (`person_id`), and in what the source wrote them wrongly (`noise`) |
| person | person | who they are |
| case_link | pair of cases | severed, joined, retrial, breach, sent (from the magistrates' case to the Crown Court's); transferred and moved records are one case and stand in source_record |
| event | event | what changes the open cases beside receipts and disposals, with its effect; a late entry on the system has none |
| quarter | quarter | receipts, disposals and open cases at its start and end as published, at the scale that was asked for |
| fault | planted fault | its kind, where it is, and what must be seen of it |

Open cases of the Crown Court at the end of a day = cases of origin opening and receipt that were received until then - cases
disposed of until then + the effects of the events until then. A disposal counts on `disposed_on`, the last day of a case that was opened
again; that it was closed at first, on `first_disposed_on`, and opened again are events. `received_on` is the receipt by the counting rule; where `is_receipt_recorded` is not true
no file tells it, and the first hearing at the Crown Court is on that day.
"""
