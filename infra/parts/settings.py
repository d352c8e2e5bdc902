"""Where things are, as functions, jobs and the command line are told."""

from __future__ import annotations

from collections.abc import Mapping

from infra.code_packages import JOBS
from infra.parts.held import Held

_BUCKETS = ("landing", "validated", "quarantine", "warehouse", "outbox", "releases")


def settings_of(held: Held) -> dict[str, str]:
    """The fields of the adapters' `AwsSettings`, by the names of the variables that they are read from."""
    return {f"ONECROWN_{name.upper()}": value for name, value in _shared(held).items()}


def whereabouts_of(held: Held) -> dict[str, object]:
    """The same by the fields' names, and what only people use."""
    return {
        **_shared(held),
        "region": held.addresses.region,
        "account": held.addresses.account,
        "results_bucket": held.addresses.bucket("results"),
        "jobs": {job: held.addresses.name(job) for job in JOBS},
    }


def _shared(held: Held) -> Mapping[str, str]:
    addresses = held.addresses
    return {
        "environment": addresses.environment,
        **{f"{thing}_bucket": addresses.bucket(thing) for thing in _BUCKETS},
        "ledger_table": addresses.name("ledger"),
        "pseudonym_secret": held.pseudonym_key.secret_arn,
        "merge_machine": addresses.merge_machine,
        "large_drop_job": addresses.name("receive_large_drop"),
        "arrivals_queue": addresses.arrivals_queue,
    }
