"""Glue job: resolve defendants to persons. It needs Splink beside the other wheels."""

from __future__ import annotations

from dataclasses import replace

from onecrown.deployed.job import job
from onecrown.flows.resolve_persons import resolve_persons

PATIENCE_SECONDS = 1800.0  # for a merge at work: the next run is a week away


def main() -> None:
    """Resolve, writing only what differs."""
    with job("resolve_persons") as at_work:
        done = resolve_persons(replace(at_work.place.home, wait_seconds=PATIENCE_SECONDS))
        counts = {
            "PersonsResolved": done.persons,
            "PersonPairsToReview": done.review,
            "PersonsMerged": done.merged,
            "PersonsSplit": done.split,
        }
        at_work.metrics.tell(counts)
        at_work.logger.info("resolved", extra=counts)


if __name__ == "__main__":
    main()
