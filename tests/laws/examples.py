"""How many examples the laws are tried on: some in CI, always the same ones; many where the long tests run."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings

_SHARED: dict[str, Any] = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


def ci(examples: int) -> settings:
    """The same few examples every time, each of several sets of drops. What fails is shown by the rows that differ."""
    return settings(
        max_examples=examples, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False, **_SHARED
    )


def long(examples: int) -> settings:
    """Other examples each time; what fails is made small, and printed with the blob that brings it back."""
    return settings(max_examples=examples, print_blob=True, **_SHARED)
