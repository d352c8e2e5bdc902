"""Unit tables as a list of named steps, each one SELECT of Athena's: the functions of a case's life, then what is counted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from onecrown.definitions.codelists import CodeList
from onecrown.definitions.lifecycle import Lifecycle, Piece
from onecrown.definitions.lifecycle_sql import PLACEHOLDER
from onecrown.definitions.measures import UnitTable
from onecrown.definitions.model import Model
from onecrown.rendering.lifecycle_queries import said_by
from onecrown.sql.quoting import value

END = date(9999, 12, 31)
"""The day that is asked about where the whole life of a case is wanted."""
_ASKED, _CHANGED = "asked", "changed_day"
_READ = re.compile(r"\blifecycle\.([a-z_]+)\b")
_REGION = re.compile(r":region_of\(([^()]+)\)")
_NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class UnitStep:
    """A table to make: `lifecycle.<name>`, or a unit table, from the tables before it."""

    name: str
    is_unit: bool
    sql: str


def unit_steps(model: Model, lifecycle: Lifecycle) -> list[UnitStep]:
    """Every step, in order.

    Unit tables that are asked at the end of a case's life come first; then, with the days on which a case changed in the place of
    that one day, whatever depends on it again, and the unit tables over time. Empty where the model has no measures.
    """
    if model.measures is None:
        return []
    said = {**said_by(lifecycle, END), **_sets(model)}
    regions = model.code_lists.get("region")
    steps: list[UnitStep] = []
    for over_time in (False, True):
        pieces = _over_time(lifecycle) if over_time else lifecycle
        units = [unit for unit in model.measures.units.values() if unit.over_time is over_time]
        done = {step.name for step in steps if not step.is_unit}
        again = {piece.name for piece in _needed(pieces, units) if _depends(pieces, piece.name)} if over_time else set()
        for piece in _needed(pieces, units):
            if piece.name not in done or piece.name in again:
                steps.append(UnitStep(piece.name, False, _filled(piece.sql, said, regions)))
        steps += [UnitStep(unit.name, True, _filled(unit.sql, said, regions)) for unit in units]
    return steps


def _needed(lifecycle: Lifecycle, units: list[UnitTable]) -> Iterator[Piece]:
    """The pieces that units build on, each after what it reads."""
    seen: dict[str, Piece] = {}
    for unit in units:
        for read in _READ.findall(unit.sql):
            seen.update({piece.name: piece for piece in lifecycle.needed(read) if piece.name not in seen})
    yield from seen.values()


def _over_time(lifecycle: Lifecycle) -> Lifecycle:
    """The same functions asked for every day on which a case may have changed."""
    sql = f"SELECT {_CHANGED}.case_id, {_CHANGED}.changed_on AS as_at_on FROM lifecycle.{_CHANGED}"
    asked = replace(lifecycle.pieces[_ASKED], sql=sql, reads=(_CHANGED,))
    return replace(lifecycle, pieces={**lifecycle.pieces, _ASKED: asked})


def _depends(lifecycle: Lifecycle, name: str) -> bool:
    return any(piece.name == _ASKED for piece in lifecycle.needed(name))


def _sets(model: Model) -> dict[str, str]:
    sets = model.measures.code_sets if model.measures else {}
    return {name: ", ".join(map(value, codes.codes)) for name, codes in sets.items()}


def _filled(sql: str, said: dict[str, str], regions: CodeList | None) -> str:
    with_regions = _REGION.sub(lambda found: region_of(found[1], regions), sql)
    return PLACEHOLDER.sub(lambda found: said[found[1]], with_regions).strip()


def region_of(court: str, regions: CodeList | None) -> str:
    """SQL for the region of a court's code: by the court, else by the area in its code, else not known."""
    if regions is None:
        return value(_NOT_KNOWN)
    by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for crossing in regions.crossings:
        by_place[crossing.list, crossing.standard_code].append(crossing.source_code)
    tests = [
        f"WHEN {court if place == 'court_code' else f'substr({court}, 2, 2)'} IN ({', '.join(map(value, codes))}) THEN {value(region)}"
        for (place, region), codes in sorted(
            by_place.items(), key=lambda item: (item[0][0] != "court_code", item[0][1])
        )
    ]
    return f"CASE {' '.join(tests)} ELSE {value(_NOT_KNOWN)} END"
