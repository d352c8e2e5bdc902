"""Each environment is synthesised once for all tests: that is what takes time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from infra.config import ENVIRONMENTS, PROD, LakeFormation, Network
from tests.infra.placeholders import placeholder_packages
from tests.infra.system import System, read_system, synthesise

SANDBOX = replace(
    PROD,
    name="sandbox",
    account="555555555555",
    network=Network.PRIVATE,
    lake_formation=LakeFormation.HYBRID,
    copies_to="666666666666",
)
EVERY = {**ENVIRONMENTS, "sandbox": SANDBOX}


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Code packages as they are built, with next to nothing in them."""
    return placeholder_packages(tmp_path_factory.mktemp("built") / "packages")


@pytest.fixture(scope="session")
def systems(packages: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, System]:
    """Every environment that there is, and one with a network of its own and copies in a second account.

    Where several processes test, the first that comes synthesises for all of them.
    """
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "systems"
    with alone_in(shared):
        for name, each in EVERY.items():
            if not (shared / name).exists():
                synthesise(each, packages, shared / f"{name}.part")
                (shared / f"{name}.part").rename(shared / name)
    return {name: read_system(each, shared / name) for name, each in EVERY.items()}


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(params=sorted(EVERY))
def system(request: pytest.FixtureRequest, systems: dict[str, System]) -> System:
    """Each environment in turn."""
    return systems[request.param]


@pytest.fixture
def prod(systems: dict[str, System]) -> System:
    """The one with live data."""
    return systems["prod"]
