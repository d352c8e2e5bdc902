"""The home that several modules erase somebody from is loaded once."""

from __future__ import annotations

import pytest

from .shares import Shared, erased_after_both_shares


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """A home with two shares of hearings, kept before and after a defendant of both was erased."""
    return erased_after_both_shares(tmp_path_factory.mktemp("shared"))
