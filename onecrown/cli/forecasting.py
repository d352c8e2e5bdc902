"""`onecrown project` and `onecrown backtest`: open cases to come, and how wrong such forecasts have been."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from onecrown.cli.options import FormOption, HomeOption, ending, home_for
from onecrown.cli.showing import Form, errors, show
from onecrown.errors import UsageError
from onecrown.forecasting.assumptions import load_assumptions
from onecrown.forecasting.backtest import Accuracy, Miss, accuracy, can_be_tested, misses
from onecrown.forecasting.intervals import PERCENT, coverage, intervals
from onecrown.forecasting.methods import METHODS
from onecrown.forecasting.projection import Line, lines_of
from onecrown.forecasting.scenario import Scenario, year_goes_on
from onecrown.forecasting.scenario_file import read_scenario
from onecrown.forecasting.series import Series, Subject, published_quarters


class Basis(StrEnum):
    """Whose quarters are gone by."""

    published = "published"
    home = "home"


BasisOption = Annotated[
    Basis,
    typer.Option("--from", help="The quarters to go by: as published for England and Wales, or as this home counts."),
]
_COLUMNS = ("month", "work", "receipts", "disposals", "open_cases", "low", "high", "sitting_days")


def project(
    receipts: Annotated[
        str | None, typer.Option("--receipts", help="Cases a month, or a change such as +5%.", show_default="as stated")
    ] = None,
    sitting_days: Annotated[
        str | None,
        typer.Option("--sitting-days", help="Days a month, or a change such as -10%.", show_default="as stated"),
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", help="A scenario of your own.", show_default="the last year goes on")
    ] = None,
    months: Annotated[int | None, typer.Option("--months", min=1, max=120, help="How many.", show_default="24")] = None,
    basis: BasisOption = Basis.published,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Open cases of the Crown Court month by month under stated receipts and sitting days. A sum, and no prediction."""
    with ending():
        series, usual = _usual(basis, home)
        stated = _stated(read_scenario(scenario) if scenario else usual, receipts, sitting_days, months)
        lines = lines_of(stated, intervals(misses(series)) if can_be_tested(series) else {})
    columns = _COLUMNS if len(stated.work) > 1 else tuple(column for column in _COLUMNS if column != "work")
    show(columns, [_row(line, columns) for line in lines], form)
    if form is Form.table:
        errors.print(_explained(stated), soft_wrap=True, markup=False)


def _usual(basis: Basis, home: Path | None) -> tuple[Series, Scenario]:
    """The quarters to go by, and what becomes of them where nothing else is stated."""
    if basis is Basis.published:
        series = published_quarters()
        return series, year_goes_on(series, load_assumptions())
    from onecrown.flows.forecast_caseload import home_quarters, home_scenario  # sqlglot takes a while to load

    with home_for(home) as surroundings:
        return home_quarters(surroundings), home_scenario(surroundings, load_assumptions())


def _stated(said: Scenario, receipts: str | None, sitting_days: str | None, months: int | None) -> Scenario:
    said = said.with_receipts(receipts) if receipts else said
    said = said.with_sitting_days(sitting_days) if sitting_days else said
    return replace(said, months=months) if months else said


def _row(line: Line, columns: tuple[str, ...]) -> list[object]:
    cells = {column: getattr(line, column) for column in columns}
    cells |= {column: round(cell) for column, cell in cells.items() if isinstance(cell, float)}
    return list((cells | {"work": line.work or "all"} if "work" in cells else cells).values())


def _explained(stated: Scenario) -> str:
    return (
        f"\nFrom {stated.open_cases:,.0f} cases open on {stated.after_on}; a sitting day holds "
        f"{stated.minutes_per_sitting_day:.0f} minutes. low to high: {PERCENT}% of projections that let the last year go on "
        "were no further out, so many quarters ahead (onecrown backtest)."
    )


def backtest(
    subject: Annotated[Subject, typer.Option("--of", help="What is forecast.")] = Subject.open_cases,
    first_origin: Annotated[
        str | None,
        typer.Option("--first-origin", help="The earliest quarter's end to forecast from.", show_default="the 12th"),
    ] = None,
    basis: BasisOption = Basis.published,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """How wrong forecasts of the series would have been, 1 to 8 quarters ahead, against naive ones."""
    with ending():
        found = misses(_series(basis, home), _day(first_origin))
    said = [line for line in accuracy(found) if line.subject is subject]
    if form is not Form.table:
        rows = [(a.subject.value, a.method, a.horizon, a.forecasts, a.mae, a.mape, a.mase) for a in said]
        show(("subject", "method", "quarters_ahead", "forecasts", "mae", "mape", "mase"), rows, form)
        return
    for measure, heading, written in _MEASURES:
        _show_measure(said, measure, heading, written)
    _explain_backtest(found, subject)


def _series(basis: Basis, home: Path | None) -> Series:
    if basis is Basis.published:
        return published_quarters()
    from onecrown.flows.forecast_caseload import home_quarters  # sqlglot takes a while to load

    with home_for(home) as surroundings:
        return home_quarters(surroundings)


_MEASURES = (("mae", "MAE, cases", "7,.0f"), ("mape", "MAPE, %", "7.1f"), ("mase", "MASE", "7.2f"))


def _show_measure(said: list[Accuracy], measure: str, heading: str, written: str) -> None:
    names = list(dict.fromkeys(line.method for line in said))
    horizons = sorted({line.horizon for line in said})
    cells = {(line.method, line.horizon): _written(getattr(line, measure), written) for line in said}
    rows = [[name, *(cells[name, horizon] for horizon in horizons)] for name in names]
    show((f"{heading:14}", *(f"{horizon:7}" for horizon in horizons)), rows, Form.table)


def _written(number: float | None, form: str) -> str:
    return "" if number is None else format(number, form)


def _explain_backtest(found: list[Miss], subject: Subject) -> None:
    errors.print("\nAcross: quarters ahead. MASE counts in mean changes from quarter to quarter.", soft_wrap=True)
    if subject is Subject.open_cases:
        held = ", ".join(f"{c.held} of {c.given} at {c.horizon}" for c in coverage(found) if c.given)
        said = held or "none could be given"
        errors.print(f"Intervals of {PERCENT}% that held what came, by quarters ahead: {said}.", soft_wrap=True)
    for method in METHODS:
        if subject in method.subjects:
            errors.print(f"[dim]{method.name}: {method.meaning}[/dim]", soft_wrap=True)


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise UsageError("--first-origin takes the last day of a quarter, for example 2022-03-31") from error
