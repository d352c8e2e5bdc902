"""What each kind of change of each kind of definition does to those who rely on it."""

from __future__ import annotations

import pytest

from onecrown.rendering.model_changes.laws import ChangeClass
from onecrown.rendering.model_changes.versions import catalogue_of_version, model_changes

from .cases import Case
from .contract_cases import CONTRACTS
from .entity_cases import ENTITIES
from .invented import VERSION
from .published_cases import PUBLISHED
from .rule_cases import RULES

EVERY = [*ENTITIES, *CONTRACTS, *RULES, *PUBLISHED]


def told(case: Case) -> list[tuple[str, str]]:
    found = model_changes(case.before, case.after)
    return [(str(c.change), f"{c.kind} {c.name}" + (f": {c.facet}" if c.facet else "")) for c in found]


@pytest.mark.parametrize("case", EVERY, ids=[f"{case.does}: {case.to.partition(':')[0]}: {case.why}" for case in EVERY])
def test_a_change_is_told_once_with_what_it_does(case: Case) -> None:
    assert told(case).count((case.does, case.to)) == 1, told(case)


def test_a_change_of_each_kind_of_definition_that_breaks_it_stands_in_the_list() -> None:
    broken = {to for case in EVERY for does, to in told(case) if does == ChangeClass.broken}
    kinds = {kind for kind, _ in catalogue_of_version(VERSION)}
    assert not {kind for kind in kinds if not any(to.startswith(f"{kind} ") for to in broken)}


def test_what_comes_or_goes_with_what_it_is_part_of_is_not_told_by_itself() -> None:
    gone = next(case for case in ENTITIES if case.why == "an entity is gone")
    assert told(gone) == [("broken", "entity charge")]
