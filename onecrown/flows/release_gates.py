"""Gates before a publication: what holds, what a person lets pass all the same, and what stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Protocol

from onecrown.definitions.reading import nearest
from onecrown.errors import GateFailed, UsageError
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.publishing.manifest import GateRecord, Override
from onecrown.publishing.release_names import ReleaseName


class Outcome(Protocol):
    """What a gate found. `value` is None where it had no data; `sql`, in Athena's dialect, lists the records behind it."""

    @property
    def gate_id(self) -> str: ...  # noqa: D102 - the gate
    @property
    def title(self) -> str: ...  # noqa: D102 - its title
    @property
    def value(self) -> float | None: ...  # noqa: D102 - what it found
    @property
    def threshold(self) -> float: ...  # noqa: D102 - how far it may go
    @property
    def passed(self) -> bool: ...  # noqa: D102 - whether it holds
    @property
    def is_stopping(self) -> bool: ...  # noqa: D102 - whether it stops a publication
    @property
    def says(self) -> str: ...  # noqa: D102 - in plain words
    @property
    def sql(self) -> str: ...  # noqa: D102 - the records


Checking = Callable[[Surroundings, PublishedTables, str | None, date], Sequence[Outcome]]
"""Asks every gate of the tables as published, for the period that ends on the last. Before it: a relation of the last release's values,
or None."""


def judged_gates(
    name: ReleaseName, outcomes: Sequence[Outcome], overrides: Iterable[Override]
) -> tuple[GateRecord, ...]:
    """Every gate as the manifest tells of it.

    Raises `GateFailed` where one stops the publication and nobody overrides it, with the queries that list the records, and
    `UsageError` where an override is of a gate that holds or is not there.
    """
    reasons = {said.gate_id: said.reason for said in overrides}
    _require_failing(reasons, outcomes)
    if stopping := [one for one in outcomes if _stops(one) and one.gate_id not in reasons]:
        raise GateFailed("\n".join([_heading(name, stopping), *map(_told, stopping), _next(name, stopping)]))
    return tuple(_record(one, reasons.get(one.gate_id, "")) for one in outcomes)


def _stops(outcome: Outcome) -> bool:
    return outcome.is_stopping and not outcome.passed


def _require_failing(reasons: Iterable[str], outcomes: Sequence[Outcome]) -> None:
    known, stopping = {one.gate_id for one in outcomes}, {one.gate_id for one in outcomes if _stops(one)}
    wrong = [f"there is no gate `{gate}`{nearest(gate, known)}" for gate in reasons if gate not in known]
    wrong += [f"`{gate}` stops nothing: leave out --override {gate}" for gate in reasons if gate in known - stopping]
    if wrong:
        raise UsageError("\n".join(wrong))


def _record(outcome: Outcome, reason: str) -> GateRecord:
    return GateRecord(
        outcome.gate_id,
        outcome.title,
        outcome.value,
        outcome.threshold,
        outcome.passed,
        outcome.is_stopping,
        outcome.says,
        reason if _stops(outcome) else "",
    )


def _heading(name: ReleaseName, stopping: Sequence[Outcome]) -> str:
    many = "one gate does not hold" if len(stopping) == 1 else f"{len(stopping)} gates do not hold"
    return f"{name.text} is not published: {many}"


def _told(outcome: Outcome) -> str:
    return f'  {outcome.gate_id}: {outcome.says}\n    onecrown query "{_in_quotes(outcome.sql)}"'


def _in_quotes(sql: str) -> str:
    """On one line, as a shell reads it between double quotes."""
    line = " ".join(sql.split())
    return line.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")


def _next(name: ReleaseName, stopping: Sequence[Outcome]) -> str:
    said = " ".join(f"--override {gate}" for gate in sorted({one.gate_id for one in stopping}))
    return f"mend the records; or decide that it may stand: onecrown publish {name.text} {said} --reason '…'"
