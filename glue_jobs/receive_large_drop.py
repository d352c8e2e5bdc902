"""Glue job: receive one drop that is too large for a function. `--landing_key` and `--landing_version` name it."""

from __future__ import annotations

from onecrown.deployed.job import job
from onecrown.flows.receive_drop import receive_here


def main() -> None:
    """Receive it, tell its supplier, wake the merge."""
    with job("receive_large_drop") as at_work:
        home = at_work.place.home
        arrival = home.landing.arrival(at_work.argument("landing_key"), at_work.argument("landing_version"))
        outcome, drop = receive_here(home, arrival, at_work.place.destinations)
        said = {"drop_id": drop.drop_id, "state": drop.state, "dataset": drop.dataset_name} if drop else {}
        if drop:
            counts = {"RecordsRead": drop.total("read"), "RecordsQuarantined": drop.total("quarantined")}
            at_work.metrics.tell(counts)
        at_work.logger.info("arrival", extra={"outcome": outcome.value, **said})


if __name__ == "__main__":
    main()
