"""Reads a scenario that somebody wrote, and reports every mistake in it with line and what to write instead."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TypeGuard

from onecrown.definitions.located_yaml import Block
from onecrown.definitions.reading import Reading
from onecrown.errors import UsageError
from onecrown.forecasting.scenario import MONTHS_AHEAD, Scenario
from onecrown.forecasting.stock_flow import Work

_KEYS = ("scenario", "meaning", "after_on", "months", "sitting_days", "minutes_per_sitting_day", "work")
_WORK_KEYS = ("work", "open_cases", "receipts", "minutes_per_disposal", "ringfenced", "kept_open_cases")
_WHAT = "the scenario"


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file. Raises `UsageError` with every mistake in it."""
    reading = Reading(path.name)
    block = reading.whole(path)
    if block is None:
        raise _wrong(reading)
    reading.only(block, _KEYS, _WHAT)
    scenario = Scenario(
        reading.text(block, "scenario", _WHAT),
        _day(block, reading),
        int(_positive(block, "months", _WHAT, reading, MONTHS_AHEAD)),
        _monthly(block, "sitting_days", _WHAT, reading),
        _positive(block, "minutes_per_sitting_day", _WHAT, reading),
        tuple(_work(said, reading) for said in reading.blocks(block, "work", _WHAT)),
    )
    _check_work(scenario, block, reading)
    if reading.problems:
        raise _wrong(reading)
    return scenario


def _wrong(reading: Reading) -> UsageError:
    count = len(reading.problems)
    heading = f"{count} mistake{'s' if count != 1 else ''} in the scenario:"
    return UsageError("\n".join([heading, *map(str, sorted(reading.problems))]))


def _check_work(scenario: Scenario, block: Block, reading: Reading) -> None:
    names = [kind.name for kind in scenario.work]
    if not names:
        reading.wrong(block.line_of("work"), "a scenario needs work: - {work: …, open_cases: …, receipts: …, …}")
    for repeated in sorted({name for name in names if names.count(name) > 1}):
        reading.wrong(block.line_of("work"), f"the work `{repeated}` is said twice; keep one")


def _day(block: Block, reading: Reading) -> date:
    said = reading.text(block, "after_on", _WHAT)
    try:
        return date.fromisoformat(said)
    except ValueError:
        reading.wrong(block.line_of("after_on"), "`after_on` is the day of the open cases, for example 2025-12-31")
        return date.min


def _work(said: Block, reading: Reading) -> Work:
    name = reading.text(said, "work", "a kind of work")
    what = f"the work `{name}`"
    reading.only(said, _WORK_KEYS, what)
    ringfenced = reading.truth(said, "ringfenced", what)
    open_cases = _number(said, "open_cases", what, reading)
    kept = _number(said, "kept_open_cases", what, reading, max(0.0, open_cases) if ringfenced else 0.0)
    receipts, minutes = (
        _monthly(said, "receipts", what, reading),
        _positive(said, "minutes_per_disposal", what, reading),
    )
    return Work(name, open_cases, receipts, minutes, ringfenced, kept)


def _number(block: Block, key: str, what: str, reading: Reading, default: float | None = None) -> float:
    number = reading.number(block, key, what, default)
    if number < 0:
        reading.wrong(block.line_of(key), f"`{key}` of {what} cannot be below 0")
    return number


def _positive(block: Block, key: str, what: str, reading: Reading, default: float | None = None) -> float:
    number = reading.number(block, key, what, default)
    if number <= 0 and key in block:
        reading.wrong(block.line_of(key), f"`{key}` of {what} must be above 0")
    return number


def _monthly(block: Block, key: str, what: str, reading: Reading) -> tuple[float, ...]:
    """A number for every month, or one for each, of which the last goes on."""
    said = block.get(key)
    listed = said if isinstance(said, list) else [said]
    numbers = tuple(float(number) for number in listed if _counts(number))
    if not numbers or len(numbers) < len(listed):
        wanted = "a number a month, or a list of them, of which the last goes on"
        reading.wrong(block.line_of(key), f"`{key}` of {what} must be {wanted}")
    return numbers or (1.0,)


def _counts(number: object) -> TypeGuard[float]:
    return isinstance(number, int | float) and not isinstance(number, bool) and number >= 0
