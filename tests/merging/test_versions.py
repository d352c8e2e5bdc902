"""Which copy of a record stands: the greatest event time, then sequence, then hash; and what absence means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from .builders import Result, Share, libra_message
from .homes import Home, home_in_memory

NOON = "2026-01-07T12:00:00.000Z"
SEX = "SELECT sex_source_code FROM {onecrown.defendant} ORDER BY 1"
FINE, COSTS, SURCHARGE = Result("Fine", 1), Result("Costs", 2), Result("Surcharge", 3)


GREATEST_RECORD = """SELECT b.sex FROM {onecrown_history.common_platform_hearing_resulted_defendant} AS b
ORDER BY b.record_hash DESC LIMIT 1"""
GREATEST_LIST = """SELECT b.label FROM {onecrown_history.snapshot} AS s
JOIN {onecrown_history.member} AS m ON m.members_hash = s.members_hash
JOIN {onecrown_history.common_platform_hearing_resulted_result} AS b ON b.key = m.key
WHERE s.record_type = 'result' ORDER BY s.members_hash DESC LIMIT 1"""


@pytest.mark.long
def test_of_equal_times_the_greater_hash_stands_in_either_order_and_ties_are_shown(tmp_path: Path) -> None:
    shares = [Share(NOON, [FINE], sexes={1: "FEMALE"}), Share(NOON, [COSTS], sexes={1: "MALE"})]
    stood = []
    for folder, order in (("one", shares), ("other", shares[::-1])):
        with home_in_memory(tmp_path / folder) as home:
            home.run_each([share.file()] for share in order)
            assert (home.ask(SEX), home.results()) == (home.ask(GREATEST_RECORD), home.ask(GREATEST_LIST))
            findings = home.findings()
            assert findings["ties between records: history"] == ("note", 1)
            assert findings["ties between snapshots: history"] == ("note", 1)
            stood.append(home.dump())
    assert stood[0] == stood[1]


@pytest.mark.parametrize(("earlier", "later"), [("1", "2"), ("2", "1")])
def test_of_equal_times_the_greater_sequence_stands_before_the_greater_hash(
    home: Home, earlier: str, later: str
) -> None:
    """The extract's time is the same; the messages say when they were created."""
    messages = ("2026-01-05T17:30:02Z", later), ("2026-01-05T17:30:01Z", earlier)
    home.run(*(libra_message("2026-01-06", created_at, gender) for created_at, gender in messages))
    assert home.ask(SEX) == [later]


def test_absence_takes_a_result_only_on_its_own_day_and_never_a_defendant(home: Home) -> None:
    home.run(
        Share("2026-01-07T16:00:00.000Z", [FINE], day="2026-01-07", defendants=(1, 2)).file("1.json"),
        Share("2026-01-08T16:00:00.000Z", [COSTS], day="2026-01-08", defendants=(1,)).file("2.json"),
    )
    assert (len(home.ask(SEX)), home.results()) == (2, ["Costs", "Fine"])
    home.run(Share("2026-01-09T09:00:00.000Z", [SURCHARGE], day="2026-01-07", defendants=(1,)).file("3.json"))
    assert (len(home.ask(SEX)), home.results()) == (2, ["Costs", "Surcharge"])


DAY_1 = Share("2026-01-07T16:00:00.000Z", [replace(FINE, ordered_on="2026-01-07")], day="2026-01-07")
DAY_2 = Share("2026-01-08T16:00:00.000Z", [replace(FINE, ordered_on="2026-01-08")], day="2026-01-08")
DAY_1_AGAIN = replace(DAY_1, at="2026-01-09T16:00:00.000Z")
DAY_3 = Share("2026-01-10T16:00:00.000Z", day="2026-01-10")
ORDERED = "SELECT result_label, result_on FROM {onecrown.result}"


def test_a_result_listed_on_two_days_is_that_of_the_day_shared_last(tmp_path: Path) -> None:
    """The newest scope wins, never the later day; the same list shared again counts as shared."""
    stood = []
    for folder, batches, between in (
        ("in order", ([DAY_1, DAY_2, DAY_3], [DAY_1_AGAIN]), "2026-01-08"),
        ("newest first", ([DAY_3, DAY_1_AGAIN], [DAY_2, DAY_1]), "2026-01-07"),
    ):
        with home_in_memory(tmp_path / folder) as home:
            home.run(*(share.file() for share in batches[0]))
            assert home.ask(ORDERED) == [f"Fine | {between}"]
            home.run(*(share.file() for share in batches[1]))
            assert home.ask(ORDERED) == ["Fine | 2026-01-07"]
            stood.append(home.dump())
    assert stood[0] == stood[1]
