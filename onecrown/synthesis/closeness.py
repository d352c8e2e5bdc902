"""How close the truth came to what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date

from onecrown.synthesis.cases import Case
from onecrown.synthesis.published import BANDS, REMANDS, Published, band_of, largest_remainder

Line = tuple[str, float, float]
"""A measure, what was published (at this scale), and what the truth has."""

CRACKED_CODES = "ABCIJK"
OUTCOME_SHARES = {"effective": 0.48, "ineffective": 0.25, "cracked": 0.27}
FIRST_TRIALS_YEAR, FIRST_TRIALS_SHARE = 2021, 21_805 / 93_383
"""The year whose trials were published in number: so many came to their day for the first time, of so many disposals."""


class Closeness:
    """Counts cases as they pass."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._bands: Counter[int] = Counter()
        self._regions: Counter[str] = Counter()
        self._remands: Counter[str] = Counter()
        self._outcomes: Counter[tuple[int, str]] = Counter()
        self._first_trials: Counter[int] = Counter()
        self._hearings: Counter[date] = Counter()
        self._disposed: Counter[date] = Counter()
        self._sums: Counter[str] = Counter()

    def add(self, case: Case, end_on: date) -> None:
        """Take in a case whose hearings are still there."""
        life = case.life
        self._sums["cases"] += 1
        self._sums["defendants"] += len(case.defendants)
        self._sums["offences"] += sum(len(one.charges) for one in case.defendants)
        self._add_trials(case)
        if life.first_disposed:
            quarter = next(q.end_on for q in self._published.quarters if life.first_disposed <= q.end_on.toordinal())
            self._disposed[quarter] += 1
            self._hearings[quarter] += sum(1 for hearing in case.hearings if not hearing.vacated)
        if life.is_open:
            self._bands[band_of(end_on.toordinal() - life.received)] += 1
            self._regions[case.centre.region] += 1
            if case.letter == "T":
                self._remands[case.remand] += 1

    def _add_trials(self, case: Case) -> None:
        trials = [hearing for hearing in case.hearings if hearing.outcome]
        self._outcomes.update((hearing.listed_for.year, _outcome(hearing.outcome)) for hearing in trials)
        self._first_trials.update(hearing.listed_for.year for hearing in trials[:1])

    def lines(self) -> Iterator[Line]:
        """Measure by measure."""
        last = self._published.quarters[-1]
        bands = largest_remainder(last.open_by_band, last.open_cases)
        for at, name in enumerate(BANDS):
            yield f"open, age {name}", bands[at], self._bands[at]
        regions: Counter[str] = Counter()
        counts = largest_remainder([court.open_cases for court in self._published.courts], last.open_cases)
        for court, count in zip(self._published.courts, counts, strict=True):
            regions[court.region] += count
        for region in sorted(regions):
            yield f"open, region {region}", regions[region], self._regions[region]
        trials = [sum(band[at] for band in last.open_trials) for at in range(3)]
        whole = max(sum(self._remands.values()), 1)
        for at, name in enumerate(REMANDS):
            yield f"share of open trials, remand {name}", trials[at] / sum(trials), self._remands[name] / whole
        for quarter in self._published.quarters[:: max(1, len(self._published.quarters) // 5)]:
            held = self._hearings[quarter.end_on] / max(self._disposed[quarter.end_on], 1)
            yield f"hearings a case disposed, {quarter.end_on}", quarter.hearings_mean, held
        yield from self._trials()
        cases = max(self._sums["cases"], 1)
        yield "defendants a case", 1.2, self._sums["defendants"] / cases
        yield "offences a defendant", 2.4, self._sums["offences"] / max(self._sums["defendants"], 1)

    def _trials(self) -> Iterator[Line]:
        last = self._published.quarters[-1].end_on.year
        for years, said in (({year for year, _ in self._outcomes}, ""), ({last}, f" in {last}")):
            found = [self._outcomes_of(years, name) for name in OUTCOME_SHARES]
            for (name, share), count in zip(OUTCOME_SHARES.items(), found, strict=True):
                yield f"trials {name}{said}", share, count / max(sum(found), 1)
        disposed = sum(count for end_on, count in self._disposed.items() if end_on.year == FIRST_TRIALS_YEAR)
        if disposed:
            said = f"first trials a case disposed, {FIRST_TRIALS_YEAR}"
            yield said, FIRST_TRIALS_SHARE, self._first_trials[FIRST_TRIALS_YEAR] / disposed

    def _outcomes_of(self, years: Collection[int], name: str) -> int:
        return sum(count for (year, outcome), count in self._outcomes.items() if year in years and outcome == name)


def _outcome(code: str) -> str:
    return "effective" if code == "E1" else "cracked" if code in CRACKED_CODES else "ineffective"
