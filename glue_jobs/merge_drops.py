"""Glue job: merge everything that is pending. `--execution` names the execution that waits for the outcome."""

from __future__ import annotations

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.merge_outcome import MergeOutcome
from onecrown.deployed.job import Job, job
from onecrown.flows.check_home import unbalanced_drops
from onecrown.flows.merge_drops import Merged, merge_pending


def main() -> None:
    """Merge until nothing is pending, and tell the execution what became of it."""
    with job("merge_drops") as at_work:
        home, settings = at_work.place.home, at_work.place.settings
        outcome = MergeOutcome(client("dynamodb"), settings.ledger_table, at_work.argument("execution"), home.now)
        with outcome.told():
            known = {batch.batch_id for batch in home.ledger.batches()}
            done = merge_pending(home)
        fresh = [batch for batch in home.ledger.batches() if batch.batch_id not in known]
        drop_ids = [drop_id for batch in fresh for drop_id in batch.drop_ids]
        _tell(at_work, done, len(unbalanced_drops(home, drop_ids)))


def _tell(at_work: Job, done: Merged, unbalanced: int) -> None:
    counts = {
        "DropsMerged": done.drops,
        "DropsHeld": done.held,
        "MergesRedone": done.redone,
        "BooksUnbalanced": unbalanced,
    }
    at_work.metrics.tell(counts)
    at_work.logger.info("merged", extra={"batches": done.batches, **counts})


if __name__ == "__main__":
    main()
