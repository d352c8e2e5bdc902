"""Full extracts: absence means removed, if the list is complete. Told as stories, each of one court.

A step is a delivery: `2: A B/G` is the list of week 2 (case A as it was, B with another receipt type; see
`builders.cases`), `2.1: A` its first part, `counts 2: 2` the control file of week 2, `counts 2: 1+1` one that counts parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .builders import (
    File,
    case_row,
    case_subject_row,
    cases,
    charges,
    control,
    extract,
    parents,
    subject_row,
    table_file,
)
from .homes import Home, balances, books, cases_in_memory, home_in_memory

WEEKS = {"1": "2026-01-05", "2": "2026-01-12", "3": "2026-01-19"}
WEEK_1, WEEK_2, WEEK_3 = WEEKS.values()


@dataclass(frozen=True)
class Story:
    """Deliveries of one court in order of arrival, and the cases that stand at the end."""

    rule: str
    steps: tuple[str, ...]
    stands: str


STORIES = [
    Story(rule.strip(), tuple(step.strip() for step in steps.split(";")), stands.strip())
    for rule, steps, stands in (
        line.split("|")
        for line in """
        what is no longer listed is removed            | 1: A B C; 2: A B/G                             | A B/G
        what is listed again comes back                | 1: A B C; 2: A B/G; 3: A B C                   | A B C
        older lists change nothing                     | 3: A B C; 1: A B C; 2: A B/G                   | A B C
        the oldest list may come last                  | 2: A B/G; 3: A B C; 1: A B C                   | A B C
        an empty list removes all                      | 1: A B; 2:                                     |
        an unkeyed row makes a list incomplete         | 1: A B C; 2: A B/G D ?                         | A B/G C D
        a row of another court does too                | 1: A B C; 2: A B/G D~                          | A B/G C
        a complete list after it removes again         | 1: A B C; 2: A D ?; 3: A                       | A
        it stands on the complete list before it       | 2: A D ?; 1: A B C                             | A B C D
        of a rejected row the last accepted copy stands | 1: A B/G C; 2: A B!                           | A B/G
        that copy may come later                       | 2: A B!; 1: A B/G C                            | A B/G
        the newest accepted copy stands                | 3: A B!; 1: A B; 2: A B/G                      | A B/G
        a rejected row without a copy waits            | 1: A; 2: A B!                                  | A
        it appears when it is listed well              | 1: A; 2: A B!; 3: A B                          | A B
        a control file that agrees confirms            | 1: A B C; 2: A B/G; counts 2: 2                | A B/G
        one that disagrees makes a list incomplete     | 1: A B C; 2: A B/G; counts 2: 3                | A B/G C
        one that disagrees may come first              | counts 2: 3; 1: A B C; 2: A B/G                | A B/G C
        parts that nobody counted remove nothing       | 1: A B C; 2.1: A; 2.2: B/G                     | A B/G C
        parts that were counted are one complete list  | 1: A B C; 2.1: A; 2.2: B/G; counts 2: 1+1      | A B/G
        the counts may come first and parts in any order | counts 2: 1+1; 2.2: B/G; 1: A B C; 2.1: A    | A B/G
        while a part is missing nothing is removed     | 1: A B C; counts 2: 1+1; 2.1: A/G              | A/G B C
        """.strip().splitlines()
    )
]
COURTS = {story.rule: f"{401 + number}" for number, story in enumerate(STORIES)}


def delivery(court: str, step: str) -> File:
    """The file of a step."""
    when, _, said = step.partition(":")
    if when.startswith("counts"):
        counts = [int(count) for count in said.split("+")]
        names = [table_file("case", court, part if len(counts) > 1 else None) for part in range(1, len(counts) + 1)]
        return control(WEEKS[when.split()[1]], dict(zip(names, counts, strict=True)), court)
    week, _, part = when.partition(".")
    return extract("case", cases(said, court), WEEKS[week], court=court, part=int(part) if part else None)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Home]]:
    """All stories, told step by step (a batch for each) and all at once."""
    files = {story.rule: [delivery(COURTS[story.rule], step) for step in story.steps] for story in STORIES}
    longest = max(len(told) for told in files.values())
    folder = tmp_path_factory.mktemp("stories")
    with cases_in_memory(folder / "steps") as steps, cases_in_memory(folder / "at once") as at_once:
        steps.run_each([told[place] for told in files.values() if place < len(told)] for place in range(longest))
        at_once.run(*(file for told in files.values() for file in told))
        yield {"step by step": steps, "at once": at_once}


@pytest.mark.parametrize("told", ["step by step", "at once"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.rule)
def test_what_stands_follows_from_the_lists(homes: dict[str, Home], story: Story, told: str) -> None:
    assert homes[told].cases(COURTS[story.rule]) == story.stands


def test_all_tables_are_the_same_step_by_step_and_at_once(homes: dict[str, Home]) -> None:
    assert homes["step by step"].dump() == homes["at once"].dump()


@pytest.mark.parametrize("told", ["step by step", "at once"])
def test_the_books_of_every_story_balance(homes: dict[str, Home], told: str) -> None:
    assert [drop.name for drop in homes[told].drops() if not balances(drop)] == []


def test_a_snapshot_lists_what_was_read_and_a_list_of_members_is_kept_once(homes: dict[str, Home]) -> None:
    home = homes["step by step"]
    assert home.ask(
        "SELECT count(*) FROM (SELECT members_hash, key FROM {onecrown_history.member} GROUP BY ALL HAVING count(*) > 1)"
    ) == ["0"]
    assert home.ask(
        """SELECT count(*) FROM {onecrown_history.snapshot} AS s
        WHERE s.listed <> (SELECT count(*) FROM {onecrown_history.member} AS m WHERE m.members_hash = s.members_hash)"""
    ) == ["0"]


def test_the_same_list_a_week_later_writes_no_body_no_member_and_no_charge(home: Home) -> None:
    home.run(*parents(WEEK_1), extract("charge", charges("A B C"), WEEK_1))
    before = home.snapshot_counts()
    drop = home.run(extract("charge", charges("A B C"), WEEK_2))[0]
    after = home.snapshot_counts()
    assert books(drop, "charge") == "read 3 accepted 3 unchanged 3"
    written = {table for table in after if after[table] != before[table] and not table.startswith("onecrown_ops.")}
    assert written == {"onecrown_history.snapshot"}


def test_what_is_dated_by_the_extract_moves_on_with_the_same_list_and_stays_with_a_stale_copy(tmp_path: Path) -> None:
    """Defendant 1 comes again unchanged, and turns 18 meanwhile; of defendant 2 two copies are rejected."""
    first = [
        extract("case", [case_row(1)], WEEK_1),
        extract("subject", [subject_row(1, DOB="08-JAN-08"), subject_row(2)], WEEK_1),
        extract("case_subject", [case_subject_row(1), case_subject_row(2)], WEEK_1),
    ]
    later = [
        extract("case_subject", [case_subject_row(1), case_subject_row(2, CTL_EXPIRY_DATE="NO DAY")], week)
        for week in (WEEK_2, WEEK_3)
    ]
    dumps = []
    for folder, batches in (("apart", [first, later[:1], later[1:]]), ("together", [[*first, *later]])):
        with home_in_memory(tmp_path / folder) as home:
            home.run_each(batches)
            stands = home.ask(
                """SELECT d.defendant_number, d.age_band_code, CAST(r.remand_at AS DATE) FROM {onecrown.defendant} AS d
                JOIN {onecrown.remand_status} AS r ON r.defendant_id = d.defendant_id ORDER BY 1"""
            )
            assert stands == [f"1 | 18_to_24 | {WEEK_3}", f"2 | 25_to_39 | {WEEK_1}"]
            dumps.append(home.dump())
    assert dumps[0] == dumps[1]


def weeks_of_charges() -> dict[int, list[File]]:
    """Charges wait for their parents, which come with week 1."""
    return {
        1: [*parents(WEEK_1), extract("charge", charges("A B C"), WEEK_1)],
        2: [extract("case_subject", [case_subject_row()], WEEK_2), extract("charge", charges("A B/G"), WEEK_2)],
        3: [extract("charge", charges("A B C"), WEEK_3)],
    }


@pytest.mark.long
def test_weeks_of_charges_in_any_order_give_the_tables_of_all_at_once(tmp_path: Path) -> None:
    weeks = weeks_of_charges()
    dumps = set()
    for order in ((1, 2, 3), (3, 1, 2), (2, 3, 1)):
        with home_in_memory(tmp_path / f"{order}") as home:
            home.run_each(weeks[week] for week in order)
            assert home.charges() == "A B C"
            dumps.add(home.dump())
    with home_in_memory(tmp_path / "at once") as home:
        home.run(*(file for files in weeks.values() for file in files))
        dumps.add(home.dump())
    assert len(dumps) == 1
