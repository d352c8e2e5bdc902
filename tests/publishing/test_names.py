"""Names of periods and releases, and which revision of a period comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from onecrown.definitions.periods import period_named
from onecrown.errors import UsageError
from onecrown.publishing.manifest import FINAL, PROVISIONAL, Manifest
from onecrown.publishing.release_names import read_release_name
from onecrown.publishing.revisions import next_name

from .manifests import invented_manifest

Q4 = period_named("2025-Q4")


@pytest.mark.parametrize(
    ("name", "kind", "begun_on", "ended_on"),
    [
        ("2025-Q4", "quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("2024-Q1", "quarter", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12-31", "day", date(2025, 12, 31), date(2025, 12, 31)),
    ],
)
def test_a_period_is_written_as_it_is_read(name: str, kind: str, begun_on: date, ended_on: date) -> None:
    period = period_named(name)
    assert (period.kind, period.begun_on, period.ended_on, period.name) == (kind, begun_on, ended_on, name)


@pytest.mark.parametrize(
    "name", ["", "2025", "2025-Q5", "2025-Q0", "2025-13", "2025-00", "2025-02-30", "Q4 2025", "2025-Q4 "]
)
def test_what_is_no_period_is_refused_with_how_to_write_one(name: str) -> None:
    with pytest.raises(UsageError, match=r"2025-Q4"):
        period_named(name)


@pytest.mark.parametrize(
    ("said", "text", "tag", "database"),
    [
        ("2025-Q4", "2025-Q4", "release-2025-Q4", "onecrown_release_2025_q4"),
        ("2025-Q4-r1", "2025-Q4", "release-2025-Q4", "onecrown_release_2025_q4"),
        ("2025-12-r2", "2025-12-r2", "release-2025-12-r2", "onecrown_release_2025_12_r2"),
    ],
)
def test_a_release_is_named_by_its_period_and_from_the_second_on_its_revision(
    said: str, text: str, tag: str, database: str
) -> None:
    name = read_release_name(said)
    assert (name.text, name.tag, name.database) == (text, tag, database)


@pytest.mark.parametrize("said", ["2025-12-31", "2025-Q4-r0", "2025-Q4-r", "latest"])
def test_what_is_no_release_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        read_release_name(said)


def released(*standings: str) -> list[Manifest]:
    """The releases of the last quarter of 2025, one after another."""
    made = invented_manifest()
    return [
        replace(made, name=replace(made.name, revision=number), standing=standing)
        for number, standing in enumerate(standings, 1)
    ]


@pytest.mark.parametrize(
    ("earlier", "standing", "correction", "next_one"),
    [
        ([], PROVISIONAL, "", "2025-Q4"),
        ([], FINAL, "", "2025-Q4"),
        ([PROVISIONAL], FINAL, "", "2025-Q4-r2"),
        ([PROVISIONAL], PROVISIONAL, "a court sent its week twice", "2025-Q4-r2"),
        ([PROVISIONAL, FINAL], FINAL, "a court sent its week twice", "2025-Q4-r3"),
    ],
)
def test_a_provisional_release_may_become_final_and_any_may_be_corrected_with_a_reason(
    earlier: list[str], standing: str, correction: str, next_one: str
) -> None:
    assert next_name(Q4, standing, correction, released(*earlier)).text == next_one


@pytest.mark.parametrize(
    ("earlier", "standing", "correction", "said"),
    [
        ([PROVISIONAL], PROVISIONAL, "", "--final follows it"),
        ([FINAL], FINAL, "", "--correction"),
        ([FINAL], PROVISIONAL, "", "cannot become provisional"),
        ([FINAL], PROVISIONAL, "a reason", "cannot become provisional"),
        ([], PROVISIONAL, "a reason", "no release of 2025-Q4 to correct"),
    ],
)
def test_a_name_that_is_taken_is_refused_with_what_to_do(
    earlier: list[str], standing: str, correction: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        next_name(Q4, standing, correction, released(*earlier))


def test_releases_of_other_periods_do_not_stand_in_the_way() -> None:
    assert next_name(period_named("2025-12"), FINAL, "", released(FINAL)).text == "2025-12"
