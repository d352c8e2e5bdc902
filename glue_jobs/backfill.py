"""Glue job: rebuild the unified tables of a source from history. `--source` names it, or one of its datasets."""

from __future__ import annotations

from onecrown.deployed.job import job
from onecrown.flows.backfill_tables import backfill_source


def main() -> None:
    """Rebuild, writing only what differs."""
    with job("backfill") as at_work:
        done = backfill_source(at_work.place.home, at_work.argument("source"))
        said = {"tables": done.tables, "rows_added": done.added, "rows_deleted": done.deleted}
        at_work.logger.info("backfilled", extra=said)


if __name__ == "__main__":
    main()
