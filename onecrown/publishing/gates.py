"""What a gate finds: its values judged against their limits, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onecrown.definitions.gates import Threshold
from onecrown.publishing.site.wording import one_or_many
from onecrown.rendering.gate_queries import GateQuestion

PASSED, FAILED, NO_DATA = "passed", "failed", "no data"
NOTHING_BEFORE = "there is no earlier release to compare with"
_NAMED = 3  # so many subjects that fail are named; the records list them all


@dataclass(frozen=True, slots=True)
class GateValue:
    """One value of a gate: what it is of, the value in the threshold's unit, and how many units it concerns."""

    subject: str
    value: float
    concerned: int


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """What one part of a gate found.

    `value` is the one furthest past its limit, else the one nearest to it; None where there were no data, and then `state` says so
    whatever `passed` is. `threshold` is that value's limit, `bound` at_most or at_least. `sql`, in Athena's dialect, lists the
    records behind what fails.
    """

    gate_id: str
    title: str
    part: str
    value: float | None
    threshold: float
    bound: str
    unit: str
    state: str
    passed: bool
    is_stopping: bool
    says: str
    sql: str

    @property
    def stops(self) -> bool:
        """Whether publication must wait for it."""
        return self.is_stopping and not self.passed


def without_data(question: GateQuestion, reason: str, sql: str) -> GateOutcome:
    """What a gate says that finds nothing to judge: as its definition decides, and never silently."""
    gate, passes = question.gate, question.gate.without_data == "passes"
    return GateOutcome(
        gate.gate_id,
        gate.title,
        question.part,
        None,
        question.threshold.limit,
        question.threshold.bound,
        question.threshold.unit,
        NO_DATA,
        passes,
        gate.is_stopping,
        f"{_of_part(question)}no data: {reason}",
        sql,
    )


def judged(question: GateQuestion, values: Sequence[GateValue], sql: str) -> GateOutcome:
    """What a gate says of one value or more."""
    gate, threshold = question.gate, question.threshold
    off = failing(question, values)
    shown = min(off or values, key=lambda one: _room(threshold, one))
    told = (
        _failed(threshold, off, len(values), question.part)
        if off
        else _held(threshold, shown, len(values), question.part)
    )
    return GateOutcome(
        gate.gate_id,
        gate.title,
        question.part,
        shown.value,
        threshold.limit_of(shown.subject),
        threshold.bound,
        threshold.unit,
        FAILED if off else PASSED,
        not off,
        gate.is_stopping,
        _of_part(question) + told,
        sql,
    )


def failing(question: GateQuestion, values: Sequence[GateValue]) -> list[GateValue]:
    """The values that break the limit, the furthest past it first."""
    threshold = question.threshold
    off = [one for one in values if not threshold.holds(one.subject, one.value, one.concerned)]
    return sorted(off, key=lambda one: (_room(threshold, one), one.subject))


def _room(threshold: Threshold, one: GateValue) -> float:
    """How far a value is from its limit; below zero where it is past it."""
    room = threshold.limit_of(one.subject) - one.value
    return room if threshold.bound == "at_most" else -room


def _of_part(question: GateQuestion) -> str:
    return f"{question.part}: " if question.part else ""


def _failed(threshold: Threshold, off: Sequence[GateValue], of: int, part: str) -> str:
    named = ", ".join(_of_subject(one, part, threshold.unit) + _said(threshold, one) for one in off[:_NAMED])
    more = f" and {len(off) - _NAMED} more" if len(off) > _NAMED else ""
    return f"{named}{more}" + (f"; {len(off)} of {of} fail" if of > 1 else "")


def _held(threshold: Threshold, shown: GateValue, of: int, part: str) -> str:
    return (
        f"{f'nearest of {of}: ' if of > 1 else ''}{_of_subject(shown, part, threshold.unit)}{_said(threshold, shown)}"
    )


def _of_subject(one: GateValue, *said: str) -> str:
    """What a value is of, where the part or the unit has not said it."""
    return "" if one.subject in said else f"{one.subject} "


def _said(threshold: Threshold, one: GateValue) -> str:
    """`0.71% (at most 0.6%)`, `1 case (at most 0)`."""
    is_share = threshold.unit == "percent"
    unit = "%" if is_share else f" {one_or_many(one.value, threshold.unit)}"
    bound = f"{threshold.bound.replace('_', ' ')} {threshold.limit_of(one.subject):g}{'%' if is_share else ''}"
    few = f", of fewer than {threshold.least}" if one.concerned < threshold.least and _room(threshold, one) < 0 else ""
    return f"{one.value:.6g}{unit} ({bound}{few})"
