"""Which hearing day an event shares, where it says so and where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from onecrown.receiving.derivations import DERIVATIONS

from .walking import surroundings


def shared(at: str | None, *sitting: str, day: str | None = None) -> dict[str, Any]:
    said = {"sharedTime": at, "hearingDay": day}
    return {
        **{k: v for k, v in said.items() if v},
        "hearing": {"hearingDays": [{"sittingDay": each} for each in sitting]},
    }


MORNING = "T10:00:00.000Z"
CASES = {
    "the stated day wins over every sitting day": (
        shared("2026-01-07T15:00:00Z", "2026-01-06" + MORNING, day="2026-01-07"),
        "2026-01-07",
        "stated",
    ),
    "the only sitting day": (shared("2026-01-09T15:00:00Z", "2026-01-07" + MORNING), "2026-01-07", "only_sitting_day"),
    "the only sitting day even after sharing": (
        shared("2026-01-01T15:00:00Z", "2026-01-07" + MORNING),
        "2026-01-07",
        "only_sitting_day",
    ),
    "the only sitting day by its London date": (
        shared("2026-07-09T15:00:00Z", "2026-06-30T23:30:00Z"),
        "2026-07-01",
        "only_sitting_day",
    ),
    "one day that two sittings share": (
        shared("2026-01-09T15:00:00Z", "2026-01-07" + MORNING, "2026-01-07T14:00:00Z"),
        "2026-01-07",
        "only_sitting_day",
    ),
    "the latest of several not after sharing": (
        shared("2026-01-08T15:00:00Z", "2026-01-09" + MORNING, "2026-01-07" + MORNING, "2026-01-06" + MORNING),
        "2026-01-07",
        "latest_before_sharing",
    ),
    "the day of sharing itself counts": (
        shared("2026-01-08T09:00:00Z", "2026-01-07" + MORNING, "2026-01-08" + MORNING),
        "2026-01-08",
        "latest_before_sharing",
    ),
    "the day of sharing is London's": (
        shared("2026-06-30T23:30:00Z", "2026-06-30" + MORNING, "2026-07-01" + MORNING),
        "2026-07-01",
        "latest_before_sharing",
    ),
    "the first of several that are all to come": (
        shared("2026-01-01T15:00:00Z", "2026-01-09" + MORNING, "2026-01-07" + MORNING),
        "2026-01-07",
        "first_sitting_day",
    ),
    "the first of several where nobody says when it was shared": (
        shared(None, "2026-01-09" + MORNING, "2026-01-07" + MORNING),
        "2026-01-07",
        "first_sitting_day",
    ),
    "a zone written in words": (
        shared("2026-01-08T15:00:00Z[UTC]", "2026-01-09" + MORNING, "2026-01-07T10:00:00Z[UTC]"),
        "2026-01-07",
        "latest_before_sharing",
    ),
    "a sitting day that is no date does not count": (
        shared("2026-01-09T15:00:00Z", "SITTING_DAY", "2026-01-07" + MORNING),
        "2026-01-07",
        "only_sitting_day",
    ),
    "no day at all": (shared("2026-01-09T15:00:00Z"), None, None),
    "an event without a hearing": ({}, None, None),
}


@pytest.mark.parametrize("what", list(CASES))
def test_the_hearing_day_and_how_it_was_got(what: str) -> None:
    root, day, basis = CASES[what]
    at = surroundings(root)
    assert (DERIVATIONS["hearing_day"](at), DERIVATIONS["hearing_day_basis"](at)) == (day, basis)
