"""Two releases compared: values from what each exported, causes from the rows that each pinned, where they can be read still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onecrown.definitions.measures import QUARTER, TOTAL, Measure, Measures
from onecrown.definitions.periods import Period
from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.flows.known_releases import is_readable
from onecrown.flows.release_databases import VALUES_FILE
from onecrown.flows.released_units import ReleasedUnits
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Connection
from onecrown.publishing.comparison import (
    MEASURES,
    RULES,
    Comparison,
    UnitRevision,
    ValueRevision,
    changed_versions,
    explained,
    redefined_measures,
)
from onecrown.publishing.manifest import Manifest
from onecrown.publishing.value_revisions import revisions_sql
from onecrown.rendering.measure_queries import breakdown_name
from onecrown.sql.quoting import file


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare: a kind of period, a breakdown as `measure_value` writes it, and measures (none: all of them)."""

    kind: str = QUARTER
    breakdown: str = TOTAL
    measures: tuple[str, ...] = ()


def compare_releases(home: Surroundings, earlier: Manifest, later: Manifest, asked: Asked) -> Comparison:
    """Every value that both periods cover, with the causes of what differs.

    Raises `UsageError` where a measure or breakdown is not in the registry.
    """
    measures = _registry(home)
    _require_known(measures, asked)
    home.tables.refresh()
    with home.engine() as con:
        values = list(_values(home, con, earlier, later, asked))
        why_not = _why_not(home, earlier, later)
        found = [] if why_not else list(_units(home, con, measures, earlier, later, asked))
    redefined = frozenset[str]() if why_not else redefined_measures(earlier, later)
    return Comparison(earlier, later, tuple(values), tuple(explained(values, found, redefined)), why_not)


def _registry(home: Surroundings) -> Measures:
    if home.model.measures is None:
        raise UsageError("the model has no measures, so there is nothing to compare; write model/measures/")
    return home.model.measures


def _require_known(measures: Measures, asked: Asked) -> None:
    for name in asked.measures:
        if name not in measures.measures:
            raise UsageError(f"there is no measure `{name}`{nearest(name, measures.measures)}")
    for name in _dimensions(asked):
        if name not in measures.dimensions:
            raise UsageError(f"there is no dimension `{name}`{nearest(name, measures.dimensions)}")
    chosen = [measures.measures[name] for name in asked.measures] or list(measures.measures.values())
    kept = {breakdown_name(said) for measure in chosen for said in measure.breakdowns()}
    if (wanted := breakdown_name(tuple(_dimensions(asked)))) not in kept:
        raise UsageError(f"no measure that was asked for is kept by `{wanted}`{nearest(wanted, kept)}")


def _dimensions(asked: Asked) -> tuple[str, ...]:
    return () if asked.breakdown == TOTAL else tuple(asked.breakdown.split("+"))


def _why_not(home: Surroundings, earlier: Manifest, later: Manifest) -> str:
    gone = [one.name.text for one in (earlier, later) if not is_readable(home, one)]
    if not gone:
        return ""
    return f"the rows of {' and '.join(gone)} are gone with the tables of that time: files hold no row of a case, so no cause is known"


def _values(
    home: Surroundings, con: Connection, earlier: Manifest, later: Manifest, asked: Asked
) -> Iterator[ValueRevision]:
    was, now = (f"read_parquet({file(home.releases.file(one.name.text, VALUES_FILE))})" for one in (earlier, later))
    until = min(earlier.name.period.ended_on, later.name.period.ended_on)
    sql = revisions_sql(was, now, asked.kind, asked.breakdown, until, asked.measures)
    for measure, begun_on, ended_on, first, second, *said in con.execute(sql).fetchall():
        cell = (measure, Period(asked.kind, begun_on, ended_on).name, first, second)
        yield ValueRevision(cell, *said)


def _units(
    home: Surroundings, con: Connection, measures: Measures, earlier: Manifest, later: Manifest, asked: Asked
) -> Iterator[UnitRevision]:
    changed = changed_versions(earlier, later)
    rules = sorted(name.removeprefix(RULES) for name in changed if name.startswith(RULES))
    units = ReleasedUnits(home, con, measures, earlier, later)
    units.prepare(asked.kind, rules)
    chosen = [one for one in _chosen(measures, asked) if f"{MEASURES}{one.measure_id}" in earlier.versions]
    for done, measure in enumerate(chosen, 1):
        for (begun_on, ended_on), first, second, *counts in units.causes(measure, _dimensions(asked)):
            cell = (measure.measure_id, Period(asked.kind, begun_on, ended_on).name, first, second)
            yield UnitRevision(cell, *counts)
        home.progress("compare", done, len(chosen))


def _chosen(measures: Measures, asked: Asked) -> Sequence[Measure]:
    """The measures that are asked for and have the breakdown."""
    dimensions = _dimensions(asked)
    return [
        measure
        for measure in measures.measures.values()
        if (not asked.measures or measure.measure_id in asked.measures) and dimensions in measure.breakdowns()
    ]
