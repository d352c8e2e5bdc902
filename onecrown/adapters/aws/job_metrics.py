"""Figures of a Glue job in CloudWatch: jobs have no log format that becomes metrics by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onecrown.adapters.aws.refusals import refusals

NAMESPACE = "OneCrown"


class JobMetrics:
    """The metrics of one job in one environment."""

    def __init__(self, client: Any, environment: str, job: str) -> None:
        self._client = client
        self._dimensions = [{"Name": "environment", "Value": environment}, {"Name": "service", "Value": job}]

    def tell(self, counts: Mapping[str, float]) -> None:
        """Put figures, all with the same dimensions."""
        data = [{"MetricName": name, "Value": value, "Dimensions": self._dimensions} for name, value in counts.items()]
        with refusals("the metrics"):
            self._client.put_metric_data(Namespace=NAMESPACE, MetricData=data)
