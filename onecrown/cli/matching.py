"""`onecrown published`: the measures beside what somebody published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from onecrown.cli.options import FormOption, HomeOption, home_for
from onecrown.cli.showing import Form, errors, show
from onecrown.definitions.measures import QUARTER, TOTAL
from onecrown.definitions.periods import period_named
from onecrown.errors import UsageError
from onecrown.flows.lay_beside_published import Found, lay_beside_published
from onecrown.publishing.beside_published import Closeness, Laid, closeness

_ALL = ("measure", "statistic", "unit", "period", "by", "category", "published", "ours", "difference", "percent")
_CLOSE = ("measure", "statistic", "by", "figures", "without ours", "middle percent", "largest percent", "there")
_OVER_ALL = "\nOver all quarters; of the differences in percent, whatever their sign, the middle one and the largest:"


def published(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="CSV files of figures.", show_default="those of the model")
    ] = None,
    scale: Annotated[float, typer.Option("--scale", help="The share of the published cases that this home holds.")] = 1,
    quarter: Annotated[
        str | None, typer.Option("--quarter", help="Such as 2025-Q4.", show_default="the last that both tell")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="BREAKDOWN", help="A dimension, or two joined by +.")] = TOTAL,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """The measures beside published figures: published, ours, difference. CSV and JSON have every quarter and breakdown.

    Which column is which measure is said in model/published/tables.yaml. Counts are compared at the scale of the home.
    """
    with home_for(home) as surroundings:
        found = lay_beside_published(surroundings, scale, folder)
        shown = _of_one_quarter(found, quarter, by) if form is Form.table else found.laid
    show(_ALL, map(_row, shown), form, "no figure is published of that quarter")
    if form is Form.table:
        _tell(found, form)


def _tell(found: Found, form: Form) -> None:
    """How close everything comes, and what is not compared."""
    errors.print(_OVER_ALL, soft_wrap=True)
    show(_CLOSE, map(_close, closeness(found.laid)), form, "no figure is published")
    show(("file", "column", "not laid beside because"), found.left_out, form, "every column is laid beside ours")


def _of_one_quarter(found: Found, quarter: str | None, by: str) -> Sequence[Laid]:
    of = [one for one in found.laid if one.breakdown == by]
    if not of:
        known = ", ".join(dict.fromkeys(one.breakdown for one in found.laid))
        raise UsageError(f"nothing is published by `{by}`; write one of: {known}")
    if quarter:
        period = period_named(quarter)
        if period.kind != QUARTER:
            raise UsageError(f"`{quarter}` is no quarter; write one such as 2025-Q4")
        return [one for one in of if one.quarter_end_on == period.ended_on]
    last = max((one.quarter_end_on for one in of if one.ours is not None), default=of[-1].quarter_end_on)
    return [one for one in of if one.quarter_end_on == last]


def _row(one: Laid) -> tuple[object, ...]:
    period = f"{one.quarter_end_on.year}-Q{(one.quarter_end_on.month + 2) // 3}"
    figures = (one.published, one.ours, one.difference, one.difference_percent)
    return one.measure_id, one.statistic, one.unit, period, one.breakdown, one.category, *map(_rounded, figures)


def _close(one: Closeness) -> tuple[object, ...]:
    largest = one.largest
    there = f"{largest.quarter_end_on} {largest.category}".strip() if largest else ""
    at_most = largest.difference_percent if largest else None
    counts = (one.figures, one.without_ours)
    return one.measure_id, one.statistic, one.breakdown, *counts, _rounded(one.middle_percent), _rounded(at_most), there


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 2)
