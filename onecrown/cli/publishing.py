"""`onecrown publish`, `onecrown releases` and `onecrown compare`."""

from __future__ import annotations

import getpass
from collections import defaultdict
from typing import Annotated

import typer

from onecrown.cli.options import FormOption, HomeOption, home_for
from onecrown.cli.progress import progress
from onecrown.cli.showing import Form, errors, show
from onecrown.definitions.measures import DAY, MONTH, QUARTER, TOTAL
from onecrown.definitions.periods import Period, period_named
from onecrown.errors import UsageError
from onecrown.flows.known_releases import faults, find_release, is_readable, manifests, mend_releases
from onecrown.flows.surroundings import Surroundings
from onecrown.publishing.comparison import Cell, Comparison, UnitRevision, ValueRevision
from onecrown.publishing.manifest import FINAL, PROVISIONAL, Manifest, Override

RELEASES = ("name", "revision", "standing", "made_at", "batch_id", "gates", "overridden", "files", "bytes", "rows")
FAULTS = ("release", "of", "fault", "next")
_NONE = "no value was revised"
REVISIONS = (
    *("measure", "period", "category_1", "category_2", "what", "unit", "was", "now", "net"),
    *("added", "removed", "changed_units", "gross"),
)


def publish(
    release: Annotated[str, typer.Argument(metavar="PERIOD", help="A quarter such as 2025-Q4, or a month: 2025-12.")],
    final: Annotated[bool, typer.Option("--final/--provisional", help="Whether revisions are expected.")] = False,
    override: Annotated[
        list[str] | None, typer.Option("--override", metavar="GATE", help="Publish although this gate does not hold.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why gates are overridden: kept in the manifest.")] = "",
    correction: Annotated[
        str, typer.Option("--correction", help="Why a release of the same standing is revised: kept in the manifest.")
    ] = "",
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Publish the figures of a period as they stand: gates, tags, files, views. A release never changes afterwards."""
    from onecrown.flows.check_gates import check_gates  # sqlglot takes a while to load: these commands need it
    from onecrown.flows.product_files import product_files
    from onecrown.flows.publish_release import Wanted, publish_release

    with progress() as tell, home_for(home, tell) as surroundings:
        wanted = Wanted(
            _period(release), FINAL if final else PROVISIONAL, _who(), _overrides(override or [], reason), correction
        )
        done = publish_release(surroundings, wanted, check_gates, product_files(surroundings.model))
        show(RELEASES, [_row(surroundings, done)], form)
        said = f"[dim]Next: onecrown query 'SELECT * FROM {done.name.database}.measure_value LIMIT 10'[/dim]"
        errors.print(said, soft_wrap=True)  # so that it can be copied


def _period(said: str) -> Period:
    period = period_named(said)
    if period.kind == DAY:
        raise UsageError(f"`{said}` is a day; publish a quarter such as 2025-Q4, or a month such as 2025-12")
    return period


def _overrides(gates: list[str], reason: str) -> list[Override]:
    if gates and not reason.strip():
        raise UsageError("say why the gate does not count: --reason '…'; it is kept in the manifest")
    if reason and not gates:
        raise UsageError("--reason is for --override GATE; say which gate, or leave it out")
    return [Override(gate, reason.strip(), _who()) for gate in gates]


def _who() -> str:
    """The person at the terminal, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the second from Python 3.13
        return "unknown"


def releases(
    check: Annotated[bool, typer.Option("--check", help="Read every file and compare it with its manifest.")] = False,
    mend: Annotated[bool, typer.Option("--mend", help="Put back tags and views that lack.")] = False,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """The releases: standing, batch, gates, size, and whether their rows can still be read or only their files."""
    with home_for(home) as surroundings:
        if mend:
            errors.print(f"{mend_releases(surroundings)} releases lacked tags or views.")
        if check:
            _show_faults(surroundings, form)
            return
        show(RELEASES, [_row(surroundings, one) for one in manifests(surroundings)], form, "nothing is published yet")


def _show_faults(home: Surroundings, form: Form) -> None:
    found = faults(home)
    show(FAULTS, [(one.release, one.of, one.fault, one.next) for one in found], form, "every release is as it was made")
    if found:
        raise typer.Exit(1)


def _row(home: Surroundings, release: Manifest) -> tuple[object, ...]:
    held = sum(gate.passed for gate in release.gates)
    overridden = sorted({gate.gate_id for gate in release.gates if gate.overridden})
    rows = "tables" if is_readable(home, release) else "files only"
    return (
        *(release.name.text, release.name.revision, release.standing, release.made_at, release.batch_id),
        *(f"{held} of {len(release.gates)}", ", ".join(overridden), len(release.files), release.bytes, rows),
    )


def compare(
    earlier: Annotated[str, typer.Argument(metavar="A", help="A release, such as 2025-Q3.")],
    later: Annotated[str, typer.Argument(metavar="B", help="A later release, such as 2025-Q4 or 2025-Q4-r2.")],
    by: Annotated[str, typer.Option("--by", metavar="BREAKDOWN", help="A dimension, or two joined by +.")] = TOTAL,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", help="A measure; may be said again. All where it is left out.")
    ] = None,
    months: Annotated[bool, typer.Option("--months/--quarters", help="Which periods to compare.")] = False,
    unchanged: Annotated[bool, typer.Option("--unchanged", help="Also values that did not change.")] = False,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """What was revised between two releases: values, and units by cause: late, corrected, duplicate, another rule."""
    from onecrown.flows.compare_releases import Asked, compare_releases  # sqlglot takes a while to load

    with progress() as tell, home_for(home, tell) as surroundings:
        asked = Asked(MONTH if months else QUARTER, by, tuple(measure or ()))
        releases_named = (find_release(surroundings, earlier), find_release(surroundings, later))
        found = compare_releases(surroundings, *releases_named, asked)
    rows = _revisions(found, unchanged)
    if form is Form.table:
        shown = [
            place for place, name in enumerate(REVISIONS) if by != TOTAL or name not in ("category_1", "category_2")
        ]
        show(
            [REVISIONS[place] for place in shown],
            [[_short(row[place]) for place in shown] for row in rows],
            form,
            _NONE,
        )
    else:
        show(REVISIONS, rows, form)
    if found.why_not:
        errors.print(f"[yellow]{found.why_not}[/yellow]", soft_wrap=True)


def _short(said: object) -> object:
    """A number to two places, as a terminal has room for."""
    return round(said, 2) if isinstance(said, float) else said


def _revisions(found: Comparison, unchanged: bool) -> list[tuple[object, ...]]:
    """Of each cell its values, one for each statistic, and below them the causes."""
    values, causes = defaultdict[Cell, list[ValueRevision]](list), defaultdict[Cell, list[UnitRevision]](list)
    for value in found.values:
        values[value.cell].append(value)
    for cause in found.units:
        causes[cause.cell].append(cause)
    rows: list[tuple[object, ...]] = []
    for cell in sorted({*values, *causes}):
        if unchanged or causes[cell] or any(value.was != value.now for value in values[cell]):
            rows += [*map(_value_row, values[cell]), *map(_cause_row, causes[cell])]
    return rows


def _value_row(value: ValueRevision) -> tuple[object, ...]:
    return (*value.cell, value.statistic, value.unit, value.was, value.now, value.net, None, None, None, None)


def _cause_row(one: UnitRevision) -> tuple[object, ...]:
    return (*one.cell, one.cause, "units", None, None, one.net, one.added, one.removed, one.changed, one.gross)
