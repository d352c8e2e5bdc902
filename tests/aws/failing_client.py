"""Clients that stop, or are overtaken, at their n-th call: at every step of a ledger something else may happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class PowerCut(BaseException):
    """The worker is gone at once: nothing that it would do afterwards is done."""


@dataclass
class InterruptedClient:
    """A client that lets something happen in the moment before its call of some number (from 0): all before it is done."""

    client: Any
    at: int
    happens: Callable[[], object]
    calls: int = 0

    def __getattr__(self, name: str) -> Any:
        def call(**said: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            if number == self.at:
                self.happens()
            return getattr(self.client, name)(**said)

        return call


def power_cut() -> None:
    """Stop."""
    raise PowerCut
