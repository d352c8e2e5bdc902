"""Gates, read from `model/gates/`: what must hold before anything is published, and how it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from onecrown.definitions.located_yaml import Block
from onecrown.definitions.reading import Reading, nearest
from onecrown.errors import Problem

CLASSES = ("coherence", "revision", "duplication", "completeness", "reconciliation", "delivery")
WITHOUT_DATA = ("fails", "passes")
EACH = ("dataset", "case_dataset")
"""What a gate may be asked for, once each: every dataset, or every one that tells of cases."""
GIVEN = {
    "": ("now", "until", "failing"),
    "dataset": ("now", "until", "failing", "dataset", "every", "late_after_hours"),
    "case_dataset": ("now", "until", "failing", "dataset", "case_versions"),
}
"""What the SQL may ask for beside what its parts say, by what the gate is asked for."""
UNITS = ("percent", "percentage points", "cases", "drops", "records", "measures", "hours late")
PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z]\w*)")
PREVIOUS = "previous"
"""The database of the last release in the SQL of gates: `previous.measure_value`."""

_KEYS = (
    *("gate", "version", "title", "meaning", "class", "owner", "standing", "source", "stopping", "without_data"),
    *("threshold", "for_each", "parts", "value", "records"),
)
_THRESHOLD_KEYS = ("at_most", "at_least", "unit", "source", "least")
_PART_KEYS = ("part", "with", "limit", "limits", "source")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_VALUE_COLUMNS = ("subject", "value", "concerned")


@dataclass(frozen=True, slots=True)
class Threshold:
    """How far a value may go, in `unit`; `limits` are those of single subjects. Fewer units than `least` break nothing."""

    bound: Literal["at_most", "at_least"]
    limit: float
    unit: str
    source: str
    limits: dict[str, float] = field(default_factory=dict)
    least: int = 1

    def limit_of(self, subject: str) -> float:
        """The limit of one subject: its own, else the general one."""
        return self.limits.get(subject, self.limit)

    def holds(self, subject: str, value: float, concerned: int) -> bool:
        """Whether a value is within its limit, or concerns too few units to say anything."""
        limit = self.limit_of(subject)
        return concerned < self.least or (value <= limit if self.bound == "at_most" else value >= limit)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a gate asks: what stands for its placeholders, and its threshold."""

    name: str
    said: dict[str, str]
    threshold: Threshold


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition of publication.

    `value` is SQL of Athena's that gives `subject`, `value` and `concerned` (how many units the value is about), a row for
    each thing judged; `records` lists what stands behind the subjects that fail. No row means that there are no data:
    `without_data` says whether that fails or passes.
    """

    gate_id: str
    version: int
    title: str
    meaning: str
    error_class: str
    owner: str
    standing: str
    source: str
    is_stopping: bool
    without_data: str
    for_each: str
    parts: tuple[Part, ...]
    value: str
    records: str


def read_gates(folder: Path) -> tuple[dict[str, Gate], list[Problem]]:
    """Every gate of a folder by its id, with every mistake found."""
    gates: dict[str, Gate] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        reading = Reading(f"{folder.name}/{path.name}")
        gate = _read_file(path, reading)
        if gate is not None:
            gates[gate.gate_id] = gate
        problems += reading.problems
    return gates, problems


def _read_file(path: Path, reading: Reading) -> Gate | None:
    block = reading.whole(path)
    if block is None:
        return None
    gate = _gate(block, reading)
    if gate.gate_id != path.stem:
        reading.wrong(block.line_of("gate"), f"`gate` must be the file's name: write `gate: {path.stem}`")
    return gate


def _gate(block: Block, reading: Reading) -> Gate:
    gate_id = reading.text(block, "gate", "a gate")
    what = f"the gate `{gate_id}`"
    reading.only(block, _KEYS, what)
    gate = Gate(
        gate_id,
        _version(block, reading, what),
        reading.text(block, "title", what),
        reading.text(block, "meaning", what),
        reading.one_of(block, "class", what, CLASSES),
        reading.text(block, "owner", what),
        reading.text(reading.block(block, "standing", what), "state", f"the standing of {what}"),
        reading.text(block, "source", what),
        _stopping(block, reading, what),
        reading.one_of(block, "without_data", what, WITHOUT_DATA),
        reading.one_of(block, "for_each", what, EACH, ""),
        _parts(block, reading, what),
        reading.text(block, "value", what),
        reading.text(block, "records", what),
    )
    for key, line, problem in _sql_problems(block, gate):
        reading.wrong(line or block.line_of(key), f"`{key}` of {what} {problem}")
    return gate


def _version(block: Block, reading: Reading, what: str) -> int:
    version = reading.number(block, "version", what)
    if version < 1 or version != int(version):
        reading.wrong(block.line_of("version"), f"`version` of {what} must be a whole number from 1")
    return int(version)


def _stopping(block: Block, reading: Reading, what: str) -> bool:
    if "stopping" not in block:
        reading.wrong(block.line, f"{what} needs `stopping`; write true where publication must wait, else false")
    return reading.truth(block, "stopping", what)


def _parts(block: Block, reading: Reading, what: str) -> tuple[Part, ...]:
    general = _threshold(reading.block(block, "threshold", what), reading, what)
    said = reading.blocks(block, "parts", what)
    parts = tuple(_part(item, general, reading, what) for item in said)
    names = [part.name for part in parts]
    for item in said:
        if names.count(str(item.get("part"))) > 1:
            reading.wrong(item.line_of("part"), f"the part `{item['part']}` of {what} is said twice; keep one")
    return parts or (Part("", {}, general),)


def _threshold(block: Block, reading: Reading, what: str) -> Threshold:
    what = f"the threshold of {what}"
    reading.only(block, _THRESHOLD_KEYS, what)
    bounds = [bound for bound in ("at_most", "at_least") if bound in block]
    if len(bounds) != 1:
        reading.wrong(block.line, f"{what} needs `at_most` or `at_least`, and not both")
    bound = bounds[0] if bounds else "at_most"
    return Threshold(
        cast(Literal["at_most", "at_least"], bound),
        float(reading.number(block, bound, what, 0.0)),
        reading.one_of(block, "unit", what, UNITS),
        reading.text(block, "source", what),
        least=int(reading.number(block, "least", what, 1)),
    )


def _part(block: Block, general: Threshold, reading: Reading, what: str) -> Part:
    what = f"a part of {what}"
    reading.only(block, _PART_KEYS, what)
    said, own = reading.block(block, "with", what), reading.block(block, "limits", what)
    threshold = Threshold(
        general.bound,
        float(reading.number(block, "limit", what, general.limit)),
        general.unit,
        reading.text(block, "source", what, general.source),
        {subject: float(reading.number(own, subject, what)) for subject in own},
        general.least,
    )
    return Part(reading.text(block, "part", what), {name: reading.text(said, name, what) for name in said}, threshold)


def _sql_problems(block: Block, gate: Gate) -> Iterator[tuple[str, int, str]]:
    """What does not hold of the SQL: key, line (0: that of the key), problem."""
    known = {*GIVEN.get(gate.for_each, ()), *(name for part in gate.parts for name in part.said)}
    for key, sql in (("value", gate.value), ("records", gate.records)):
        for number, line in enumerate(sql.splitlines(), 1):
            for name in PLACEHOLDER.findall(line):
                if name not in known:
                    yield (
                        key,
                        block.line_of(key) + number,
                        f"asks for `:{name}`, which nothing says{nearest(name, known)}",
                    )
    for column in _VALUE_COLUMNS:
        if gate.value and not re.search(rf"\bAS {column}\b", gate.value):
            yield "value", 0, f"must give `{column}`; write `… AS {column}`"
    for part in gate.parts:
        for name in sorted(known - {*part.said} - {*GIVEN.get(gate.for_each, ())}):
            yield "parts", 0, f"lacks `{name}` in the part `{part.name}`; write it under `with`"
