"""The SQL of gates, ready to be asked: each part's words in place of its placeholders. Pure text from `model/gates/`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from onecrown.definitions.contracts import Contract
from onecrown.definitions.gates import PLACEHOLDER, PREVIOUS, Gate, Threshold
from onecrown.definitions.model import Model
from onecrown.rendering.history_views import versions_view
from onecrown.sql.quoting import value

CASE_RECORDS = "case_source_record"
_CASE = "case"
_PREVIOUS = re.compile(rf"\b{PREVIOUS}\.")


@dataclass(frozen=True, slots=True)
class Asking:
    """When gates are asked: the instant in UTC, and the last London day of the period that they judge."""

    now: datetime
    until: date

    def said(self) -> dict[str, str]:
        """Both as SQL, by placeholder."""
        return {"now": instant(self.now), "until": f"DATE {value(self.until.isoformat())}"}


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """One thing that a gate asks, with everything said but the time and what fails."""

    gate: Gate
    part: str
    threshold: Threshold
    said: dict[str, str]

    @property
    def needs_previous(self) -> bool:
        """Whether there must be an earlier release to ask."""
        return bool(_PREVIOUS.search(self.gate.value))

    def value_sql(self, asking: Asking, previous: str) -> str:
        """What gives the values. `previous` is the database of the last release."""
        return self._filled(self.gate.value, asking.said(), previous)

    def records_sql(self, asking: Asking, previous: str, failing: Sequence[str]) -> str:
        """What lists the records behind the subjects that fail; none failing lists those of none."""
        listed = ", ".join(map(value, failing)) or "NULL"
        return self._filled(self.gate.records, {**asking.said(), "failing": listed}, previous)

    def _filled(self, sql: str, more: dict[str, str], previous: str) -> str:
        said = {**self.said, **more}
        return _PREVIOUS.sub(f"{previous or PREVIOUS}.", PLACEHOLDER.sub(lambda found: said[found[1]], sql)).strip()


def gate_questions(model: Model, gate: Gate) -> Iterator[GateQuestion]:
    """What a gate asks: each of its parts, of everything that it is to be asked for."""
    for part in gate.parts:
        for name, given in _asked_for(model, gate):
            named = " of ".join(filter(None, (part.name, name)))
            yield GateQuestion(gate, named, part.threshold, {**given, **part.said})


def _asked_for(model: Model, gate: Gate) -> Iterator[tuple[str, dict[str, str]]]:
    """What is asked for, by name, with what the SQL may say of it."""
    if not gate.for_each:
        yield "", {}
    elif gate.for_each == "dataset":
        for contract in model.contracts.values():
            yield contract.name, {"dataset": contract.name, **_rhythm(contract)}
    else:
        for contract in model.contracts.values():
            if CASE_RECORDS in contract.mappings:
                versions = versions_view(contract, contract.record_types[_CASE])
                yield contract.name, {"dataset": contract.name, "case_versions": versions}


def _rhythm(contract: Contract) -> dict[str, str]:
    return {"every": contract.every, "late_after_hours": str(contract.late_after_hours)}


def instant(when: datetime) -> str:
    """An instant as SQL of Athena's."""
    return f"TIMESTAMP '{when.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC'"


def in_double_quotes(sql: str) -> str:
    """SQL on one line, as a shell reads it between double quotes."""
    line = " ".join(sql.split())
    return re.sub(r'([\\"$`])', r"\\\1", line)
