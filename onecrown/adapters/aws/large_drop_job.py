"""Large drops are received by a Glue job: one run for each."""

from __future__ import annotations

from typing import Any

from onecrown.adapters.aws.refusals import refusals
from onecrown.ports import Arrival


class LargeDropJob:
    """Starts the job `receive_large_drop`."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def hand_over(self, arrival: Arrival) -> None:
        """Start a run for an arrival. The claim of its drop sees to it that two runs receive it once."""
        arguments = {"--landing_key": arrival.key, "--landing_version": arrival.version}
        with refusals("the job for large drops"):
            self._client.start_job_run(JobName=self._name, Arguments=arguments)
