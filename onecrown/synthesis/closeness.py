"""How close the truth came to what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from onecrown.synthesis.cases import Case
from onecrown.synthesis.published import BANDS, REMANDS, Published, band_of, largest_remainder

Line = tuple[str, float, float]
"""A measure, what was published (at this scale), and what the truth has."""


class Closeness:
    """Counts cases as they pass."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._bands: Counter[int] = Counter()
        self._regions: Counter[str] = Counter()
        self._remands: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._hearings: Counter[date] = Counter()
        self._disposed: Counter[date] = Counter()
        self._sums: Counter[str] = Counter()

    def add(self, case: Case, end_on: date) -> None:
        """Take in a case whose hearings are still there."""
        life = case.life
        self._sums["cases"] += 1
        self._sums["defendants"] += len(case.defendants)
        self._sums["offences"] += sum(len(one.charges) for one in case.defendants)
        for hearing in case.hearings:
            if hearing.outcome:
                self._outcomes["effective" if hearing.outcome == "E1" else hearing.outcome] += 1
        if life.first_disposed:
            quarter = next(q.end_on for q in self._published.quarters if life.first_disposed <= q.end_on.toordinal())
            self._disposed[quarter] += 1
            self._hearings[quarter] += sum(1 for hearing in case.hearings if not hearing.vacated)
        if life.is_open:
            self._bands[band_of(end_on.toordinal() - life.received)] += 1
            self._regions[case.centre.region] += 1
            if case.letter == "T":
                self._remands[case.remand] += 1

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
        whole = max(sum(self._outcomes.values()), 1)
        cracked = sum(self._outcomes[code] for code in "ABCIJK")
        yield "trials effective", 0.48, self._outcomes["effective"] / whole
        yield "trials ineffective", 0.25, (whole - cracked - self._outcomes["effective"]) / whole
        yield "trials cracked", 0.27, cracked / whole
