"""What a change of one thing that a definition says does to those who rely on it.

A law is asked only where the two values differ. Laws are such that changes which break nothing can follow each other: where A
to B and B to C break nothing, A to C does not either. What cannot be told to be harmless is broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from onecrown.definitions.entities import SENSITIVITIES


class ChangeClass(StrEnum):
    """The worst first.

    broken: somebody who was right to rely on it is no longer. deprecated: it still holds, and something else should be used.
    widened: it takes or tells more than before. added: it is new. restated: only words, owners or standing changed.
    """

    broken = "broken"
    deprecated = "deprecated"
    widened = "widened"
    added = "added"
    restated = "restated"


Law = Callable[[Any, Any], ChangeClass]
BROKEN, WIDENED, RESTATED = ChangeClass.broken, ChangeClass.widened, ChangeClass.restated
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that a definition says, and the law of its changes.

    What does not bind (a flag, a gate that stops nothing) may be said anew. Whether it binds is a facet of its own.
    """

    value: Hashable
    law: Law
    binds: bool = True

    def became(self, after: Facet) -> ChangeClass | None:
        """What becoming another does; None where it says the same."""
        if self.value == after.value:
            return None
        return after.law(self.value, after.value) if self.binds and after.binds else RESTATED


def fixed(_before: Any, _after: Any) -> ChangeClass:
    """Whoever relies on it relies on just this."""
    return BROKEN


def words(_before: Any, _after: Any) -> ChangeClass:
    """Words for people: nothing answers otherwise."""
    return RESTATED


def standing(_before: str, after: str) -> ChangeClass:
    """Proposed, agreed or deprecated."""
    return ChangeClass.deprecated if after.startswith("deprecated") else RESTATED


def valid_to(_before: str, after: str) -> ChangeClass:
    """The last day on which a code holds."""
    return ChangeClass.deprecated if after else RESTATED


def may_grow(before: frozenset[Any], after: frozenset[Any]) -> ChangeClass:
    """A set of what is taken or told: more is welcome."""
    return WIDENED if before <= after else BROKEN


def may_shrink(before: frozenset[Any], after: frozenset[Any]) -> ChangeClass:
    """A set of what is demanded: less is welcome."""
    return WIDENED if after <= before else BROKEN


def may_be_appended(before: tuple[Any, ...], after: tuple[Any, ...]) -> ChangeClass:
    """A list whose order decides: more may come after its end."""
    return WIDENED if after[: len(before)] == before else BROKEN


def keeps_order(before: tuple[Any, ...], after: tuple[Any, ...]) -> ChangeClass:
    """The order of what stands on both sides; what came and went is told by itself."""
    stayed = [item for item in before if item in after] == [item for item in after if item in before]
    return RESTATED if stayed else BROKEN


def may_rise(before: float, after: float) -> ChangeClass:
    """A number of which more is allowed the greater it is."""
    return WIDENED if after > before else BROKEN


def may_fall(before: float, after: float) -> ChangeClass:
    """A number of which more is allowed the smaller it is."""
    return WIDENED if after < before else BROKEN


def none_smaller(before: tuple[float, ...], after: tuple[float, ...]) -> ChangeClass:
    """Numbers that hold together."""
    return WIDENED if all(later >= earlier for earlier, later in zip(before, after, strict=True)) else BROKEN


def first_said(before: str, _after: str) -> ChangeClass:
    """It may be said for the first time, and stays what it is then."""
    return BROKEN if before else RESTATED


def may_be_dropped(_before: str, after: str) -> ChangeClass:
    """A demand that may be given up, and neither made nor changed."""
    return BROKEN if after else WIDENED


def kind_of_value(before: str, after: str) -> ChangeClass:
    """A column's type: Iceberg and every reader take a wider number (Iceberg specification, schema evolution)."""
    if (before, after) == ("int", "long"):
        return WIDENED
    narrow, wide = _DECIMAL.fullmatch(before), _DECIMAL.fullmatch(after)
    wider = narrow and wide and narrow[2] == wide[2] and int(wide[1]) >= int(narrow[1])
    return WIDENED if wider else BROKEN


def promised_type(_before: str, after: str) -> ChangeClass:
    """What a supplier promises of a field: as text, anything is taken."""
    return WIDENED if after == "text" else BROKEN


def severity(_before: str, after: str) -> ChangeClass:
    """Of a contract's rule: a flag sets nothing aside."""
    return WIDENED if after == "flag" else BROKEN


def without_data(_before: str, after: str) -> ChangeClass:
    """Of a gate: whether it holds where there is nothing to judge."""
    return WIDENED if after == "fails" else BROKEN


def sensitivity(before: str, after: str) -> ChangeClass:
    """Who may read it: more people, or fewer."""
    return WIDENED if SENSITIVITIES.index(after) < SENSITIVITIES.index(before) else BROKEN


def version_of_record(before: int, after: int) -> ChangeClass:
    """A version that tells of changes which are told by themselves."""
    return RESTATED if after > before else BROKEN
