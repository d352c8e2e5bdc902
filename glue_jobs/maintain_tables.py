"""Glue job: compact tables, expire snapshots, remove what nothing names. `--minutes` is its time box."""

from __future__ import annotations

from onecrown.deployed.job import job
from onecrown.flows.erase_records import resume_erasures
from onecrown.flows.maintain_tables import Keeping, maintain_tables


def main() -> None:
    """Maintain until the time is up; what gives way to a merge is left for the next run."""
    with job("maintain_tables") as at_work:
        home = at_work.place.home
        resume_erasures(home)
        done = maintain_tables(home, Keeping(), float(at_work.argument("minutes")))
        counts = {
            "MaintenanceRefused": int(bool(done.refused)),
            "TablesCompacted": sum(1 for one in done.tables if one.commits),
            "SnapshotsExpired": sum(one.expired for one in done.tables),
            "OrphansRemoved": done.orphans,
        }
        at_work.metrics.tell(counts)
        at_work.logger.info("maintained", extra={"refused": done.refused, **counts})


if __name__ == "__main__":
    main()
