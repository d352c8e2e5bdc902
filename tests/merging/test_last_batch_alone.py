"""Whatever runs often asks for the last batches alone: a ledger that refuses to tell them all is enough for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from onecrown.flows.sweep_landing import sweep_landing
from onecrown.ports import Batch

from .builders import cases, extract
from .homes import Home, cases_in_memory


@dataclass
class ForgetfulLedger:
    """A ledger that tells no more batches than the last few."""

    ledger: Any

    def batches(self) -> list[Batch]:
        raise AssertionError("all batches of all time were asked for")

    def newest_batches(self, count: int) -> list[Batch]:
        assert count == 1
        found: list[Batch] = self.ledger.newest_batches(count)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger, name)


class Nobody:
    def announce(self, _arrival: object) -> None: ...
    def wake(self) -> None: ...
    def held_since(self) -> None: ...


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with cases_in_memory(tmp_path / "home") as opened:
        yield Home(replace(opened.around, ledger=ForgetfulLedger(opened.around.ledger)))


def test_merging_and_sweeping_ask_for_the_last_batches_alone(home: Home) -> None:
    home.run(extract("case", cases("A B"), "2026-01-05"))
    home.run(extract("case", cases("A C"), "2026-01-12"))
    sweep_landing(home.around, Nobody(), Nobody())
    assert home.cases() == "A C"
