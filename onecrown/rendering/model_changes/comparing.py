"""Compares two catalogues of definitions."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from onecrown.rendering.model_changes.laws import ChangeClass, Facet
from onecrown.rendering.model_changes.said import Catalogue, Definition, Name

WHOLE = ""
"""The facet of a definition that came or went whole."""

_UNTOLD = (ChangeClass.restated, ChangeClass.deprecated)
"""What needs no next version: nothing answers otherwise."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which definition, in what, from what to what. Of a set, only what went and what came."""

    change: ChangeClass
    definition: Definition
    facet: str
    before: str
    after: str


def changes(before: Catalogue, after: Catalogue) -> list[Change]:
    """Every difference between two versions, the worst first."""
    found = [*_differences(before, after)]
    found += _versions_not_raised(before, after, found)
    order = list(ChangeClass)
    return sorted(found, key=lambda said: (order.index(said.change), said.definition.full_name, said.facet))


def _differences(before: Catalogue, after: Catalogue) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        earlier, later = before.get(name), after.get(name)
        if earlier and later:
            yield from _told_anew(earlier, later)
        elif later and _stands(later, before):
            yield Change(later.arrives, later, WHOLE, "", "is new")
        elif earlier and _stands(earlier, after):
            yield Change(earlier.leaves, earlier, WHOLE, _is_there(earlier), "is gone")


def _stands(definition: Definition, other: Catalogue) -> bool:
    """Whether what a definition is part of is in the other version: else it came or went with that."""
    return definition.within is None or definition.within in other


def _is_there(definition: Definition) -> str:
    standing = definition.facets.get("standing")
    return written(standing.value) if standing else ""


def _told_anew(earlier: Definition, later: Definition) -> Iterator[Change]:
    for facet in sorted(earlier.facets.keys() | later.facets.keys()):
        then, now = earlier.facets[facet], later.facets[facet]
        change = then.became(now)
        if change:
            yield Change(change, later, facet, *_written_apart(then, now))


def _written_apart(then: Facet, now: Facet) -> tuple[str, str]:
    if isinstance(then.value, frozenset) and isinstance(now.value, frozenset):
        return written(then.value - now.value), written(now.value - then.value)
    return written(then.value), written(now.value)


def written(value: Hashable) -> str:
    """A value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(written, value)))
    if isinstance(value, tuple):
        return ", ".join(map(written, value))
    return str(value)


def _versions_not_raised(before: Catalogue, after: Catalogue, found: list[Change]) -> Iterator[Change]:
    """Definitions that answer otherwise under the version that they had."""
    told = {
        _versioned(said.definition, after) or _versioned(said.definition, before)
        for said in found
        if said.change not in _UNTOLD
    }
    for name in sorted(name for name in told if name):
        earlier, later = before.get(name), after.get(name)
        if earlier and later and earlier.version == later.version:
            said = str(later.version)
            yield Change(ChangeClass.broken, later, "version", said, f"{said}, though it changed: raise it")


def _versioned(definition: Definition, catalogue: Catalogue) -> Name | None:
    """What carries the version under which a definition stands."""
    while definition.version is None and definition.within in catalogue:
        definition = catalogue[definition.within]
    return definition.full_name if definition.version is not None else None
