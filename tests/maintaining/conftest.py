"""Weeks of cases are committed once for the tests that go on from there."""

from __future__ import annotations

import pytest
from merging.homes import home_of_cases
from merging.kept_homes import KeptHome

from .tables import weeks


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptHome:
    """A home of cases, kept after four weeks."""
    kept = KeptHome(tmp_path_factory.mktemp("kept"), home_of_cases)
    with kept.until("weeks") as home:
        weeks(home)
    return kept
