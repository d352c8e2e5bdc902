"""`onecrown synthesise`."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from onecrown.cli.options import FormOption, HomeOption, ending, home_for
from onecrown.cli.progress import progress
from onecrown.cli.showing import Form, errors, show
from onecrown.errors import UsageError
from onecrown.flows.score_against_truth import score_home
from onecrown.flows.score_caseload import CaseloadScore
from onecrown.synthesis.synthesise import Made, Wanted, synthesise


def make_synthetic(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder, for drops/ and truth/.")],
    scale: Annotated[float, typer.Option("--scale", help="The share of the published cases; 1 is all.")] = 0.05,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")] = 7,
    first: Annotated[str, typer.Option("--from", help="The first day; whole quarters from it.")] = "2016-01-01",
    last: Annotated[str, typer.Option("--to", help="The last day; whole quarters until it.")] = "2025-12-31",
    extracts: Annotated[int, typer.Option("--extracts", min=1, help="Full Xhibit extracts of each court.")] = 2,
    truth_only: Annotated[bool, typer.Option("--truth-only", help="Write the truth, no files of sources.")] = False,
    form: FormOption = Form.table,
) -> None:
    """Invent case histories as published in number, deliver them as the systems' files, with the truth beside them."""
    with ending(), progress() as tell:
        days = (_day(first, "--from"), _day(last, "--to"))
        made = synthesise(out, Wanted(scale, seed, *days, extracts, truth_only), tell)
    _show(made, form)
    if not truth_only:
        errors.print(f"[dim]Next: onecrown drop {out / 'drops'} · onecrown run[/dim]")


def _day(said: str, option: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise UsageError(f"{option} is a day such as 2016-01-01") from error


def _show(made: Made, form: Form) -> None:
    rows: list[tuple[object, ...]] = [
        ("file", name, made.files[name], made.rows[name], made.bytes[name]) for name in sorted(made.files)
    ]
    rows += [("truth", name, None, count, None) for name, count in sorted(made.truth.items())]
    show(("what", "name", "files", "rows", "bytes"), rows, form)
    if form is not Form.table:
        return
    closeness = made.closeness.lines() if made.closeness else ()
    show(
        ("measure", "published", "made"), [(name, _short(said), _short(found)) for name, said, found in closeness], form
    )
    show(("planted fault", "count"), sorted(Counter(made.faults).items()), form)


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2f}"


def _show_caseload(found: CaseloadScore, form: Form) -> None:
    rows = [(said.measure, said.quarter_end_on, said.published, said.truth, said.tables) for said in found.told]
    show(("measure", "quarter end", "published", "truth", "tables"), rows, form)
    show(("measure", "quarters", "exact"), found.exact(), form)
    show(("measure", "cases that differ", "cases"), found.differing, form)
    show(("event", "in truth", "on that day in tables"), found.events, form)


def score(
    truth: Annotated[
        Path, typer.Argument(metavar="TRUTH", help="The folder `truth` that `onecrown synthesise` wrote.")
    ],
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """The truth beside the result: links and persons right, wrong and missed, planted faults that are seen, and the caseload."""
    with home_for(home) as surroundings:
        found = score_home(surroundings, truth)
    _show_caseload(found.caseload, form)
    show(("evidence", "right", "wrong"), found.links, form)
    show(("dataset", "other dataset", "missed"), found.missed, form)
    show(("in truth", "found", "records"), found.standing, form)
    show(("relation", "right", "wrong", "missed"), found.relations, form)
    persons = [
        (tier, said.right, said.wrong, said.missed, f"{said.precision:.4f}", f"{said.recall:.4f}")
        for tier, said in found.persons
    ]
    show(("persons", "right", "wrong", "missed", "precision", "recall"), persons, form)
    show(("planted fault", "expected", "planted", "seen"), found.faults, form)
    errors.print(f"[dim]{found.records} records compared, without placeholders[/dim]")
