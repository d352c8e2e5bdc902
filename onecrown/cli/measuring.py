"""Commands of measures: what a number counts, and counting everything anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from onecrown.cli.options import HomeOption, home_for
from onecrown.cli.showing import Form, errors, show
from onecrown.definitions.measures import Measures
from onecrown.definitions.periods import period_named
from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.flows.surroundings import Surroundings

_MOST_SHOWN = 20
COUNTED = "counted"


def measure(home: HomeOption = None) -> None:
    """Count every measure anew, whatever stood. Each run keeps them up by itself: this is for a home that was told not to."""
    from onecrown.flows.count_anew import count_anew  # sqlglot takes a while to load

    with home_for(home) as surroundings:
        count_anew(surroundings)
    errors.print("Every measure was counted anew. Next: onecrown query 'SELECT * FROM onecrown_measures.caseload_view'")


def measures(form: Form = Form.table, home: HomeOption = None) -> None:
    """Every measure: what it tells, in what, by which rule, and what it must not be compared with."""
    with home_for(home) as surroundings:
        said = surroundings.model.measures
        rows = [
            (m.family, m.measure_id, m.title, m.unit, m.kind, " ".join(m.statistics), m.version, m.meaning)
            for m in (said.measures.values() if said else ())
        ]
    show(("family", "measure", "title", "unit", "kind", "statistics", "version", "meaning"), rows, form)


if TYPE_CHECKING:
    from onecrown.flows.explain_measure import MeasureExplained


def tell_measure(home: Surroundings, measure_id: str, period: str, said: Sequence[str], form: Form) -> None:
    """What a measure counts in a period. Raises `UsageError` where something is not known."""
    _require(home.model.measures, [*home.model.entities], measure_id)
    from onecrown.flows.explain_measure import explain_measure  # sqlglot takes a while to load

    found = explain_measure(home, measure_id, period_named(period), dict(map(_choice, said)))
    if form is not Form.table:
        show(("unit_id", "case_id", "reason"), [(row.unit_id, row.case_id, row.reason) for row in found.rows], form)
        return
    shown = ", ".join(f"{statistic} {value:g} {found.measure.unit}" for statistic, value in sorted(found.shown.items()))
    errors.print(f"{found.measure.title}, {found.period.name}: {shown or _unshown(found)}", soft_wrap=True)
    errors.print(f"{found.measure.meaning} {found.measure.rule}", soft_wrap=True)
    rows: list[tuple[Any, ...]] = [*found.reasons.items(), ("all", len(found.rows))]
    show(("reason", "rows"), rows, form)
    counted = [row for row in found.rows if row.reason == COUNTED]
    show(
        ("unit_id", "case_id"),
        [(row.unit_id, row.case_id) for row in counted[:_MOST_SHOWN]],
        form,
        "nothing is counted",
    )
    if len(counted) > _MOST_SHOWN:
        errors.print(f"{len(counted) - _MOST_SHOWN} more are counted; every row with its reason: --format csv")


def _unshown(found: MeasureExplained) -> str:
    return "not kept as a value of its own" if COUNTED in found.reasons else "nothing counted"


def _require(measures: Measures | None, entities: list[str], name: str) -> None:
    known = measures.measures if measures else {}
    if name not in known:
        raise UsageError(f"there is no table and no measure `{name}`{nearest(name, [*entities, *known])}")


def _choice(said: str) -> tuple[str, str]:
    dimension, sign, code = said.partition("=")
    if not sign or not code:
        raise UsageError(f"write a breakdown as DIMENSION=CODE, for example region=london, not `{said}`")
    return dimension, code
