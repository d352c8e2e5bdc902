"""Glue job: publish a release. `--release 2025-Q4`, `--standing provisional|final`, `--by`; overrides as JSON: gate and reason."""

from __future__ import annotations

from dataclasses import replace

from onecrown.deployed.job import job
from onecrown.deployed.publication import wanted_release
from onecrown.flows.check_gates import check_gates
from onecrown.flows.product_files import product_files
from onecrown.flows.publish_release import publish_release

PATIENCE_SECONDS = 1800.0  # for a merge at work


def main() -> None:
    """Publish, or end with the gates that do not hold."""
    with job("publish_release") as at_work:
        home = replace(at_work.place.home, wait_seconds=PATIENCE_SECONDS)
        done = publish_release(home, wanted_release(at_work.arguments), check_gates, product_files(home.model))
        at_work.metrics.tell({"ReleasesPublished": 1, "GatesOverridden": len(done.overrides)})
        at_work.logger.info(
            "published", extra={"release": done.name.text, "standing": done.standing, "files": len(done.files)}
        )


if __name__ == "__main__":
    main()
