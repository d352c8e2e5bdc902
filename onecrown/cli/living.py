"""The command that shows the life of one case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from onecrown.cli.options import FormOption, HomeOption, home_for
from onecrown.cli.showing import Form, errors, show
from onecrown.errors import UsageError

_COLUMNS = ("what", "of", "said", "since_on", "until_on", "decided_by")


def lifecycle(
    case: Annotated[str, typer.Argument(help="A case_id as a query gives it, a source's own id, or a URN.")],
    as_at: Annotated[
        str | None, typer.Option("--as-at", help="A London day: what was known at its end.", show_default="today")
    ] = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """How a case stood on a day: status, receipt, disposals, warrants, remand, principal offences, each with its rule."""
    from onecrown.flows.life_of_case import life_of_case  # sqlglot takes a while to load; only this command needs it

    with home_for(home) as surroundings:
        day = _day(as_at)
        told, rules = life_of_case(surroundings, case, day)
        rows = [(t.what, t.of, t.said, t.since_on, t.until_on, t.decided_by) for t in told]
        show(_COLUMNS, rows, form)
        if form is Form.table:
            errors.print(f"\nAs at {day.isoformat()}, by these rules:", soft_wrap=True)
            for mark in dict.fromkeys(t.decided_by for t in told):
                errors.print(f"  {mark}  {rules.rules[mark.partition('/')[0]].meaning}", soft_wrap=True, markup=False)


def _day(said: str | None) -> date:
    if said is None:
        return datetime.now(ZoneInfo("Europe/London")).date()
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise UsageError("--as-at takes a day, for example 2026-03-31") from None
