"""What a version of the model says, as a flat catalogue of definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from onecrown.rendering.model_changes.laws import ChangeClass, Facet

Name = tuple[str, str]
"""Kind and name: `("column", "court_case.court_code")`."""

CODE_LISTS = "codelists"
"""Before a dot: a code list among the words of what reads it."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One thing that the model says.

    `within` is what it is part of: it comes and goes with that. `arrives` and `leaves` say what it does to others when it comes
    or goes alone. `version` is None where it has none of its own. `mentions` are the words that SQL holds which reads it; without them
    nothing reads it by name. `readers` names those that are known to read it.
    """

    kind: str
    name: str
    facets: Mapping[str, Facet]
    owners: tuple[str, ...] = ()
    within: Name | None = None
    arrives: ChangeClass = ChangeClass.added
    leaves: ChangeClass = ChangeClass.broken
    version: int | None = None
    mentions: tuple[str, ...] = ()
    readers: frozenset[Name] = field(default=frozenset())

    @property
    def full_name(self) -> Name:
        """Kind and name."""
        return self.kind, self.name


Catalogue = dict[Name, Definition]


def catalogue_of(definitions: Iterable[Definition]) -> Catalogue:
    """Definitions by kind and name."""
    return {said.full_name: said for said in definitions}


def without_layout(sql: str) -> str:
    """SQL without comments and layout, so that a new line changes nothing."""
    return " ".join(" ".join(line.partition("--")[0] for line in sql.splitlines()).split())
