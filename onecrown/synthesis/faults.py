"""Faults planted on purpose: `model/synthesis/faults.yaml` says each kind, how often, and what must be seen of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from onecrown.definitions.model import model_folder
from onecrown.errors import DefinitionError, Problem

SEEN = ("quarantined", "flagged", "drift", "unmapped", "removed", "link", "separate", "no_fault")


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind: where it is planted, at which rate of what, and what must be seen (one of `SEEN`, by which rule)."""

    kind: str
    dataset: str
    of: str
    rate: float
    seen: str
    rule: str
    meaning: str
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FaultTable:
    """Every kind by name, and how often people are written wrongly."""

    faults: dict[str, Fault]
    noise: dict[str, float]


@cache
def read_faults(path: Path | None = None) -> FaultTable:
    """The table of faults. Raises `DefinitionError` with every mistake in it."""
    place = path or model_folder() / "synthesis" / "faults.yaml"
    said: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
    problems = [
        Problem(place.name, 1, f"`{kind}`: {message}")
        for kind, entry in said["faults"].items()
        for message in _mistakes(entry)
    ]
    if problems:
        raise DefinitionError(problems)
    faults = {
        kind: Fault(
            *(kind, entry["dataset"], entry["of"], float(entry["rate"]), entry["seen"], entry.get("rule", "")),
            *(entry["meaning"], tuple(entry.get("seeds", ()))),
        )
        for kind, entry in said["faults"].items()
    }
    return FaultTable(faults, {kind: float(share) for kind, share in said["noise"].items()})


def _mistakes(entry: dict[str, Any]) -> list[str]:
    missing = [f"say `{name}`" for name in ("dataset", "of", "rate", "seen", "meaning") if name not in entry]
    if not missing and entry["seen"] not in SEEN:
        missing.append(f"`seen` is one of {', '.join(SEEN)}")
    if not missing and not 0 <= float(entry["rate"]) <= 1:
        missing.append("`rate` is a share from 0 to 1")
    return missing


class Planter:
    """Decides where a fault is planted and notes each one."""

    def __init__(self, table: FaultTable, note: Callable[..., None]) -> None:
        self._faults = table.faults
        self._note = note
        self.noise = table.noise
        self.planted: Counter[str] = Counter()

    def strikes(self, kind: str, rng: random.Random) -> bool:
        """Whether to plant here, at the kind's rate. Every call draws once, so that rates do not move other faults."""
        return rng.random() < self._faults[kind].rate

    def note(self, kind: str, landing_key: str, record_type: str, native_id: str, case_id: str) -> None:
        """Write down one that was planted: `native_id` is the record's id as the source gives it."""
        fault = self._faults[kind]
        self.planted[kind] += 1
        self._note("fault", kind, fault.seen, fault.rule, landing_key, record_type, native_id, case_id)
