"""Glue job: merge everything that is pending. `--execution` names the execution that waits for the outcome.

`--asked_at` is when that execution asked for this run: how long it took to start is part of a drop's delay.
"""

from __future__ import annotations

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.merge_outcome import MergeOutcome
from onecrown.deployed.job import Job, job
from onecrown.flows.check_home import unbalanced_drops
from onecrown.flows.merge_drops import Merged, merge_pending

_DELAYS = {
    "DelaySeconds": "delay_seconds",
    "ReceiveSeconds": "receive_seconds",
    "WindowSeconds": "window_seconds",
    "StartSeconds": "start_seconds",
    "WorkSeconds": "work_seconds",
}


def main() -> None:
    """Merge until nothing is pending, and tell the execution what became of it."""
    with job("merge_drops") as at_work:
        home, settings = at_work.place.home, at_work.place.settings
        outcome = MergeOutcome(client("dynamodb"), settings.ledger_table, at_work.argument("execution"), home.now)
        with outcome.told():
            done = merge_pending(home)
        drop_ids = [drop_id for batch in done.finished for drop_id in batch.drop_ids]
        _tell(at_work, done, len(unbalanced_drops(home, drop_ids)))


def _tell(at_work: Job, done: Merged, unbalanced: int) -> None:
    counts = {
        "DropsMerged": done.drops,
        "DropsHeld": done.held,
        "MergesRedone": done.redone,
        "BooksUnbalanced": unbalanced,
    }
    delayed = [batch for batch in done.finished if batch.delay_seconds is not None]
    slowest = max(delayed, key=lambda batch: batch.delay_seconds or 0.0, default=None)
    delays = {name: getattr(slowest, field) for name, field in _DELAYS.items()} if slowest else {}
    at_work.metrics.tell({**counts, **delays})
    at_work.logger.info("merged", extra={"batches": done.batches, **counts, **delays})


if __name__ == "__main__":
    main()
