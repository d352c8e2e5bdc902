"""The reshare that removes a result: history, what is current, the books, and what quarantine does.

A hearing day is shared at 10:12 and again at 10:14. In the second share the Surcharge is simply not there, the Costs are
new, and the others come again with another text but the same meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from .builders import Result, Share
from .homes import Home, books, home_in_memory, lines

FINE, SURCHARGE, ATTACHMENT, COLLECTION, RESERVE, COSTS = (
    Result(label, number)
    for number, label in enumerate(("Fine", "Surcharge", "Attachment", "Collection", "Reserve terms", "Costs"), 1)
)
AGAIN = [replace(result, amended=False) for result in (FINE, COSTS, ATTACHMENT, COLLECTION, RESERVE)]
FIRST = Share("2026-01-07T10:12:33.981Z", [FINE, SURCHARGE, ATTACHMENT, COLLECTION, RESERVE])
RESHARE = Share("2026-01-07T10:14:28.918Z", AGAIN)

COPY = "CASE WHEN contains(b.source_text, '\"isNewAmendment\":true') THEN 'first' ELSE 'second' END"
BODIES = f"""SELECT b.label, string_agg({COPY}, ' ' ORDER BY {COPY}) AS copies
FROM {{onecrown_history.common_platform_hearing_resulted_result}} AS b GROUP BY b.label ORDER BY b.label"""
SNAPSHOTS = f"""SELECT strftime(s.event_at AT TIME ZONE 'UTC', '%H:%M:%S.%g'), s.complete, s.listed,
  string_agg(coalesce(b.label || ' ' || {COPY}, 'no copy'), ', ' ORDER BY b.label)
FROM {{onecrown_history.snapshot}} AS s
JOIN {{onecrown_history.member}} AS m ON m.members_hash = s.members_hash
LEFT JOIN {{onecrown_history.common_platform_hearing_resulted_result}} AS b ON b.key = m.key AND b.record_hash = m.record_hash
WHERE s.record_type = 'result' GROUP BY s.event_at, s.complete, s.listed ORDER BY s.event_at"""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Home]]:
    """The two shares in either order, each merged on its own."""
    folder = tmp_path_factory.mktemp("worked")
    with home_in_memory(folder / "in order") as in_order, home_in_memory(folder / "reshare first") as reshare_first:
        in_order.run(FIRST.file())
        in_order.files_before = files_of_results(in_order)
        in_order.run(RESHARE.file())
        reshare_first.run(RESHARE.file())
        reshare_first.run(FIRST.file())
        yield {"in order": in_order, "reshare first": reshare_first}


def files_of_results(home: Home) -> dict[str, str]:
    """Which data file holds the unified row of each result."""
    rows = home.ask("SELECT result_label, _file FROM {onecrown.result}")
    return dict(row.split(" | ") for row in rows)


def test_a_body_is_kept_once_for_each_copy_of_a_result(homes: dict[str, Home]) -> None:
    expected = lines("""
        Attachment    | first second
        Collection    | first second
        Costs         | second
        Fine          | first second
        Reserve terms | first second
        Surcharge     | first
    """)
    assert homes["in order"].ask(BODIES) == expected


def test_each_share_leaves_a_snapshot_with_the_list_of_its_members(homes: dict[str, Home]) -> None:
    expected = lines("""
        10:12:33.981 | True | 5 | Attachment first, Collection first, Fine first, Reserve terms first, Surcharge first
        10:14:28.918 | True | 5 | Attachment second, Collection second, Costs second, Fine second, Reserve terms second
    """)
    assert homes["in order"].ask(SNAPSHOTS) == expected


def test_what_the_reshare_leaves_out_is_gone_and_what_it_adds_is_there(homes: dict[str, Home]) -> None:
    assert homes["in order"].results() == ["Attachment", "Collection", "Costs", "Fine", "Reserve terms"]


def test_a_result_sent_again_with_the_same_meaning_is_not_written_again(homes: dict[str, Home]) -> None:
    before, now = homes["in order"].files_before, files_of_results(homes["in order"])
    assert {label for label in now if now[label] == before.get(label)} == {
        "Attachment",
        "Collection",
        "Fine",
        "Reserve terms",
    }


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("in order", ["read 5 accepted 5 new 5", "read 5 accepted 5 new 1 changed 4 removed 1"]),
        ("reshare first", ["read 5 accepted 5 new 5", "read 5 accepted 5 superseded 5"]),
    ],
)
def test_the_books_tell_the_story_in_the_order_of_arrival(
    homes: dict[str, Home], order: str, expected: list[str]
) -> None:
    assert [books(drop, "result") for drop in homes[order].drops()] == expected


def test_the_reshare_first_gives_the_same_tables(homes: dict[str, Home]) -> None:
    assert homes["reshare first"].dump() == homes["in order"].dump()


def test_a_quarantined_result_is_still_listed_and_waits_while_the_rest_goes_on(tmp_path: Path) -> None:
    costs = replace(AGAIN[1], ordered_on="no day")
    with home_in_memory(tmp_path) as home:
        home.run(FIRST.file())
        drop = home.run(replace(RESHARE, results=[AGAIN[0], costs, *AGAIN[2:]]).file())[0]
        assert books(drop, "result") == "read 5 accepted 4 quarantined 1 changed 4 removed 1"
        assert home.results() == ["Attachment", "Collection", "Fine", "Reserve terms"]
        listed = home.ask(SNAPSHOTS)[1]
        assert (
            listed
            == "10:14:28.918 | True | 5 | Attachment second, Collection second, Fine second, Reserve terms second, no copy"
        )


FINE_LOST = replace(RESHARE, results=[replace(AGAIN[0], ordered_on="no day"), *AGAIN[1:]])


@pytest.mark.long
def test_where_a_copy_is_quarantined_the_last_accepted_one_stands_in_either_order(tmp_path: Path) -> None:
    dumps = []
    for folder, shares in (("in order", (FIRST, FINE_LOST)), ("lost first", (FINE_LOST, FIRST))):
        with home_in_memory(tmp_path / folder) as home:
            home.run_each([share.file()] for share in shares)
            assert home.results() == ["Attachment", "Collection", "Costs", "Fine", "Reserve terms"]
            assert home.ask(BODIES)[3] == "Fine | first"
            dumps.append(home.dump())
    assert dumps[0] == dumps[1]


def test_a_copy_accepted_later_takes_the_place_of_the_stale_one(home: Home) -> None:
    fine = replace(AGAIN[0], ordered_on="2026-01-08")
    third = replace(RESHARE, at="2026-01-07T10:20:00.000Z", results=[fine])
    home.run(FIRST.file(), FINE_LOST.file())
    assert ordered(home)["Fine"] == "2026-01-07"
    home.run(third.file())
    assert ordered(home) == {"Fine": "2026-01-08"}


def ordered(home: Home) -> dict[str, str]:
    """The day on which each result that stands was ordered."""
    return dict(row.split(" | ") for row in home.ask("SELECT result_label, result_on FROM {onecrown.result}"))
