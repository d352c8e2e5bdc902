"""`onecrown gates`: what must hold before anything is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from onecrown.cli.options import FormOption, HomeOption, home_for
from onecrown.cli.showing import Form, errors, show
from onecrown.definitions.periods import period_named
from onecrown.flows.known_releases import manifests
from onecrown.flows.published_tables import PublishedTables
from onecrown.publishing.gates import FAILED, NO_DATA, PASSED, GateOutcome
from onecrown.rendering.gate_queries import in_double_quotes

_ALL = (
    "gate_id",
    "title",
    "part",
    "state",
    "value",
    "bound",
    "threshold",
    "unit",
    "is_stopping",
    "passed",
    "says",
    "sql",
)
_SHORT = ("gate", "state", "stops", "says")


def gates(
    period: Annotated[
        str | None,
        typer.Argument(
            metavar="PERIOD",
            help="The quarter or month that is to be published.",
            show_default="the newest quarter that is over",
        ),
    ] = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """What must hold before a period is published, asked now. Ends with 1 where a gate stops publication.

    Where a gate fails, the query that lists its records follows. CSV and JSON have everything.
    """
    from onecrown.flows.check_gates import check_gates  # sqlglot takes a while to load; only this command needs it
    from onecrown.flows.publish_release import last_values

    with home_for(home) as surroundings, surroundings.engine() as con:
        tables = PublishedTables(surroundings, con)
        until = period_named(period).ended_on if period else None
        found = check_gates(surroundings, tables, last_values(surroundings, manifests(surroundings)), until)
        if form is Form.table:
            show(_SHORT, [(_named(one), one.state, _stops(one), one.says) for one in found], form)
            _tell(found)
        else:
            show(_ALL, [tuple(getattr(one, column) for column in _ALL) for one in found], form)
    if any(one.stops for one in found):
        raise typer.Exit(1)


def _named(one: GateOutcome) -> str:
    return f"{one.gate_id} ({one.part})" if one.part else one.gate_id


def _stops(one: GateOutcome) -> str:
    return "stops" if one.stops else "warns" if one.state == FAILED else ""


def _tell(found: Sequence[GateOutcome]) -> None:
    """How many hold, and of those that fail the queries that list their records."""
    for one in found:
        if one.state == FAILED:
            errors.print(f"\n{_named(one)}: {one.says}", markup=False, soft_wrap=True)
            errors.print(f'  onecrown query "{in_double_quotes(one.sql)}"', markup=False, soft_wrap=True)
    counts = {state: sum(one.state == state for one in found) for state in (PASSED, FAILED, NO_DATA)}
    stopping = sum(one.stops for one in found)
    said = f"\n{counts[PASSED]} passed, {counts[FAILED]} failed, {counts[NO_DATA]} without data; {stopping} stop publication."
    errors.print(said, markup=False, soft_wrap=True)
