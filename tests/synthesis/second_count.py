"""A second count of the truth, in plain Python: no SQL and nothing of the project, so that a mistake in either is no mistake in both.

    python tests/synthesis/second_count.py OUT/truth      # quarter, receipts, disposals, open cases; and what was published

A case of the Crown Court is open on a day when it was received, neither disposed of nor away by an event, and came back as often as it went.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Counts = dict[date, tuple[int, int, int]]
"""Receipts, disposals and open cases by the last day of a quarter."""


def rows_of(truth: Path, table: str) -> list[dict[str, Any]]:
    """A table of the truth as rows."""
    return list(pq.read_table(truth / f"{table}.parquet").to_pylist())


def published(truth: Path) -> Counts:
    """What was published, at the truth's scale."""
    return {
        row["ended_on"]: (row["receipts"], row["disposals"], row["open_at_end"]) for row in rows_of(truth, "quarter")
    }


def counted(truth: Path) -> Counts:
    """Every case by hand: its days put in order, and whether it is open after the last of them that has come."""
    crown = [case for case in rows_of(truth, "case") if case["jurisdiction"] == "crown"]
    away: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for event in rows_of(truth, "event"):
        away[event["case_id"]].append((event["event_on"], event["effect"]))
    lives = [life_of(case, away[case["case_id"]]) for case in crown]
    return {
        quarter["ended_on"]: (
            sum(1 for case in crown if case["origin"] == "receipt" and is_within(case["received_on"], quarter)),
            sum(1 for case in crown if case["disposed_on"] and is_within(case["disposed_on"], quarter)),
            sum(1 for life in lives if is_open(life, quarter["ended_on"])),
        )
        for quarter in rows_of(truth, "quarter")
    }


def life_of(case: dict[str, Any], events: list[tuple[date, int]]) -> list[tuple[date, int]]:
    """The days on which a case comes (1) and goes (-1), in order; coming before going on one day."""
    life = list(events)
    if case["origin"] != "severed":
        life.append((case["received_on"], 1))
    if case["disposed_on"]:
        life.append((case["disposed_on"], -1))
    return sorted(life, key=lambda step: (step[0], -step[1]))


def is_open(life: list[tuple[date, int]], day: date) -> bool:
    """Whether a case is open at the end of a day. Raises `ValueError` where it would be open twice, or less than not at all."""
    standing = 0
    for on, step in life:
        if on <= day:
            standing += step
            if standing not in (0, 1):
                raise ValueError("a case comes in while it is open, or goes while it is not")
    return standing == 1


def is_within(day: date, quarter: dict[str, Any]) -> bool:
    """Whether a day is in a quarter."""
    return bool(quarter["begun_on"] <= day <= quarter["ended_on"])


if __name__ == "__main__":
    said, found = published(Path(sys.argv[1])), counted(Path(sys.argv[1]))
    for end_on, counts in found.items():
        print(end_on, *counts, "as published" if counts == said[end_on] else f"published {said[end_on]}")
    sys.exit(found != said)
