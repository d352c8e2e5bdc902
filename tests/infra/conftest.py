"""Each environment is synthesised once for all tests: that is what takes time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.config import ENVIRONMENTS, PROD, LakeFormation, Network
from tests.infra.placeholders import placeholder_packages
from tests.infra.system import System, synthesise

SANDBOX = replace(
    PROD, name="sandbox", account="555555555555", network=Network.PRIVATE, lake_formation=LakeFormation.HYBRID
)
EVERY = {**ENVIRONMENTS, "sandbox": SANDBOX}


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Code packages as they are built, with next to nothing in them."""
    return placeholder_packages(tmp_path_factory.mktemp("built") / "packages")


@pytest.fixture(scope="session")
def systems(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, System]:
    """Every environment that there is, and one with a network of its own."""
    return {name: synthesise(each, packages, tmp_path_factory.mktemp(name)) for name, each in EVERY.items()}


@pytest.fixture(params=sorted(EVERY))
def system(request: pytest.FixtureRequest, systems: dict[str, System]) -> System:
    """Each environment in turn."""
    return systems[request.param]


@pytest.fixture
def prod(systems: dict[str, System]) -> System:
    """The one with live data."""
    return systems["prod"]
