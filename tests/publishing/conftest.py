"""A home with figures is made once, and kept before and after its last quarter was published."""

from __future__ import annotations

import pytest
from merging.kept_homes import KeptHome

from .homes import FIGURES, home_of_figures, publish, tell


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptHome:
    """A home of figures, kept as `told` and as `published`: the last quarter of 2025, provisional."""
    kept = KeptHome(tmp_path_factory.mktemp("releases"), home_of_figures)
    with kept.until("told") as home:
        tell(home, FIGURES)
    with kept.until("published") as home:
        publish(home)
    return kept
