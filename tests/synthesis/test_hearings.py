"""What is told of cases that have not ended is what has happened so far."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from onecrown.synthesis.cases import Case, Registry
from onecrown.synthesis.courts import Centres
from onecrown.synthesis.hearings import hear
from onecrown.synthesis.published import read_published
from onecrown.synthesis.stock import Stock

END = date(2025, 12, 31)


def told_cases() -> Iterator[Case]:
    published = read_published(date(2024, 1, 1), END, 0.001)
    registry = Registry(Centres(published.courts, published.quarters[-1].open_cases, 5), 5)
    for life in Stock(published, 5).lives():
        case = registry.case_of(life, is_final=True)
        hear(case, 4.0, END, registry.chance(life, 1))
        yield case


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(told_cases())


def days_of(case: Case) -> list[date]:
    charges = [charge for defendant in case.defendants for charge in defendant.charges]
    days = [
        (c.plea_on, c.changed_on, c.convicted_on, c.acquitted_on, c.deferred_on, c.result_on)
        for c in charges
        if not case.life.links  # a joined case brings days of its own
    ]
    return [day for told in days for day in told if day]


def test_nothing_is_told_that_happens_after_the_period(cases: list[Case]) -> None:
    assert max(day for case in cases for day in days_of(case)) <= END
    coming = [hearing for case in cases for hearing in case.hearings if hearing.listed_for > END]
    assert coming and not any(hearing.outcome or hearing.vacated for hearing in coming)
    assert all(hearing.listed_on <= END for hearing in coming)


def test_an_open_case_has_been_heard_and_has_one_hearing_to_come(cases: list[Case]) -> None:
    still_open = [case for case in cases if case.life.is_open and not case.life.reopened]
    assert len(still_open) > 50
    for case in still_open:
        assert case.hearings[0].listed_for <= END
        assert sum(hearing.listed_for > END for hearing in case.hearings) == 1
        assert not any(charge.result for defendant in case.defendants for charge in defendant.charges)


def test_the_hearing_to_come_is_of_any_kind_that_cases_go_through(cases: list[Case]) -> None:
    coming = {case.hearings[-1].code for case in cases if case.life.is_open and case.letter == "T"}
    assert {"TRL", "SEN"} <= coming
    assert coming & {"MEN", "MDA", "PTR", "FPTP"}


def test_a_case_that_was_joined_or_is_on_a_warrant_is_told_to_that_day(cases: list[Case]) -> None:
    gone = [case for case in cases if case.life.joined or (case.life.warrants and not case.life.warrants[-1][1])]
    assert gone
    for case in gone:
        until = case.life.joined or case.life.warrants[-1][0]
        assert max(hearing.listed_for for hearing in case.hearings).toordinal() <= until
