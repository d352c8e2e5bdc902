"""Which revision of a period comes next: a provisional one may become final, and any may be corrected with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from onecrown.definitions.periods import Period
from onecrown.errors import UsageError
from onecrown.publishing.manifest import FINAL, PROVISIONAL, Manifest
from onecrown.publishing.release_names import ReleaseName


def next_name(period: Period, standing: str, correction: str, earlier: Sequence[Manifest]) -> ReleaseName:
    """The name of the next release of a period. `earlier` are all releases.

    Raises `UsageError` where the period is published already and nothing is said that a further revision could be for.
    """
    of_period = sorted((one for one in earlier if one.name.period == period), key=lambda one: one.name)
    if not of_period:
        _require_none(correction, period)
        return ReleaseName(period)
    last = of_period[-1]
    becomes_final = last.standing == PROVISIONAL and standing == FINAL
    is_undone = last.standing == FINAL and standing == PROVISIONAL
    if is_undone or not (becomes_final or correction):
        raise UsageError(_refused(last, standing))
    return ReleaseName(period, last.name.revision + 1)


def _require_none(correction: str, period: Period) -> None:
    if correction:
        raise UsageError(f"there is no release of {period.name} to correct; leave out --correction")


def _refused(last: Manifest, standing: str) -> str:
    name = last.name.period.name
    said = f"{last.name.text} is published ({last.standing}, {last.made_at:%Y-%m-%d}) and stays as it is"
    if last.standing == PROVISIONAL:
        return f"{said}; onecrown publish {name} --final follows it, or say why it is revised: --correction '…'"
    if standing == PROVISIONAL:
        return f"{said}; what is final cannot become provisional: --final --correction '…' revises it"
    return f"{said}; say why it is revised: --correction '…'"
