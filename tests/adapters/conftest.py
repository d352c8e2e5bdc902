"""A ledger of every kind, for what each of them promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onecrown.ports import Ledger

from .ledgers import Opened, dynamodb_ledgers, sqlite_ledgers


@pytest.fixture(params=["sqlite", pytest.param("dynamodb", marks=pytest.mark.aws)])
def ledgers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    with sqlite_ledgers(tmp_path) if request.param == "sqlite" else dynamodb_ledgers() as opened:
        yield opened


@pytest.fixture
def ledger(ledgers: Opened) -> Ledger:
    return ledgers()
