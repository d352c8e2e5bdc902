"""What a projection assumes beside the published series, from `model/forecasting/crown.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onecrown.definitions.located_yaml import Block
from onecrown.definitions.model import model_folder
from onecrown.definitions.reading import Reading
from onecrown.errors import DefinitionError

FILE = "forecasting/crown.yaml"
_KEYS = ("forecasting", "meaning", "owner", "standing", "source", "assumptions")
_NAMES = ("sitting_days", "minutes_per_disposal")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number with what it is and where it comes from."""

    name: str
    value: float
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`sitting_days` a month and `minutes_per_disposal` in court, over the last four published quarters."""

    meaning: str
    owner: str
    sitting_days: Assumption
    minutes_per_disposal: Assumption


def load_assumptions(folder: Path | None = None) -> Assumptions:
    """Read the assumptions. Raises `DefinitionError` with every mistake in the file."""
    reading = Reading(FILE)
    block = reading.whole((folder or model_folder()) / FILE)
    if block is None:
        raise DefinitionError(reading.problems)
    reading.only(block, _KEYS, "the forecasting")
    for key in ("forecasting", "source"):
        reading.text(block, key, "the forecasting")
    numbers = reading.block(block, "assumptions", "the forecasting")
    reading.only(numbers, _NAMES, "`assumptions`")
    said = Assumptions(
        reading.text(block, "meaning", "the forecasting"),
        reading.text(block, "owner", "the forecasting"),
        *(_assumption(numbers, name, reading) for name in _NAMES),
    )
    if reading.problems:
        raise DefinitionError(reading.problems)
    return said


def _assumption(numbers: Block, name: str, reading: Reading) -> Assumption:
    what = f"the assumption `{name}`"
    said = reading.block(numbers, name, "`assumptions`")
    reading.only(said, ("value", "meaning", "source"), what)
    number = reading.number(said, "value", what)
    if number <= 0 and "value" in said:
        reading.wrong(said.line_of("value"), f"{what} must be above 0")
    return Assumption(name, number, reading.text(said, "meaning", what), reading.text(said, "source", what))
