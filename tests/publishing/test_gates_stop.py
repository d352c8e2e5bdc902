"""Gates stop a publication, or a person's decision that one does not count stands in the manifest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from merging.kept_homes import KeptHome

from onecrown.errors import GateFailed, UsageError
from onecrown.flows.release_gates import judged_gates
from onecrown.publishing.manifest import Override, read_manifest
from onecrown.publishing.release_names import read_release_name

from .homes import FAILS, HOLDS, VALUES, publish

NAME = read_release_name("2025-Q4")
KNOWN = Override("stock_and_flow", "known since May", "a statistician")
OTHER = replace(
    FAILS, gate_id="in_two_systems", says="3 cases in two systems", sql='SELECT "case_id"\n  FROM court_case'
)
NOTE = replace(FAILS, gate_id="late_deliveries", is_stopping=False)


def test_a_gate_that_fails_says_its_rule_and_the_query_that_lists_the_records() -> None:
    with pytest.raises(GateFailed) as stopped:
        judged_gates(NAME, [HOLDS, replace(OTHER), FAILS], [])
    said = str(stopped.value)
    assert said.startswith("2025-Q4 is not published: 2 gates do not hold")
    assert "in_two_systems: 3 cases in two systems" in said
    assert r'onecrown query "SELECT \"case_id\" FROM court_case"' in said
    assert "--override in_two_systems --override stock_and_flow --reason" in said


def test_a_gate_that_stops_nothing_is_recorded_as_it_stands() -> None:
    [held, note] = judged_gates(NAME, [HOLDS, NOTE], [])
    assert (held.passed, note.passed, note.overridden) == (True, False, "")


def test_an_override_lets_its_gate_pass_and_no_other() -> None:
    [said] = judged_gates(NAME, [FAILS], [KNOWN])
    assert (said.passed, said.overridden) == (False, "known since May")
    with pytest.raises(GateFailed, match="one gate does not hold"):
        judged_gates(NAME, [FAILS, OTHER], [KNOWN])


def test_an_override_counts_for_every_part_of_its_gate_that_fails() -> None:
    said = judged_gates(NAME, [FAILS, replace(FAILS, value=9.0), HOLDS], [KNOWN])
    assert [one.overridden for one in said] == ["known since May", "known since May", ""]


@pytest.mark.parametrize("gates", [[HOLDS], [replace(FAILS, is_stopping=False)]])
def test_an_override_of_a_gate_that_stops_nothing_is_refused(gates: list[object]) -> None:
    with pytest.raises(UsageError, match="leave out --override stock_and_flow"):
        judged_gates(NAME, gates, [KNOWN])  # type: ignore[arg-type]


def test_every_wrong_override_is_told_in_one_pass() -> None:
    unknown = replace(KNOWN, gate_id="stok_and_flow")
    with pytest.raises(UsageError) as refused:
        judged_gates(NAME, [HOLDS], [unknown, KNOWN])
    assert "did you mean `stock_and_flow`" in str(refused.value) and "leave out --override" in str(refused.value)


def test_a_gate_that_fails_leaves_neither_tag_nor_file(kept: KeptHome) -> None:
    with kept.at("told") as home:
        with pytest.raises(GateFailed):
            publish(home, gates=[FAILS])
        assert home.around.tables.upkeep().tags(VALUES) == {}
        assert home.around.releases.names() == []
        assert not list((kept.folder / "releases").glob("**/*.csv"))


def test_who_overrode_a_gate_and_why_stands_in_the_manifest(kept: KeptHome) -> None:
    with kept.at("told") as home:
        publish(home, gates=[FAILS], overrides=[KNOWN])
        made = home.around.releases.manifest("2025-Q4")
        assert made is not None
        assert read_manifest(made).overrides == (KNOWN,)
        assert read_manifest(made).gates[0].overridden == "known since May"


def test_gates_are_asked_of_the_period_with_what_the_last_release_published(kept: KeptHome) -> None:
    from onecrown.definitions.periods import period_named
    from onecrown.flows.publish_release import Wanted, publish_release

    asked: list[str] = []
    ends: list[date] = []

    def check(around: object, tables: object, previous: str | None, until: date) -> list[object]:
        asked.append(previous or "")
        ends.append(until)
        return []

    with kept.at("published") as home:
        publish_release(home.around, Wanted(period_named("2025-12"), "final", "somebody"), check)  # type: ignore[arg-type]
        [relation] = asked
        assert home.ask(f"SELECT value FROM {relation} WHERE measure_id = 'open_cases'") == ["120.0"]
    assert ends == [date(2025, 12, 31)], "the period that is published is the one that is judged"
