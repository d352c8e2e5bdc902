"""One of several processes at work on one home: `python -m tests.races.worker HOME DUTY LEASE`.

Says when it is ready, waits for a line, works until nothing is pending, and tells what it did as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from onecrown.errors import CommitConflict
from onecrown.flows import merge_drops
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from tests.crashes.faults import watched_home

DROPS_OF_A_BATCH = 2  # so that there are many batches to race for
MOST_GIVEN_UP = 50


class WithoutLease:
    """A ledger that gives the lease to everybody."""

    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def take_lease(self, *_said: object) -> bool:
        return True


def work(home: Surroundings, duty: str) -> dict[str, int]:
    did = {"batches": 0, "redone": 0, "gave_up": 0}
    while did["gave_up"] <= MOST_GIVEN_UP:
        try:
            received = receive_arrivals(home, home.landing.arrivals()) if duty == "run" else []
            merged = merge_pending(home)
        except CommitConflict:
            did["gave_up"] += 1
            did["redone"] += merge_drops.MOST_TRIES - 1
            continue
        did["batches"] += merged.batches
        did["redone"] += merged.redone
        if not received and not merged.batches:
            return did
    raise AssertionError("others were always first")


def main(folder: str, duty: str, lease: str) -> None:
    merge_drops.BATCH_DROPS = DROPS_OF_A_BATCH
    with watched_home(Path(folder)) as home:
        around = replace(home.around, wait_seconds=300.0)
        around = replace(around, ledger=WithoutLease(around.ledger)) if lease == "free" else around
        around.tables.names()
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(work(around, duty)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
